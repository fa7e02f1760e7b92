"""The chart of a result: a bar for each scale, a paler one for the time before."""

from collections.abc import Sequence
from dataclasses import dataclass

from yongxin.simulators.base import Figure


@dataclass(frozen=True)
class Bar:
    """One scale: its value, how it is printed, and the value of the time before, if any."""

    name: str
    value: int
    label: str
    before: int | None


def chart(
    bars: Sequence[Bar],
    *,
    ends: tuple[int, int],
    edges: Sequence[int],
    axis: str,
    names: tuple[str, str],
) -> Figure:
    """Return a plotly figure with an axis between the ``ends``.

    ``edges`` are the numbers with which bands begin: thin lines, and the marks of the axis.
    ``names`` are those of now and of before, for the legend.
    """
    first, last = ends
    has_before = any(one.before is not None for one in bars)
    room = (last - first) * 0.12
    return {
        "data": [
            *([_trace(bars, names[1], before=True)] if has_before else []),
            _trace(bars, names[0], before=False),
        ],
        "layout": {
            "barmode": "group",
            "bargap": 0.35,
            "xaxis": {
                "title": {"text": axis},
                "range": [min(0, first), last + room],
                **({"tickvals": sorted({*edges, last})} if edges else {"dtick": 20}),
            },
            "yaxis": {
                "autorange": "reversed",
                "ticksuffix": "  ",
                "showgrid": False,
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": edge - 0.5,
                    "x1": edge - 0.5,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": "var(--yx-muted)", "width": 1, "dash": "dot"},
                }
                for edge in sorted(edges)[1:]
            ],
            "margin": {"t": 64 if has_before else 8},
            "height": 110 + (64 if has_before else 46) * len(bars) + (56 if has_before else 0),
            "showlegend": has_before,
            "legend": {"orientation": "h", "y": 1, "yanchor": "bottom", "traceorder": "reversed"},
        },
    }


def _trace(bars: Sequence[Bar], name: str, *, before: bool) -> Figure:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [one.name for one in bars],
        "x": [one.before if before else one.value for one in bars],
        "text": ["" if before else one.label for one in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": "var(--yx-edge)" if before else "var(--yx-brand)"},
    }
