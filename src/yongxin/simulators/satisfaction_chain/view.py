"""Inputs, words and table of the satisfaction chain, for two stories."""

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
from yongxin.simulators.satisfaction_chain.model import (
    Afterwards,
    Chain,
    Deed,
    Expectation,
    Links,
    Reading,
    replay,
)


@dataclass(frozen=True)
class _Story:
    """The words of one story; thoughts and actions stand rung by rung, the lowest first."""

    title: LocalizedText
    expectations: dict[Expectation, LocalizedText]
    deeds: dict[Deed, LocalizedText]
    thoughts: tuple[LocalizedText, ...]
    actions: tuple[LocalizedText, ...]


_PICKLE = _Story(
    title=both("一片酸黄瓜（快餐店）", "One slice of pickle"),
    expectations={
        "favour": both(
            "在三明治里多加一片酸黄瓜。", "to get one extra slice of pickle in my sandwich."
        ),
        "nothing-extra": both(
            "问一声就好，加不了也没什么。", "nothing much. I only ask; it is fine if they cannot."
        ),
    },
    deeds={
        "priced": both(
            "要我买一碟，25美分；再说一片可以卖5美分。",
            "I am offered a dish for 25 cents, then one slice for 5 cents.",
        ),
        "refused": both(
            "店员说规定不能加，没有别的话。",
            "the server says the rule does not allow it, and nothing more.",
        ),
        "explained": both(
            "店员道歉，说清楚为什么不能加。",
            "the server is sorry and tells me why it cannot be done.",
        ),
        "asked": both(
            "店员说“我去问一下”，很快带着答复回来。",
            "the server says “let me ask” and soon comes back with an answer.",
        ),
        "given": both(
            "店员加了一片，笑着递给我。", "the server adds a slice and hands it over with a smile."
        ),
    },
    thoughts=(
        both("他不愿满足我的要求，只认钱。", "they will not meet my wish; they only want money."),
        both("在他们眼里，规定比我要紧。", "their rule matters more to them than I do."),
        both("帮不上忙，不过说得有道理。", "they could not help, but they had a reason."),
        both("他替我想了办法。", "they tried for me."),
        both("这里的人把我放在心上。", "here I matter to people."),
    ),
    actions=(
        both("拿起包就走。", "pick up my purse and leave."),
        both("吃完就走，一句话也不多说。", "eat, say nothing more and go."),
        both("照常吃完，道声谢。", "finish my meal as usual and say thank you."),
        both("道谢，坐下来慢慢吃。", "say thank you and sit down at ease."),
        both("道谢，还会跟朋友说起这家店。", "say thank you and tell my friends about the place."),
    ),
)

_VISITOR_CARD = _Story(
    title=both("多一张访客卡（物业前台）", "One extra visitor card"),
    expectations={
        "favour": both(
            "再给我办一张访客卡，外婆早上好自己进出。",
            "to get a second visitor card, so that my grandmother can come and go.",
        ),
        "nothing-extra": both(
            "问一声就好，办不了我自己接送。",
            "nothing much. I only ask; otherwise I go down with her myself.",
        ),
    },
    deeds={
        "priced": both(
            "前台说：第二张可以办，要交50元。",
            "the desk says that a second card is possible for 50 yuan.",
        ),
        "refused": both(
            "前台说：一户一张，这是规定。", "the desk says: one card a household, that is the rule."
        ),
        "explained": both(
            "前台道歉，说清楚为什么一户只能一张。",
            "the desk is sorry and tells me why it is one card a household.",
        ),
        "asked": both(
            "前台当场打电话问主管，马上给了我答复。",
            "the desk phones the supervisor there and then and gives me an answer.",
        ),
        "given": both(
            "前台登记了姓名，开了一张三天的纸卡。",
            "the desk takes her name and writes a paper pass for three days.",
        ),
    },
    thoughts=(
        both("一点小事也要收钱，他们只认钱。", "they charge even for this; they only want money."),
        both(
            "在他们眼里，规定比住户要紧。",
            "their rule matters more to them than the people who live here.",
        ),
        both("办不了，不过说得有道理。", "they could not do it, but they had a reason."),
        both("前台替我想了办法。", "the desk tried for me."),
        both("这里的人把住户放在心上。", "here residents matter to people."),
    ),
    actions=(
        both(
            "转身就走，晚上在业主群里说这件事。",
            "walk away, and tell the residents' chat tonight.",
        ),
        both("不再多说，自己下楼接送。", "say nothing more and go down with her myself."),
        both("道声谢，自己下楼接送。", "say thank you and go down with her myself."),
        both("道谢，回家告诉外婆。", "say thank you and go home to tell her."),
        both(
            "道谢，还会跟邻居夸一句。", "say thank you, and put in a good word with the neighbours."
        ),
    ),
)

