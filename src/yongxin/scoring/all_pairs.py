"""Partial credit for an order: how many pairs, near or far, stand the right way round."""

from collections.abc import Sequence
from itertools import combinations


def all_pairs(key: Sequence[str], response: Sequence[str]) -> float:
    """Return ``1 − inversions / all pairs``: 1 for the key's order, 0 for its exact reverse.

    ``response`` is a permutation of ``key``, which has two entries or more, all different. This is
    Kendall's tau, moved from [−1, 1] to [0, 1]: M. G. Kendall, "A new measure of rank
    correlation", Biometrika 30 (1938), 81–93. It equals the grading type "Relative to ALL previous
    and next items" of Moodle's ordering question (``gradingtype_help``), where each pair counts
    once for either of its items, n² − n marks in all.
    """
    place = {entry: number for number, entry in enumerate(key)}
    pairs = list(combinations(response, 2))
    return sum(place[first] < place[second] for first, second in pairs) / len(pairs)
