"""Inputs, words, table and figure of choices per person."""

from yongxin.language import Language
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
from yongxin.simulators.choices_per_person.model import (
    STAGES,
    Market,
    choices_per_person,
    nearest_stage,
)
from yongxin.simulators.numerals import plain

_MOST = 1000
_DIGITS = 3
_AXIS = [-3.1, 3.1]
#: A line for each tenfold; every second one has its number, which a phone has room for.
_TICKS = {0.001: "", 0.01: "0.01", 0.1: "", 1: "1", 10: "", 100: "100", 1000: ""}

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "每人几个选择",
        "market": "情形",
        "people": "几个人",
        "options": "几样可选",
        "each": "每人几个",
        "scarce": "讲义第一段",
        "even": "讲义第二段",
        "plenty": "讲义第三段",
        "own": "我算的",
        "axis": "每人几个选择（每一格差十倍）",
        "summary": "{people}个人，{options}样可选，平均每人{each}个选择，离{stage}最近。",
    },
    "en": {
        "caption": "Choices for each person",
        "market": "Where",
        "people": "People",
        "options": "Options",
        "each": "For each",
        "scarce": "Deck, first",
        "even": "Deck, second",
        "plenty": "Deck, third",
        "own": "Mine",
        "axis": "Choices each (tenfold steps)",
        "summary": "People: {people}. Options: {options}. That is {each} for each person, and the "
        "nearest of the deck’s stages is the {stage}.",
    },
}
#: How a stage is named inside the sentence.
_STAGE_IN_SENTENCE: dict[Language, dict[str, str]] = {
    "zh-CN": {"scarce": "讲义第一段", "even": "讲义第二段", "plenty": "讲义第三段"},
    "en": {"scarce": "first", "even": "second", "plenty": "third"},
}


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    own = Market(float(inputs["people"]), float(inputs["options"]))
    each = choices_per_person(own)
    rows = [(words[name], market) for name, market in [*STAGES.items(), ("own", own)]]
    return Results(
        summary=words["summary"].format(
            people=plain(own.people, 0),
            options=plain(own.options, 0),
            each=plain(each, _DIGITS),
            stage=_STAGE_IN_SENTENCE[language][nearest_stage(each)],
        ),
        table=_table(rows, language),
        figure=_figure(rows, language),
    )


def _table(rows: list[tuple[str, Market]], language: Language) -> Table:
    words = _WORDS[language]
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("market", "people", "options", "each")),
        rows=tuple(
            (
                name,
                plain(market.people, 0),
                plain(market.options, 0),
                plain(choices_per_person(market), _DIGITS),
            )
            for name, market in rows
        ),
    )


def _figure(rows: list[tuple[str, Market]], language: Language) -> Figure:
    values = [choices_per_person(market) for _, market in rows]
    colours = ["var(--yx-brand)"] * (len(rows) - 1) + ["var(--yx-warm)"]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": [name for name, _ in rows],
                "x": values,
                "text": [plain(value, _DIGITS) for value in values],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": colours},
            }
        ],
        "layout": {
            "xaxis": {
                "type": "log",
                "range": _AXIS,
                "tickvals": list(_TICKS),
                "ticktext": list(_TICKS.values()),
                "tickangle": 0,
                "zeroline": False,
                "title": {"text": _WORDS[language]["axis"]},
            },
            "yaxis": {
                "autorange": "reversed",
                "zeroline": False,
                "ticks": "outside",
                "tickcolor": "var(--yx-line)",
            },
            "height": 280,
            "showlegend": False,
            "margin": {"r": 40},
        },
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("每人几个选择", "Choices for each person"),
    introduction=both(
        "上面三条是讲义的三段，比例只是举例。最后一条是你的：多少人想要，有几样可选。"
        "一开始是我们编的：晚上八点，还有一百二十户要回来停车，只剩十五个空位。",
        "Three bars are the deck’s stages, whose ratios are only illustrations. The last is yours: "
        "how many people want it, and how many there are to choose from. It starts with invented "
        "figures: at eight in the evening, 120 households have yet to park, and 15 bays are free.",
    ),
    groups=(
        InputGroup(
            id="own",
            label=both("我这里", "Where I am"),
            inputs=(
                NumberInput(
                    id="people",
                    label=both("想要的人（或户）", "People or households who want it"),
                    minimum=1,
                    maximum=_MOST,
                    step=1,
                    default=120,
                ),
                NumberInput(
                    id="options",
                    label=both("可选的（车位、房子、公司）", "Options: bays, flats, companies"),
                    minimum=1,
                    maximum=_MOST,
                    step=1,
                    default=15,
                ),
            ),
        ),
    ),
    show=_show,
)
