"""Inputs, words, table and figure of the force field."""

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
from yongxin.simulators.force_field.model import STRONGEST, Balance, balance
from yongxin.simulators.numerals import plain, signed

#: Invented: the repair app of Yunshan Court. Names, and forces to begin with.
_DRIVING = {
    "busy-line": (both("电话老占线，住户着急", "Busy line"), 4),
    "seen-progress": (both("修到哪一步，看得见", "Visible progress"), 3),
    "order": (both("公司要求", "Company order"), 2),
}
_RESTRAINING = {
    "elderly": (both("老人不会用", "Elderly left out"), 4),
    "timed": (both("师傅怕被掐表", "Fear of the clock"), 4),
    "old-book": (both("旧本子用惯了", "Old book, habit"), 3),
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "两边的力",
        "force": "哪一股力",
        "side": "哪一边",
        "strength": "多大",
        "driving": "推",
        "restraining": "挡",
        "net": "净力（推减挡）",
        "tension": "绷劲（两边相加）",
        "sums": "推的合起来{driving}，挡的合起来{restraining}，净力{net}，绷劲{tension}。",
        "moves": "推得动了。",
        "holds": "两边顶住，原地不动。",
        "back": "挡的更大，还在往回走。",
        "stop": "",
    },
    "en": {
        "caption": "Forces on both sides",
        "force": "Force",
        "side": "Side",
        "strength": "Strength",
        "driving": "pushes",
        "restraining": "holds",
        "net": "Net (pushing minus holding)",
        "tension": "Tension (both sides added)",
        "sums": "Pushing: {driving}. Holding: {restraining}. Net: {net}. Tension: {tension}.",
        "moves": "It begins to move.",
        "holds": "The two sides hold each other, and nothing moves.",
        "back": "More holds than pushes, and things slide back.",
        "stop": " ",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    words = _WORDS[language]
    driving = {name: float(inputs[name]) for name in _DRIVING}
    restraining = {name: float(inputs[name]) for name in _RESTRAINING}
    result = balance(list(driving.values()), list(restraining.values()))
    sums = words["sums"].format(
        driving=plain(result.driving, 0),
        restraining=plain(result.restraining, 0),
        net=signed(result.net, 0),
        tension=plain(result.tension, 0),
    )
    rows = [
        (names[name][0].in_language(language), words[side], plain(strength, 0))
        for side, names, forces in (
            ("driving", _DRIVING, driving),
            ("restraining", _RESTRAINING, restraining),
        )
        for name, strength in forces.items()
    ]
    rows += [
        (words["tension"], "", plain(result.tension, 0)),
        (words["net"], "", signed(result.net, 0)),
    ]
    return Results(
        summary=words["stop"].join((sums, words[_verdict(result)])),
        table=Table(
            caption=words["caption"],
            columns=tuple(words[key] for key in ("force", "side", "strength")),
            rows=tuple(rows),
            has_total=True,
        ),
        figure=_figure(driving, restraining, language),
    )


def _verdict(result: Balance) -> str:
    if result.net == 0:
        return "holds"
    return "moves" if result.net > 0 else "back"


def _figure(driving: dict[str, float], restraining: dict[str, float], language: Language) -> Figure:
    """Draw each force as a bar that presses on the line in the middle."""
    names = [_DRIVING[name][0].in_language(language) for name in driving]
    names += [_RESTRAINING[name][0].in_language(language) for name in restraining]
    lengths = [-force for force in driving.values()] + list(restraining.values())
    colours = ["var(--yx-brand)"] * len(driving) + ["var(--yx-warm)"] * len(restraining)
    rows = list(range(len(names)))
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": rows,
                "x": lengths,
                "width": 0.2,
                "text": [plain(abs(one), 0) for one in lengths],
                "textposition": "outside",
                "constraintext": "none",
                "cliponaxis": False,
                "marker": {"color": colours},
            },
            {
                # The heads of the arrows: both sides press on the line.
                "type": "scatter",
                "mode": "markers",
                "y": rows,
                "x": [-0.3] * len(driving) + [0.3] * len(restraining),
                "text": [],
                "marker": {
                    "color": colours,
                    "size": 20,
                    "symbol": ["triangle-right"] * len(driving)
                    + ["triangle-left"] * len(restraining),
                },
            },
        ],
        "layout": {
            "xaxis": {
                "range": [-STRONGEST - 1, STRONGEST + 1],
                "showticklabels": False,
                "showgrid": False,
                "zeroline": True,
                "zerolinecolor": "var(--yx-ink)",
                "zerolinewidth": 3,
                "fixedrange": True,
            },
            "yaxis": {
                "range": [len(rows) - 0.4, -0.8],
                "showticklabels": False,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "annotations": [
                {
                    # The name stands above its bar, on its own side of the line.
                    "x": -STRONGEST - 1 if length <= 0 and row < len(driving) else STRONGEST + 1,
                    "xanchor": "left" if row < len(driving) else "right",
                    "y": row - 0.42,
                    "showarrow": False,
                    "text": name,
                }
                for row, (name, length) in enumerate(zip(names, lengths, strict=True))
            ],
            "height": 380,
            "showlegend": False,
            "margin": {"t": 8, "l": 8, "r": 8, "b": 8},
        },
    }


def _sliders(forces: dict[str, tuple[LocalizedText, int]]) -> tuple[NumberInput, ...]:
    return tuple(
        NumberInput(id=name, label=label, minimum=0, maximum=STRONGEST, step=1, default=strength)
        for name, (label, strength) in forces.items()
    )


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("力场：推的和挡的", "A force field"),
    introduction=both(
        "云杉苑要上报修小程序。每股力从0到5，凭判断打分，开头的数是编的。先加一股推的，再放回去，"
        "改成减一股挡的。",
        "Yunshan Court wants a repair app. Each force runs from 0 to 5, by judgement; the figures "
        "to begin with are invented. Add to a push, put it back, and take from a hindrance.",
    ),
    groups=(
        InputGroup(id="driving", label=both("往前推的", "Pushing"), inputs=_sliders(_DRIVING)),
        InputGroup(
            id="restraining", label=both("往后挡的", "Holding back"), inputs=_sliders(_RESTRAINING)
        ),
    ),
    show=_show,
)
