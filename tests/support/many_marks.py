"""A gradebook of many learners, written past nbgrader: what a graded cohort leaves behind."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Table, create_engine, select
from sqlalchemy.pool import NullPool


def fill_gradebook(url: str, learners: int, *, seed: int = 1) -> None:
    """Give each of ``learners`` new students marks in every module that the gradebook knows."""
    random_ = random.Random(seed)
    ids = (f"{number:032x}" for number in range(1, 1_000_000_000))
    engine = create_engine(url, poolclass=NullPool)
    usernames = [f"learner-{number:05}" for number in range(learners)]
    with engine.begin() as connection:
        connection.execute(
            _table(Student).insert(),
            [{"id": one, "last_name": f"学员{one[-5:]}", "first_name": one} for one in usernames],
        )
        for notebook in connection.execute(select(_table(Notebook))).all():
            cells = connection.execute(
                select(_table(BaseCell)).where(_table(BaseCell).c.notebook_id == notebook.id)
            ).all()
            rows = _Rows(notebook, cells, ids, random_)
            for username in usernames:
                rows.add(username)
            for table, of_table in rows.of.items():
                connection.execute(_table(table).insert(), of_table)


class _Rows:
    def __init__(
        self, notebook: Any, cells: Any, ids: Iterator[str], chance: random.Random
    ) -> None:
        self._notebook = notebook
        self._cells = cells
        self._ids = ids
        self._chance = chance
        self.of: dict[Any, list[dict[str, Any]]] = {
            SubmittedAssignment: [],
            SubmittedNotebook: [],
            Grade: [],
            Comment: [],
        }

    def add(self, username: str) -> None:
        submission, notebook = next(self._ids), next(self._ids)
        moment = datetime(2026, 3, 1) + timedelta(seconds=self._chance.randrange(1_000_000))  # noqa: DTZ001
        self.of[SubmittedAssignment].append(
            {
                "id": submission,
                "assignment_id": self._notebook.assignment_id,
                "student_id": username,
                "timestamp": moment,
            }
        )
        self.of[SubmittedNotebook].append(
            {
                "id": notebook,
                "assignment_id": submission,
                "notebook_id": self._notebook.id,
                "flagged": False,
            }
        )
        for cell in self._cells:
            row = {"id": next(self._ids), "notebook_id": notebook, "cell_id": cell.id}
            if cell.type == "GradeCell":
                by_hand = cell.name.startswith("reflection-")
                score = self._chance.choice((0.0, 0.5, 1.0))
                self.of[Grade].append(
                    {
                        **row,
                        "auto_score": None if by_hand else score,
                        "manual_score": None,
                        "needs_manual_grade": by_hand,
                    }
                )
            elif cell.type == "SolutionCell":
                self.of[Comment].append({**row, "auto_comment": None, "manual_comment": "读过了。"})


def _table(model: Any) -> Table:
    return model.__table__
