"""What regrading changes: keys, and the points of learners. Pure values and functions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import fsum

from yongxin.grading.grade_cell import find_key
from yongxin.grading.late import Penalty, late_penalty, seconds_late
from yongxin.items.base import JSON, Key

#: Decimals to which sums of points are told; scores themselves have four.
_DECIMALS = 4


@dataclass(frozen=True)
class KeyChange:
    """The key of one cell before and after; for a cell with code, its source."""

    cell: str
    before: JSON
    after: JSON

    @property
    def is_code(self) -> bool:
        """Whether only running the cell can tell what it changes."""
        return isinstance(self.after, str)


@dataclass(frozen=True)
class Mark:
    """One cell of a submission as the gradebook has it; ``id`` is the row's."""

    id: str
    automatic: float | None
    manual: float | None
    extra_credit: float
    waits: bool

    @property
    def points(self) -> float:
        """The points that count, as nbgrader adds them up."""
        given = self.automatic if self.manual is None else self.manual
        return 0.0 if given is None else given + self.extra_credit


@dataclass(frozen=True)
class Submission:
    """One submission as the gradebook has it; marks by cell. Moments are UTC without a zone."""

    username: str
    name: str
    timestamp: datetime | None = None
    extension: timedelta = timedelta()
    penalty: float = 0.0
    marks: Mapping[str, Mark] = field(default_factory=dict[str, Mark])


@dataclass(frozen=True)
class HandedIn:
    """What lies in the folder of submissions: when it was handed in, and what it is worth now.

    ``scores`` are those of the quiz cells, by cell.
    """

    timestamp: datetime | None
    scores: Mapping[str, float]


@dataclass(frozen=True)
class CellChange:
    """Another automatic score of one cell; ``before`` is ``None`` where there was none.

    ``is_marked``: a trainer has given the points, which stay, and is asked to look again.
    """

    cell: str
    before: float | None
    after: float
    is_marked: bool

    @property
    def difference(self) -> float:
        """By how much the points that count change."""
        return 0.0 if self.is_marked else self.after - (self.before or 0.0)


@dataclass(frozen=True)
class LearnerChange:
    """What changes for one learner: points of the exercise after a late penalty, and of its cells.

    ``before`` is ``None`` for a submission that was not graded yet; ``is_newer`` tells that another
    hand-in than the one that was graded is graded now.
    """

    username: str
    name: str
    before: float | None
    after: float
    cells: tuple[CellChange, ...]
    is_newer: bool

    @property
    def difference(self) -> float:
        """By how much the points change; 0 for what was not graded before."""
        return 0.0 if self.before is None else round(self.after - self.before, _DECIMALS)


@dataclass(frozen=True)
class Preview:
    """What regrading a module would change.

    ``solution`` is the notebook with the new keys. ``learners`` are those for whom anything
    changes, of ``examined`` ones; ``refused`` are hand-ins that cannot be graded, with the reason.
    ``settled`` are rows of grades that a trainer has given and need not look at again.
    ``is_resumed``: an earlier regrading was killed and has to be finished.
    """

    module_id: str
    solution: bytes
    keys: tuple[KeyChange, ...]
    learners: tuple[LearnerChange, ...]
    examined: int
    refused: tuple[tuple[str, str], ...] = ()
    settled: tuple[str, ...] = ()
    is_resumed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.keys or self.learners or self.is_resumed)

    @property
    def higher(self) -> int:
        """How many learners get more points."""
        return sum(one.difference > 0 for one in self.learners)

    @property
    def lower(self) -> int:
        """How many learners get fewer points."""
        return sum(one.difference < 0 for one in self.learners)

    @property
    def new(self) -> int:
        """How many are graded for the first time."""
        return sum(one.before is None for one in self.learners)

    def of_cell(self, cell: str) -> tuple[int, int]:
        """Return how many of those graded before get more points for a cell, and how many fewer."""
        differences = [
            change.difference
            for one in self.learners
            if one.before is not None
            for change in one.cells
            if change.cell == cell
        ]
        return sum(one > 0 for one in differences), sum(one < 0 for one in differences)


def compare_keys(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[KeyChange, ...]:
    """Compare the sources of autograded cells, by cell, as they were released and as they will be.

    Only those in both are compared; what is new or gone is refused elsewhere.
    """
    changes = (
        KeyChange(cell, _key_of(before[cell]), _key_of(source))
        for cell, source in after.items()
        if cell in before and before[cell] != source
    )
    return tuple(one for one in changes if one.before != one.after)


def keys_of(sources: Iterable[str]) -> list[Key]:
    """Return the keys in those of the sources that are quiz cells."""
    return [key for source in sources if (key := find_key(source)) is not None]


def _key_of(source: str) -> JSON:
    key = find_key(source)
    return source if key is None else key.model_dump(mode="json")


def compare(
    submission: Submission, handed_in: HandedIn, due: datetime | None, penalty: Penalty
) -> LearnerChange | None:
    """Say what grading ``handed_in`` would change; ``None`` when that is nothing."""
    marks = submission.marks
    cells = tuple(
        CellChange(
            cell,
            mark.automatic if mark else None,
            score,
            is_marked=mark is not None and mark.manual is not None,
        )
        for cell, score in handed_in.scores.items()
        if (mark := marks.get(cell)) is None or mark.automatic != score
    )
    timestamp = handed_in.timestamp or submission.timestamp
    points = fsum(
        (*(one.points for one in marks.values()), *(one.difference for one in cells)),
    )
    late = seconds_late(timestamp, due, submission.extension)
    taken_off = late_penalty(penalty, submission.username, points, late) or 0.0
    before = fsum(one.points for one in marks.values()) - submission.penalty if marks else None
    change = LearnerChange(
        submission.username,
        submission.name,
        before if before is None else round(before, _DECIMALS),
        round(points - taken_off, _DECIMALS),
        cells,
        is_newer=before is not None and timestamp != submission.timestamp,
    )
    is_same = not cells and before is not None and not change.difference and not change.is_newer
    return None if is_same else change


def settled(submission: Submission, handed_in: HandedIn, known: Collection[str] = ()) -> list[str]:
    """Return the rows of marks that a trainer has given to just this hand-in and that still fit.

    Grading again makes nbgrader ask for every such mark once more; ``known`` are the rows for which
    a regrading that was killed has made it ask.
    """
    if handed_in.timestamp not in (None, submission.timestamp):
        return []
    return [
        mark.id
        for cell, mark in submission.marks.items()
        if mark.manual is not None
        and (not mark.waits or mark.id in known)
        and handed_in.scores.get(cell, mark.automatic) == mark.automatic
    ]
