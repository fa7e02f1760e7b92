"""Paths through a branching scenario: where a choice leads, and what can be said of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: A scenario with more ways through it cannot be examined by a person either.
MAXIMUM_PATHS = 5_000

#: Where each option of each node leads: to another node, or to an ending, which is no key here.
Graph = Mapping[str, Mapping[str, str]]
Path = Sequence[str]


class NotAPath(ValueError):
    """A sequence of options that nobody can have chosen."""


@dataclass(frozen=True)
class Problems:
    """What is wrong with a graph; every list is empty when an author has nothing to mend."""

    unknown: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    in_circles: tuple[str, ...] = ()
    too_many: bool = False

    def __bool__(self) -> bool:
        return bool(self.unknown or self.unreachable or self.in_circles or self.too_many)


def follow(graph: Graph, start: str, path: Path) -> list[str]:
    """Return the places visited: ``start``, then where each option of ``path`` leads.

    Raises ``NotAPath`` when an option is not on offer where the path has come to.
    """
    places = [start]
    for option in path:
        options = graph.get(places[-1], {})
        if option not in options:
            raise NotAPath(option)
        places.append(options[option])
    return places


def examine(graph: Graph, start: str, endings: Sequence[str]) -> Problems:
    """Return what keeps a player from getting from ``start`` to an ending, or to some place."""
    known = {*graph, *endings}
    led_to = {then for options in graph.values() for then in options.values()}
    unknown = sorted({start, *led_to} - known)
    if unknown:
        return Problems(unknown=tuple(unknown))
    order = _reached(graph, start)
    unreachable = [place for place in (*graph, *endings) if place not in order]
    in_circles = [place for place in graph if place in order and _returns_to(graph, place)]
    if in_circles:
        return Problems(unreachable=tuple(unreachable), in_circles=tuple(in_circles))
    return Problems(unreachable=tuple(unreachable), too_many=_count(graph, start) > MAXIMUM_PATHS)


def _reached(graph: Graph, start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += graph.get(place, {}).values()
    return reached


def _returns_to(graph: Graph, place: str) -> bool:
    return any(place in _reached(graph, then) for then in graph[place].values())


def _count(graph: Graph, start: str) -> int:
    """Return the number of ways from ``start``, each place counted once: there are no circles."""
    ways: dict[str, int] = {}

    def count(place: str) -> int:
        if place not in ways:
            ways[place] = sum(map(count, graph[place].values())) if place in graph else 1
        return ways[place]

    return count(start)
