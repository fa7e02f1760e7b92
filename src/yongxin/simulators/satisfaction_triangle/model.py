"""Three corners and what flows between them; a cut travels along the arrows."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Corner: TypeAlias = Literal["customer", "staff", "company"]
Arrow: TypeAlias = Literal["service", "profit", "information", "bonus", "training", "work"]

#: From whom to whom each thing flows. The deck's drawing is lost; this is the likely reading.
ARROWS: dict[Arrow, tuple[Corner, Corner]] = {
    "service": ("staff", "customer"),
    "work": ("staff", "company"),
    "profit": ("customer", "company"),
    "information": ("customer", "company"),
    "bonus": ("company", "staff"),
    "training": ("company", "staff"),
}


@dataclass(frozen=True)
class Weakened:
    """An arrow that fails, and in which round: 0 is the one that was cut."""

    round: int
    arrow: Arrow


def trace(cut: Arrow) -> tuple[Weakened, ...]:
    """Return every arrow that a cut reaches, in the order in which it does.

    Whoever no longer receives something gives less of everything in the next round, so each arrow
    that leaves the receiver follows. Each is named once, when it is first reached; within a round
    they stand in the order of ``ARROWS``. Without chance and without units. Source: this course's
    own reading of the deck's triangle. Check value: without training, service and work fail in
    round 1, profit, information and bonus in round 2.
    """
    found = [Weakened(0, cut)]
    reached: set[Arrow] = {cut}
    receivers: set[Corner] = {ARROWS[cut][1]}
    number = 1
    while receivers:
        next_ones: list[Arrow] = [
            arrow
            for arrow, (giver, _) in ARROWS.items()
            if giver in receivers and arrow not in reached
        ]
        found += [Weakened(number, arrow) for arrow in next_ones]
        reached |= set(next_ones)
        receivers = {ARROWS[arrow][1] for arrow in next_ones}
        number += 1
    return tuple(found)
