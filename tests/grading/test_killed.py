"""A batch that is killed at any moment and run again ends where an undisturbed one does."""

import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import make_url

from support import grading_paths
from support.gradebook_rows import Rows, difference, read_rows
from support.grading_paths import configure, gradebook_url, graded_files
from support.postgresql import any_server, new_database
from support.random_submissions import DUE, Collected, Learners
from support.whole_module import MODULE
from yongxin.grading.exchange import release_module, set_due_date

#: Half of the submissions have been graded before, and some of those were handed in anew since.
SUBMISSIONS, HANDED_IN_AGAIN = 240, 60
TO_GRADE = SUBMISSIONS // 2 + HANDED_IN_AGAIN

KILLS, KILLS_ON_POSTGRESQL = 10, 3
LONGEST = 120.0  # seconds

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


class Found(NamedTuple):
    """Where a run has ended."""

    rows: Rows
    files: dict[str, tuple[int, bytes]]
    #: Everything that lies in the course's state but the gradebook: nothing is left over.
    paths: set[str]


class Course:
    """A course with many submissions to grade."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._autograded = root / "var" / "autograded"

    def prepare(self) -> None:
        """Grade half of the cohort, mark some, and hand in what is to be graded next."""
        set_due_date(self.root, MODULE, DUE)
        configure(self.root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
        learners, collected = Learners(self.root, seed=5), Collected(self.root)
        everybody = list(learners.hand_in(SUBMISSIONS))
        collected.put(everybody[: SUBMISSIONS // 2])
        self.grade()
        self._mark(one.username for one in everybody[:HANDED_IN_AGAIN])
        collected.put(learners.hand_in(HANDED_IN_AGAIN, after=timedelta(days=1)))
        collected.put(everybody[SUBMISSIONS // 2 :])

    def grade(self) -> None:
        grading_paths.batch(self.root).run()

    def kill_at(self, step: int) -> int:
        """Kill the batch when it has taken so many steps, or soon after; return how many it took.

        It writes the files of each submission aside, which is the first step of each, and puts them
        in their place after it has entered everybody in the gradebook, which is the second.
        """
        end = time.monotonic() + LONGEST
        aside = taken = 0
        with grading_paths.batch(self.root).started() as running:
            while taken < step and running.process.poll() is None:
                assert time.monotonic() < end
                time.sleep(0.0005)
                before, aside = aside, self._written_aside()
                # Once they are put in their place, there are fewer from one look to the next.
                taken = 2 * TO_GRADE - aside if aside < before or taken > TO_GRADE else aside
            running.kill()
            running.finish(-signal.SIGKILL, 0)
        return taken

    def found(self) -> Found:
        state = self.root / "var"
        return Found(
            rows=read_rows(gradebook_url(self.root)),
            files=graded_files(self.root),
            paths={
                path.relative_to(state).as_posix()
                for path in state.rglob("*")
                if not path.name.startswith("gradebook.db")  # SQLite may keep an empty journal
            },
        )

    def _mark(self, usernames: Iterator[str]) -> None:
        from nbgrader.api import Gradebook

        name = "reflection-promise-not-kept"
        with Gradebook(gradebook_url(self.root)) as gradebook:
            for username in usernames:
                grade: Any = gradebook.find_grade(name, MODULE, MODULE, username)
                grade.manual_score, grade.needs_manual_grade = 2, False
                comment: Any = gradebook.find_comment(name, MODULE, MODULE, username)
                comment.manual_comment = "好"
            gradebook.db.commit()

    def _written_aside(self) -> int:
        return sum(1 for _ in self._autograded.glob(".*/graded/*"))


def kill_and_compare(copies: Callable[[], Course], expected: Found, kills: int) -> None:
    """Kill a batch at random moments, each in a course of its own, and let the next one finish."""
    random = Random(9)
    taken: list[int] = []
    for number in range(kills):
        course = copies()
        # One in each part of the run, and the first while it still reads what there is to do.
        share = (number + random.random()) / kills if number else 0
        taken.append(course.kill_at(int(share * 2 * TO_GRADE)))
        course.grade()
        found = course.found()
        assert difference(expected.rows, found.rows) == [], f"killed after {taken[-1]} steps"
        assert found.files == expected.files, f"killed after {taken[-1]} steps"
        assert found.paths ^ expected.paths == set(), f"killed after {taken[-1]} steps"
        shutil.rmtree(course.root)
    assert any(0 < one < TO_GRADE for one in taken), taken
    assert any(TO_GRADE <= one < 2 * TO_GRADE for one in taken), taken


def require_a_whole_run(expected: Found) -> None:
    assert len(expected.rows["submitted_notebook"]) == SUBMISSIONS
    assert len(expected.files) >= SUBMISSIONS * 4
    assert any(row[6] is not None for row in expected.rows["grade"]), "no manual score was kept"
    assert any(row[4] for row in expected.rows["submitted_notebook"]), "nobody was late"


def test_a_killed_batch_runs_again_and_ends_the_same(every_kind: Path, tmp_path: Path) -> None:
    original = Course(shutil.copytree(every_kind, tmp_path / "original"))
    original.prepare()
    undisturbed = Course(shutil.copytree(original.root, tmp_path / "course"))
    undisturbed.grade()
    expected = undisturbed.found()
    require_a_whole_run(expected)
    shutil.rmtree(undisturbed.root)
    kill_and_compare(
        lambda: Course(shutil.copytree(original.root, tmp_path / "course")), expected, KILLS
    )


@pytest.mark.postgresql
def test_a_killed_batch_ends_the_same_on_postgresql(every_kind: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(any_server())
        database = stack.enter_context(new_database(server))
        original = Course(shutil.copytree(every_kind, tmp_path / "original"))
        configure(original.root, f"c.CourseDirectory.db_url = {database!r}")
        release_module(original.root, MODULE)
        original.prepare()

        def copy() -> Course:
            """Copy the folder, and the database for as long as the test lasts."""
            name = str(make_url(database).database)
            url = stack.enter_context(new_database(server, template=name))
            root = shutil.copytree(original.root, tmp_path / "course")
            configure(root, f"c.CourseDirectory.db_url = {url!r}")
            return Course(root)

        undisturbed = copy()
        undisturbed.grade()
        expected = undisturbed.found()
        require_a_whole_run(expected)
        shutil.rmtree(undisturbed.root)
        kill_and_compare(copy, expected, KILLS_ON_POSTGRESQL)
