"""Inputs, words, table and figure of the squares in a grid."""

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
from yongxin.simulators.squares.model import (
    LARGEST,
    SMALLEST,
    SquaresOfOneSize,
    place_of,
    squares,
)

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "按边长来数",
        "side": "边长",
        "places": "横着能放",
        "rows": "竖着能放",
        "count": "个数",
        "all": "合计",
        "cells": "{side}格",
        "chosen": "边长{side}格的正方形，横着有{places}个位置，竖着也有{places}个，一共{count}个。"
        "图上框出的是第{number}个，一个点就是一个正方形的中心。",
        "too-big": "格子每边只有{cells}格，放不下边长{side}格的正方形。",
        "total": "大大小小合起来：{total}个。",
    },
    "en": {
        "caption": "Counted by size",
        "side": "Side",
        "places": "Places across",
        "rows": "Places down",
        "count": "Squares",
        "all": "All",
        "cells": "{side}",
        "chosen": "A square with side {side} has {places} places across and {places} down: {count} "
        "in all. The frame shows number {number}; each dot is the centre of one square.",
        "too-big": "The grid has {cells} cells a side, too few for a square with side {side}.",
        "total": "All sizes together: {total}.",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    cells, side, number = (int(inputs[one]) for one in ("cells", "side", "number"))
    sizes = squares(cells)
    chosen = sizes[side - 1] if side <= cells else None
    return Results(
        summary=_summary(cells, side, number, chosen, sizes, language),
        table=_table(sizes, language),
        figure=_figure(cells, number, chosen),
    )


def _summary(
    cells: int,
    side: int,
    number: int,
    chosen: SquaresOfOneSize | None,
    sizes: tuple[SquaresOfOneSize, ...],
    language: Language,
) -> str:
    words = _WORDS[language]
    if chosen is None:
        first = words["too-big"].format(cells=cells, side=side)
    else:
        first = words["chosen"].format(
            side=side,
            places=chosen.places,
            count=chosen.count,
            number=(number - 1) % chosen.count + 1,
        )
    total = words["total"].format(total=sum(one.count for one in sizes))
    return ("" if language == "zh-CN" else " ").join((first, total))


def _table(sizes: tuple[SquaresOfOneSize, ...], language: Language) -> Table:
    words = _WORDS[language]
    rows = [
        (
            words["cells"].format(side=one.side),
            str(one.places),
            str(one.places),
            str(one.count),
        )
        for one in sizes
    ]
    rows.append((words["all"], "", "", str(sum(one.count for one in sizes))))
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("side", "places", "rows", "count")),
        rows=tuple(rows),
        has_total=True,
    )


def _figure(cells: int, number: int, chosen: SquaresOfOneSize | None) -> Figure:
    """Draw the grid, a dot for each square of the chosen size, and a frame round one of them."""
    lines = [_line(at, 0, at, cells) for at in range(cells + 1)]
    lines += [_line(0, at, cells, at) for at in range(cells + 1)]
    across: list[float] = []
    down: list[float] = []
    if chosen is not None:
        half = chosen.side / 2
        across = [column + half for _ in range(chosen.places) for column in range(chosen.places)]
        down = [row + half for row in range(chosen.places) for _ in range(chosen.places)]
        column, row = place_of(number, chosen.places)
        lines.append(_frame(column, row, chosen.side))
    axis = {"visible": False, "range": [-0.2, cells + 0.2], "showgrid": False, "zeroline": False}
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": across,
                "y": down,
                "text": [],
                "cliponaxis": False,
                "marker": {"color": "var(--yx-warm)", "size": 9},
            }
        ],
        "layout": {
            "shapes": lines,
            "xaxis": {**axis, "constrain": "domain"},
            "yaxis": {**axis, "range": [cells + 0.2, -0.2], "scaleanchor": "x"},
            "margin": {"b": 8},
            "height": 300,
            "showlegend": False,
        },
    }


def _line(from_x: int, from_y: int, to_x: int, to_y: int) -> Figure:
    return {
        "type": "line",
        "x0": from_x,
        "y0": from_y,
        "x1": to_x,
        "y1": to_y,
        "layer": "below",
        "line": {"color": "var(--yx-edge)", "width": 2},
    }


def _frame(column: int, row: int, side: int) -> Figure:
    return {
        "type": "rect",
        "x0": column,
        "y0": row,
        "x1": column + side,
        "y1": row + side,
        "layer": "below",
        "fillcolor": "var(--yx-brand-soft)",
        "line": {"color": "var(--yx-brand)", "width": 5},
    }


SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("按大小数一遍", "Count them by size"),
    introduction=both(
        "选一种边长，看它在格子里能放几个位置；再拖第三条，让方框一格一格走过去。",
        "Choose a side and see how many places it has in the grid. Then move the third slider and "
        "watch the frame walk from place to place.",
    ),
    groups=(
        InputGroup(
            id="grid",
            label=both("格子和方框", "Grid and frame"),
            inputs=(
                NumberInput(
                    id="cells",
                    label=both("格子每边几格", "Cells on each side of the grid"),
                    minimum=SMALLEST,
                    maximum=LARGEST,
                    step=1,
                    default=4,
                ),
                NumberInput(
                    id="side",
                    label=both("方框边长几格", "Cells on each side of the frame"),
                    minimum=SMALLEST,
                    maximum=LARGEST,
                    step=1,
                    default=2,
                ),
                NumberInput(
                    id="number",
                    label=both("框出第几个", "Which one to frame"),
                    minimum=1,
                    maximum=LARGEST**2,
                    step=1,
                    default=1,
                ),
            ),
        ),
    ),
    show=_show,
)
