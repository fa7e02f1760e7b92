"""In which field of a chart a point lies."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["low", "on-the-line", "high"]

#: How far the axes reach, either way from 0.
REACH = 5


@dataclass(frozen=True)
class Place:
    """On which side of each axis a point lies."""

    across: Side
    up: Side

    @property
    def in_a_field(self) -> bool:
        """Whether it lies inside one of the four fields, on no line."""
        return "on-the-line" not in (self.across, self.up)


def place(x: float, y: float) -> Place:
    """Return the place of the point (x, y): the sign of x and the sign of y.

    Steps from −5 to 5 on scales without a unit; 0 lies on the line and in neither field. Without
    chance. Source: the deck gives the axes of both charts and nothing else. Check values: (−3, 2)
    is low across and high up; (0, 2), (2, 0) and (0, 0) are in no field.

    Raises ``ValueError`` for a point off the chart.
    """
    if abs(x) > REACH or abs(y) > REACH:
        raise ValueError(f"a point lies between −{REACH} and {REACH}: {x}, {y}")
    return Place(across=_side(x), up=_side(y))


def _side(value: float) -> Side:
    if value == 0:
        return "on-the-line"
    return "high" if value > 0 else "low"
