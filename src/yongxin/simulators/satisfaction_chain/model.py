"""The five-step chain: what follows when one link of a story is different."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Expectation: TypeAlias = Literal["favour", "nothing-extra"]
Deed: TypeAlias = Literal["priced", "refused", "explained", "asked", "given"]
Reading: TypeAlias = Literal["harsh", "plain", "kind"]
Afterwards: TypeAlias = Literal["nothing", "put-right"]

#: A rung of a ladder with five rungs, 0 the lowest.
Rung: TypeAlias = Literal[0, 1, 2, 3, 4]
RUNGS: tuple[Rung, ...] = (0, 1, 2, 3, 4)

#: What the deed alone leads a customer to think who hoped for a favour.
_THOUGHT_AFTER: dict[Deed, int] = {
    "priced": 0,
    "refused": 1,
    "explained": 2,
    "asked": 3,
    "given": 4,
}
#: Who hoped for nothing extra is let down less by the same deed.
_EXPECTED: dict[Expectation, int] = {"favour": 0, "nothing-extra": 1}
#: The same fact can be read worse or better: thought is the customer's own link.
_READ_AS: dict[Reading, int] = {"harsh": -1, "plain": 0, "kind": 1}
#: Somebody comes after the customer and puts it right: another chance is likely, and still not as
#: sure as if it had been right at once.
_CHANCE_PUT_RIGHT: dict[Rung, Rung] = {0: 2, 1: 3, 2: 3, 3: 3, 4: 4}


@dataclass(frozen=True)
class Links:
    """The links that can be changed; the defaults are the story as the deck tells it."""

    expectation: Expectation = "favour"
    deed: Deed = "priced"
    reading: Reading = "plain"
    afterwards: Afterwards = "nothing"


@dataclass(frozen=True)
class Chain:
    """The links that follow. Feeling answers to thought and action to feeling, rung by rung."""

    thought: Rung
    feeling: Rung
    action: Rung
    chance: Rung


def replay(links: Links) -> Chain:
    """Return the rest of the chain for these links.

    A lookup, without units and without chance: the rung of the thought is that of the deed
    (sold at a price 0, refused 1, explained 2, asked for 3, given 4), one higher if nothing extra
    was hoped for, one lower or higher as the customer reads it, never off the ladder. Feeling,
    action and the chance of return follow; putting it right afterwards lifts the chance 0→2, 1→3,
    2→3. Source: expectation → perception → thought → feeling → action, and "once the problem is
    dealt with I decide whether you get another chance", in the course's deck; the rungs are this
    course's own illustration. Check value: the defaults, as in the story of the pickle, give rung
    0 throughout.
    """
    rung = _THOUGHT_AFTER[links.deed] + _EXPECTED[links.expectation] + _READ_AS[links.reading]
    thought = RUNGS[max(0, min(rung, RUNGS[-1]))]
    chance = _CHANCE_PUT_RIGHT[thought] if links.afterwards == "put-right" else thought
    return Chain(thought=thought, feeling=thought, action=thought, chance=chance)
