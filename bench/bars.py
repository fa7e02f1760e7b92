"""The bars of the project: what is promised, what was measured, and whether it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The bursts that have bars of their own.
ARRIVING, WORKING = 300, 1000

KB, MB = 1000, 1_000_000


@dataclass(frozen=True)
class Bar:
    """A promise. ``measured`` and ``holds`` are ``None`` where nothing was measured."""

    name: str
    promised: str
    measured: str | None
    holds: bool | None


def bars(result: Mapping[str, Any]) -> list[Bar]:
    """Return every bar, judged by the figures of a run as far as it has them."""
    openings: Mapping[str, Mapping[str, float]] = result["openings"]
    bursts = {one["learners"]: one for one in result["bursts"]}
    return [
        _times(openings, "text visible / floor", "text", "floor quiz", 1.3),
        _times(openings, "question usable / floor", "usable", "floor quiz", 2),
        _part(openings, "question usable / plain Voila", "usable", "quiz", 12),
        _at_most(openings, "first visit, KB", "site quiz", "bytes", 120, KB),
        _at_most(openings, "first visit, requests", "site quiz", "requests", 8),
        _at_most(openings, "second page, KB", "site quiz", "second_bytes", 25, KB),
        _part(openings, "processor time per opening / plain Voila", "cpu", "quiz", 25),
        _memory(bursts),
        _part(openings, "chart drawn / plain Voila", "chart", "chart", 10),
        _at_most(openings, "first visit to a chart, MB", "site chart", "bytes", 1.2, MB),
        *_arriving(bursts.get(ARRIVING)),
        *_working(bursts.get(WORKING)),
        _at_most(openings, "slow phone: text, s", "site quiz slow", "text", 1.5, 1000),
        _at_most(openings, "slow phone: usable, s", "site quiz slow", "usable", 2.5, 1000),
    ]


def bar(name: str, limit: float, measured: float | None, unit: str = "") -> Bar:
    """Return a bar for a figure that may not be higher than ``limit``."""
    if measured is None:
        return Bar(name, f"≤ {limit:g}{unit}", None, None)
    return Bar(name, f"≤ {limit:g}{unit}", f"{measured:.3g}{unit}", measured <= limit)


def part(name: str, limit: float, ours: float | None, theirs: float | None) -> Bar:
    """Return a bar for a figure of ours that is a small part, one ``limit``-th, of another."""
    if ours is None or theirs is None:
        return Bar(name, f"≤ 1/{limit:g}", None, None)
    if not ours:  # less than the clock of the processor time can tell
        return Bar(name, f"≤ 1/{limit:g}", "0", holds=True)
    times = theirs / ours
    return Bar(name, f"≤ 1/{limit:g}", f"1/{times:.0f}", times >= limit)


def _times(
    openings: Mapping[str, Mapping[str, float]], name: str, key: str, other: str, limit: float
) -> Bar:
    ours, theirs = openings.get("site quiz"), openings.get(other)
    return bar(name, limit, ours[key] / theirs[key] if ours and theirs else None)


def _part(
    openings: Mapping[str, Mapping[str, float]], name: str, key: str, page: str, limit: float
) -> Bar:
    ours, stock = openings.get(f"site {page}"), openings.get(f"stock {page}")
    if not ours or not stock:
        return part(name, limit, None, None)
    return part(name, limit, ours[key], stock[key])


def _at_most(
    openings: Mapping[str, Mapping[str, float]],
    name: str,
    page: str,
    key: str,
    limit: float,
    unit: float = 1,
) -> Bar:
    found = openings.get(page)
    return bar(name, limit, found[key] / unit if found else None)


def _memory(bursts: Mapping[int, Mapping[str, Any]]) -> Bar:
    # The caches that fill up once would count for too much in a small burst.
    found = [one["memory_each"] for learners, one in bursts.items() if learners >= ARRIVING]
    return bar("memory of the server per learner, MiB", 1, max(found, default=None))


def _arriving(burst: Mapping[str, Any] | None) -> Sequence[Bar]:
    name = f"{ARRIVING} at once:"
    return (
        bar(f"{name} the last has the text, s", 2, burst["text"].get("max") if burst else None),
        bar(f"{name} the last can work, s", 5, burst["working"].get("max") if burst else None),
        _nothing(f"{name} failures", _failures(burst) if burst else None),
    )


def _working(burst: Mapping[str, Any] | None) -> Sequence[Bar]:
    name = f"{WORKING} with ten answers a minute:"
    return (
        _nothing(f"{name} errors", _failures(burst) if burst else None),
        bar(f"{name} 99 % of saves, s", 0.5, burst["save"].get("p99") if burst else None),
        _nothing(f"{name} answers lost", burst["lost"] if burst else None),
    )


def _nothing(name: str, measured: int | None) -> Bar:
    return Bar(name, "0", *((None, None) if measured is None else (str(measured), not measured)))


def _failures(burst: Mapping[str, Any]) -> int:
    """Return how many errors there were, or, if more, how many learners did not get through."""
    missing = burst["learners"] - min(burst["text"]["count"], burst["handed_in"])
    return max(missing, sum(burst["errors"].values()))
