"""The figures of a run as tables in plain Markdown, so that they read well on a terminal too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.bars import Bar, bars

OPENING_COLUMNS = (
    ("text ms", "text", 0),
    ("usable ms", "usable", 0),
    ("verdict ms", "verdict", 0),
    ("chart ms", "chart", 0),
    ("requests", "requests", 0),
    ("KB", "bytes", -1),
    ("2nd page ms", "second_usable", 0),
    ("requests", "second_requests", 0),
    ("KB", "second_bytes", -1),
    ("CPU s", "cpu", 3),
    ("memory MiB", "memory", 1),
)


def everything(result: Mapping[str, Any]) -> str:
    """Return all tables of a run, with titles."""
    made = by_name(result)
    titles = {
        "openings": "Opening a page (medians; means of CPU and memory)",
        "bursts": "Bursts (seconds: median / 99 % / longest)",
        "bars": "Bars",
        "failures": "What could not be measured",
    }
    told = (f"{title}\n\n{made[name]}" for name, title in titles.items() if made[name])
    return "\n\n".join([made["machine"], *told])


def by_name(result: Mapping[str, Any]) -> dict[str, str]:
    """Return each table of a run; an empty text for what was not measured."""
    return {
        "machine": machine_line(result),
        "openings": openings(result["openings"]) if result["openings"] else "",
        "bursts": bursts(result["bursts"]) if result["bursts"] else "",
        "bars": bars_table(bars(result)),
        "failures": "\n".join(f"- {one}" for one in result["failures"]),
    }


def machine_line(result: Mapping[str, Any]) -> str:
    """Return what is known of the machine in one line."""
    return " · ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in result["machine"].items()
    )


def bars_table(judged: Iterable[Bar]) -> str:
    """Return one row for each bar."""
    says = {True: "yes", False: "**no**", None: "–"}
    rows = [
        [one.name, one.promised, one.measured or "not measured", says[one.holds]] for one in judged
    ]
    return table(["", "promised", "measured", "holds"], rows)


def openings(found: Mapping[str, Mapping[str, float]]) -> str:
    """Return one row for each host and kind of page."""
    rows = [
        [name, *(_figure(one.get(key), places) for _, key, places in OPENING_COLUMNS)]
        for name, one in found.items()
    ]
    return table(["host, page", *(title for title, _, _ in OPENING_COLUMNS)], rows)


def bursts(found: Sequence[Mapping[str, Any]]) -> str:
    """Return one column for each burst."""
    lines = [
        ["all the text", *(_spread(one["text"]) for one in found)],
        ["everything for a working quiz", *(_spread(one["working"]) for one in found)],
        ["first answer acknowledged", *(_spread(one["first_answer"]) for one in found)],
        ["a save", *(_spread(one["save"]) for one in found)],
        ["… once all can work", *(_spread(one["save_later"]) for one in found)],
        ["handing in", *(_spread(one["hand_in"]) for one in found)],
        ["answers acknowledged", *(str(one["saved"]) for one in found)],
        ["… each second", *(f"{one['saves_each_second']:.1f}" for one in found)],
        ["handed in", *(str(one["handed_in"]) for one in found)],
        ["errors", *(str(sum(one["errors"].values())) for one in found)],
        ["lost", *(str(one["lost"]) for one in found)],
        ["… of as many compared", *(str(one["compared"]) for one in found)],
        ["server CPU s", *(f"{one['cpu']:.1f}" for one in found)],
        [
            "… ms a learner",
            *(f"{1000 * one['cpu'] / one['learners']:.0f}" for one in found),
        ],
        ["server memory MiB a learner", *(f"{one['memory_each']:.2f}" for one in found)],
        ["learners' own CPU s", *(f"{one['client_cpu']:.1f}" for one in found)],
        ["learners' own delay", *(_spread(one["client_delay"]) for one in found)],
    ]
    told = table(["learners", *(str(one["learners"]) for one in found)], lines)
    errors = [
        f"{one['learners']} learners: {count} × {error}"
        for one in found
        for error, count in one["errors"].items()
    ]
    return "\n".join([told, *errors])


def _spread(values: Mapping[str, float]) -> str:
    if not values["count"]:
        return "–"
    return " / ".join(f"{values[name]:.2f}" for name in ("p50", "p99", "max"))


def _figure(value: float | None, places: int) -> str:
    if value is None:
        return ""
    return f"{value / 1000:.1f}" if places < 0 else f"{value:.{places}f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns as wide as they need to be."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        told = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(told)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *(line(row) for row in rows)])
