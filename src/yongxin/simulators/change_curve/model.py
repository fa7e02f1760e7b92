"""Energy in the weeks of a change, and the four phases that people name along it."""

from dataclasses import dataclass
from math import exp
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal["not-told", "denial", "resistance", "acceptance", "commitment"]

_GAIN = 0.5


@dataclass(frozen=True)
class Course:
    """When the lowest week is, how wide and how deep the valley, and when commitment rises."""

    bottom: float = 4
    width: float = 2
    depth: float = 0.6
    rise: float = 8

    def __post_init__(self) -> None:
        if self.width <= 0 or not 0 <= self.depth <= 1:
            raise ValueError("a valley has a width above 0 and a depth from 0 to 1")


def energy(week: float, course: Course) -> float:
    """Return 1 − depth·exp(−((t − bottom)/width)²) + .5/(1 + exp(−(t − rise))).

    ``week`` counts from the day of being told; before it, nothing has changed and energy is 1.
    Energy has no unit: 1 is an ordinary week. Without chance. Source: the formula is this course's
    drawing of a line that the deck and Scott and Jaffe describe in words; nobody has measured it.
    Check values with the defaults: .989 in week 0, .409 in week 4, 1.239 in week 8.
    """
    if week < 0:
        return 1.0
    valley = course.depth * exp(-(((week - course.bottom) / course.width) ** 2))
    return 1 - valley + _GAIN / (1 + exp(-(week - course.rise)))


def phase(week: float, course: Course) -> Phase:
    """Return the phase of ``week``. Resistance spans the valley, commitment begins with the rise.

    Where one ends and the next begins is this course's choice. When the rise comes before the
    valley is over, there is no acceptance.
    """
    if week < 0:
        return "not-told"
    if week >= max(course.rise, course.bottom + course.width):
        return "commitment"
    if week >= course.bottom + course.width:
        return "acceptance"
    return "resistance" if week >= course.bottom - course.width else "denial"
