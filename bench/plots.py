"""Two plots of a run as SVG, drawn by plain code."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

WIDTH, LEFT, RIGHT, ROW, TOP = 760, 190, 90, 30, 64
COLOURS = ("#0b6e4f", "#5cc79f", "#a14a00")
INK, LINE = "#1f2a26", "#d9d6cc"

HOSTS = {
    "floor quiz": "static page",
    "site quiz": "Yongxin, one question",
    "course lesson": "Yongxin, whole lesson",
    "preheated quiz": "Voila, preheated",
    "stock quiz": "Voila",
    "site chart": "Yongxin, chart",
    "stock chart": "Voila, chart",
}


def write(result: Mapping[str, Any], folder: Path) -> None:
    """Write ``openings.svg`` and ``bursts.svg`` into ``folder``, as far as there are figures."""
    if result["openings"]:
        rows = [
            (title, [one["text"], one.get("chart", one["usable"])])
            for name, title in HOSTS.items()
            if (one := result["openings"].get(name))
        ]
        plot = _bars(
            "Milliseconds until a page can be used", rows, ("text", "usable, or chart drawn"), "ms"
        )
        (folder / "openings.svg").write_text(plot, encoding="utf-8")
    if result["bursts"]:
        parts = ("text", "working quiz", "one save")
        rows = [
            (
                f"{one['learners']} learners",
                [
                    1000 * one["text"].get("max", math.nan),
                    1000 * one["working"].get("max", math.nan),
                    1000 * one["save"].get("p99", math.nan),
                ],
            )
            for one in result["bursts"]
        ]
        plot = _bars(
            "Learners who arrive together: last one's text and quiz, 99 % of saves",
            rows,
            parts,
            "ms",
        )
        (folder / "bursts.svg").write_text(plot, encoding="utf-8")


def _bars(
    title: str,
    rows: Sequence[tuple[str, Sequence[float]]],
    legend: Sequence[str],
    unit: str,
) -> str:
    """Return horizontal bars on a logarithmic scale, a group a row; NaN has no bar."""
    values = [value for _, group in rows for value in group if value > 0]
    if not values:
        raise ValueError("there is nothing to draw")
    least = 10 ** math.floor(math.log10(min(values)))
    most = 10 ** math.ceil(math.log10(max(values)))
    room = WIDTH - LEFT - RIGHT
    bar = ROW / 2
    heights = [bar * len(group) + 14 for _, group in rows]
    height = TOP + sum(heights) + 34

    def x(value: float) -> float:
        share = math.log10(max(value, least) / least) / math.log10(most / least)
        return LEFT + room * share

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">',
        f'<g font-family="system-ui, sans-serif" font-size="13" fill="{INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fffdf8"/>',
        f'<text x="12" y="24" font-size="16" font-weight="600">{escape(title)}</text>',
    ]
    for place, name in enumerate(legend):
        start = LEFT + place * 170
        parts.append(f'<rect x="{start}" y="36" width="12" height="12" fill="{COLOURS[place]}"/>')
        parts.append(f'<text x="{start + 18}" y="47">{escape(name)}</text>')
    tick = least
    while tick <= most:
        parts.append(f'<path d="M{x(tick):.1f} {TOP - 6}V{height - 26:.0f}" stroke="{LINE}"/>')
        label = f"{tick:,.0f} {unit}"
        middle = f'x="{x(tick):.1f}" y="{height - 10:.0f}" text-anchor="middle"'
        parts.append(f"<text {middle}>{label}</text>")
        tick *= 10
    y = float(TOP)
    for (name, group), space in zip(rows, heights, strict=True):
        centre = y + bar * len(group) / 2 + 4
        parts.append(
            f'<text x="{LEFT - 10}" y="{centre:.1f}" text-anchor="end">{escape(name)}</text>'
        )
        for number, value in enumerate(group):
            if math.isnan(value):
                continue
            top = y + number * bar
            end = max(x(value), LEFT + 1)
            parts.append(
                f'<rect x="{LEFT}" y="{top:.1f}" width="{end - LEFT:.1f}" height="{bar - 2}" '
                f'fill="{COLOURS[number]}"/>'
            )
            parts.append(f'<text x="{end + 5:.1f}" y="{top + 11.5:.1f}">{value:,.0f}</text>')
        y += space
    return "\n".join([*parts, "</g></svg>"]) + "\n"
