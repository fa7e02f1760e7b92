"""Reading marks out of nbgrader's gradebook: a few queries for many learners at once.

Only reads, and each query on its own, so that nobody who marks has to wait.

This module imports nbgrader, which takes a second.
"""

# nbgrader ships no types.
# pyright: reportUnknownMemberType=false

from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import fsum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    create_engine,
    func,
    null,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from yongxin.grading.batch import GradingFailed
from yongxin.grading.batch.gradebook import (
    ASSIGNMENT,
    BASE_CELL,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    SUBMITTED_ASSIGNMENT,
    SUBMITTED_NOTEBOOK,
    TASK_CELL,
)
from yongxin.grading.reflection_cell import ANSWER_PREFIX

_LOCK_SECONDS = 5


class GradebookMark(NamedTuple):
    """What the gradebook says of one submission; see ``store.ModuleMark``."""

    username: str
    moment: datetime | None
    points: float
    maximum: float
    waiting: int
    reflections: float | None


@dataclass(frozen=True)
class ModuleCells:
    """The cells of a module's notebook that have points: cell id → points that can be reached.

    ``reflections`` are those of them that reflections are written in.
    """

    assignment_id: str
    notebook_id: str
    maxima: dict[str, float]
    reflections: dict[str, float]


def open_gradebook(url: str) -> Engine:
    """Return an engine that reads the gradebook; nothing is opened before it is needed."""
    arguments = {"timeout": _LOCK_SECONDS} if url.startswith("sqlite") else {}
    # A file may be replaced, and a server restarted, so no connection is kept.
    return create_engine(url, connect_args=arguments, poolclass=NullPool)


@contextmanager
def reading(gradebook: Engine) -> Generator[Connection]:
    """Connect to the gradebook. Raises ``GradingFailed`` when it cannot be read."""
    try:
        with gradebook.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        place = gradebook.url.render_as_string()
        first_line = str(error).split("\n", 1)[0]
        raise GradingFailed(f"the gradebook {place} cannot be read: {first_line}") from error


def read_cells(connection: Connection, module_ids: Collection[str]) -> dict[str, ModuleCells]:
    """Return what can be earned in these modules; one that the gradebook lacks is left out."""
    points = func.coalesce(GRADE_CELL.c.max_score, TASK_CELL.c.max_score)
    rows = connection.execute(
        select(ASSIGNMENT.c.name, ASSIGNMENT.c.id, NOTEBOOK.c.id, BASE_CELL.c.id, BASE_CELL.c.name)
        .add_columns(points)
        .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
        .outerjoin(BASE_CELL, BASE_CELL.c.notebook_id == NOTEBOOK.c.id)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == BASE_CELL.c.id)
        .outerjoin(TASK_CELL, TASK_CELL.c.id == BASE_CELL.c.id)
        .where(ASSIGNMENT.c.name.in_(module_ids), NOTEBOOK.c.name == ASSIGNMENT.c.name)
    )
    found: dict[str, ModuleCells] = {}
    for module_id, assignment_id, notebook_id, cell, name, maximum in rows:
        cells = found.setdefault(module_id, ModuleCells(assignment_id, notebook_id, {}, {}))
        if maximum is not None:
            cells.maxima[cell] = float(maximum)
            if name.startswith(ANSWER_PREFIX) and maximum > 0:
                cells.reflections[cell] = float(maximum)
    return found


def read_marks_of(
    connection: Connection, cells: ModuleCells, usernames: Iterable[str]
) -> list[GradebookMark]:
    """Return the marks of these learners in a module; of some there may be none."""
    return _read(connection, cells, SUBMITTED_ASSIGNMENT.c.student_id.in_(list(usernames)), None)


def read_marks_after(
    connection: Connection, cells: ModuleCells, username: str, *, limit: int
) -> list[GradebookMark]:
    """Return the marks in a module of the learners who come after this one, by username."""
    return _read(connection, cells, SUBMITTED_ASSIGNMENT.c.student_id > username, limit)


def _read(
    connection: Connection, cells: ModuleCells, wanted: ColumnElement[bool], limit: int | None
) -> list[GradebookMark]:
    submissions = (
        select(
            SUBMITTED_ASSIGNMENT.c.id,
            SUBMITTED_ASSIGNMENT.c.student_id,
            SUBMITTED_ASSIGNMENT.c.timestamp,
        )
        .where(SUBMITTED_ASSIGNMENT.c.assignment_id == cells.assignment_id, wanted)
        .order_by(SUBMITTED_ASSIGNMENT.c.student_id)
        .limit(limit)
        .subquery()
    )
    of_submission = and_(
        SUBMITTED_NOTEBOOK.c.assignment_id == submissions.c.id,
        SUBMITTED_NOTEBOOK.c.notebook_id == cells.notebook_id,
    )
    # The cells are named because nbgrader has an index on them, and none on notebooks alone.
    of_notebook = and_(
        GRADE.c.notebook_id == SUBMITTED_NOTEBOOK.c.id, GRADE.c.cell_id.in_(list(cells.maxima))
    )
    given = func.coalesce(GRADE.c.manual_score, GRADE.c.auto_score)
    # Extra credit counts where there is a score for it to add to: nbgrader's rule.
    score = func.coalesce(given + func.coalesce(GRADE.c.extra_credit, 0.0), 0.0)
    waits = case((GRADE.c.needs_manual_grade, 1), else_=0)
    is_reflection = GRADE.c.cell_id.in_(list(cells.reflections))
    share = func.coalesce(given, 0.0) / _maximum(cells.reflections)
    rows = connection.execute(
        select(
            submissions.c.student_id,
            submissions.c.timestamp,
            func.coalesce(func.max(SUBMITTED_NOTEBOOK.c.late_submission_penalty), 0.0),
            func.coalesce(func.sum(score), 0.0),
            func.coalesce(func.sum(waits), 0),
            func.coalesce(func.sum(case((is_reflection, waits), else_=0)), 0),
            func.min(case((is_reflection, share))),
        )
        .join(SUBMITTED_NOTEBOOK, of_submission)
        .outerjoin(GRADE, of_notebook)
        .group_by(submissions.c.student_id, submissions.c.timestamp)
        .order_by(submissions.c.student_id)
    )
    maximum = fsum(cells.maxima.values())
    return [
        GradebookMark(
            username,
            moment and moment.replace(tzinfo=UTC),  # the gradebook means UTC
            max(0.0, float(points) - float(penalty)),  # as nbgrader counts
            maximum,
            int(waiting),
            None if lowest is None or reflections_waiting else min(1.0, max(0.0, float(lowest))),
        )
        for username, moment, penalty, points, waiting, reflections_waiting, lowest in rows
    ]


def _maximum(maxima: Mapping[str, float]) -> ColumnElement[Any]:
    """Return what can be reached in the cell of a grade; null in any other cell."""
    return case(dict(maxima), value=GRADE.c.cell_id) if maxima else null()
