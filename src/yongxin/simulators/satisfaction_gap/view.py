"""Inputs, words, table and figure of the satisfaction gap."""

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
from yongxin.simulators.numerals import percentages, plain, signed
from yongxin.simulators.satisfaction_gap.model import (
    HIGHEST,
    LOWEST,
    Attribute,
    Gap,
    satisfaction_gap,
)

# The four sides of satisfaction in the course's deck, with the marks of the check value.
_ATTRIBUTES: tuple[tuple[str, LocalizedText, LocalizedText, float, float, float], ...] = (
    (
        "product",
        both("商品", "Product"),
        both("商品：设施、维修质量", "Product: facilities, quality of repairs"),
        3.2,
        4.5,
        0.4,
    ),
    (
        "service",
        both("服务", "Service"),
        both("服务：待人的态度", "Service: how people are treated"),
        4.5,
        4.0,
        0.3,
    ),
    (
        "system",
        both("制度", "Rules"),
        both("制度：办事方不方便", "Rules: how easily things get done"),
        4.0,
        4.2,
        0.2,
    ),
    (
        "environment",
        both("环境", "Surroundings"),
        both("环境：整洁、气氛", "Surroundings: cleanliness, atmosphere"),
        3.6,
        3.9,
        0.1,
    ),
)

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "各方面的差距（感知−期望）",
        "side": "方面",
        "perception": "感知",
        "expectation": "期望",
        "share": "所占比重",
        "gap": "差距",
        "overall": "整体",
        "above": "整体差距是{gap}分：做得比期望的好。",
        "level": "整体差距是0分：刚好如愿，不多也不少。",
        "below": "整体差距是{gap}分：没有达到期望。",
        "worst": "影响最大的缺口是“{side}”：差距{gap}分，占{share}%的比重。",
        "unweighted": "如果四个方面一样重要，差距就是{gap}分。",
        "axis": "差距（分）",
    },
    "en": {
        "caption": "Gap on each side (perception − expectation)",
        "side": "Side",
        "perception": "Perceived",
        "expectation": "Expected",
        "share": "Share",
        "gap": "Gap",
        "overall": "Overall",
        "above": "The overall gap is {gap}: better than expected.",
        "level": "The overall gap is 0: just as expected, no more and no less.",
        "below": "The overall gap is {gap}: expectations were not met.",
        "worst": "The shortfall that weighs most is “{side}”: {gap}, with a share of {share}%.",
        "unweighted": "If all four sides mattered alike, the gap would be {gap}.",
        "axis": "Gap (points)",
    },
}
_DIGITS = 2


def _show(inputs: Inputs, language: Language) -> Results:
    attributes = [
        Attribute(
            perception=float(inputs[f"{side}-perception"]),
            expectation=float(inputs[f"{side}-expectation"]),
            weight=float(inputs[f"{side}-weight"]),
        )
        for side, *_ in _ATTRIBUTES
    ]
    gap = satisfaction_gap(attributes)
    return Results(
        summary=_summary(gap, language),
        table=_table(attributes, gap, language),
        figure=_figure(gap, language),
    )


def _names(language: Language) -> list[str]:
    return [name.in_language(language) for _, name, *_ in _ATTRIBUTES]


def _summary(gap: Gap, language: Language) -> str:
    words = _WORDS[language]
    overall = signed(gap.weighted, _DIGITS)
    kind = "level" if overall == "0" else "above" if gap.weighted > 0 else "below"
    sentences = [words[kind].format(gap=overall)]
    weight_of = [share * one for share, one in zip(gap.shares, gap.gaps, strict=True)]
    worst = min(range(len(weight_of)), key=weight_of.__getitem__)
    if signed(weight_of[worst], _DIGITS).startswith("\N{MINUS SIGN}"):
        sentences.append(
            words["worst"].format(
                side=_names(language)[worst],
                gap=signed(gap.gaps[worst], _DIGITS),
                share=percentages(gap.shares)[worst],
            )
        )
    sentences.append(words["unweighted"].format(gap=signed(gap.unweighted, _DIGITS)))
    return ("" if language == "zh-CN" else " ").join(sentences)


def _table(attributes: list[Attribute], gap: Gap, language: Language) -> Table:
    words = _WORDS[language]
    shares = percentages(gap.shares)
    rows = [
        (
            name,
            plain(one.perception, _DIGITS),
            plain(one.expectation, _DIGITS),
            f"{share}%",
            signed(difference, _DIGITS),
        )
        for name, one, share, difference in zip(
            _names(language), attributes, shares, gap.gaps, strict=True
        )
    ]
    rows.append((words["overall"], "", "", "100%", signed(gap.weighted, _DIGITS)))
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("side", "perception", "expectation", "share", "gap")),
        rows=tuple(rows),
        has_total=True,
    )


def _figure(gap: Gap, language: Language) -> Figure:
    words = _WORDS[language]
    names = [*_names(language), words["overall"]]
    gaps = [*gap.gaps, gap.weighted]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": names,
                "x": [round(one, 4) for one in gaps],
                "text": [signed(one, _DIGITS) for one in gaps],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {
                    "color": ["var(--yx-right)" if one >= 0 else "var(--yx-wrong)" for one in gaps],
                    # The whole stands out from its parts by more than its place.
                    "opacity": [0.75] * len(gap.gaps) + [1],
                },
            }
        ],
        "layout": {
            "xaxis": {"title": {"text": words["axis"]}, "range": [-6.8, 6.8], "dtick": 2},
            "yaxis": {"autorange": "reversed", "ticksuffix": "  ", "showgrid": False},
            "bargap": 0.35,
            "height": 300,
            "showlegend": False,
        },
    }


def _marks(side: str, kind: str, label: LocalizedText, default: float) -> NumberInput:
    return NumberInput(
        id=f"{side}-{kind}",
        label=label,
        minimum=LOWEST,
        maximum=HIGHEST,
        step=0.1,
        default=default,
    )


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("满意的差距", "The satisfaction gap"),
    introduction=both(
        "给四个方面各打两个分（1到7分）：顾客感知到的，和他原来期望的。再定它们各有多重要。看看差距怎样变化。",
        "Give each of the four sides two marks from 1 to 7: what the customer perceived and what "
        "they had expected. Then say how much each side matters, and watch the gap.",
    ),
    groups=tuple(
        InputGroup(
            id=side,
            label=label,
            inputs=(
                _marks(side, "perception", both("感知", "Perceived"), perception),
                _marks(side, "expectation", both("期望", "Expected"), expectation),
                NumberInput(
                    id=f"{side}-weight",
                    label=both("重要程度", "Importance"),
                    minimum=0,
                    maximum=1,
                    step=0.1,
                    default=weight,
                ),
            ),
        )
        for side, _, label, perception, expectation, weight in _ATTRIBUTES
    ),
    show=_show,
)
