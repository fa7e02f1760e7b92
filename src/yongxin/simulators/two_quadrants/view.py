"""Inputs, words, table and figure of the two quadrants."""

from typing import Any

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
from yongxin.simulators.numerals import plain, signed
from yongxin.simulators.two_quadrants.model import REACH, Place, place

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "我的两个点",
        "chart": "哪张图",
        "across": "横",
        "up": "纵",
        "where": "在哪里",
        "me": "我自己",
        "project": "我们项目",
        "across-me": "沟通能力",
        "up-me": "个人硬件",
        "across-project": "差异化",
        "up-project": "顾客满意度",
        "high": "{axis}高",
        "low": "{axis}低",
        "on-the-line": "{axis}压线",
        "join": "、",
        "sentence": "{chart}：{where}。",
        "line": "压在线上的，哪一格都不算，挪一步再看。",
        "stop": "",
    },
    "en": {
        "caption": "My two points",
        "chart": "Chart",
        "across": "Across",
        "up": "Up",
        "where": "Where it lies",
        "me": "Myself",
        "project": "Our project",
        "across-me": "dealing with people",
        "up-me": "personal equipment",
        "across-project": "difference",
        "up-project": "satisfaction",
        "high": "{axis} high",
        "low": "{axis} low",
        "on-the-line": "{axis} on the line",
        "join": ", ",
        "sentence": "{chart}: {where}.",
        "line": "A point on a line belongs to no field; move it a step.",
        "stop": " ",
    },
}
_CHARTS = ("me", "project")


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    points = {
        chart: (float(inputs[f"{chart}-across"]), float(inputs[f"{chart}-up"])) for chart in _CHARTS
    }
    places = {chart: place(*point) for chart, point in points.items()}
    told = [
        words["sentence"].format(chart=words[chart], where=_where(chart, found, language))
        for chart, found in places.items()
    ]
    if not all(found.in_a_field for found in places.values()):
        told.append(words["line"])
    return Results(
        summary=words["stop"].join(told),
        table=Table(
            caption=words["caption"],
            columns=tuple(words[key] for key in ("chart", "across", "up", "where")),
            rows=tuple(
                (
                    words[chart],
                    signed(points[chart][0], 0),
                    signed(points[chart][1], 0),
                    _where(chart, found, language),
                )
                for chart, found in places.items()
            ),
        ),
        figure=_figure(points, language),
    )


def _where(chart: str, found: Place, language: Language) -> str:
    words = _WORDS[language]
    return words["join"].join(
        words[side].format(axis=words[f"{axis}-{chart}"])
        for axis, side in (("across", found.across), ("up", found.up))
    )


def _figure(points: dict[str, tuple[float, float]], language: Language) -> Figure:
    """Draw both charts, one above the other, with a point each and bare fields."""
    words = _WORDS[language]
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"height": 620, "showlegend": False, "margin": {"t": 12, "r": 16}}
    for number, (chart, (x, y)) in enumerate(points.items()):
        suffix = "" if number == 0 else "2"
        data.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [x],
                "y": [y],
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
                "text": [words[chart]],
                "textposition": "bottom center" if y > 0 else "top center",
                "cliponaxis": False,
                "marker": {"color": "var(--yx-warm)", "size": 14},
            }
        )
        layout[f"xaxis{suffix}"] = {
            **_axis(words[f"across-{chart}"]),
            "anchor": f"y{suffix}",
            "domain": [0, 1],
        }
        layout[f"yaxis{suffix}"] = {
            **_axis(words[f"up-{chart}"]),
            "anchor": f"x{suffix}",
            "domain": [0.58, 1] if number == 0 else [0, 0.42],
        }
    return {"data": data, "layout": layout}


def _axis(name: str) -> dict[str, Any]:
    return {
        "title": {"text": name},
        "range": [-REACH - 0.8, REACH + 0.8],
        "tickvals": [-REACH, 0, REACH],
        "ticktext": [plain(-REACH, 0), "0", plain(REACH, 0)],
        "gridcolor": "var(--yx-line)",
        "zeroline": True,
        "zerolinecolor": "var(--yx-muted)",
        "zerolinewidth": 2,
        "automargin": True,
        "fixedrange": True,
    }


def _slider(name: str, label: LocalizedText) -> NumberInput:
    """Return an axis to set. It starts on the line: nobody is placed beforehand."""
    return NumberInput(id=name, label=label, minimum=-REACH, maximum=REACH, step=1, default=0)


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("两张图，两个点", "Two charts, two points"),
    introduction=both(
        "每根轴从−5到5，0是一般。凭什么放在这里，心里要有一件事。四个格子没有名字，名字由你起。",
        "Each axis runs from −5 to 5, and 0 is middling. Have an incident in mind for wherever you "
        "put a point. The fields have no names; naming them is up to you.",
    ),
    groups=(
        InputGroup(
            id="me",
            label=both("第一张：我自己", "First chart: myself"),
            inputs=(
                _slider("me-across", both("人际和沟通能力", "Dealing and talking with people")),
                _slider(
                    "me-up",
                    both(
                        "个人硬件：本事好不好、有没有特色", "Personal equipment: skill and a style"
                    ),
                ),
            ),
        ),
        InputGroup(
            id="project",
            label=both("第二张：我们项目", "Second chart: our project"),
            inputs=(
                _slider("project-across", both("跟别家有多不同", "How different from others")),
                _slider("project-up", both("顾客满意度", "Customer satisfaction")),
            ),
        ),
    ),
    show=_show,
)
