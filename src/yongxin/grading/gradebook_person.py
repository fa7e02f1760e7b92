"""One learner in nbgrader's gradebook: counted, read and removed.

This module imports nbgrader, which takes seconds.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.configuration import COURSE_ID
from yongxin.grading.reflection_cell import NO_RESPONSE


def count_rows(url: str, username: str) -> dict[str, int]:
    """Return how much the gradebook holds of a learner; nothing without a gradebook.

    Raises ``GradingFailed`` when it cannot be read.
    """
    with _gradebook(url) as gradebook:
        student: Any = _student(gradebook, username)
        if student is None:
            return {}
        notebooks = [one for submission in student.submissions for one in submission.notebooks]
        counts = {
            "student": 1,
            "submission": len(student.submissions),
            "grade": sum(len(one.grades) for one in notebooks),
            "comment": sum(len(one.comments) for one in notebooks),
        }
    return {name: number for name, number in counts.items() if number}


def remove(url: str, username: str) -> None:
    """Remove a learner with all hand-ins, grades and comments; one who is not there is no error.

    Raises ``GradingFailed`` when the gradebook cannot be written.
    """
    with _gradebook(url) as gradebook:
        if _student(gradebook, username) is None:
            return
        if make_url(url).get_backend_name() == "sqlite":
            gradebook.db.execute(text("PRAGMA secure_delete=ON"))  # deleted means overwritten
        gradebook.remove_student(username)


def remove_module(url: str, username: str, module_id: str) -> None:
    """Remove a learner's graded hand-in of one module; none is no error. Raises as ``remove``."""
    with _gradebook(url) as gradebook:
        if gradebook is None:
            return
        try:
            gradebook.remove_submission(module_id, username)
        except MissingEntry:
            return


def students(url: str) -> list[str]:
    """Return the usernames that the gradebook knows. Raises ``GradingFailed``."""
    with _gradebook(url) as gradebook:
        return [] if gradebook is None else [str(one.id) for one in gradebook.students]


def read_person(url: str, username: str) -> Iterator[dict[str, Any]]:
    """Yield a learner's graded hand-ins, module by module, as plain values.

    A mark that waits for a trainer is ``None``. No key and no test is among them. Raises
    ``GradingFailed`` when the gradebook cannot be read.
    """
    with _gradebook(url) as gradebook:
        student: Any = _student(gradebook, username)
        for submission in student.submissions if student is not None else ():
            yield _read(submission)


def _read(submission: Any) -> dict[str, Any]:
    moment = submission.timestamp
    return {
        "module": str(submission.name),
        "handed_in": moment and moment.replace(tzinfo=UTC).isoformat(),
        "seconds_late": float(submission.total_seconds_late),
        "points": float(submission.score),
        "maximum": float(submission.max_score),
        "late_penalty": float(submission.late_submission_penalty or 0),
        "marks": [
            {
                "question": str(grade.name),
                "points": None if grade.needs_manual_grade else float(grade.score),
                "maximum": float(grade.max_score),
                "by_hand": grade.manual_score is not None,
            }
            for notebook in submission.notebooks
            for grade in notebook.grades
        ],
        "comments": [
            {"question": str(comment.name), "comment": str(comment.comment)}
            for notebook in submission.notebooks
            for comment in notebook.comments
            if comment.comment not in (None, "", NO_RESPONSE)
        ],
    }


def _student(gradebook: Any, username: str) -> Any:
    if gradebook is None:
        return None
    try:
        return gradebook.find_student(username)
    except MissingEntry:
        return None


@contextmanager
def _gradebook(url: str) -> Generator[Any]:
    """Open a gradebook; where there is none, give none, because opening it would make one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        yield None
        return
    try:
        with Gradebook(url, COURSE_ID) as gradebook:
            yield gradebook
    except SQLAlchemyError as error:
        said = str(error).split("\n", 1)[0]
        raise GradingFailed(f"the gradebook {parsed.render_as_string()} failed: {said}") from error
