"""Inputs, words, table and figure of the expectation builder."""

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
from yongxin.simulators.expectation_builder.model import (
    HIGHEST,
    LOWEST,
    Expectation,
    Source,
    expectation,
)
from yongxin.simulators.figures import stacked_bar
from yongxin.simulators.numerals import percentages, plain

# The four sources of the course's deck, the levels of the check value, and a colour each that
# can be told from its neighbour's in both themes.
_SOURCES: tuple[tuple[str, LocalizedText, LocalizedText, float, str], ...] = (
    (
        "advertising",
        both("广告", "Advertising"),
        both("广告：我们自己的承诺", "Advertising: what we promised ourselves"),
        6,
        "var(--yx-warm)",
    ),
    (
        "experience",
        both("经验", "Experience"),
        both("经验：上一次的经历", "Experience: what happened last time"),
        4,
        "var(--yx-brand)",
    ),
    (
        "competitors",
        both("竞争对手", "Competitors"),
        both("竞争对手：别的小区怎么做", "Competitors: what other estates do"),
        5,
        "var(--yx-focus)",
    ),
    (
        "word-of-mouth",
        both("口碑", "Word of mouth"),
        both("口碑：邻居和朋友怎么说", "Word of mouth: what neighbours and friends say"),
        3,
        "var(--yx-muted)",
    ),
)

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "四个来源怎样合成一个期望",
        "source": "来源",
        "share": "所占比重",
        "level": "让人期望几分",
        "part": "贡献",
        "total": "期望",
        "summary": "合起来，顾客的期望是{level}分（1到7分）。贡献最大的是“{source}”：{part}分。",
        "alike": "四个来源的分量都是0，所以当作一样重要。",
        "axis": "期望（分）",
    },
    "en": {
        "caption": "How four sources make one expectation",
        "source": "Source",
        "share": "Share",
        "level": "Level",
        "part": "Adds",
        "total": "Expectation",
        "summary": "Together they make an expectation of {level} on a scale from 1 to 7. "
        "“{source}” contributes most: {part}.",
        "alike": "All four count for nothing, so they are treated alike.",
        "axis": "Expectation (points)",
    },
}
_DIGITS = 2


def _show(inputs: Inputs, language: Language) -> Results:
    sources = [
        Source(weight=float(inputs[f"{one}-weight"]), level=float(inputs[f"{one}-level"]))
        for one, *_ in _SOURCES
    ]
    result = expectation(sources)
    return Results(
        summary=_summary(sources, result, language),
        table=_table(sources, result, language),
        figure=_figure(result, language),
    )


def _names(language: Language) -> list[str]:
    return [name.in_language(language) for _, name, *_ in _SOURCES]


def _summary(sources: list[Source], result: Expectation, language: Language) -> str:
    words = _WORDS[language]
    most = max(range(len(sources)), key=result.contributions.__getitem__)
    summary = words["summary"].format(
        level=plain(result.level, _DIGITS),
        source=_names(language)[most],
        part=plain(result.contributions[most], _DIGITS),
    )
    if any(one.weight for one in sources):
        return summary
    return f"{words['alike']}{'' if language == 'zh-CN' else ' '}{summary}"


def _table(sources: list[Source], result: Expectation, language: Language) -> Table:
    words = _WORDS[language]
    rows = [
        (name, f"{share}%", plain(one.level, _DIGITS), plain(part, _DIGITS))
        for name, share, one, part in zip(
            _names(language),
            percentages(result.shares),
            sources,
            result.contributions,
            strict=True,
        )
    ]
    rows.append((words["total"], "100%", "", plain(result.level, _DIGITS)))
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("source", "share", "level", "part")),
        rows=tuple(rows),
        has_total=True,
    )


def _figure(result: Expectation, language: Language) -> Figure:
    words = _WORDS[language]
    bars = [
        stacked_bar(name, [words["total"]], [part], [plain(part, _DIGITS)], colour)
        for name, part, (*_, colour) in zip(
            _names(language), result.contributions, _SOURCES, strict=True
        )
        if part > 0
    ]
    level = round(result.level, 4)
    return {
        "data": bars,
        "layout": {
            "barmode": "stack",
            "xaxis": {"title": {"text": words["axis"]}, "range": [0, HIGHEST + 0.2], "dtick": 1},
            "yaxis": {"visible": False},
            "bargap": 0.3,
            "height": 300,
            "showlegend": True,
            "margin": {"t": 32},
            "uniformtext": {"minsize": 12, "mode": "hide"},
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": -0.5,
                "yanchor": "top",
                "traceorder": "normal",
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": level,
                    "x1": level,
                    "y0": -0.02,
                    "y1": 1.02,
                    "yref": "paper",
                    "line": {"color": "var(--yx-ink)", "width": 2, "dash": "dot"},
                }
            ],
            "annotations": [
                {
                    "x": level,
                    "y": 1.03,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "text": f"{words['total']} {plain(result.level, _DIGITS)}",
                    "font": {"color": "var(--yx-ink)"},
                }
            ],
        },
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("期望是怎样搭起来的", "How an expectation is built"),
    introduction=both(
        "人们从四个地方听说“会怎么样”。给每个来源定两样：它说话有多大分量，以及它让人期望到几分。"
        "不管你怎么拨，四份比重加起来总是100%。",
        "People hear from four places what to expect. For each, set how much it counts and the "
        "level it leads people to expect. However you move them, the four shares add up to 100%.",
    ),
    groups=tuple(
        InputGroup(
            id=source,
            label=label,
            inputs=(
                NumberInput(
                    id=f"{source}-weight",
                    label=both("分量", "How much it counts"),
                    minimum=0,
                    maximum=100,
                    step=5,
                    default=25,
                ),
                NumberInput(
                    id=f"{source}-level",
                    label=both("让人期望几分", "Level it promises"),
                    minimum=LOWEST,
                    maximum=HIGHEST,
                    step=0.5,
                    default=level,
                ),
            ),
        )
        for source, _, label, level, _ in _SOURCES
    ),
    show=_show,
)
