"""Inputs, words, table and figure of recovery."""

from yongxin.language import Language, LocalizedText
from yongxin.simulators.base import (
    Figure,
    InputGroup,
    Inputs,
    NumberInput,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.figures import LEGEND_ABOVE, stacked_bar
from yongxin.simulators.numerals import plain, signed
from yongxin.simulators.recovery.model import Outcome, Rates, Recovery, recovery

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "投诉之后，谁回来",
        "outcome": "结果",
        "complaints": "投诉",
        "back": "回来",
        "gone": "不回来",
        "fast": "当场解决",
        "slow": "后来解决",
        "unresolved": "没解决",
        "all": "合计",
        "summary": "{complaints}件投诉，大约{back}位会回来。",
        "as-it-was": "这是一开始的样子，动一格试试。",
        "change": "和一开始的{before}位比，{change}位。",
        "same": "和一开始的{before}位一样多。",
        "capped": "当场解决的不会比解决的还多，所以按{solved}%算。",
    },
    "en": {
        "caption": "Who comes back after a complaint",
        "outcome": "Outcome",
        "complaints": "Complaints",
        "back": "Back",
        "gone": "Gone",
        "fast": "On the spot",
        "slow": "Later",
        "unresolved": "Not solved",
        "all": "All",
        "summary": "Of {complaints} who complained, about {back} come back.",
        "as-it-was": "This is how it starts. Move something.",
        "change": "At the start it was {before}, so {change}.",
        "same": "That is as many as at the start, {before}.",
        "capped": "No more can be solved on the spot than are solved, so {solved}% it is.",
    },
}
_DIGITS = 1
_OUTCOMES = ("fast", "slow", "unresolved")


def _read(inputs: Inputs) -> Recovery:
    return recovery(
        float(inputs["complaints"]),
        float(inputs["solved"]) / 100,
        float(inputs["on-the-spot"]) / 100,
        Rates(
            fast=float(inputs["fast-rate"]) / 100,
            slow=float(inputs["slow-rate"]) / 100,
            unresolved=float(inputs["unresolved-rate"]) / 100,
        ),
    )


def _show(inputs: Inputs, language: Language) -> Results:
    result = _read(inputs)
    return Results(
        summary=_summary(inputs, result, language),
        table=_table(result, language),
        figure=_figure(result, language),
    )


def _summary(inputs: Inputs, result: Recovery, language: Language) -> str:
    words = _WORDS[language]
    sentences = [
        words["summary"].format(
            complaints=plain(float(inputs["complaints"]), 0), back=plain(result.back, _DIGITS)
        )
    ]
    defaults = SIMULATOR.defaults()
    if inputs == defaults:
        sentences.append(words["as-it-was"])
    # With another number of complaints the two are about different things.
    elif inputs["complaints"] == defaults["complaints"]:
        before = _read(defaults).back
        change = signed(result.back - before, _DIGITS)
        sentences.append(
            words["same" if change == "0" else "change"].format(
                before=plain(before, _DIGITS), change=change
            )
        )
    if float(inputs["on-the-spot"]) > float(inputs["solved"]):
        sentences.append(words["capped"].format(solved=plain(float(inputs["solved"]), 0)))
    return ("" if language == "zh-CN" else " ").join(sentences)


def _cells(outcome: Outcome) -> tuple[str, str, str]:
    return (
        plain(outcome.complaints, _DIGITS),
        plain(outcome.back, _DIGITS),
        plain(outcome.complaints - outcome.back, _DIGITS),
    )


def _outcomes(result: Recovery) -> list[Outcome]:
    return [result.fast, result.slow, result.unresolved]


def _table(result: Recovery, language: Language) -> Table:
    words = _WORDS[language]
    outcomes = _outcomes(result)
    whole = Outcome(sum(one.complaints for one in outcomes), result.back)
    rows = [
        (words[name], *_cells(one))
        for name, one in zip((*_OUTCOMES, "all"), (*outcomes, whole), strict=True)
    ]
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("outcome", "complaints", "back", "gone")),
        rows=tuple(rows),
        has_total=True,
    )


def _figure(result: Recovery, language: Language) -> Figure:
    words = _WORDS[language]
    names = [words[name] for name in _OUTCOMES]
    outcomes = _outcomes(result)
    parts = (
        (words["back"], [one.back for one in outcomes], "var(--yx-brand)"),
        (words["gone"], [one.complaints - one.back for one in outcomes], "var(--yx-muted)"),
    )
    return {
        "data": [
            stacked_bar(name, names, values, [plain(one, _DIGITS) for one in values], colour)
            for name, values, colour in parts
        ],
        "layout": {
            "barmode": "stack",
            "xaxis": {"rangemode": "tozero"},
            "yaxis": {"autorange": "reversed", "ticksuffix": "  ", "showgrid": False},
            "bargap": 0.35,
            "height": 260,
            "showlegend": True,
            "uniformtext": {"minsize": 12, "mode": "hide"},
            "legend": {**LEGEND_ABOVE, "traceorder": "normal"},
            "margin": {"t": 40},
        },
    }


def _percent(
    id: str, label: LocalizedText, default: float, maximum: float = 100, minimum: float = 0
) -> NumberInput:
    return NumberInput(
        id=id, label=label, minimum=minimum, maximum=maximum, step=1, default=default
    )


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("投诉之后，谁回来", "Who comes back"),
    introduction=both(
        "解决得多，解决得快，哪样带回来的人多？三个“回来的比例”也能改：前两个按讲义，"
        "第三个是我们选的。",
        "Solve more, or solve faster: which brings more people back? The three rates can be "
        "changed too. The first two are the deck’s, the third is our choice.",
    ),
    groups=(
        InputGroup(
            id="work",
            label=both("我们怎么处理", "What we do"),
            inputs=(
                NumberInput(
                    id="complaints",
                    label=both("投诉件数", "Complaints"),
                    minimum=10,
                    maximum=500,
                    step=10,
                    default=100,
                ),
                _percent("solved", both("解决了百分之几", "Solved, in %"), 70),
                _percent(
                    "on-the-spot",
                    both("其中当场解决，占全部的百分之几", "Of all, on the spot, in %"),
                    20,
                ),
            ),
        ),
        InputGroup(
            id="rates",
            label=both("回来的比例（%）", "Share that comes back, in %"),
            inputs=(
                _percent("fast-rate", both("当场解决", "Solved on the spot"), 96),
                _percent("slow-rate", both("后来解决", "Solved later"), 63, 70, 56),
                _percent("unresolved-rate", both("没解决", "Not solved"), 19, 50),
            ),
        ),
    ),
    show=_show,
)
