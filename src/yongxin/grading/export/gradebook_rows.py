"""What an export reads from nbgrader's gradebook: the same few queries however many learners.

This module imports nbgrader, which takes seconds.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import and_, case, func, select

from yongxin.grading.late import seconds_late
from yongxin.grading.reflection_cell import NO_RESPONSE

_FETCHED_AT_ONCE = 1000

# The tables without types, whatever the type checker makes of them.
_Assignment: Any = api.Assignment
_Comment: Any = api.Comment
_Grade: Any = api.Grade
_Notebook: Any = api.Notebook
_SourceCell: Any = api.SourceCell
_Student: Any = api.Student
_SubmittedAssignment: Any = api.SubmittedAssignment
_SubmittedNotebook: Any = api.SubmittedNotebook
_BASE_CELL: Any = cast("Any", api.BaseCell).__table__
_GRADE_CELL: Any = cast("Any", api.GradeCell).__table__
_TASK_CELL: Any = cast("Any", api.TaskCell).__table__


@dataclass(frozen=True)
class ModuleRow:
    """A module that the gradebook knows, and what can be earned in it."""

    id: str
    maximum: float


@dataclass(frozen=True)
class SubmissionRow:
    """The marks of one submission together; ``points`` are before the penalty."""

    username: str
    moment: datetime | None
    late: bool
    points: float
    penalty: float
    waiting: int


@dataclass(frozen=True)
class MarkRow:
    """The mark of one cell of one submission."""

    username: str
    cell: str
    points: float
    maximum: float
    waits: bool
    by_hand: bool
    comment: str | None


def read_modules(gradebook: Gradebook) -> list[ModuleRow]:
    """Return all modules, by id."""
    rows = gradebook.db.execute(
        select(_Assignment.name, _Assignment.max_score).order_by(_Assignment.name)
    )
    return [ModuleRow(name, float(maximum)) for name, maximum in rows]


def read_names(gradebook: Gradebook) -> dict[str, str]:
    """Return the students that the gradebook knows: username → name, as formgrader shows it."""
    rows = gradebook.db.execute(
        select(_Student.id, _Student.last_name, _Student.first_name).order_by(_Student.id)
    )
    return {
        username: ", ".join(one for one in (last, first) if one and one != username) or username
        for username, last, first in rows
    }


def read_sources(gradebook: Gradebook, module_id: str) -> dict[str, str]:
    """Return the graded cells of a module as they were released, keys included: name → source."""
    rows = gradebook.db.execute(
        select(_SourceCell.name, _SourceCell.source)
        .join(_Notebook, _Notebook.id == _SourceCell.notebook_id)
        .join(_Assignment, _Assignment.id == _Notebook.assignment_id)
        .join(
            _BASE_CELL,
            and_(
                _BASE_CELL.c.notebook_id == _SourceCell.notebook_id,
                _BASE_CELL.c.name == _SourceCell.name,
                _BASE_CELL.c.type.in_(("GradeCell", "TaskCell")),
            ),
        )
        .where(_Assignment.name == module_id)
    )
    return {name: source or "" for name, source in rows}


def read_submissions(gradebook: Gradebook, module_id: str) -> dict[str, SubmissionRow]:
    """Return the submissions of a module that were graded, by username."""
    of_notebook = (
        select(
            _Grade.notebook_id,
            func.sum(_Grade.score).label("points"),
            func.sum(case((_Grade.needs_manual_grade, 1), else_=0)).label("waiting"),
        )
        .group_by(_Grade.notebook_id)
        .subquery()
    )
    rows = gradebook.db.execute(
        select(
            _SubmittedAssignment.student_id,
            _SubmittedAssignment.timestamp,
            _SubmittedAssignment.extension,
            _Assignment.duedate,
            func.coalesce(func.sum(of_notebook.c.points), 0.0),
            func.coalesce(func.sum(_SubmittedNotebook.late_submission_penalty), 0.0),
            func.coalesce(func.sum(of_notebook.c.waiting), 0),
        )
        .join(_Assignment, _SubmittedAssignment.assignment_id == _Assignment.id)
        .outerjoin(_SubmittedNotebook, _SubmittedNotebook.assignment_id == _SubmittedAssignment.id)
        .outerjoin(of_notebook, of_notebook.c.notebook_id == _SubmittedNotebook.id)
        .where(_Assignment.name == module_id)
        .group_by(_SubmittedAssignment.id, _Assignment.id)
    )
    return {
        username: SubmissionRow(
            username=username,
            moment=moment and moment.replace(tzinfo=UTC),  # the gradebook means UTC
            late=seconds_late(moment, due, extension) > 0,
            points=float(points),
            penalty=float(penalty),
            waiting=int(waiting),
        )
        for username, moment, extension, due, points, penalty, waiting in rows
    }


def read_marks(gradebook: Gradebook, module_id: str) -> Iterator[MarkRow]:
    """Yield the marks of a module, those of one learner together; only a few are held at once."""
    cell, answer = (_BASE_CELL.alias() for _ in range(2))
    # A comment belongs to the answer cell, which has the name of the cell that is graded.
    rows = gradebook.db.execute(
        select(
            _SubmittedAssignment.student_id,
            cell.c.name,
            _Grade.score,
            func.coalesce(_GRADE_CELL.c.max_score, _TASK_CELL.c.max_score, 0.0),
            _Grade.needs_manual_grade,
            _Grade.manual_score.is_not(None),
            _Comment.comment,
        )
        .select_from(_Grade)
        .join(_SubmittedNotebook, _SubmittedNotebook.id == _Grade.notebook_id)
        .join(_SubmittedAssignment, _SubmittedAssignment.id == _SubmittedNotebook.assignment_id)
        .join(_Assignment, _Assignment.id == _SubmittedAssignment.assignment_id)
        .join(cell, cell.c.id == _Grade.cell_id)
        .outerjoin(_GRADE_CELL, _GRADE_CELL.c.id == cell.c.id)
        .outerjoin(_TASK_CELL, _TASK_CELL.c.id == cell.c.id)
        .outerjoin(
            answer,
            and_(
                answer.c.name == cell.c.name,
                answer.c.notebook_id == cell.c.notebook_id,
                answer.c.type == "SolutionCell",
            ),
        )
        .outerjoin(
            _Comment,
            and_(_Comment.cell_id == answer.c.id, _Comment.notebook_id == _Grade.notebook_id),
        )
        .where(_Assignment.name == module_id)
        .order_by(_SubmittedAssignment.student_id),
        execution_options={"yield_per": _FETCHED_AT_ONCE},
    )
    for username, name, points, maximum, waits, by_hand, comment in rows:
        yield MarkRow(
            username=username,
            cell=name,
            points=float(points),
            maximum=float(maximum),
            waits=bool(waits),
            by_hand=bool(by_hand),
            comment=None if comment in ("", NO_RESPONSE) else comment,
        )
