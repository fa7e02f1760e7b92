"""Inputs, words, table and figure of the curve of a change."""

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
from yongxin.simulators.change_curve.model import Course, Phase, energy, phase
from yongxin.simulators.figures import LEGEND_ABOVE
from yongxin.simulators.numerals import plain

_WEEKS = 20
_EVERY = 2
_PHASES: tuple[Phase, ...] = ("denial", "resistance", "acceptance", "commitment")

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "两周一看",
        "week": "第几周",
        "manager": "经理",
        "team": "班组",
        "cell": "{phase}，{energy}",
        "not-told": "还不知道",
        "denial": "否认",
        "resistance": "抗拒",
        "acceptance": "接纳",
        "commitment": "投入",
        "summary": "第{week}周，经理开始投入，精神头{manager}。同一周，班组：{phase}，"
        "精神头{team}。",
        "together": "两边同时知道，走在同一条线上。",
        "skipped": "这样一拨，经理没有“接纳”这一段。不是人人都四段走全。",
        "axis": "周",
        "up": "精神头（1是平常）",
        "stop": "",
    },
    "en": {
        "caption": "Every other week",
        "week": "Week",
        "manager": "Manager",
        "team": "Team",
        "cell": "{phase}, {energy}",
        "not-told": "not told",
        "denial": "denial",
        "resistance": "resistance",
        "acceptance": "acceptance",
        "commitment": "commitment",
        "summary": "In week {week} the manager commits, with energy {manager}. The same week finds "
        "the team here: {phase}, energy {team}.",
        "together": "Both were told at once and share one line.",
        "skipped": "Set like this, the manager has no acceptance at all. Not everybody passes "
        "through all four.",
        "axis": "Weeks",
        "up": "Energy (1 is ordinary)",
        "stop": " ",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    course = Course(
        bottom=float(inputs["bottom"]),
        width=float(inputs["width"]),
        depth=float(inputs["depth"]) / 100,
        rise=float(inputs["rise"]),
    )
    later = float(inputs["later"])
    return Results(
        summary=_summary(course, later, language),
        table=_table(course, later, language),
        figure=_figure(course, later, language),
    )


def _commits(course: Course) -> float:
    """Return the week in which commitment begins."""
    return max(course.rise, course.bottom + course.width)


def _summary(course: Course, later: float, language: Language) -> str:
    words = _WORDS[language]
    week = _commits(course)
    sentences = [
        words["summary"].format(
            week=plain(week, 1),
            manager=plain(energy(week, course), 1),
            phase=words[phase(week - later, course)],
            team=plain(energy(week - later, course), 1),
        )
    ]
    if later == 0:
        sentences.append(words["together"])
    if course.rise <= course.bottom + course.width:
        sentences.append(words["skipped"])
    return words["stop"].join(sentences)


def _table(course: Course, later: float, language: Language) -> Table:
    words = _WORDS[language]

    def cell(week: float) -> str:
        return words["cell"].format(
            phase=words[phase(week, course)], energy=plain(energy(week, course), 1)
        )

    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("week", "manager", "team")),
        rows=tuple(
            (str(week), cell(week), cell(week - later)) for week in range(0, _WEEKS + 1, _EVERY)
        ),
    )


def _figure(course: Course, later: float, language: Language) -> Figure:
    words = _WORDS[language]
    weeks = [week / 4 for week in range(4 * _WEEKS + 1)]
    lines = [("manager", 0.0, "var(--yx-brand)", "solid")]
    if later:
        lines.append(("team", later, "var(--yx-warm)", "dash"))
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": words[who],
                "x": weeks,
                "y": [round(energy(week - delay, course), 3) for week in weeks],
                "text": [],
                "line": {"color": colour, "width": 3, "dash": dash},
            }
            for who, delay, colour, dash in lines
        ],
        "layout": {
            "xaxis": {
                "title": {"text": words["axis"]},
                "dtick": 4,
                "range": [0, _WEEKS],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "yaxis": {
                "title": {"text": words["up"]},
                "range": [0, 2.6],
                "tickvals": [0, 0.5, 1, 1.5],
                "zeroline": False,
                "fixedrange": True,
            },
            **_zones(course, language),
            "height": 360,
            "showlegend": True,
            "legend": dict(LEGEND_ABOVE),
            "margin": {"t": 40, "r": 12},
        },
    }


def _zones(course: Course, language: Language) -> dict[str, list[dict[str, Any]]]:
    """Return the lines between the manager's phases, and the phases' names, read upwards."""
    ends = [
        max(0.0, course.bottom - course.width),
        course.bottom + course.width,
        _commits(course),
        float(_WEEKS),
    ]
    shapes: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    begin = 0.0
    for name, end in zip(_PHASES, ends, strict=True):
        if end - begin >= 0.5:
            names.append(
                {
                    "x": (begin + end) / 2,
                    "y": 2.55,
                    "yanchor": "top",
                    "textangle": 0 if language == "zh-CN" and end - begin >= 3 else -90,
                    "showarrow": False,
                    "text": _WORDS[language][name],
                }
            )
        if begin < end < _WEEKS:
            shapes.append(
                {
                    "type": "line",
                    "x0": end,
                    "x1": end,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "line": {"color": "var(--yx-muted)", "width": 1, "dash": "dot"},
                }
            )
        begin = end
    return {"shapes": shapes, "annotations": names}


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("变革曲线：两条线差几周", "The curve of a change, twice"),
    introduction=both(
        "横着是周数，竖着是人的精神头。虚线隔开经理的四段。班组晚几周知道，线就晚几周。"
        "数都是编的，只看形状。",
        "Weeks run across, people’s energy runs up. Dotted lines divide the manager’s four phases. "
        "A team that is told later is later on the line. The figures are invented; look at the "
        "shape.",
    ),
    groups=(
        InputGroup(
            id="people",
            label=both("谁先知道", "Who is told first"),
            inputs=(
                NumberInput(
                    id="later",
                    label=both("班组晚几周知道", "Weeks until the team is told"),
                    minimum=0,
                    maximum=10,
                    step=1,
                    default=4,
                ),
            ),
        ),
        InputGroup(
            id="course",
            label=both("这条线", "The line"),
            inputs=(
                NumberInput(
                    id="bottom",
                    label=both("谷底在第几周", "Lowest week"),
                    minimum=2,
                    maximum=8,
                    step=0.5,
                    default=4,
                ),
                NumberInput(
                    id="width",
                    label=both("谷有多宽（周）", "Width of the valley, in weeks"),
                    minimum=1,
                    maximum=4,
                    step=0.5,
                    default=2,
                ),
                NumberInput(
                    id="depth",
                    label=both("谷有多深，%", "Depth of the valley, in %"),
                    minimum=0,
                    maximum=90,
                    step=5,
                    default=60,
                ),
                NumberInput(
                    id="rise",
                    label=both("第几周往上走", "Week of the rise"),
                    minimum=5,
                    maximum=14,
                    step=1,
                    default=8,
                ),
            ),
        ),
    ),
    show=_show,
)
