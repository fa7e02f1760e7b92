"""How hard each item of a module is, and how well it tells apart who knows the rest of it.

The definitions are those of Moodle's quiz statistics (*Quiz statistics calculations*, in Moodle's
documentation for developers), as shares of 1 instead of percentages. There every variance and
covariance divides by one less than the number of attempts, and so here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: With fewer attempts the figures say more about chance than about the items.
ENOUGH_ATTEMPTS = 30

Points: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class ItemFigures:
    """What the attempts at one item say about it; ``None`` where they say nothing.

    ``facility`` is the mean share of the item's points, 0 to 1. ``spread`` is the standard
    deviation of that share. ``discrimination`` is the correlation of the item's points with the
    points of all other items, −1 to 1; it is ``None`` if everybody has the same points for the item
    or for the others. ``efficiency`` is their covariance as a share of the largest that the same
    points, dealt out in another way, could have; it is at most 1 and has no lower limit.
    """

    facility: float
    spread: float | None
    discrimination: float | None
    efficiency: float | None


@dataclass(frozen=True)
class ModuleFigures:
    """What the attempts at one module say about its items together.

    ``alpha`` is Cronbach's: 1 if all items measure the same, ``None`` for one item, one attempt or
    equal totals; it can be negative. ``error_share`` is the share of the spread of totals that is
    chance, and ``standard_error`` the same in points: two learners whose totals differ by less can
    not be told apart. Both are ``None`` where there is no alpha, and where it is negative, which
    Cronbach's model has no room for.
    """

    attempts: int
    mean: float
    spread: float | None
    alpha: float | None
    error_share: float | None
    standard_error: float | None


def item_figures(points: Points, maxima: Sequence[float]) -> tuple[ItemFigures, ...]:
    """Return the figures of each item.

    ``points`` has a row for each attempt and a column for each item; ``maxima`` are the items' full
    points, all above 0; the least is 0. Raises ``ValueError`` for another shape, no attempt, or
    points that are no numbers or outside their range.
    """
    points, full = _checked(points, maxima)
    totals = points.sum(axis=1)
    return tuple(
        _figures(column, totals - column, maximum)
        for column, maximum in zip(points.T, full, strict=True)
    )


def module_figures(points: Points, maxima: Sequence[float]) -> ModuleFigures:
    """Return the figures of all items together; ``points`` and errors as for ``item_figures``."""
    points, _ = _checked(points, maxima)
    attempts, items = points.shape
    totals = points.sum(axis=1)
    mean = float(totals.mean())
    if attempts == 1:
        return ModuleFigures(attempts, mean, None, None, None, None)
    variance = _covariance(totals, totals)
    spread = math.sqrt(variance)
    if items == 1 or variance == 0:
        return ModuleFigures(attempts, mean, spread, None, None, None)
    of_items = sum(_covariance(column, column) for column in points.T)
    alpha = items / (items - 1) * (1 - of_items / variance)
    if alpha < 0:
        return ModuleFigures(attempts, mean, spread, alpha, None, None)
    error_share = math.sqrt(max(0.0, 1 - alpha))  # by rounding, a perfect alpha may exceed 1
    return ModuleFigures(attempts, mean, spread, alpha, error_share, error_share * spread)


def _figures(item: Points, rest: Points, maximum: float) -> ItemFigures:
    facility = float(item.mean()) / maximum
    if len(item) == 1:
        return ItemFigures(facility, None, None, None)
    spread = math.sqrt(_covariance(item, item)) / maximum
    if _is_constant(item) or _is_constant(rest):
        return ItemFigures(facility, spread, None, None)
    together = _covariance(item, rest)
    of_each = math.sqrt(_covariance(item, item) * _covariance(rest, rest))
    # Both in order: no other pairing of the same points has a larger covariance.
    largest = _covariance(np.sort(item), np.sort(rest))
    return ItemFigures(facility, spread, together / of_each, together / largest)


def _checked(points: Points, maxima: Sequence[float]) -> tuple[Points, Points]:
    points = np.asarray(points, dtype=np.float64)
    full = np.asarray(maxima, dtype=np.float64)
    if points.ndim != 2 or full.ndim != 1 or points.shape[1] != len(full) or not points.size:
        raise ValueError(f"points of shape {points.shape} for {full.size} items")
    if not (np.isfinite(full).all() and (full > 0).all()):
        raise ValueError("the full points of an item are not above 0")
    # Sums of parts, such as three thirds, may miss the whole by a rounding error.
    tolerance = 1e-9
    if not ((points >= -tolerance) & (points <= full + tolerance)).all():
        raise ValueError("points below 0, above the item's full points, or no number")
    return points, full


def _is_constant(values: Points) -> bool:
    # By rounding, equal totals less different items may differ in their last digits.
    return bool(np.ptp(values) <= 1e-9)


def _covariance(first: Points, second: Points) -> float:
    return float(((first - first.mean()) * (second - second.mean())).sum() / (len(first) - 1))
