"""Partial credit for choosing several options: each wrong one takes back what a right one gave."""

from collections.abc import Collection


def right_minus_wrong(key: Collection[str], response: Collection[str]) -> float:
    """Return ``max(0, right − wrong) / len(key)``; options chosen twice count once.

    ``key`` names every right option and is not empty. Choosing all options of an item half of
    which are right earns nothing, so guessing does not pay. The rule of a QTI ``mapResponse`` that
    maps right options to 1, wrong ones to −1, with a lower bound of 0.
    """
    chosen, right_ones = set(response), set(key)
    right = len(chosen & right_ones)
    wrong = len(chosen - right_ones)
    return max(0, right - wrong) / len(right_ones)
