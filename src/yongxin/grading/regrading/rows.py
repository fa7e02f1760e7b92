"""What the gradebook has of a module's cells and submissions, as regrading needs it.

This module imports nbgrader, which takes seconds.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, select, update

from yongxin.grading.batch.gradebook import (
    BASE_CELL,
    GRADE,
    SOURCE_CELL,
    STUDENT,
    SUBMITTED_ASSIGNMENT,
    SUBMITTED_NOTEBOOK,
)
from yongxin.grading.batch.rows import AssignmentRows
from yongxin.grading.regrading.changes import Mark, Submission

_AT_ONCE = 500


def read_sources(connection: Connection, assignment: AssignmentRows) -> dict[str, str]:
    """Return the sources of all cells as they were released, hidden tests included, by cell."""
    rows = connection.execute(
        select(SOURCE_CELL.c.name, SOURCE_CELL.c.source).where(
            SOURCE_CELL.c.notebook_id == assignment.notebook_id
        )
    )
    return {row.name: row.source for row in rows}


def read_submissions(connection: Connection, assignment: AssignmentRows) -> dict[str, Submission]:
    """Return every submission with its marks, by username."""
    people = connection.execute(
        select(
            SUBMITTED_ASSIGNMENT.c.student_id,
            STUDENT.c.last_name,
            SUBMITTED_ASSIGNMENT.c.timestamp,
            SUBMITTED_ASSIGNMENT.c.extension,
            SUBMITTED_NOTEBOOK.c.late_submission_penalty,
            SUBMITTED_NOTEBOOK.c.id,
        )
        .join(STUDENT, STUDENT.c.id == SUBMITTED_ASSIGNMENT.c.student_id)
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.assignment_id == SUBMITTED_ASSIGNMENT.c.id)
        .where(SUBMITTED_NOTEBOOK.c.notebook_id == assignment.notebook_id)
    ).all()
    marks: dict[str, dict[str, Mark]] = {row.id: {} for row in people}
    for row in connection.execute(
        select(GRADE, BASE_CELL.c.name)
        .join(BASE_CELL, BASE_CELL.c.id == GRADE.c.cell_id)
        .where(BASE_CELL.c.notebook_id == assignment.notebook_id)
    ):
        marks[row.notebook_id][row.name] = Mark(
            row.id,
            row.auto_score,
            row.manual_score,
            row.extra_credit or 0.0,
            row.needs_manual_grade,
        )
    return {
        row.student_id: Submission(
            row.student_id,
            row.last_name or row.student_id,
            row.timestamp,
            row.extension or timedelta(),
            row.late_submission_penalty or 0.0,
            marks[row.id],
        )
        for row in people
    }


def settle(connection: Connection, grades: Collection[str]) -> None:
    """Ask no trainer to look again at these rows, as long as their marks still stand."""
    ids = list(grades)
    for start in range(0, len(ids), _AT_ONCE):
        connection.execute(
            update(GRADE)
            .where(GRADE.c.id.in_(ids[start : start + _AT_ONCE]), GRADE.c.manual_score.is_not(None))
            .values(needs_manual_grade=False)
        )
