"""Definitions of a customer, and whom each of them takes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

#: What stays in the definition: the deck's own words, the words left after one of three strikes,
#: or our “or” in place of the deck's “and”.
Definition: TypeAlias = Literal["buys-and-uses", "uses", "buys", "persons-only", "buys-or-uses"]


@dataclass(frozen=True)
class Party:
    """Somebody whom a property company meets."""

    buys: bool
    uses: bool
    is_organisation: bool = False
    is_colleague: bool = False


@dataclass(frozen=True)
class Reach:
    """Whom a definition takes in, party by party, and how that differs from the deck's words."""

    counts: tuple[bool, ...]
    added: tuple[int, ...]
    dropped: tuple[int, ...]
    added_colleagues: int


def is_customer(party: Party, definition: Definition) -> bool:
    """Tell whether ``definition`` takes ``party`` in. Logic alone, without numbers or chance."""
    match definition:
        case "buys-and-uses":
            return party.buys and party.uses
        case "uses":
            return party.uses
        case "buys":
            return party.buys
        case "persons-only":
            return party.buys and party.uses and not party.is_organisation
        case "buys-or-uses":
            return party.buys or party.uses


def reach(parties: Sequence[Party], definition: Definition) -> Reach:
    """Return whom ``definition`` takes in, beside “buys and uses”.

    Source: the course's deck calls a customer whoever buys *and* uses, and what is left without
    “buys and” the internal customer. Check values, for an owner who lives in, one who lets, a
    tenant and a colleague who uses: the deck's words take in the first; “uses” adds the tenant and
    the colleague; “buys” adds the one who lets; “buys or uses” takes in all four.
    """
    before = [is_customer(one, "buys-and-uses") for one in parties]
    now = [is_customer(one, definition) for one in parties]
    places = range(len(parties))
    added = tuple(one for one in places if now[one] and not before[one])
    return Reach(
        counts=tuple(now),
        added=added,
        dropped=tuple(one for one in places if before[one] and not now[one]),
        added_colleagues=sum(parties[one].is_colleague for one in added),
    )
