"""The satisfaction gap, attribute by attribute and as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from yongxin.simulators.shares import normalised

#: Perceptions and expectations are marks on this scale.
LOWEST, HIGHEST = 1.0, 7.0


@dataclass(frozen=True)
class Attribute:
    """One side of a service: marks from 1 to 7, and a weight of 0 or more."""

    perception: float
    expectation: float
    weight: float


@dataclass(frozen=True)
class Gap:
    """The gaps in scale points, from −6 to 6, and the shares that the weights come to."""

    gaps: tuple[float, ...]
    shares: tuple[float, ...]
    weighted: float
    unweighted: float


def satisfaction_gap(attributes: Sequence[Attribute]) -> Gap:
    """Return gapᵢ = Pᵢ − Eᵢ, G = Σ wᵢ·gapᵢ with Σ wᵢ = 1, and the plain mean of the gaps.

    P and E are marks on a scale from 1 to 7; weights are normalised, and all of them 0 means all
    alike. Without chance: the same attributes always give the same gap. Source: the course's deck
    (satisfaction = perceived fact − expectation), which is the disconfirmation model of Oliver
    (1980) and, with weights, the gap score of SERVQUAL (Parasuraman, Zeithaml and Berry 1988).
    Check value: P 3.2/4.5/4.0/3.6, E 4.5/4.0/4.2/3.9, w .4/.3/.2/.1 give G = −0.44, mean −0.325.

    Raises ``ValueError`` for a mark off the scale, a negative weight or no attribute.
    """
    for one in attributes:
        if not (LOWEST <= one.perception <= HIGHEST and LOWEST <= one.expectation <= HIGHEST):
            raise ValueError(f"marks lie between {LOWEST:g} and {HIGHEST:g}: {one}")
    shares = normalised([one.weight for one in attributes])
    gaps = [one.perception - one.expectation for one in attributes]
    return Gap(
        gaps=tuple(gaps),
        shares=tuple(shares),
        weighted=sum(share * gap for share, gap in zip(shares, gaps, strict=True)),
        unweighted=sum(gaps) / len(gaps),
    )
