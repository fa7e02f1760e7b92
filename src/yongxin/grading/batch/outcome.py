"""What a run tells: about each submission, about all of them, and while it lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from yongxin.grading.rebuild import Finding

#: ``waiting``: graded, but a trainer has still to give a mark or to confirm an earlier one.
Status = Literal["graded", "waiting", "unchanged", "refused"]


class GradingFailed(Exception):
    """A run could not begin or go on. The message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one submission.

    ``points`` is the score of the notebook in the gradebook, before a late penalty; ``None`` only
    for what was refused and never graded. ``reason`` says why a submission was refused.
    ``findings`` tell what was wrong with a hand-in that was graded nevertheless; they are kept
    beside the graded notebook as ``findings.json``.
    """

    username: str
    status: Status
    points: float | None
    maximum: float
    reason: str | None = None
    findings: "tuple[Finding, ...]" = ()


@dataclass(frozen=True)
class Summary:
    """The outcomes by username, and how long the run took."""

    module_id: str
    outcomes: tuple[Outcome, ...]
    seconds: float

    def count(self, status: Status) -> int:
        """Return how many submissions have come to this."""
        return sum(one.status == status for one in self.outcomes)


@dataclass(frozen=True)
class Progress:
    """How many of the submissions that have to be graded are done."""

    done: int
    total: int


ReportProgress = Callable[[Progress], None]
