"""nbgrader with its own steps, nbgrader with ours, and the batch give the same marks."""

import shutil
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from support import grading_paths
from support.gradebook_rows import Rows, difference, read_rows, together
from support.grading_paths import STOCK, configure, gradebook_url, graded_files
from support.random_submissions import DUE, Collected, Learners
from support.whole_module import MODULE
from yongxin.grading.exchange import set_due_date

SUBMISSIONS, HANDED_IN_AGAIN = 100, 12

#: A penalty with cents, as a trainer writes one: a module beside nbgrader's configuration.
PENALTY = """
from nbgrader.plugins import LateSubmissionPlugin


class PointAnHour(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


class Course:
    """One course of the comparison."""

    def __init__(self, original: Path, root: Path) -> None:
        self.root = shutil.copytree(original, root)
        self.collected = Collected(self.root)
        (self.root / "late_penalty.py").write_text(PENALTY, encoding="utf-8")
        configure(self.root, 'c.AssignLatePenalties.plugin_class = "late_penalty.PointAnHour"')
        set_due_date(self.root, MODULE, DUE)

    def rows(self) -> Rows:
        return read_rows(gradebook_url(self.root))

    def mark(self, username: str) -> None:
        """Do by hand, for one learner, everything that a trainer may; the same in each course."""
        from nbgrader.api import Gradebook

        random = Random(username)
        with Gradebook(gradebook_url(self.root)) as gradebook:
            submission: Any = gradebook.find_submission_notebook(MODULE, MODULE, username)
            for grade in sorted(submission.grades, key=lambda one: one.name):
                if random.random() < 0.3:
                    grade.manual_score = random.choice([0, 0.5, 1])
                    grade.needs_manual_grade = random.random() < 0.5
                if random.random() < 0.2:
                    grade.extra_credit = 0.25
            for comment in submission.comments:
                comment.manual_comment = random.choice([None, "写得很实在。", "=1+1"])
            submission.flagged = random.random() < 0.3
            if random.random() < 0.3:
                submission.assignment.extension = timedelta(minutes=45)
            gradebook.db.commit()


def test_three_ways_of_grading_agree_to_the_cent(every_kind: Path, tmp_path: Path) -> None:
    plugin, batch = (Course(every_kind, tmp_path / name) for name in ("plugin", "batch"))
    # nbgrader alone takes so long that two processes share the work, each with its own gradebook.
    halves = [Course(every_kind, tmp_path / name) for name in ("stock-0", "stock-1")]
    for half in halves:
        configure(half.root, STOCK)
    learners = Learners(every_kind, seed=20260504)
    first = list(learners.hand_in(SUBMISSIONS))
    again = list(learners.hand_in(HANDED_IN_AGAIN, after=timedelta(hours=14)))

    for submissions in (first, again):
        for course in (plugin, batch):
            course.collected.put(submissions)
        for number, half in enumerate(halves):
            half.collected.put(submissions[number::2])
        ways = [grading_paths.nbgrader(one.root) for one in (*halves, plugin)]
        with ExitStack() as stack:
            running = [stack.enter_context(one.started()) for one in ways]
            grading_paths.batch(batch.root).run()
            for one in running:
                one.finish()

        expected = together(*(half.rows() for half in halves))
        assert len(expected["submitted_notebook"]) == SUBMISSIONS
        assert difference(expected, plugin.rows()) == []
        assert difference(expected, batch.rows()) == []
        assert graded_files(plugin.root) == graded_files(batch.root) != {}
        if submissions is first:
            for number, submission in enumerate(first):
                for course in (plugin, batch, halves[number % 2]):
                    course.mark(submission.username)

    require_that_much_was_compared(expected)


def require_that_much_was_compared(rows: Rows) -> None:
    """Make sure that the submissions had everything in them that may go wrong."""
    auto = {row[5] for row in rows["grade"]}
    assert {None, 0, 1, 2, 3} <= auto
    assert any(score % 0.25 for score in auto if score)  # partial credit
    assert {row[8] for row in rows["grade"]} == {0, 1}
    assert {"No response.", None} == {row[5] for row in rows["comment"]}
    penalties = {row[4] for row in rows["submitted_notebook"]}
    assert None in penalties
    assert any(penalty % 0.25 for penalty in penalties if penalty)
    assert any(row[3] for row in rows["submitted_assignment"])  # an extension
