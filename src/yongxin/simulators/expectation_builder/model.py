"""An expectation as the weighted mean of what four sources promise."""

from collections.abc import Sequence
from dataclasses import dataclass

from yongxin.simulators.shares import normalised

#: What a source leads people to expect is a mark on this scale.
LOWEST, HIGHEST = 1.0, 7.0


@dataclass(frozen=True)
class Source:
    """A voice: how much it counts (0 or more), and the level from 1 to 7 that it promises."""

    weight: float
    level: float


@dataclass(frozen=True)
class Expectation:
    """The shares, which add up to 1; what each source contributes; and their sum, 1 to 7."""

    shares: tuple[float, ...]
    contributions: tuple[float, ...]
    level: float


def expectation(sources: Sequence[Source]) -> Expectation:
    """Return E = Σ shareᵢ·levelᵢ, where shareᵢ = weightᵢ / Σ weights.

    Levels and E are marks on a scale from 1 to 7. Moving one weight changes all shares and never
    their sum; all weights 0 means all alike. Without chance. Source: the course's deck names the
    four sources (advertising, experience, competitors, word of mouth); close to the antecedents
    of expected service in Zeithaml, Berry and Parasuraman (1993). That they combine as a
    weighted mean is this course's own simplification. Check value: shares of ¼ each and levels
    6, 4, 5, 3 give E = 4.5.

    Raises ``ValueError`` for a level off the scale, a negative weight or no source.
    """
    for one in sources:
        if not LOWEST <= one.level <= HIGHEST:
            raise ValueError(f"levels lie between {LOWEST:g} and {HIGHEST:g}: {one}")
    shares = normalised([one.weight for one in sources])
    contributions = [share * one.level for share, one in zip(shares, sources, strict=True)]
    return Expectation(
        shares=tuple(shares), contributions=tuple(contributions), level=sum(contributions)
    )
