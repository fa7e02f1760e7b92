"""What the gradebook says about one submission, as plain values.

This module imports nbgrader, which takes seconds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nbgrader.api import Gradebook  # pyright: ignore[reportMissingTypeStubs]

from yongxin.grading.reflection_cell import NO_RESPONSE


@dataclass(frozen=True)
class Mark:
    """The mark of one cell.

    ``points`` is ``None`` while a trainer has still to give the mark, or to confirm one that was
    given for an earlier hand-in. ``comment`` is what a trainer wrote.
    """

    cell: str
    points: float | None
    maximum: float
    by_hand: bool
    comment: str | None


@dataclass(frozen=True)
class Marking:
    """The marks of one submission, and the cells as they were when they were released.

    ``moment`` is when it was handed in; nobody knows of one that was put in place by hand.
    ``sources`` go by the cell's name.
    """

    module_id: str
    moment: datetime | None
    late: bool
    late_penalty: float
    maximum: float
    marks: tuple[Mark, ...]
    sources: dict[str, str]


def read_marking(gradebook_url: str, notebook_id: str, module_id: str, username: str) -> Marking:
    """Return the marking of one learner's submission.

    Raises ``nbgrader.api.MissingEntry`` when the gradebook does not know it.
    """
    with Gradebook(gradebook_url) as gradebook:
        rows: Any = gradebook.find_submission_notebook(notebook_id, module_id, username)
        comments = {str(one.name): one.comment for one in rows.comments}
        moment: datetime | None = rows.assignment.timestamp
        return Marking(
            module_id=module_id,
            moment=moment and moment.replace(tzinfo=UTC),  # the gradebook means UTC
            late=rows.assignment.total_seconds_late > 0,
            late_penalty=float(rows.late_submission_penalty or 0),
            maximum=float(rows.max_score),
            marks=tuple(_mark(one, comments) for one in rows.grades),
            sources={str(cell.name): str(cell.source) for cell in rows.notebook.source_cells},
        )


def _mark(row: Any, comments: dict[str, str | None]) -> Mark:
    comment = comments.get(row.name)
    return Mark(
        cell=str(row.name),
        points=None if row.needs_manual_grade else float(row.score),
        maximum=float(row.max_score),
        by_hand=row.manual_score is not None,
        comment=None if comment in ("", NO_RESPONSE) else comment,
    )
