"""The batch grades exercises with code: quiz cells as data, the rest in the sandbox."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from support import code_exercise
from support.code_exercise import MODULE, QUIZ, RIGHT
from support.cohort import HALF_RIGHT_ORDER, RIGHT_ORDER, Cohort
from support.gradebook_rows import difference, read_rows
from support.trees import differing, tree
from yongxin.grading.batch import GradingFailed, grade_assignment
from yongxin.grading.sandbox import CellResult, CodeJob, CodeResult, SandboxMissing

HALF = {QUIZ: HALF_RIGHT_ORDER}


@pytest.fixture
def course(cohort: Cohort) -> Cohort:
    """Three hand-ins to an exercise with code: all right, one function wrong, nothing done."""
    code_exercise.add_code_exercise(cohort)
    code_exercise.hand_in(cohort, "all-right", RIGHT, {QUIZ: RIGHT_ORDER}, own_cell="import math")
    code_exercise.hand_in(cohort, "李雷", {**RIGHT, "share-answer": "share = None"}, HALF)
    code_exercise.hand_in(cohort, "nothing")
    return cohort


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_rows_and_files_are_those_of_nbgrader(course: Cohort, tmp_path: Path) -> None:
    other = Cohort(Path(shutil.copytree(course.root, tmp_path / "batch")))
    course.nbgrader("autograde", MODULE, "--quiet")
    summary = grade_assignment(other.root, MODULE, jobs=2)
    assert {one.username: (one.status, one.points) for one in summary.outcomes} == {
        "all-right": ("graded", 7.0),
        "nothing": ("graded", 0.0),
        "李雷": ("graded", 4.0),
    }
    assert difference(read_rows(course.gradebook_url), read_rows(other.gradebook_url)) == []
    trees = [tree(one.root, "var/autograded") for one in (course, other)]
    assert differing(*trees) == []


def ran(job: CodeJob) -> CodeResult:
    """Say that every cell has run and put out nothing, which nbgrader takes for right."""
    return CodeResult(job.key, tuple(CellResult((), 1) for _ in job.sources))


def test_what_the_runner_refuses_is_refused(course: Cohort) -> None:
    asked: list[CodeJob] = []

    def run(jobs: Iterable[CodeJob]) -> Iterator[CodeResult]:
        asked.extend(jobs)
        for job in reversed(asked):  # in any order
            yield CodeResult(job.key, refused="no memory") if job.key == "nothing" else ran(job)

    summary = grade_assignment(course.root, MODULE, code_runner=run)
    outcomes = {one.username: (one.status, one.reason) for one in summary.outcomes}
    assert outcomes == {
        "all-right": ("graded", None),
        "nothing": ("refused", "no memory"),
        "李雷": ("graded", None),
    }
    assert code_exercise.scores(course, "李雷") == {QUIZ: 1.0, "mean-test": 3.0, "share-test": 2.0}
    # A quiz is data, and its answers are nobody's business.
    assert not any("score_cell" in source for job in asked for source in job.sources)
    assert [sorted(job.files) for job in asked] == [[code_exercise.DATA, "timestamp.txt"]] * 3


def test_a_result_that_never_comes_is_told(course: Cohort) -> None:
    def run(jobs: Iterable[CodeJob]) -> Iterator[CodeResult]:
        yield ran(next(job for job in list(jobs) if job.key == "李雷"))

    outcomes = {
        one.username: one for one in grade_assignment(course.root, MODULE, code_runner=run).outcomes
    }
    assert outcomes["李雷"].status == "graded"
    assert outcomes["all-right"].reason == "its code came to no result"


def test_without_a_sandbox_nothing_is_graded(course: Cohort) -> None:
    def run(jobs: Iterable[CodeJob]) -> Iterator[CodeResult]:
        raise SandboxMissing("there is no bubblewrap")

    with pytest.raises(GradingFailed, match="no bubblewrap"):
        grade_assignment(course.root, MODULE, code_runner=run)
    assert not list((course.root / "var" / "autograded").iterdir())
