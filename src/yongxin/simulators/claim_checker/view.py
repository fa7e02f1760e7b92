"""Cards, words and table of the claim checker."""

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
from yongxin.simulators.claim_checker.model import Standing, check_claims


@dataclass(frozen=True)
class Card:
    """A claim, what is known of it, and the facts of ``facts.csv`` that it comes from."""

    claim: LocalizedText
    short: LocalizedText
    back: LocalizedText
    standing: Standing
    facts: tuple[str, ...] = ()


CARDS: dict[str, Card] = {
    "four-percent": Card(
        claim=both(
            "不满的人里，4%告诉你，96%生气地离开（讲义）",
            "4% of the dissatisfied tell you, 96% leave angrily (the deck)",
        ),
        short=both("4%和96%", "4% and 96%"),
        back=both(
            "美国的调查，七八十年代；原话只说公司“听不到”96%，没说他们都生气离开。"
            "事情大，开口的人多得多。",
            "American surveys of the 1970s and 80s. They say that firms never hear from 96%, not "
            "that all of these leave angrily. When much is at stake, far more people speak.",
        ),
        standing="popularised",
        facts=("complaints-spoken", "complaints-silent"),
    ),
    "thirteen-percent": Card(
        claim=both(
            "平均告诉10人，13%告诉20人（讲义）",
            "They tell 10 people on average, 13% tell 20 (the deck)",
        ),
        short=both("13%告诉20人", "13% tell 20"),
        back=both(
            "更有名的说法是9到10人，13%告诉20人以上。另一份讲义写20%，那是后来的传单才有的。"
            "都在有网络之前。",
            "The better-known wording is 9 to 10 people, and 13% more than 20. Another deck has "
            "20%, which appears only in a later hand-out. All of it is older than the internet.",
        ),
        standing="popularised",
        facts=("told-mean", "told-many-share", "told-many"),
    ),
    "fifty-six": Card(
        claim=both(
            "处理得好，56–70%回来；当场解决，96%（讲义）",
            "Well handled, 56–70% come back; on the spot, 96% (the deck)",
        ),
        short=both("56–70%和96%", "56–70% and 96%"),
        back=both(
            "更有名的数是54–70%和95%，另有“告诉5人”，讲义写成6人。三个数都差一点，像是一路抄偏的。",
            "The better-known figures are 54–70% and 95%, and “tell 5” where the deck has 6. All "
            "three are slightly off, as things are that were copied again and again.",
        ),
        standing="popularised",
        facts=("recovered", "recovered-at-once"),
    ),
    "twenty-percent": Card(
        claim=both(
            "因为服务差，平均每年流失20%的顾客（讲义）",
            "Poor service loses firms 20% of their customers a year (the deck)",
        ),
        short=both("服务差，一年20%", "Poor service, 20% a year"),
        back=both(
            "没有找到出处。赖克哈尔德说的15–20%，是各种原因加在一起，不是服务差一项。",
            "No source found. Reichheld’s 15–20% a year are for all causes together, poor service "
            "being one of many.",
        ),
        standing="unsourced",
        facts=("yearly-loss",),
    ),
    "half-in-five": Card(
        claim=both(
            "美国公司平均五年换掉一半顾客，各种原因都算（1996年的一本书）",
            "American firms lose half their customers in five years, whatever the cause "
            "(a book of 1996)",
        ),
        short=both("五年一半", "Half in five years"),
        back=both(
            "赖克哈尔德1996年的书里就是这么写的，合每年13%左右。那是美国公司，不是小区。",
            "So it stands in Reichheld’s book of 1996; it comes to some 13% a year. These were "
            "American firms, though, and not housing estates.",
        ),
        standing="sourced",
    ),
    "paradox": Card(
        claim=both(
            "补救得漂亮，满意平均会升；会不会再来，看不出差别（2007年的一篇综合研究）",
            "A brilliant recovery lifts satisfaction on average; no difference shows in coming "
            "back (a review of studies, 2007)",
        ),
        short=both("补救与再来", "Recovery and return"),
        back=both(
            "三位作者把许多研究合在一起算过：满意升了，再次购买、口碑、形象都没有明显变化。",
            "Three authors put many studies together: satisfaction rises, while buying again, word "
            "of mouth and image show no clear change.",
        ),
        standing="sourced",
    ),
}

_UNTURNED = "unturned"

_STANDINGS: dict[str, LocalizedText] = {
    "sourced": both("有出处，说的是一回事", "A source says the same"),
    "popularised": both("有来头，流传中走了样", "Has an origin, changed on its way"),
    "unsourced": both("没找到出处", "No source found"),
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "卡片背面",
        "claim": "说法",
        "back": "我们查到的",
        "standing": "我们的判断",
        "unturned": "还没翻",
        "blank": "—",
        "start": "六张卡都还没翻。读一个说法，下个判断，卡片就翻过来。",
        "some": "翻开了{turned}张，有{agreed}张和我们的判断一样。",
        "all": "六张都翻开了，有{agreed}张和我们的判断一样。不一样也不要紧，看看背面是怎么说的。",
    },
    "en": {
        "caption": "The backs of the cards",
        "claim": "Claim",
        "back": "What we found",
        "standing": "Our verdict",
        "unturned": "not turned yet",
        "blank": "–",
        "start": "No card is turned yet. Read a claim and judge it, and the card turns over.",
        "some": "Cards turned: {turned}. Same verdict as ours: {agreed}.",
        "all": "All six are turned. Same verdict as ours: {agreed}. Where we differ, read the "
        "back and see why.",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    # The inputs were read against the options below: a standing each, or “unturned”.
    guesses: dict[str, Standing | None] = {
        name: None if inputs[name] == _UNTURNED else cast("Standing", inputs[name])
        for name in CARDS
    }
    checked = check_claims({name: card.standing for name, card in CARDS.items()}, guesses)
    kind = "start" if not checked.turned else "all" if checked.turned == len(CARDS) else "some"
    return Results(
        summary=words[kind].format(turned=checked.turned, agreed=checked.agreed),
        table=Table(
            caption=words["caption"],
            columns=(words["claim"], words["back"], words["standing"]),
            rows=tuple(
                (
                    card.short.in_language(language),
                    words["unturned"] if guesses[name] is None else card.back.in_language(language),
                    words["blank"]
                    if guesses[name] is None
                    else _STANDINGS[card.standing].in_language(language),
                )
                for name, card in CARDS.items()
            ),
        ),
    )


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("翻卡片：这个数，靠得住几分", "Turn the card: how far to trust it"),
    introduction=both(
        "六个说法，四个是讲义的，两个是书和研究里的。先判断，再看背面。",
        "Six claims, four of them the deck’s and two from a book and a study. Judge, then read "
        "the back.",
    ),
    groups=(
        InputGroup(
            id="cards",
            label=both("六张卡", "Six cards"),
            inputs=tuple(
                ChoiceInput(
                    id=name,
                    label=card.claim,
                    options=(
                        InputOption(_UNTURNED, both("还没判断", "Not judged yet")),
                        *(InputOption(one, text) for one, text in _STANDINGS.items()),
                    ),
                    default=_UNTURNED,
                )
                for name, card in CARDS.items()
            ),
        ),
    ),
    show=_show,
)
