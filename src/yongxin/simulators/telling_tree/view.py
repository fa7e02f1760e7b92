"""Inputs, words, table and figure of the telling tree."""

from typing import Any, cast

from yongxin.language import Language
from yongxin.simulators.base import (
    ChoiceInput,
    Figure,
    InputGroup,
    InputOption,
    Inputs,
    NumberInput,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.numerals import plain
from yongxin.simulators.telling_tree.model import MANY, Reading, Telling, telling

#: The share that tells 20: this deck's, and another deck's.
_SHARES = (13, 20)

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "一共多少人听到",
        "row": "算什么",
        "13": "13%",
        "20": "20%",
        "direct": "每位不满的人亲口告诉",
        "relayed": "听的人再传给",
        "others": "不爱说的那些人，平均告诉",
        "each": "每位不满的人，合计听到",
        "all": "所有人合计听到",
        "mixture": "照“不满的人里，有13%告诉20人”来读：每位不满的人，平均还是{thirteen}人听到；"
        "换成20%，也是{twenty}人。变的只是其余的人各说给几位：{others13}位，{others20}位。",
        "relay": "照“听的人里，有13%再传给20人”来读：每位不满的人，合计{thirteen}人听到；"
        "换成20%，是{twenty}人。",
        "total": "{unhappy}位不满的人，算上网上放大，合计{all13}人和{all20}人。",
        "none": "—",
    },
    "en": {
        "caption": "Who hears of it",
        "row": "What",
        "13": "13%",
        "20": "20%",
        "direct": "Told in person by each",
        "relayed": "Told on by hearers",
        "others": "Told by each quieter one",
        "each": "Hearers for each",
        "all": "Hearers for all",
        "mixture": "Read as “13% of the dissatisfied tell 20”: {thirteen} people hear of each one, "
        "and with 20% it is {twenty}. What changes is how many the others tell: {others13} and "
        "{others20}.",
        "relay": "Read as “13% of those who hear it tell 20 more”: {thirteen} people hear of each "
        "one, and with 20% it is {twenty}.",
        "total": "For {unhappy} dissatisfied and the online factor, {all13} and {all20}.",
        "none": "–",
    },
}
_DIGITS = 2
_DOTS_IN_A_LINE = 10


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    unhappy = float(inputs["unhappy"])
    # The input was read against the options below, which are these literals.
    reading = cast("Reading", inputs["reading"])
    results = [
        telling(unhappy, float(inputs["mean"]), share / 100, reading, float(inputs["online"]))
        for share in _SHARES
    ]
    thirteen, twenty = results
    sentences = [
        words[reading].format(
            thirteen=_people(thirteen.each),
            twenty=_people(twenty.each),
            others13=_others(thirteen, language),
            others20=_others(twenty, language),
        ),
    ]
    if thirteen.hearers != thirteen.each:
        sentences.append(
            words["total"].format(
                unhappy=_people(unhappy),
                all13=_people(thirteen.hearers),
                all20=_people(twenty.hearers),
            )
        )
    return Results(
        summary=("" if language == "zh-CN" else " ").join(sentences),
        table=_table(results, language),
        figure=_figure(results, language),
    )


def _people(number: float) -> str:
    return plain(number, _DIGITS)


def _others(result: Telling, language: Language) -> str:
    return _WORDS[language]["none"] if result.others_tell is None else _people(result.others_tell)


def _table(results: list[Telling], language: Language) -> Table:
    words = _WORDS[language]
    rows = (
        (words["direct"], *(_people(one.direct) for one in results)),
        (words["others"], *(_others(one, language) for one in results)),
        (words["relayed"], *(_people(one.relayed) for one in results)),
        (words["each"], *(_people(one.each) for one in results)),
        (words["all"], *(_people(one.hearers) for one in results)),
    )
    return Table(
        caption=words["caption"],
        columns=(words["row"], words["13"], words["20"]),
        rows=rows,
        has_total=True,
    )


