"""Inputs, words and table of the three events."""

from dataclasses import dataclass
from typing import cast

from yongxin.language import Language, LocalizedText
from yongxin.simulators.base import (
    ChoiceInput,
    InputGroup,
    InputOption,
    Inputs,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.three_events.model import Act, Thought, evening


@dataclass(frozen=True)
class _Story:
    name: LocalizedText
    event: LocalizedText
    thoughts: dict[Thought, LocalizedText]
    #: Whom to tell or ask, and what.
    telling: LocalizedText
    #: The next morning, with the cause untouched and with it under way.
    untouched: LocalizedText
    under_way: LocalizedText


_STORIES: dict[str, _Story] = {
    "doors": _Story(
        name=both("三家的门", "Three doors"),
        event=both("敲了三家的门，第三家没听完就关上了。", "Three doors; the third closed on me."),
        thoughts={
            "harsh": both("他们都看不起我。", "They all look down on me."),
            "known": both(
                "三家没听完，为什么还不知道。", "Three did not listen. I don’t know why."
            ),
            "nothing": both("没事没事，到时候都会来的。", "It’s nothing. They’ll all come."),
        },
        telling=both(
            "跟主管说：想换个钟点去，头一句也想改，最好两个人轮着来。",
            "I tell the supervisor: another hour, another first line, and two of us taking turns.",
        ),
        untouched=both("名单还是那张，头一句还是那句。", "The same list, and the same first line."),
        under_way=both(
            "改到傍晚去，两个人轮，头一句换过了。听不听，还得看人家。",
            "We go in the evening now, two of us, with a new first line. Whether people listen is "
            "still up to them.",
        ),
    ),
    "plan": _Story(
        name=both("退回来的方案", "The plan"),
        event=both("装灯的方案退了回来：再议。", "The lamp plan is back: “discuss again”."),
        thoughts={
            "harsh": both("我写什么都没用。", "Whatever I write is useless."),
            "known": both(
                "这一稿没过，缺哪条还没问。", "This draft is not through. I haven’t asked."
            ),
            "nothing": both("没事没事，回头就批了。", "It’s nothing. It will pass."),
        },
        telling=both(
            "给经理发一条：明天能不能给我十分钟，想问清缺什么。",
            "I write to the manager: ten minutes tomorrow, please, to hear what is missing.",
        ),
        untouched=both(
            "方案还压在那儿，门口还黑着。", "It lies in the pile, and the door is dark."
        ),
        under_way=both(
            "知道缺一份电费估算，今天补得上。批不批，还在经理。",
            "An estimate of the electricity is missing; that can be done today. Passing it is "
            "still the manager’s.",
        ),
    ),
    "scooter": _Story(
        name=both("桥上的电动车", "The scooter"),
        event=both("电动车在桥上没电，推了四十分钟。", "A flat scooter, pushed for forty minutes."),
        thoughts={
            "harsh": both("我就是倒霉的命。", "I was born unlucky."),
            "known": both(
                "电池撑不到家了，用了三年。", "At three years, it won’t last the way home."
            ),
            "nothing": both("没事没事，明天就好了。", "It’s nothing. It will be fine."),
        },
        telling=both(
            "问修车铺：换一块电池多少钱，哪天能换。",
            "I ask the repair shop what a new battery costs, and when.",
        ),
        untouched=both(
            "充满了，晚上能不能到家，还是碰运气。", "Charged, and home again only by luck."
        ),
        under_way=both(
            "约好周六换，这两天坐公交。", "The battery is changed on Saturday; till then, the bus."
        ),
    ),
}

# How the evening feels, rung by rung, the worst first.
_FEELINGS = (
    both("又气又委屈，睡不着。", "Cross and hurt, no sleep."),
    both("闷，心里堵着。", "Glum, with a weight on the chest."),
    both("有点烦，还过得去。", "A little annoyed, but all right."),
    both("平静。", "Calm."),
    both("踏实，睡得着。", "At ease, sleeps well."),
)

_WALK = both("出去走了一圈，跟家里说了会儿高兴的事。", "I go for a walk and chat with the family.")
_BROOD = both("躺着，把这一天又想了三遍。", "I lie there and go through the day three times.")
_NOTHING_TO_TELL = both(
    "想说的话到了嘴边：既然“没事”，还说什么？", "About to speak, I think: it’s nothing, so why?"
)

_THOUGHT_OPTIONS: dict[Thought, LocalizedText] = {
    "harsh": both("往最坏处想（小阮那晚）", "The worst (Xiao Ruan that night)"),
    "known": both("只说知道的，不知道的留着", "Only what is known, the rest left open"),
    "nothing": both("没事没事", "“It’s nothing”"),
}
_ACT_OPTIONS: dict[Act, LocalizedText] = {
    "brood": both("躺着想（小阮那晚）", "Lie and brood (Xiao Ruan that night)"),
    "walk": both("出去走走，说说高兴的事", "A walk, and happy talk"),
    "tell": both("跟管得着的人说一声", "Tell somebody who can change it"),
    "walk-and-tell": both("两样都做", "Both"),
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "从事件到明天早上",
        "step": "哪一步",
        "content": "是什么",
        "event": "事件",
        "thought": "想法",
        "act": "行动",
        "feeling": "睡前的感受",
        "morning": "明天早上，那件事",
        "start": "这是小阮那晚的样子。换一个想法，或者换一件要做的事，看睡前和明天早上怎么变。",
        "summary": "睡前：{feeling}明天早上：{morning}",
        "swallowed": "话没说出口，因为想法已经说“没事”了。",
    },
    "en": {
        "caption": "From the event to the next morning",
        "step": "Step",
        "content": "What it is",
        "event": "Event",
        "thought": "Thought",
        "act": "Act",
        "feeling": "Feeling at bedtime",
        "morning": "The matter, next morning",
        "start": "This is Xiao Ruan that night. Change the thought or the act, and see what "
        "becomes of bedtime and of the morning.",
        "summary": "At bedtime: {feeling} Next morning: {morning}",
        "swallowed": "Nothing was said, because the thought had already called it nothing.",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    story = _STORIES[str(inputs["event"])]
    # The inputs were read against the options below, which are these literals.
    thought, act = cast("Thought", inputs["thought"]), cast("Act", inputs["act"])
    before, after = _tell(story, "harsh", "brood", language), _tell(story, thought, act, language)
    names = ("event", "thought", "act", "feeling", "morning")
    if (thought, act) == ("harsh", "brood"):
        sentences = [words["start"]]
    else:
        sentences = [words["summary"].format(feeling=after[3], morning=after[4])]
        if "tell" in act and not evening(thought, act).is_told:
            sentences.append(words["swallowed"])
    return Results(
        summary=("" if language == "zh-CN" else " ").join(sentences),
        table=Table(
            caption=words["caption"],
            columns=(words["step"], words["content"]),
            rows=tuple((words[name], text) for name, text in zip(names, after, strict=True)),
            marked=tuple(index for index in range(len(names)) if before[index] != after[index]),
        ),
    )


def _tell(story: _Story, thought: Thought, act: Act, language: Language) -> list[str]:
    became = evening(thought, act)
    done: list[LocalizedText] = []
    if act in ("walk", "walk-and-tell"):
        done.append(_WALK)
    if act in ("tell", "walk-and-tell"):
        done.append(story.telling if became.is_told else _NOTHING_TO_TELL)
    joint = "" if language == "zh-CN" else " "
    return [
        story.event.in_language(language),
        story.thoughts[thought].in_language(language),
        joint.join(one.in_language(language) for one in done or [_BROOD]),
        _FEELINGS[became.feeling].in_language(language),
        (story.under_way if became.is_under_way else story.untouched).in_language(language),
    ]


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("换一个想法，再换一件事", "Another thought, another act"),
    introduction=both(
        "三件倒霉事，事件改不了。改想法，改接下来做的事，看睡前和明天早上。这是打比方，不是测量。",
        "Three bad events, and the event can’t be changed. Change the thought and what is done "
        "next, and look at bedtime and the morning. This is an illustration rather than a "
        "measurement.",
    ),
    groups=(
        InputGroup(
            id="evening",
            label=both("那一晚", "That evening"),
            inputs=(
                ChoiceInput(
                    id="event",
                    label=both("事件", "Event"),
                    options=tuple(InputOption(one, story.name) for one, story in _STORIES.items()),
                    default="plan",
                ),
                ChoiceInput(
                    id="thought",
                    label=both("想法", "Thought"),
                    options=tuple(InputOption(one, text) for one, text in _THOUGHT_OPTIONS.items()),
                    default="harsh",
                ),
                ChoiceInput(
                    id="act",
                    label=both("接下来做什么", "What is done next"),
                    options=tuple(InputOption(one, text) for one, text in _ACT_OPTIONS.items()),
                    default="brood",
                ),
            ),
        ),
    ),
    show=_show,
)
