"""One sentence with two readings: “they tell 10 people, and 13% tell 20”."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Reading: TypeAlias = Literal["mixture", "relay"]

#: What the talkative ones tell, in both decks.
MANY = 20


@dataclass(frozen=True)
class Telling:
    """People who hear of it for each dissatisfied person, and for all of them.

    ``others_tell`` is what the rest tell on average when 13% tell 20: a figure of the mixture
    alone, ``None`` in the other reading.
    """

    direct: float
    relayed: float
    others_tell: float | None
    hearers: float

    @property
    def each(self) -> float:
        return self.direct + self.relayed


def telling(
    unhappy: float, mean: float, share: float, reading: Reading, multiplier: float = 1
) -> Telling:
    """Return who hears of it.

    Mixture (a share s of the *dissatisfied* tells b = 20, and m̄ is the mean of all): the others
    tell m = (m̄ − s·b) / (1 − s), and U·m̄ people hear. Relay (a share s of the *hearers* tells 20
    more): U·(m̄ + m̄·s·b) hear. The multiplier for chat groups is this course's own assumption and
    multiplies all hearers. People are numbers, s is a share from 0 to below 1. Without chance.
    Source: 10 and 13% or 20% in the decks; 9 to 10 and 13% in Albrecht and Zemke (1985). Check
    values: s = .13 gives m = 8.51, s = .20 gives 7.5; in relay 36 and 50 for one person.

    Raises ``ValueError`` when nobody is dissatisfied, the mean is smaller than s·b, or s is no
    share.
    """
    if unhappy < 0 or multiplier < 0 or not 0 <= share < 1 or mean < share * MANY:
        raise ValueError("people are 0 or more, a share is below 1, and the mean holds the many")
    if reading == "mixture":
        direct, relayed = mean, 0.0
        others: float | None = (mean - share * MANY) / (1 - share)
    else:
        direct, relayed, others = mean, mean * share * MANY, None
    return Telling(
        direct=direct,
        relayed=relayed,
        others_tell=others,
        hearers=unhappy * (direct + relayed) * multiplier,
    )