def _figure(results: list[Telling], language: Language) -> Figure:
    """Draw the people of one tree as dots: who complains, who hears it, who hears it second-hand.

    Two trees side by side, one for each share.
    """
    words = _WORDS[language]
    data: list[dict[str, Any]] = []
    bottom = 0.0
    for index, result in enumerate(results):
        left = index * (_DOTS_IN_A_LINE + 3)
        middle = left + (_DOTS_IN_A_LINE - 1) / 2
        direct = _dots(round(result.direct), left, 1.5)
        below = direct[-1][1] + 1.5
        relayed = _dots(round(result.relayed), left, below)
        bottom = max(bottom, (relayed or direct)[-1][1])
        data += [
            _branches((middle, 0.0), direct[:_DOTS_IN_A_LINE]),
            _trace([(middle, 0.0)], "var(--yx-wrong)", 15),
            _trace(direct, "var(--yx-warm)", 11),
            _trace(relayed, "var(--yx-focus)", 9),
        ]
    return {
        "data": data,
        "layout": {
            "xaxis": {
                "visible": False,
                "range": [-1, 2 * _DOTS_IN_A_LINE + 3],
            },
            "yaxis": {"visible": False, "range": [bottom + 0.7, -1.9]},
            "height": 300,
            "showlegend": False,
            "margin": {"b": 8},
            "annotations": [
                {
                    "x": index * (_DOTS_IN_A_LINE + 3) + (_DOTS_IN_A_LINE - 1) / 2,
                    "y": -1.2,
                    "showarrow": False,
                    "text": f"{share}% → {_people(result.each)}",
                    "font": {"color": "var(--yx-ink)", "size": 16},
                }
                for index, (share, result) in enumerate(zip(_SHARES, results, strict=True))
            ],
            "title": {"text": words["each"], "font": {"size": 14}, "x": 0.5, "y": 0.99},
        },
    }


def _dots(number: int, left: float, top: float) -> list[tuple[float, float]]:
    return [(left + one % _DOTS_IN_A_LINE, top + one // _DOTS_IN_A_LINE) for one in range(number)]


def _branches(root: tuple[float, float], dots: list[tuple[float, float]]) -> dict[str, Any]:
    """Draw a line from the root to each dot; ``None`` lifts the pen."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for dot in dots for x in (root[0], dot[0], None)],
        "y": [y for dot in dots for y in (root[1], dot[1], None)],
        "text": [],
        "line": {"color": "var(--yx-line)", "width": 1},
    }


def _trace(dots: list[tuple[float, float]], colour: str, size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in dots],
        "y": [y for _, y in dots],
        "text": [],
        "marker": {"color": colour, "size": size},
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("一句话传多远", "How far one remark travels"),
    introduction=both(
        f"同一句话，两种读法。选一种，看13%和20%各变成什么样。爱说的人，两份讲义都说告诉{MANY}人。"
        "“网上放大”是我们加的假设，一开始是1，就是不放大。",
        f"One sentence, two readings. Choose one and compare 13% with 20%. Both decks let the "
        f"talkative ones tell {MANY}. “Online” is an assumption of ours; 1 means none.",
    ),
    groups=(
        InputGroup(
            id="reading",
            label=both("怎么读", "The reading"),
            inputs=(
                ChoiceInput(
                    id="reading",
                    label=both("13%，是谁的13%？", "13% of whom?"),
                    options=(
                        InputOption("mixture", both("不满的人里的13%", "of the dissatisfied")),
                        InputOption("relay", both("听的人里的13%", "of those who hear it")),
                    ),
                    default="mixture",
                ),
            ),
        ),
        InputGroup(
            id="numbers",
            label=both("数字", "The figures"),
            inputs=(
                NumberInput(
                    id="unhappy",
                    label=both("不满的人数", "Dissatisfied people"),
                    minimum=1,
                    maximum=500,
                    step=1,
                    default=1,
                ),
                NumberInput(
                    id="mean",
                    label=both("平均每位告诉几人", "People told by each, on average"),
                    minimum=5,
                    maximum=30,
                    step=1,
                    default=10,
                ),
                NumberInput(
                    id="online",
                    label=both("网上放大几倍（我们的假设）", "Online: times (our assumption)"),
                    minimum=1,
                    maximum=50,
                    step=1,
                    default=1,
                ),
            ),
        ),
    ),
    show=_show,
)