_STORIES = {"pickle": _PICKLE, "visitor-card": _VISITOR_CARD}

# The feelings and chances of both stories, rung by rung, the lowest first.
_FEELINGS = (
    both("失望、生气。", "disappointed and angry."),
    both("失落、委屈。", "let down and a little hurt."),
    both("有点遗憾，但心里平静。", "a little sorry, but calm."),
    both("被看重，放心。", "taken seriously and at ease."),
    both("温暖、高兴。", "warm and glad."),
)
_CHANCES = (
    both("几乎没有", "almost none"),
    both("不大", "small"),
    both("说不准", "hard to say"),
    both("比较大", "good"),
    both("很大", "very good"),
)

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "五个环节：原来的故事和你改写的",
        "link": "环节",
        "before": "原来的故事",
        "after": "你改写后",
        "expectation": "① 期望：我希望……",
        "perception": "② 感知：事实是……",
        "thought": "③ 想法：我想……",
        "feeling": "④ 感受：我感到……",
        "action": "⑤ 行动：我会……",
        "chance": "再来的可能",
        "untouched": "这是故事原来的样子，再来的可能：{chance}。改一个环节，看后面怎样跟着变。",
        "changed": "改了{links}。再来的可能从“{before}”变成“{after}”。",
        "unchanged": "改了{links}。再来的可能没有变，还是“{after}”。",
        "joint": "、",
        "expectation-name": "期望",
        "deed-name": "事实",
        "reading-name": "想法",
        "afterwards-name": "事后的处理",
    },
    "en": {
        "caption": "Five links: the story as it was and as you changed it",
        "link": "Link",
        "before": "As it was",
        "after": "As you changed it",
        "expectation": "① Expectation: I hope …",
        "perception": "② Perception: the fact is …",
        "thought": "③ Thought: I think …",
        "feeling": "④ Feeling: I feel …",
        "action": "⑤ Action: I will …",
        "chance": "Chance of return",
        "untouched": "This is the story as it was. Chance of return: {chance}. Change one link and "
        "see how the rest follows.",
        "changed": "You changed {links}. The chance of return goes from “{before}” to “{after}”.",
        "unchanged": "You changed {links}. The chance of return stays “{after}”.",
        "joint": ", ",
        "expectation-name": "the expectation",
        "deed-name": "the fact",
        "reading-name": "the thought",
        "afterwards-name": "what happened afterwards",
    },
}

_CHANGEABLE = ("expectation", "deed", "reading", "afterwards")


def _show(inputs: Inputs, language: Language) -> Results:
    story = _STORIES[str(inputs["story"])]
    # The inputs were read against the options below, which are these literals.
    links = Links(
        expectation=cast("Expectation", inputs["expectation"]),
        deed=cast("Deed", inputs["deed"]),
        reading=cast("Reading", inputs["reading"]),
        afterwards=cast("Afterwards", inputs["afterwards"]),
    )
    before = _tell(story, Links(), language)
    after = _tell(story, links, language)
    words = _WORDS[language]
    marked = tuple(index for index in range(len(before)) if before[index] != after[index])
    return Results(
        summary=_summary(links, language),
        table=Table(
            caption=words["caption"],
            columns=(words["link"], words["before"], words["after"]),
            rows=tuple(
                (words[link], was, now)
                for link, was, now in zip(
                    ("expectation", "perception", "thought", "feeling", "action", "chance"),
                    before,
                    after,
                    strict=True,
                )
            ),
            marked=marked,
        ),
    )


