"""What a learner's group came to on a self-assessment: rounded means that tell of nobody.

Whoever can ask again and again, and knows their own answers, must not find out anybody else's.
Therefore:

- Only first results count. To repeat changes nothing.
- Only steps of ``STEP`` people are told: the first six who finished, the first twelve, and so on.
  Two figures of one group differ by six people at least, and whoever is one of the six and takes
  their own result away is left with five others.
- A mean is a share of the possible points, rounded to 5 %, and never told below 10 % or above
  90 %: that a whole group stands at an end would tell of each member.

The groups themselves must not overlap, which is for the store to see to (``group_states``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

#: Five others and oneself.
STEP: Final = 6
_ROUNDED_TO: Final = 5


@dataclass(frozen=True)
class FirstResult:
    """When somebody first finished, and where they stood on each scale, in percent."""

    at: datetime
    percents: Mapping[str, int]


@dataclass(frozen=True)
class GroupFigures:
    """Of how many people, and their mean on each scale, in percent, rounded and bounded.

    A mean of ``LOWEST`` stands for every lower one too, and ``HIGHEST`` for every higher one.
    """

    LOWEST: ClassVar[int] = 10
    HIGHEST: ClassVar[int] = 90

    people: int
    means: Mapping[str, int]


def group_figures(results: Iterable[FirstResult], scales: Iterable[str]) -> GroupFigures | None:
    """Return the figures of a group, or ``None`` while fewer than ``STEP`` have a result."""
    wanted = tuple(scales)
    usable = [one for one in results if all(scale in one.percents for scale in wanted)]
    people = len(usable) // STEP * STEP
    if not people or not wanted:
        return None
    # Who finished in one moment is sorted by result: whatever the order, it must be the same one.
    usable.sort(key=lambda one: (one.at, [one.percents[scale] for scale in wanted]))
    counted = usable[:people]
    return GroupFigures(
        people,
        {scale: _told(sum(one.percents[scale] for one in counted), people) for scale in wanted},
    )


def _told(total: int, people: int) -> int:
    steps = (2 * total + people * _ROUNDED_TO) // (2 * people * _ROUNDED_TO)
    return min(GroupFigures.HIGHEST, max(GroupFigures.LOWEST, steps * _ROUNDED_TO))
