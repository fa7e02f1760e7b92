"""Sureness beside hits: answers of true or false, each with a percentage."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Of two verdicts, a guess is right half the time, so nobody is less sure than this of their own.
LEAST_SURE, MOST_SURE = 50, 100


@dataclass(frozen=True)
class Judgement:
    """A verdict on a sentence: how sure somebody was, in percent, and whether it was right."""

    sure: float
    is_right: bool


@dataclass(frozen=True)
class Calibration:
    """Mean sureness and share of right verdicts, in percent, and the first minus the second."""

    mean_sure: float
    hit_rate: float
    difference: float


@dataclass(frozen=True)
class Level:
    """The verdicts given with one sureness: how many, and what percentage of them was right."""

    sure: float
    count: int
    hit_rate: float


def calibration(judgements: Sequence[Judgement]) -> Calibration:
    """Return mean sureness, hit rate and difference = mean sureness − hit rate.

    All three in percent or percentage points; above 0 is too sure, below 0 not sure enough.
    Without chance. Source: the usual measure of over- and underconfidence (Lichtenstein, Fischhoff
    and Phillips 1982). Check values: ten verdicts of 80 with six right give 80, 60 and +20; five of
    60 and five of 100 with nine right give 80, 90 and −10.

    Raises ``ValueError`` for no verdict, or a sureness below 50 or above 100.
    """
    if not judgements:
        raise ValueError("at least one verdict is needed")
    for one in judgements:
        if not LEAST_SURE <= one.sure <= MOST_SURE:
            raise ValueError(f"sureness lies between {LEAST_SURE} and {MOST_SURE}: {one}")
    mean_sure = sum(one.sure for one in judgements) / len(judgements)
    hit_rate = 100 * sum(one.is_right for one in judgements) / len(judgements)
    return Calibration(mean_sure, hit_rate, mean_sure - hit_rate)


def by_level(judgements: Sequence[Judgement]) -> tuple[Level, ...]:
    """Return how often each sureness that was used was right, the lowest first."""
    levels: list[Level] = []
    for sure in sorted({one.sure for one in judgements}):
        given = [one.is_right for one in judgements if one.sure == sure]
        levels.append(Level(sure, len(given), 100 * sum(given) / len(given)))
    return tuple(levels)
