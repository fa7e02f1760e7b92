"""Carrying out a regrading that was looked at before.

This module imports nbgrader, which takes seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.grading.batch import Progress, Summary, grade_assignment
from yongxin.grading.batch.gradebook import open_gradebook
from yongxin.grading.batch.settings import read_settings
from yongxin.grading.configuration import state_directory
from yongxin.grading.exchange import release_module
from yongxin.grading.regrading import record as record_file
from yongxin.grading.regrading.changes import Preview
from yongxin.grading.regrading.rows import settle

if TYPE_CHECKING:
    from yongxin.grading.sandbox import CodeRunner


@dataclass(frozen=True)
class Regraded:
    """What a regrading has come to, and the file that records it."""

    summary: Summary
    record: Path


def regrade(
    course_root: Path,
    preview: Preview,
    *,
    by: str,
    jobs: int = 1,
    code_runner: "CodeRunner | None" = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Regraded:
    """Release the keys of ``preview`` and grade every hand-in of its module again.

    The course must have been built: its solution is the one that ``preview`` looked at. ``by``
    names who does it, for the record. Killed at any moment, it is finished by looking and doing it
    again.

    Raises ``NotReleased`` and ``GradingFailed``; what was done until then stands and is recorded.
    """
    path, record = record_file.begin(
        state_directory(course_root), preview, by=by, now=datetime.now(UTC)
    )
    release_module(course_root, preview.module_id)
    summary = grade_assignment(
        course_root,
        preview.module_id,
        jobs=jobs,
        force=True,
        code_runner=code_runner,
        progress=progress,
    )
    settings = read_settings(course_root, preview.module_id)
    with open_gradebook(settings.gradebook_url) as engine, engine.begin() as connection:
        settle(connection, preview.settled)
    record_file.finish(path, record, now=datetime.now(UTC))
    return Regraded(summary, path)
