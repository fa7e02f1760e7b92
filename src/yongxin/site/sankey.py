"""A Sankey diagram as SVG: bars for places, bands between them, as wide as many went that way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

WIDTH = 960
#: A column is at least as wide as a label can be read in; a long story makes a wide picture.
NARROWEST = 150
BAR = 14
GAP = 28
TALLEST = 320
MARGIN = 12
#: What a Latin letter takes of a label; a Chinese character takes twice as much.
LETTER = 7.5


@dataclass(frozen=True)
class Band:
    """So many went from ``source`` to ``target`` in the way that ``label`` names."""

    source: str
    target: str
    label: str
    count: int


@dataclass(frozen=True)
class _Bar:
    column: int
    top: float
    height: float


def sankey(start: str, bands: Sequence[Band], names: Mapping[str, str], title: str) -> str:
    """Return the SVG of ``bands``, which lead from ``start`` and never in circles.

    ``names`` are what the places are called, in the order in which they stand in a column. Colours
    come from the page's style sheet by the classes ``sankey-bar``, ``sankey-band`` and
    ``sankey-label``. Everything in it is to be read in a table as well: the picture is one image
    to a screen reader, with ``title``.
    """
    columns = _columns(start, bands)
    through = {place: _through(place, start, bands) for place in columns}
    scale = TALLEST / max(through[start], 1)
    bars = _bars({one: columns[one] for one in names if one in columns}, through, scale)
    height = max(bar.top + bar.height for bar in bars.values()) + MARGIN
    number_of_columns = 1 + max(columns.values())
    width = max(WIDTH, NARROWEST * number_of_columns)
    # A label stands above its bar and has its column for itself, the last one too.
    step = (width - 2 * MARGIN) / number_of_columns
    leaving = {place: bar.top for place, bar in bars.items()}
    arriving = dict(leaving)
    parts = [
        (
            f'<svg class="sankey" width="{width}" height="{height:.0f}"'
            f' viewBox="0 0 {width} {height:.0f}" role="img"'
            f' aria-label="{escape(title)}">'
        )
    ]
    for band in bands:
        thickness = band.count * scale
        begin, end = leaving[band.source], arriving[band.target]
        leaving[band.source] += thickness
        arriving[band.target] += thickness
        left = MARGIN + bars[band.source].column * step + BAR
        right = MARGIN + bars[band.target].column * step
        parts.append(_band(band, (left, begin), (right, end), thickness))
    for place, bar in bars.items():
        x = MARGIN + bar.column * step
        name, count = names[place], f" · {through[place]}"
        label = _cut(name, step - BAR - LETTER * len(count)) + count
        parts.append(
            f'<g><title>{escape(name)}: {through[place]}</title><rect class="sankey-bar"'
            f' x="{x:.1f}" y="{bar.top:.1f}" width="{BAR}" height="{max(bar.height, 2):.1f}"/>'
            f'<text class="sankey-label" x="{x:.1f}" y="{bar.top - 6:.1f}">'
            f"{escape(label)}</text></g>"
        )
    return "".join([*parts, "</svg>"])


def _cut(name: str, room: float) -> str:
    """Return as much of ``name`` as has room; its whole stands in the title."""
    if _width(name) <= room:
        return name
    while name and _width(name) + LETTER > room:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _width(text: str) -> float:
    return sum(LETTER * (2 if east_asian_width(one) in "WF" else 1) for one in text)


def _band(
    band: Band, begin: tuple[float, float], end: tuple[float, float], thickness: float
) -> str:
    (left, top), (right, bottom) = begin, end
    middle = (left + right) / 2
    return (
        f'<path class="sankey-band" d="M{left:.1f} {top:.1f}'
        f"C{middle:.1f} {top:.1f} {middle:.1f} {bottom:.1f} {right:.1f} {bottom:.1f}"
        f"V{bottom + thickness:.1f}"
        f"C{middle:.1f} {bottom + thickness:.1f} {middle:.1f} {top + thickness:.1f}"
        f' {left:.1f} {top + thickness:.1f}Z"><title>{escape(band.label)}: {band.count}</title>'
        "</path>"
    )


def _columns(start: str, bands: Sequence[Band]) -> dict[str, int]:
    """Return for each place how many steps the longest way to it has."""
    columns = {start: 0}
    changed = True
    while changed:
        changed = False
        for band in bands:
            if band.source in columns and columns.get(band.target, -1) <= columns[band.source]:
                columns[band.target] = columns[band.source] + 1
                changed = True
    return columns


def _through(place: str, start: str, bands: Sequence[Band]) -> int:
    side = [band.source if place == start else band.target for band in bands]
    return sum(band.count for band, one in zip(bands, side, strict=True) if one == place)


def _bars(columns: Mapping[str, int], through: Mapping[str, int], scale: float) -> dict[str, _Bar]:
    bars: dict[str, _Bar] = {}
    bottoms: dict[int, float] = {}
    for place, column in columns.items():
        top = bottoms.get(column, MARGIN) + GAP
        bars[place] = _Bar(column, top, through[place] * scale)
        bottoms[column] = top + bars[place].height
    return bars
