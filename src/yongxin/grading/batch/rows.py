"""What the gradebook has of an assignment and of its submissions, read for all of them at once.

This module imports nbgrader, which takes seconds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from sqlalchemy import Connection, case, func, select

from yongxin.grading.batch.gradebook import (
    ASSIGNMENT,
    BASE_CELL,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    SOLUTION_CELL,
    SOURCE_CELL,
    STUDENT,
    SUBMITTED_ASSIGNMENT,
    SUBMITTED_NOTEBOOK,
    TASK_CELL,
)
from yongxin.grading.batch.outcome import GradingFailed


@dataclass(frozen=True)
class GradedCell:
    """A cell that has points; ``is_task`` for those that only a trainer ever gives."""

    id: str
    name: str
    maximum: float
    is_task: bool


@dataclass(frozen=True)
class AssignmentRows:
    """The rows of one assignment in the gradebook: whatever does not depend on a learner.

    ``commented`` are the ids of the cells that may bear a comment, by name; ``sources`` the names
    of all cells that nbgrader knows. ``due`` is UTC, without a time zone as the gradebook has it.
    """

    id: str
    notebook_id: str
    due: datetime | None
    graded: tuple[GradedCell, ...]
    commented: Mapping[str, str]
    sources: frozenset[str]

    @property
    def maximum(self) -> float:
        """The points that can be reached."""
        return fsum(cell.maximum for cell in self.graded)


@dataclass(frozen=True)
class Standing:
    """Where a submission stands in the gradebook.

    ``is_whole`` says that every cell that is graded automatically has its points.
    """

    timestamp: datetime | None
    points: float
    waits: bool
    is_whole: bool = True


def read_assignment(connection: Connection, module_id: str) -> AssignmentRows:
    """Read an assignment. Raises ``GradingFailed`` unless it is there and one of this course."""
    row = connection.execute(
        select(ASSIGNMENT.c.id, ASSIGNMENT.c.duedate).where(ASSIGNMENT.c.name == module_id)
    ).one_or_none()
    if row is None:
        raise GradingFailed(f"the gradebook has no {module_id}; run `yongxin release {module_id}`")
    notebooks = connection.execute(
        select(NOTEBOOK.c.id, NOTEBOOK.c.name).where(NOTEBOOK.c.assignment_id == row.id)
    ).all()
    if [one.name for one in notebooks] != [module_id]:
        raise GradingFailed(
            f"{module_id} has the notebooks {', '.join(sorted(one.name for one in notebooks))} in "
            f"the gradebook; `yongxin grade` grades a module's one notebook, which has its name"
        )
    notebook_id = notebooks[0].id
    of_notebook = BASE_CELL.c.notebook_id == notebook_id
    graded = [
        GradedCell(one.id, one.name, one.max_score, is_task)
        for table, is_task in ((GRADE_CELL, False), (TASK_CELL, True))
        for one in connection.execute(
            select(BASE_CELL.c.id, BASE_CELL.c.name, table.c.max_score)
            .join(table, table.c.id == BASE_CELL.c.id)
            .where(of_notebook)
            .order_by(BASE_CELL.c.name)
        )
    ]
    commented = {
        one.name: one.id
        for table in (SOLUTION_CELL, TASK_CELL)
        for one in connection.execute(
            select(BASE_CELL.c.id, BASE_CELL.c.name)
            .join(table, table.c.id == BASE_CELL.c.id)
            .where(of_notebook)
        )
    }
    sources = connection.execute(
        select(SOURCE_CELL.c.name).where(SOURCE_CELL.c.notebook_id == notebook_id)
    ).scalars()
    return AssignmentRows(
        row.id, notebook_id, row.duedate, tuple(graded), commented, frozenset(sources)
    )


def read_standings(
    connection: Connection, assignment: AssignmentRows, automatic: Collection[str]
) -> dict[str, Standing]:
    """Return where each submission stands, by username; ``automatic`` are cells by name."""
    cells = [cell.id for cell in assignment.graded]
    by_machine = [cell.id for cell in assignment.graded if cell.name in automatic]
    score = func.coalesce(GRADE.c.manual_score, GRADE.c.auto_score)
    points = func.coalesce(score + func.coalesce(GRADE.c.extra_credit, 0.0), 0.0)
    lacks = GRADE.c.cell_id.in_(by_machine) & GRADE.c.auto_score.is_(None)
    rows = connection.execute(
        select(
            SUBMITTED_ASSIGNMENT.c.student_id,
            SUBMITTED_ASSIGNMENT.c.timestamp,
            func.sum(points).label("points"),
            func.sum(case((GRADE.c.needs_manual_grade, 1), else_=0)).label("waiting"),
            func.sum(case((lacks, 1), else_=0)).label("lacking"),
            func.count().label("cells"),
        )
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.assignment_id == SUBMITTED_ASSIGNMENT.c.id)
        .join(GRADE, GRADE.c.notebook_id == SUBMITTED_NOTEBOOK.c.id)
        .where(
            SUBMITTED_ASSIGNMENT.c.assignment_id == assignment.id,
            SUBMITTED_NOTEBOOK.c.notebook_id == assignment.notebook_id,
            GRADE.c.cell_id.in_(cells),
        )
        .group_by(SUBMITTED_ASSIGNMENT.c.student_id, SUBMITTED_ASSIGNMENT.c.timestamp)
    )
    return {
        row.student_id: Standing(
            row.timestamp,
            float(row.points),
            bool(row.waiting),
            not row.lacking and row.cells == len(cells),
        )
        for row in rows
    }


def read_students(connection: Connection) -> set[str]:
    """Return the ids of everybody in the gradebook."""
    return set(connection.execute(select(STUDENT.c.id)).scalars())
