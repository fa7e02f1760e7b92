"""Partial credit for an order: how many entries can stay where they are."""

from bisect import bisect_left
from collections.abc import Sequence

#: A single entry is in order with itself, which is no achievement.
SHORTEST_SUBSET = 2


def longest_ordered_subset(key: Sequence[str], response: Sequence[str]) -> float:
    """Return the share of entries in the longest run, gaps allowed, that stands in the key's order.

    ``response`` is a permutation of ``key``, which has two entries or more, all different. Moving
    one entry, however far, costs one share; the exact reverse earns nothing, since a subset has at
    least two entries. The grading type "Longest ordered subset" of Moodle's ordering question
    (``lang/en/qtype_ordering.php``, ``gradingtype_help``): the number of items in the subset
    divided by the number of items.
    """
    longest = ordered_entries(key, response)
    return len(longest) / len(key) if len(longest) >= SHORTEST_SUBSET else 0.0


def ordered_entries(key: Sequence[str], response: Sequence[str]) -> list[str]:
    """Return the entries of the longest run, gaps allowed, that stands in the key's order.

    Of several that are equally long, one. ``response`` is as in ``longest_ordered_subset``.
    """
    place = {entry: number for number, entry in enumerate(key)}
    # ends[n] is the earliest place at which an ordered subset of n + 1 entries can end so far.
    ends: list[int] = []
    chains: list[list[str]] = []
    for entry in response:
        at = bisect_left(ends, place[entry])
        ends[at : at + 1] = [place[entry]]
        chains[at : at + 1] = [[*(chains[at - 1] if at else []), entry]]
    return chains[-1] if chains else []
