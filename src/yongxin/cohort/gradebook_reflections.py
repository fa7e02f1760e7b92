"""The answers to one reflection in nbgrader's gradebook: which wait for a mark, and giving one.

Reading is by queries over all learners. Writing goes through nbgrader's own ``Gradebook``, one
transaction for a mark and its comment, and leaves the rows as formgrader would.

This module imports nbgrader, which takes a second.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from yongxin.grading.batch import GradingFailed
from yongxin.grading.batch.gradebook import (
    ASSIGNMENT,
    BASE_CELL,
    COMMENT,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    SOLUTION_CELL,
    SUBMITTED_ASSIGNMENT,
    SUBMITTED_NOTEBOOK,
)
from yongxin.grading.reflection_cell import ANSWER_PREFIX
from yongxin.store import GradeState

#: SQLite takes some 30,000 parameters in one query.
_MOST_NAMES = 10_000

_IS_MARKED = (GRADE.c.needs_manual_grade.is_(False), GRADE.c.manual_score.is_not(None))


@dataclass(frozen=True)
class ReflectionCell:
    """Where the gradebook keeps the marks of one reflection; ``maximum`` can be reached.

    To nbgrader one cell is two: what is graded, and what is commented.
    """

    module_id: str
    name: str
    id: str
    comment_cell_id: str
    assignment_id: str
    notebook_id: str
    maximum: float


class Counts(NamedTuple):
    """How many answers wait and are marked; ``oldest`` is when the first that waits was given."""

    waiting: int
    marked: int
    oldest: datetime | None


class Place(NamedTuple):
    """One answer, and when its module was handed in.

    They sort as answers are marked: the oldest first, and those without a time before them.
    """

    moment: datetime
    grade_id: str
    username: str

    @property
    def order(self) -> tuple[datetime, str]:
        """What tells which of two comes first."""
        return self.moment, self.grade_id


@dataclass(frozen=True)
class GradebookAnswer:
    """One answer as the gradebook has it.

    ``seen`` stands for all of it, so that whoever writes can tell that nothing has changed.
    """

    grade_id: str
    comment_id: str
    username: str
    moment: datetime | None
    maximum: float
    state: GradeState
    seen: str


#: Of a submission that was put into the gradebook by hand, without a time.
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


def read_cells(connection: Connection, module_id: str) -> dict[str, ReflectionCell]:
    """Return the reflections of a module that are marked, by their ids."""
    solution = BASE_CELL.alias()
    rows: Any = connection.execute(
        select(
            BASE_CELL.c.name,
            BASE_CELL.c.id,
            solution.c.id.label("comment_cell_id"),
            NOTEBOOK.c.assignment_id,
            NOTEBOOK.c.id.label("notebook_id"),
            GRADE_CELL.c.max_score,
        )
        .join(GRADE_CELL, GRADE_CELL.c.id == BASE_CELL.c.id)
        .join(
            solution,
            and_(
                solution.c.notebook_id == BASE_CELL.c.notebook_id,
                solution.c.name == BASE_CELL.c.name,
            ),
        )
        .join(SOLUTION_CELL, SOLUTION_CELL.c.id == solution.c.id)
        .join(NOTEBOOK, NOTEBOOK.c.id == BASE_CELL.c.notebook_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == NOTEBOOK.c.assignment_id)
        .where(
            ASSIGNMENT.c.name == module_id,
            NOTEBOOK.c.name == module_id,
            BASE_CELL.c.name.startswith(ANSWER_PREFIX, autoescape=True),
        )
    )
    return {
        row.name.removeprefix(ANSWER_PREFIX): ReflectionCell(
            module_id,
            row.name,
            row.id,
            row.comment_cell_id,
            row.assignment_id,
            row.notebook_id,
            float(row.max_score),
        )
        for row in rows
    }


def count(
    connection: Connection,
    cell: ReflectionCell,
    *,
    usernames: Collection[str] | None = None,
    but: Collection[str] = (),
) -> Counts:
    """Count the answers of these learners, or of everybody; of ``but`` none is said to wait.

    Quick for ten thousand learners with the indexes of ``gradebook_indexes``.
    """
    if usernames is None:
        those = SUBMITTED_ASSIGNMENT.c.student_id
        waiting, oldest = _count_waiting(
            connection, cell, [those.not_in(some) for some in _batches(sorted(but))]
        )
        return Counts(waiting, count_marked(connection, cell), _aware(oldest))
    marked = sum(
        connection.scalar(_select_marked(cell).where(_of_learners(cell, some))) or 0
        for some in _batches(sorted(usernames))
    )
    found = [
        _count_waiting(connection, cell, [_of_learners(cell, some)])
        for some in _batches(sorted(set(usernames) - set(but)))
    ]
    oldest = min((moment for _number, moment in found if moment is not None), default=None)
    return Counts(sum(number for number, _moment in found), marked, _aware(oldest))


def count_marked(connection: Connection, cell: ReflectionCell) -> int:
    """Return how many answers somebody has marked."""
    return connection.scalar(_select_marked(cell)) or 0


def _select_marked(cell: ReflectionCell) -> Select[int]:
    return select(func.count()).where(GRADE.c.cell_id == cell.id, *_IS_MARKED)


def _of_learners(cell: ReflectionCell, usernames: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for grades of these learners.

    As a subquery, so that a database with a small group does not begin with everybody's grades.
    """
    return GRADE.c.notebook_id.in_(
        select(SUBMITTED_NOTEBOOK.c.id)
        .join(SUBMITTED_ASSIGNMENT, SUBMITTED_ASSIGNMENT.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .where(
            SUBMITTED_NOTEBOOK.c.notebook_id == cell.notebook_id,
            SUBMITTED_ASSIGNMENT.c.assignment_id == cell.assignment_id,
            SUBMITTED_ASSIGNMENT.c.student_id.in_(usernames),
        )
    )


def _count_waiting(
    connection: Connection, cell: ReflectionCell, conditions: list[ColumnElement[bool]]
) -> tuple[int, datetime | None]:
    row: Any = connection.execute(
        _joined(select(func.count(), func.min(SUBMITTED_ASSIGNMENT.c.timestamp))).where(
            GRADE.c.cell_id == cell.id, GRADE.c.needs_manual_grade.is_(True), *conditions
        )
    ).one()
    return int(row[0]), row[1]


def read_waiting(connection: Connection, cell: ReflectionCell) -> list[Place]:
    """Return the answers that wait, in the order in which they are marked."""
    return _read_places(connection, cell, [GRADE.c.needs_manual_grade.is_(True)])


def read_marked(connection: Connection, cell: ReflectionCell) -> list[Place]:
    """Return the answers that somebody has marked, in the same order.

    Left out is what nbgrader has marked by itself because nothing was written.
    """
    return _read_places(connection, cell, [*_IS_MARKED])


def place_of(answer: GradebookAnswer) -> tuple[datetime, str]:
    """Return where an answer stands in that order, to be compared with ``Place.order``."""
    return answer.moment or _NO_MOMENT, answer.grade_id


def _read_places(
    connection: Connection, cell: ReflectionCell, conditions: list[ColumnElement[bool]]
) -> list[Place]:
    rows: Any = connection.execute(
        _joined(
            select(SUBMITTED_ASSIGNMENT.c.timestamp, GRADE.c.id, SUBMITTED_ASSIGNMENT.c.student_id)
        ).where(GRADE.c.cell_id == cell.id, *conditions)
    )
    return sorted(
        Place(_aware(moment) or _NO_MOMENT, grade_id, username)
        for moment, grade_id, username in rows
    )


def read_moments(
    connection: Connection, cell: ReflectionCell, usernames: Collection[str]
) -> dict[str, datetime | None]:
    """Return when these learners have handed in what was graded."""
    found: dict[str, datetime | None] = {}
    for some in _batches(sorted(usernames)):
        rows: Any = connection.execute(
            _joined(
                select(SUBMITTED_ASSIGNMENT.c.student_id, SUBMITTED_ASSIGNMENT.c.timestamp)
            ).where(GRADE.c.cell_id == cell.id, SUBMITTED_ASSIGNMENT.c.student_id.in_(some))
        )
        found |= {username: _aware(moment) for username, moment in rows}
    return found


def read_answer(
    connection: Connection, cell: ReflectionCell, grade_id: str
) -> GradebookAnswer | None:
    """Return one answer, or ``None`` when there is none that a trainer could mark."""
    row = connection.execute(
        _joined(
            select(
                SUBMITTED_ASSIGNMENT.c.timestamp,
                SUBMITTED_ASSIGNMENT.c.student_id,
                GRADE.c.id,
                GRADE.c.auto_score,
                GRADE.c.manual_score,
                GRADE.c.needs_manual_grade,
                COMMENT.c.id.label("comment_id"),
                COMMENT.c.manual_comment,
            )
        )
        .join(
            COMMENT,
            and_(
                COMMENT.c.cell_id == cell.comment_cell_id,
                COMMENT.c.notebook_id == GRADE.c.notebook_id,
            ),
        )
        .where(GRADE.c.id == grade_id, GRADE.c.cell_id == cell.id)
    ).one_or_none()
    if row is None:
        return None
    state = GradeState(row.manual_score, bool(row.needs_manual_grade), row.manual_comment)
    told = json.dumps([row.id, str(row.timestamp), row.auto_score, *state])
    return GradebookAnswer(
        row.id,
        row.comment_id,
        row.student_id,
        _aware(row.timestamp),
        cell.maximum,
        state,
        hashlib.sha256(told.encode()).hexdigest()[:32],
    )


def change(
    url: str,
    course_id: str,
    cell: ReflectionCell,
    grade_id: str,
    new: Callable[[GradebookAnswer], GradeState],
    keep: Callable[[GradebookAnswer, GradeState], None],
) -> GradeState:
    """Change the mark and the comment of one answer, and return what they are now.

    ``new`` makes the new state of what is there now, which nobody else can change meanwhile. What
    it raises, and what ``keep`` raises, leaves the gradebook as it was; ``keep`` is called when
    everything is written, and only has to be kept.

    Raises ``GradingFailed`` when the gradebook fails or does not know the answer.
    """
    try:
        with Gradebook(url, course_id) as gradebook:
            session: Any = gradebook.db
            # Changes nothing, and makes others who write to the row wait, in every database.
            session.execute(
                update(GRADE).where(GRADE.c.id == grade_id).values(cell_id=GRADE.c.cell_id)
            )
            answer = _require_answer(session.connection(), cell, grade_id)
            state = new(answer)
            names = (cell.name, cell.module_id, cell.module_id, answer.username)
            grade: Any = gradebook.find_grade(*names)
            grade.manual_score = state.points
            grade.needs_manual_grade = state.waits
            comment: Any = gradebook.find_comment(*names)
            comment.manual_comment = state.comment
            session.flush()
            keep(answer, state)
            session.commit()
            return state
    except MissingEntry as error:
        raise GradingFailed(f"the gradebook does not have it any more: {error}") from error
    except SQLAlchemyError as error:
        first_line = str(error).split("\n", 1)[0]
        raise GradingFailed(f"the gradebook cannot be written: {first_line}") from error


def _require_answer(connection: Connection, cell: ReflectionCell, grade_id: str) -> GradebookAnswer:
    found = read_answer(connection, cell, grade_id)
    if found is None:
        raise MissingEntry(f"no answer {grade_id} to {cell.name}")
    return found


def _joined(statement: Any) -> Any:
    return (
        statement.select_from(GRADE)
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.id == GRADE.c.notebook_id)
        .join(SUBMITTED_ASSIGNMENT, SUBMITTED_ASSIGNMENT.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
    )


def _batches(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + _MOST_NAMES] for start in range(0, len(values), _MOST_NAMES))


def _aware(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)  # the gradebook means UTC
