"""Grading what the visitor has handed in: nbgrader's own steps, as a trainer takes them."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yongxin.grading.exchange import nbgrader_configuration


class NotGraded(Exception):
    """A step of nbgrader's has failed; the message is its log."""


def grade(
    root: Path, module_id: str, username: str, marks: Mapping[str, tuple[float, str]]
) -> None:
    """Collect, grade, mark the reflections in ``marks`` (points and comment), give feedback.

    Raises ``NotGraded``.
    """
    from nbgrader.apps.api import NbGraderAPI

    api = NbGraderAPI(config=nbgrader_configuration(root))
    with _quietly(api.log):
        _grade(api, module_id, username, marks)


def _grade(api: Any, module_id: str, username: str, marks: Mapping[str, tuple[float, str]]) -> None:
    _require(api.collect(module_id))
    _require(api.autograde(module_id, username))
    with api.gradebook as gradebook:
        for reflection, (points, comment) in marks.items():
            # What formgrader does when a trainer types a mark and a comment.
            cell = (f"reflection-{reflection}", module_id, module_id, username)
            given = gradebook.find_grade(*cell)
            given.manual_score, given.needs_manual_grade = points, False
            gradebook.find_comment(*cell).manual_comment = comment
        gradebook.db.commit()
    _require(api.generate_feedback(module_id, username))
    _require(api.release_feedback(module_id, username))


@contextmanager
def _quietly(log: logging.Logger) -> Iterator[None]:
    """Let nbgrader print no more than what went wrong; it is not the visitor who grades."""
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # nbgrader 0.9.6 has been written for older versions of what it stands on.
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)


def _require(done: dict[str, Any]) -> None:
    if not done["success"]:
        raise NotGraded(f"{done.get('error', '')}\n{done.get('log', '')}".strip())
