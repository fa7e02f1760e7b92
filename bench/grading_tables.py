"""The figures of ``bench.grading`` as tables, and the bars that they are judged by."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.bars import Bar, bar, part
from bench.tables import bars_table, machine_line, table

#: The cohort that the bars speak of.
COHORT = 10_000


def bars(result: Mapping[str, Any]) -> Sequence[Bar]:
    """Return every bar, judged by the figures of a run as far as it has them."""
    ways = {name: one["seconds"] for name, one in result["ways"].items()}
    stock, whole = ways.get("stock"), result["whole"]
    of_cohort = whole if whole and whole["submissions"] == COHORT else {}
    name = f"{COHORT:,} submissions of a 12-item module on SQLite"
    return (
        part("plug-in per submission / stock", 5, ways.get("plug-in"), stock),
        part("batch per submission / stock", 100, ways.get("batch"), stock),
        bar(f"{name}, s", 60, of_cohort.get("seconds")),
        bar(f"{name}, MiB of all processes", 500, of_cohort.get("peak_mib")),
    )


def everything(result: Mapping[str, Any]) -> str:
    """Return all tables of a run, with titles."""
    titles = {
        "bars": "Bars",
        "ways": "The ways to grade (medians)",
        "cohort": "A whole cohort in one batch",
        "gradebook": "What a trainer waits for (seconds)",
    }
    made = by_name(result)
    return "\n\n".join(
        [made["machine"], *(f"{title}\n\n{made[name]}" for name, title in titles.items())]
    )


def by_name(result: Mapping[str, Any]) -> dict[str, str]:
    """Return each table of a run."""
    return {
        "machine": machine_line(result),
        "bars": bars_table(bars(result)),
        "ways": _ways(result["ways"]),
        "cohort": _cohort(result),
        "gradebook": _gradebooks(result["gradebooks"]),
    }


def _ways(ways: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        [
            name,
            f"{one['submissions']:.0f}",
            f"{one['start']:.1f}",
            f"{1000 * one['seconds']:.1f}",
            f"{1000 * one['cpu']:.1f}",
            f"{one['peak_mib']:.0f}",
        ]
        for name, one in ways.items()
    ]
    head = ["", "submissions", "start s", "ms a submission", "CPU ms a submission", "MiB"]
    return table(head, rows)


def _cohort(result: Mapping[str, Any]) -> str:
    whole = result["whole"]
    rows = [
        ["processes", str(result["jobs"])],
        ["seconds", f"{whole['seconds']:.1f}"],
        ["submissions a second", f"{whole['submissions'] / whole['seconds']:.0f}"],
        ["CPU seconds", f"{whole['cpu']:.1f}"],
        ["MiB of all processes at most", f"{whole['peak_mib']:.0f}"],
        ["seconds of a second run, nothing new", f"{whole['seconds_again']:.1f}"],
    ]
    return table(["submissions", f"{whole['submissions']:,}"], rows)


def _gradebooks(found: Sequence[Mapping[str, Any]]) -> str:
    timed = {
        "formgrader": "formgrader's tab of submissions",
        "stock export": "nbgrader's own export",
        "export": "our export",
    }
    rows = [[title, *(f"{one[name]:.2f}" for one in found)] for name, title in timed.items()]
    head = [
        f"{one['submissions']:,} {'with' if one['indexes'] else 'without'} indexes" for one in found
    ]
    return table(["", *head], rows)
