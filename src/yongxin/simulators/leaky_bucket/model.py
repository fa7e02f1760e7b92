"""Customers year by year with a constant share of loss and a constant number of new ones."""

from dataclasses import dataclass
from math import inf, log


@dataclass(frozen=True)
class Bucket:
    """``first[t]`` of those of the beginning are left after t years, ``all[t]`` are there in all.

    ``stay`` is how many years a customer stays on average, ``half_life`` after how many years half
    are gone: both infinite without loss. ``steady`` is the number at which as many come as go:
    ``None`` without loss, since there is none.
    """

    first: tuple[float, ...]
    all: tuple[float, ...]
    stay: float
    half_life: float
    steady: float | None


def leaky_bucket(start: float, loss: float, new: float, years: int) -> Bucket:
    """Return N_{t+1} = N_t·(1 − d) + new, stay = 1/d and half-life = ln ½ / ln(1 − d).

    Numbers are customers, d is the share lost in a year, from 0 to below 1, and everybody leaves
    with the same chance, old or new. Source: 20% a year in the course's deck, which names no
    source; Reichheld (1996) has half in five years, for all causes. Check values: d = .2 leaves
    .328 after 5 years, stay 5 years, half-life 3.11 years.

    Raises ``ValueError`` for a negative number or a loss that is no share below 1.
    """
    if min(start, new, years) < 0 or not 0 <= loss < 1:
        raise ValueError("customers and years are 0 or more, a loss lies between 0 and 1")
    first, everybody = [float(start)], [float(start)]
    for _ in range(years):
        first.append(first[-1] * (1 - loss))
        everybody.append(everybody[-1] * (1 - loss) + new)
    return Bucket(
        first=tuple(first),
        all=tuple(everybody),
        stay=1 / loss if loss else inf,
        half_life=log(0.5) / log(1 - loss) if loss else inf,
        steady=new / loss if loss else None,
    )
