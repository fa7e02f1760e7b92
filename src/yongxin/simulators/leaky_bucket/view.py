"""Inputs, words, table and figure of the leaky bucket."""

from typing import Any

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
from yongxin.simulators.figures import LEGEND_ABOVE
from yongxin.simulators.leaky_bucket.model import Bucket, leaky_bucket
from yongxin.simulators.numerals import plain

_YEARS = 8
_FIFTH = 5

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "一年一年看",
        "year": "第几年末",
        "first": "最早那批还剩",
        "share": "占百分之几",
        "all": "连新来的一共",
        "now": "开始",
        "fifth": "五年以后，最早那批还剩{share}%。",
        "pace": "平均一位待{stay}年，过{half}年走掉一半。",
        "steady": "每年新来{new}，最后会停在{steady}上下：来的和走的一样多。",
        "tight": "桶不漏，一位也没走。",
        "axis": "年",
    },
    "en": {
        "caption": "Year by year",
        "year": "End of year",
        "first": "First ones left",
        "share": "In %",
        "all": "All, with new ones",
        "now": "Start",
        "fifth": "After five years, {share}% of the first ones are left.",
        "pace": "On average a customer stays {stay} years, and half are gone after {half}.",
        "steady": "With {new} new ones a year it settles around {steady}: as many come as go.",
        "tight": "The bucket is tight and nobody leaves.",
        "axis": "Years",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    bucket = leaky_bucket(
        float(inputs["start"]), float(inputs["loss"]) / 100, float(inputs["new"]), _YEARS
    )
    return Results(
        summary=_summary(bucket, float(inputs["new"]), language),
        table=_table(bucket, language),
        figure=_figure(bucket, language),
    )


def _summary(bucket: Bucket, new: float, language: Language) -> str:
    words = _WORDS[language]
    if bucket.steady is None:
        return words["tight"]
    sentences = [
        words["fifth"].format(share=_percent(bucket, _FIFTH)),
        words["pace"].format(stay=plain(bucket.stay, 1), half=plain(bucket.half_life, 2)),
    ]
    if new:
        sentences.append(words["steady"].format(new=plain(new, 0), steady=plain(bucket.steady, 0)))
    return ("" if language == "zh-CN" else " ").join(sentences)


def _percent(bucket: Bucket, year: int) -> str:
    return plain(100 * bucket.first[year] / bucket.first[0], 1)


def _customers(numbers: tuple[float, ...]) -> list[str]:
    return [plain(one, 0) for one in numbers]


def _table(bucket: Bucket, language: Language) -> Table:
    words = _WORDS[language]
    rows = [
        (str(year) if year else words["now"], first, f"{_percent(bucket, year)}%", everybody)
        for year, (first, everybody) in enumerate(
            zip(_customers(bucket.first), _customers(bucket.all), strict=True)
        )
    ]
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("year", "first", "share", "all")),
        rows=tuple(rows),
    )


def _figure(bucket: Bucket, language: Language) -> Figure:
    words = _WORDS[language]
    lines = [(words["first"], bucket.first, "var(--yx-warm)", "solid", "top right")]
    if bucket.all != bucket.first:
        lines[0] = (*lines[0][:-1], "bottom left")
        lines.append((words["all"], bucket.all, "var(--yx-brand)", "dash", "top right"))
    data: list[dict[str, Any]] = []
    for name, numbers, colour, dash, place in lines:
        years = list(range(len(numbers)))
        heights = [round(one, 2) for one in numbers]
        data += [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": years,
                "y": heights,
                "text": [],
                "line": {"color": colour, "width": 3, "dash": dash},
                "marker": {"color": colour, "size": 7},
            },
            {
                # Every second year after the start, which the axis names: more labels would run
                # into each other on a telephone.
                "type": "scatter",
                "mode": "text",
                "x": years[2::2],
                "y": heights[2::2],
                "text": _customers(numbers)[2::2],
                "textposition": place,
                "cliponaxis": False,
                "showlegend": False,
            },
        ]
    return {
        "data": data,
        "layout": {
            "xaxis": {
                "title": {"text": words["axis"]},
                "dtick": 1,
                "range": [-0.4, _YEARS + 0.9],
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {"rangemode": "tozero"},
            "height": 320,
            "showlegend": True,
            "legend": dict(LEGEND_ABOVE),
            "margin": {"t": 48},
        },
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("漏水的桶", "The leaky bucket"),
    introduction=both(
        "每年漏掉一份，剩下的再漏一份。拨一拨漏的比例，再看每年要新来多少，水面才不降。",
        "Every year a share leaks out, and next year a share of what is left. Set the share, and "
        "see how many must come each year to keep the level.",
    ),
    groups=(
        InputGroup(
            id="bucket",
            label=both("桶", "The bucket"),
            inputs=(
                NumberInput(
                    id="start",
                    label=both("开始有多少户", "Households at the start"),
                    minimum=100,
                    maximum=2000,
                    step=50,
                    default=1000,
                ),
                NumberInput(
                    id="loss",
                    label=both("每年流失百分之几", "Lost each year, in %"),
                    minimum=0,
                    maximum=40,
                    step=1,
                    default=20,
                ),
                NumberInput(
                    id="new",
                    label=both("每年新来多少户", "New ones each year"),
                    minimum=0,
                    maximum=1000,
                    step=10,
                    default=0,
                ),
            ),
        ),
    ),
    show=_show,
)
