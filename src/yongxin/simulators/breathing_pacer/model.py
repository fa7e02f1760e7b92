"""A rhythm of breathing: when each breath begins, turns and ends."""

from dataclasses import dataclass

#: Whole seconds for breathing in and out, and the number of breaths.
SHORTEST_IN, LONGEST_IN = 2, 6
SHORTEST_OUT, LONGEST_OUT = 3, 8
FEWEST, MOST = 1, 10


@dataclass(frozen=True)
class Breath:
    """One breath in seconds after the start: in from ``begins``, out from ``turns``."""

    begins: int
    turns: int
    ends: int


@dataclass(frozen=True)
class Rhythm:
    """All breaths, how long they take together in seconds, and how many make a minute."""

    breaths: tuple[Breath, ...]
    seconds: int
    per_minute: float


def rhythm(inhale: int, exhale: int, cycles: int) -> Rhythm:
    """Return ``cycles`` breaths of ``inhale`` + ``exhale`` seconds each; no pause between them.

    The sum is cycles · (inhale + exhale), the rate 60 / (inhale + exhale). Without chance. The
    deck says only that deep breathing relaxes; the figures are the course's own. Check value:
    4 s in, 6 s out, 6 times come to 60 s, at 6 breaths a minute.

    Raises ``ValueError`` for seconds or a number of breaths out of bounds.
    """
    for name, value, lowest, highest in (
        ("inhale", inhale, SHORTEST_IN, LONGEST_IN),
        ("exhale", exhale, SHORTEST_OUT, LONGEST_OUT),
        ("cycles", cycles, FEWEST, MOST),
    ):
        if not lowest <= value <= highest:
            raise ValueError(f"{name} lies between {lowest} and {highest}: {value}")
    whole = inhale + exhale
    starts = [number * whole for number in range(cycles)]
    return Rhythm(
        breaths=tuple(Breath(one, one + inhale, one + whole) for one in starts),
        seconds=cycles * whole,
        per_minute=60 / whole,
    )
