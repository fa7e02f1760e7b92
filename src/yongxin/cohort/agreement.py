"""How far two people who have marked the same answers agree.

Weighted kappa with quadratic weights is Cohen's: 1 − Σ w·observed / Σ w·expected, where a pair of
marks weighs the square of their difference, and the expected pairs are those that the two would
give by chance, each keeping to how often they give which mark. 1 is full agreement, 0 no more than
chance. J. Cohen (1968): Weighted kappa. Psychological Bulletin 70(4), 213–220. The square makes it
count more that somebody gave 0 and somebody 3 than that they were one level apart; with it, kappa
equals an intraclass correlation (J. L. Fleiss and J. Cohen (1973), Educational and Psychological
Measurement 33(3), 613–619).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: With fewer pairs a single one decides: eight pairs alike, spread over 1, 2 and 3, have a kappa of
#: 1; with a ninth of 0 and 3 it is 0.42.
ENOUGH_PAIRS = 10
#: In points: two levels of a rubric are no matter of taste.
LARGE_DIFFERENCE = 2


@dataclass(frozen=True)
class Agreement:
    """``kappa`` is ``None`` for too few pairs, and when both always give the same one mark."""

    pairs: int
    exact: int
    kappa: float | None
    counts: dict[tuple[float, float], int]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough pairs to say anything."""
        return self.pairs >= ENOUGH_PAIRS


def agreement(pairs: Sequence[tuple[float, float]]) -> Agreement:
    """Compare first and second marks."""
    enough = len(pairs) >= ENOUGH_PAIRS
    return Agreement(
        pairs=len(pairs),
        exact=sum(first == second for first, second in pairs),
        kappa=weighted_kappa(pairs) if enough else None,
        counts=dict(Counter(pairs)),
    )


def weighted_kappa(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Cohen's kappa with quadratic weights; ``None`` where chance alone would agree fully.

    Marks are numbers, so that between two levels there may be others.
    """
    number = len(pairs)
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    observed = sum((first - second) ** 2 for first, second in pairs)
    expected = sum(
        times * others * (first - second) ** 2
        for first, times in firsts.items()
        for second, others in seconds.items()
    )
    return None if not expected else 1 - number * observed / expected
