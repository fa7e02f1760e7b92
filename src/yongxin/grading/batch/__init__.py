"""Grading a whole cohort at once: ``yongxin grade``, and whoever grades from Python.

It writes the rows and files that ``nbgrader autograde`` would write, but reads the assignment once,
scores answers as data without making a notebook of each, and writes the gradebook in bulk. Nothing
here imports nbgrader, which takes a second, before a run begins.
"""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.grading.batch.outcome import (
    GradingFailed,
    Outcome,
    Progress,
    ReportProgress,
    Status,
    Summary,
)

if TYPE_CHECKING:
    from yongxin.grading.sandbox import CodeRunner

__all__ = ["GradingFailed", "Outcome", "Progress", "Status", "Summary", "grade_assignment"]


def _say_nothing(progress: Progress) -> None:
    pass


def grade_assignment(
    course_root: Path,
    module_id: str,
    *,
    usernames: Collection[str] | None = None,
    jobs: int = 1,
    force: bool = False,
    code_runner: "CodeRunner | None" = None,
    progress: ReportProgress = _say_nothing,
) -> Summary:
    """Grade what ``nbgrader collect`` has put into the folder of submissions.

    ``usernames`` limits it to these learners; whoever of them has handed in nothing is passed over.
    A submission that is graded already is left alone unless something newer was handed in or
    ``force`` is set. With more than one of ``jobs`` that many processes grade. ``code_runner`` runs
    the cells of exercises with real code; the default runs them in a sandbox on this machine.
    ``progress`` is called in this thread, now and then, and once at the end.

    Marks, comments, extra credit, extensions and flags that people have set are kept. A run may be
    killed at any moment: running it again ends in the same gradebook and the same files.

    Raises ``GradingFailed`` when nothing can be graded, or no more; whatever was graded before that
    stands. What is wrong with one submission is in its ``Outcome`` and stops nobody else's.
    """
    from yongxin.grading.batch.run import run

    return run(
        course_root.resolve(),
        module_id,
        usernames=usernames,
        jobs=jobs,
        force=force,
        code_runner=code_runner,
        progress=progress,
    )
