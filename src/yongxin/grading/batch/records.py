"""Writing the gradebook's rows for many submissions at once.

The rows become what nbgrader's own steps would have made of them, one submission after another.
What people enter (manual scores, comments, extra credit, extensions, flags) is read, never written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum
from typing import Any, NamedTuple, TypeAlias

from nbgrader.api import new_uuid  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update

from yongxin.grading.batch.assignment import Marks
from yongxin.grading.batch.gradebook import (
    COMMENT,
    GRADE,
    STUDENT,
    SUBMITTED_ASSIGNMENT,
    SUBMITTED_NOTEBOOK,
    WRITTEN,
)
from yongxin.grading.batch.rows import AssignmentRows, Standing
from yongxin.grading.late import Penalty, late_penalty, seconds_late

_Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Graded:
    """What the gradebook has to learn of one submission."""

    username: str
    timestamp: datetime | None
    marks: Marks


def write_records(
    connection: Connection,
    assignment: AssignmentRows,
    submissions: Sequence[Graded],
    penalty: Penalty,
) -> dict[str, Standing]:
    """Enter graded submissions, each of another learner, and return where they stand now.

    Call it in one transaction: whatever it has read must not change before it has written.
    """
    return _Writing(connection, assignment, submissions).write(penalty)


class _Entry(NamedTuple):
    """A row of ``submitted_assignment`` as it will be."""

    id: str
    timestamp: datetime | None
    extension: timedelta | None


class _Writing:
    """One such transaction: the rows that are there, and those to insert and to update."""

    def __init__(
        self, connection: Connection, assignment: AssignmentRows, submissions: Sequence[Graded]
    ) -> None:
        self._connection = connection
        self._assignment = assignment
        self._submissions = submissions
        self._inserted: dict[Table, list[_Values]] = {}
        self._updated: dict[tuple[Table, tuple[str, ...]], list[_Values]] = {}

    def write(self, penalty: Penalty) -> dict[str, Standing]:
        self._add_students()
        entries = self._enter_submissions()
        notebooks = self._notebooks([one.id for one in entries.values()])
        ids = [one.id for one in notebooks.values()]
        grades = self._known(GRADE, ids, [cell.id for cell in self._assignment.graded])
        comments = self._known(COMMENT, ids, self._assignment.commented.values())
        standings: dict[str, Standing] = {}
        for one in self._submissions:
            entry = entries[one.username]
            notebook = notebooks.get(entry.id)
            notebook_id = new_uuid() if notebook is None else notebook.id
            points, waits = self._enter_scores(notebook_id, one.marks, grades)
            self._enter_comments(notebook_id, one.marks, comments)
            late = seconds_late(entry.timestamp, self._assignment.due, entry.extension)
            values = {"late_submission_penalty": late_penalty(penalty, one.username, points, late)}
            if notebook is None:
                values |= {
                    "id": notebook_id,
                    "assignment_id": entry.id,
                    "notebook_id": self._assignment.notebook_id,
                    "flagged": False,
                }
                self._insert(SUBMITTED_NOTEBOOK, values)
            else:
                self._update(SUBMITTED_NOTEBOOK, notebook, values)
            standings[one.username] = Standing(entry.timestamp, points, waits)
        self._flush()
        return standings

    def _add_students(self) -> None:
        names = [one.username for one in self._submissions]
        known = set(
            self._connection.execute(select(STUDENT.c.id).where(STUDENT.c.id.in_(names))).scalars()
        )
        for name in names:
            if name not in known:
                self._insert(STUDENT, {"id": name})

    def _enter_submissions(self) -> dict[str, _Entry]:
        """Return the rows by username."""
        table = SUBMITTED_ASSIGNMENT
        names = [one.username for one in self._submissions]
        found = self._connection.execute(
            select(table)
            .where(table.c.assignment_id == self._assignment.id, table.c.student_id.in_(names))
            .with_for_update()
        )
        known = {row.student_id: row for row in found}
        entries: dict[str, _Entry] = {}
        for one in self._submissions:
            row = known.get(one.username)
            if row is None:
                entry = _Entry(new_uuid(), one.timestamp, None)
                self._insert(
                    table,
                    {
                        "id": entry.id,
                        "assignment_id": self._assignment.id,
                        "student_id": one.username,
                        "timestamp": one.timestamp,
                    },
                )
            else:
                # A submission that was put in place by hand bears no time; an earlier one stays.
                entry = _Entry(row.id, one.timestamp or row.timestamp, row.extension)
                self._update(table, row, {"timestamp": entry.timestamp})
            entries[one.username] = entry
        return entries

    def _notebooks(self, entry_ids: Sequence[str]) -> dict[str, Row[Any]]:
        """Return the rows that are there, by the id of the submission."""
        table = SUBMITTED_NOTEBOOK
        found = self._connection.execute(
            select(table).where(
                table.c.notebook_id == self._assignment.notebook_id,
                table.c.assignment_id.in_(entry_ids),
            )
        )
        return {row.assignment_id: row for row in found}

    def _known(
        self, table: Table, notebook_ids: Sequence[str], cell_ids: Iterable[str]
    ) -> dict[tuple[str, str], Row[Any]]:
        """Return the rows of grades or comments, by notebook and cell; both stand in the index."""
        if not notebook_ids:
            return {}
        found = self._connection.execute(
            select(table)
            .where(table.c.cell_id.in_(list(cell_ids)), table.c.notebook_id.in_(notebook_ids))
            .with_for_update()
        )
        return {(row.notebook_id, row.cell_id): row for row in found}

    def _enter_scores(
        self, notebook_id: str, marks: Marks, known: dict[tuple[str, str], Row[Any]]
    ) -> tuple[float, bool]:
        """Enter the scores of a notebook; return its points, and whether a trainer has to look."""
        points: list[float] = []
        waits = False
        for cell in self._assignment.graded:
            row = known.get((notebook_id, cell.id))
            manual = None if row is None else row.manual_score
            if cell.is_task:  # nbgrader leaves them to people alone
                automatic = None if row is None else row.auto_score
                needs = True if row is None else row.needs_manual_grade
            else:
                automatic = marks.scores[cell.name]
                needs = manual is not None or automatic is None
            values = {"auto_score": automatic, "needs_manual_grade": needs}
            if row is None:
                key = {"id": new_uuid(), "notebook_id": notebook_id, "cell_id": cell.id}
                self._insert(GRADE, key | values)
            else:
                self._update(GRADE, row, values)
            score = automatic if manual is None else manual
            if score is not None:
                points.append(score)
                points.append(0.0 if row is None else row.extra_credit or 0.0)
            waits = waits or needs
        return fsum(points), waits

    def _enter_comments(
        self, notebook_id: str, marks: Marks, known: dict[tuple[str, str], Row[Any]]
    ) -> None:
        for name, cell_id in self._assignment.commented.items():
            row = known.get((notebook_id, cell_id))
            values = {"auto_comment": marks.comments[name]}
            if row is None:
                key = {"id": new_uuid(), "notebook_id": notebook_id, "cell_id": cell_id}
                self._insert(COMMENT, key | values)
            else:
                self._update(COMMENT, row, values)

    def _insert(self, table: Table, values: _Values) -> None:
        self._inserted.setdefault(table, []).append(values)

    def _update(self, table: Table, row: Row[Any], values: _Values) -> None:
        """Change what differs; a row that stays as it is costs nothing."""
        if any(getattr(row, name) != value for name, value in values.items()):
            columns = (table, tuple(values))
            self._updated.setdefault(columns, []).append({"row_id": row.id, **values})

    def _flush(self) -> None:
        for table in WRITTEN:
            if rows := self._inserted.get(table):
                self._connection.execute(insert(table), rows)
        for (table, _), rows in self._updated.items():
            self._connection.execute(update(table).where(table.c.id == bindparam("row_id")), rows)