def _tell(story: _Story, links: Links, language: Language) -> list[str]:
    chain = replay(links)
    told = (
        story.expectations[links.expectation],
        story.deeds[links.deed],
        story.thoughts[chain.thought],
        _FEELINGS[chain.feeling],
        story.actions[chain.action],
        _CHANCES[chain.chance],
    )
    return [one.in_language(language) for one in told]


def _summary(links: Links, language: Language) -> str:
    words = _WORDS[language]
    as_it_was = Links()
    changed = [
        words[f"{one}-name"]
        for one in _CHANGEABLE
        if getattr(links, one) != getattr(as_it_was, one)
    ]
    before, after = _chance(replay(as_it_was), language), _chance(replay(links), language)
    if not changed:
        return words["untouched"].format(chance=after)
    return words["unchanged" if before == after else "changed"].format(
        links=words["joint"].join(changed), before=before, after=after
    )


def _chance(chain: Chain, language: Language) -> str:
    return _CHANCES[chain.chance].in_language(language)


def _options(**texts: LocalizedText) -> tuple[InputOption, ...]:
    return tuple(InputOption(name.replace("_", "-"), text) for name, text in texts.items())


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("改一个环节，重演一遍", "Change one link and replay"),
    introduction=both(
        "故事里的顾客走了。选一个环节改写，看后面的想法、感受、行动和“再来的可能”怎样跟着变。",
        "The customer in the story left. Change one link and see how thought, feeling, action and "
        "the chance of return follow.",
    ),
    groups=(
        InputGroup(
            id="links",
            label=both("选一个故事，改一个环节", "Choose a story, change a link"),
            inputs=(
                ChoiceInput(
                    id="story",
                    label=both("故事", "Story"),
                    options=tuple(InputOption(name, one.title) for name, one in _STORIES.items()),
                    default="pickle",
                ),
                ChoiceInput(
                    id="expectation",
                    label=both(
                        "① 期望：顾客原来盼着什么", "① Expectation: what the customer hoped for"
                    ),
                    options=_options(
                        favour=both("盼着行个方便（原来的故事）", "a small favour (as it was)"),
                        nothing_extra=both(
                            "没抱什么希望，只是问问", "nothing extra, they only ask"
                        ),
                    ),
                    default="favour",
                ),
                ChoiceInput(
                    id="deed",
                    label=both(
                        "② 事实：接待的人怎么做", "② The fact: what the person at the counter does"
                    ),
                    options=_options(
                        priced=both("提出收费（原来的故事）", "names a price (as it was)"),
                        refused=both("一口回绝，搬出规定", "refuses and quotes the rule"),
                        explained=both("道歉，说明为什么不行", "says sorry, explains why"),
                        asked=both("当场去问，带回答复", "asks, and brings an answer"),
                        given=both("当场给了", "gives it there and then"),
                    ),
                    default="priced",
                ),
                ChoiceInput(
                    id="reading",
                    label=both("③ 想法：顾客往哪边想", "③ Thought: how the customer reads it"),
                    options=_options(
                        harsh=both("往坏处想", "the worst way"),
                        plain=both("照事实想（原来的故事）", "as it looks (as it was)"),
                        kind=both("往好处想", "the kindest way"),
                    ),
                    default="plain",
                ),
                ChoiceInput(
                    id="afterwards",
                    label=both("事后：有没有人补救", "Afterwards: does anybody put it right"),
                    options=_options(
                        nothing=both("没有（原来的故事）", "nobody (as it was)"),
                        put_right=both(
                            "当天有人联系顾客，道歉并办好",
                            "somebody calls and sees to it",
                        ),
                    ),
                    default="nothing",
                ),
            ),
        ),
    ),
    show=_show,
)
