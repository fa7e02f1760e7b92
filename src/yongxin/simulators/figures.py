"""Parts that the figures of several simulators have in common, in plotly's JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from yongxin.simulators.base import Figure

#: A legend above the chart, in one line as far as there is room.
LEGEND_ABOVE: Final[Mapping[str, Any]] = {
    "orientation": "h",
    "x": 0,
    "y": 1.02,
    "yanchor": "bottom",
}


def stacked_bar(
    name: str, rows: Sequence[str], values: Sequence[float], texts: Sequence[str], colour: str
) -> Figure:
    """Return one part of stacked bars that lie on their side, with its numbers inside."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(rows),
        "x": [round(one, 4) for one in values],
        "text": list(texts),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": "var(--yx-surface)"},
        "marker": {"color": colour, "line": {"color": "var(--yx-surface)", "width": 2}},
    }
