"""The figures of ``bench.cohort`` as tables, and the bars that they are judged by."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.bars import Bar, bar
from bench.tables import bars_table, machine_line, table

#: The cohort that the bars speak of.
LEARNERS, MODULES = 10_000, 36


def bars(result: Mapping[str, Any]) -> Sequence[Bar]:
    """Return one bar for each page, judged by a cohort of the promised size only."""
    is_whole = (result["learners"], result["modules"]) == (LEARNERS, MODULES)
    return tuple(
        bar(name, one["seconds"], one["longest"] / 1000 if is_whole else None, " s")
        for name, one in result["pages"].items()
    )


def everything(result: Mapping[str, Any]) -> str:
    """Return all tables of a run, with titles."""
    made = by_name(result)
    title = (
        f"{result['learners']:,} learners, {result['modules']} modules; "
        f"milliseconds at the server, {result['rounds']} rounds"
    )
    parts = [made["machine"], f"{title}\n\n{made['pages']}", made["memory"]]
    return "\n\n".join([*parts, f"Bars\n\n{made['bars']}"])


def by_name(result: Mapping[str, Any]) -> dict[str, str]:
    """Return each table of a run."""
    memory = result["memory"]
    return {
        "machine": machine_line(result),
        "bars": bars_table(bars(result)),
        "pages": _pages(result["pages"]),
        "memory": f"Memory of the server: {memory['before']:.0f} MiB before, "
        f"{memory['highest']:.0f} MiB at most. Copying all marks of the gradebook into the store "
        f"for the first time: {result['copying']:.0f} s.",
    }


def _pages(pages: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [
            name,
            one["role"],
            f"{one['median']:.0f}",
            f"{one['longest']:.0f}",
            f"{one['first']:.0f}",
            f"{one['bytes'] / 1000:.0f}",
        ]
        for name, one in pages.items()
    ]
    return table(["page", "asked by", "median", "longest", "the first time", "KB"], rows)
