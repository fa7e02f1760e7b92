"""Partial credit for several things asked at once, some of which weigh more than others."""

from collections.abc import Iterable
from fractions import Fraction


def weighted_share(parts: Iterable[tuple[float, float]]) -> float:
    """Return the weighted mean of ``(weight, ratio)`` pairs.

    There is at least one pair; weights are positive, ratios between 0 and 1. With equal weights
    this is the share of what is right. The rule of a QTI item whose response processing sums the
    mapped values of its variables and divides by the greatest sum; Moodle's "embedded answers"
    question weighs its parts in the same way.
    """
    exact = [(Fraction(weight), Fraction(ratio)) for weight, ratio in parts]
    earned = sum((weight * ratio for weight, ratio in exact), Fraction(0))
    return float(earned / sum((weight for weight, _ in exact), Fraction(0)))
