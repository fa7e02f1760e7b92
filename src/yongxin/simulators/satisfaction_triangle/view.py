"""Inputs, words and table of the satisfaction triangle."""

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
from yongxin.simulators.satisfaction_triangle.model import ARROWS, Arrow, Weakened, trace

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "剪断一条，一轮一轮看",
        "round": "轮次",
        "arrow": "哪一条",
        "from-to": "从谁到谁",
        "seen": "在小区里看得到什么",
        "cut": "剪断",
        "later": "{number}",
        "customer": "顾客",
        "staff": "职员",
        "company": "公司",
        "summary": "剪断的是“{cut}”。先少了它的是{receiver}；接着松的是{next}；"
        "走完{rounds}轮，六条都松了。",
        "and": "",
        "quoted": "“{name}”",
    },
    "en": {
        "caption": "Cut one and follow it",
        "round": "Round",
        "arrow": "Arrow",
        "from-to": "From and to",
        "seen": "What you see on the estate",
        "cut": "cut",
        "later": "{number}",
        "customer": "customers",
        "staff": "staff",
        "company": "company",
        "summary": "Cut: {cut}. It is missed first by: {receiver}. Weaker next: {next}. After "
        "round {rounds}, all six have suffered.",
        "and": ", ",
        "quoted": "{name}",
    },
}

_NAMES: dict[Arrow, LocalizedText] = {
    "service": both("服务", "service"),
    "work": both("工作", "work"),
    "profit": both("利润", "profit"),
    "information": both("信息", "information"),
    "bonus": both("奖金", "bonus"),
    "training": both("培训和晋升", "training and promotion"),
}

#: What one would see when the arrow itself is cut, and when it merely weakens.
_CUT: dict[Arrow, LocalizedText] = {
    "service": both("报修没人上门", "Repairs are reported and nobody comes"),
    "work": both("班排不满，巡楼表空着", "Shifts stand empty, rounds are not walked"),
    "profit": both("物业费收不上来", "Fees are no longer paid"),
    "information": both("住户有事不说了", "Residents stop telling us anything"),
    "bonus": both("说好的奖金没有发", "The bonus that was promised is not paid"),
    "training": both(
        "培训停了，升职也没了说法", "Training stops, and so does any talk of promotion"
    ),
}
_WEAKENED: dict[Arrow, LocalizedText] = {
    "service": both("上门慢了，问两句就不耐烦", "Slower visits, shorter tempers"),
    "work": both("能拖就拖，熟手先走", "Work is put off, and skilled people leave first"),
    "profit": both("缴费晚了，续聘时有人投反对票", "Late fees, and votes against the contract"),
    "information": both("小毛病没人报，拖成大毛病", "Small faults go unreported and grow"),
    "bonus": both("账上紧，奖金往后推", "Money is short and the bonus waits"),
    "training": both("先省下来的，往往是培训", "Training is often the first thing saved on"),
}


def _show(inputs: Inputs, language: Language) -> Results:
    # The input was read against the options below, which are these literals.
    cut = cast("Arrow", inputs["cut"])
    followed = trace(cut)
    return Results(summary=_summary(cut, followed, language), table=_table(followed, language))


def _summary(cut: Arrow, followed: tuple[Weakened, ...], language: Language) -> str:
    words = _WORDS[language]
    quoted = [
        words["quoted"].format(name=_NAMES[one.arrow].in_language(language))
        for one in followed
        if one.round == 1
    ]
    return words["summary"].format(
        cut=_NAMES[cut].in_language(language),
        receiver=words[ARROWS[cut][1]],
        next=words["and"].join(quoted),
        rounds=followed[-1].round,
    )


def _table(followed: tuple[Weakened, ...], language: Language) -> Table:
    words = _WORDS[language]
    rows = []
    for one in followed:
        giver, receiver = ARROWS[one.arrow]
        seen = _CUT if one.round == 0 else _WEAKENED
        rows.append(
            (
                words["later"].format(number=one.round) if one.round else words["cut"],
                _NAMES[one.arrow].in_language(language),
                f"{words[giver]} → {words[receiver]}",
                seen[one.arrow].in_language(language),
            )
        )
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("round", "arrow", "from-to", "seen")),
        rows=tuple(rows),
        marked=(0,),
    )


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("剪断一条箭头", "Cut one arrow"),
    introduction=both(
        "规则是我们定的：谁少收到一样，下一轮给出去的就都少一点。选一条剪断，看先松的是谁。",
        "The rule is our own: whoever receives less gives less in the next round. Cut one arrow "
        "and see who feels it first.",
    ),
    groups=(
        InputGroup(
            id="arrows",
            label=both("六样东西", "Six things that flow"),
            inputs=(
                ChoiceInput(
                    id="cut",
                    label=both("剪断哪一条", "Which one to cut"),
                    options=tuple(InputOption(name, text) for name, text in _NAMES.items()),
                    default="service",
                ),
            ),
        ),
    ),
    show=_show,
)
