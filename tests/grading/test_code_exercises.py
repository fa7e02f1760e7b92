"""Exercises with code: the quiz in them is data, the code runs locked in, both ways agree."""

import shutil
from pathlib import Path

import nbformat
import pytest

from support.code_exercise import MODULE, QUIZ, RIGHT, add_code_exercise, hand_in, scores
from support.cohort import HALF_RIGHT_ORDER, RIGHT_ORDER, Cohort
from yongxin.grading.batch import GradingFailed, grade_assignment
from yongxin.grading.findings import read_findings
from yongxin.grading.sandbox import require_sandbox, runner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

#: What made stock nbgrader give full marks, or would have changed the marks of others.
FORGING = """
max = min = score_cell = print
import sys
import nbgrader.utils
nbgrader.utils.determine_grade = lambda cell, log=None: (99, 99)
sys.modules["yongxin.grading"] = sys.modules["nbgrader.api"] = None
"""


@pytest.fixture
def course(cohort: Cohort) -> Cohort:
    if shutil.which("bwrap") is None:
        pytest.skip("needs bubblewrap")
    require_sandbox()
    add_code_exercise(cohort)
    return cohort


def hand_in_all(course: Cohort) -> dict[str, dict[str, float | None]]:
    """Hand in what learners may; return the points that each is due."""
    secret = course.root / "solutions" / MODULE / f"{MODULE}.ipynb"
    wrong = {**RIGHT, "mean-answer": "def mean(table):\n    return 12.5"}
    endless = {**RIGHT, "share-answer": "def share(part, whole):\n    while True: print(part)"}
    handed_in = {
        "right": (RIGHT, RIGHT_ORDER, None, (2.0, 3.0, 2.0)),
        "empty": (None, None, None, (0.0, 0.0, 0.0)),
        "by-chance": (wrong, HALF_RIGHT_ORDER, None, (1.0, 0.0, 2.0)),
        "endless": (endless, None, None, (0.0, 3.0, 0.0)),
        "spy": (RIGHT, RIGHT_ORDER, f"open({str(secret)!r})", (2.0, 3.0, 2.0)),
        "leaver": (RIGHT, RIGHT_ORDER, "import os; os._exit(0)", (2.0, 0.0, 0.0)),
        "forger": (RIGHT, HALF_RIGHT_ORDER, FORGING, (1.0, 3.0, 2.0)),
        "answers-late": (
            RIGHT,
            HALF_RIGHT_ORDER,
            "open('answers.json', 'w').write('{}')",
            (1.0, 3.0, 2.0),
        ),
        "too-much": (
            {**RIGHT, "share-answer": "class C(float):\n    def __add__(s, o): return 99\n"
             "    __radd__ = __eq__ = lambda s, o: C(99)\ndef share(a, b): return C()"},
            None,
            None,
            (0.0, 3.0, 0.0),
        ),
    }  # fmt: skip
    due: dict[str, dict[str, float | None]] = {}
    for username, (sources, order, own_cell, points) in handed_in.items():
        answers = {} if order is None else {QUIZ: order}
        hand_in(course, username, sources, answers, own_cell)
        due[username] = dict(zip((QUIZ, "mean-test", "share-test"), points, strict=True))
    # As it comes from elsewhere than the site: a notebook and nothing else.
    (hand_in(course, "notebook-only", RIGHT) / "answers.json").unlink()
    due["notebook-only"] = {QUIZ: 0.0, "mean-test": 3.0, "share-test": 2.0}
    return due


def was_stopped(course: Cohort, username: str) -> bool:
    """Say whether the trainer is told that somebody's kernel ended."""
    findings = read_findings(course.root / "var" / "autograded" / username / MODULE)
    return "code-stopped" in {one.code for one in findings}


def test_both_ways_give_what_the_code_is_worth(course: Cohort) -> None:
    due = hand_in_all(course)
    limit = "--QuizExecute.timeout=4"
    course.nbgrader("autograde", MODULE, "--quiet", limit)
    assert {name: scores(course, name) for name in due} == due
    assert was_stopped(course, "leaver")
    assert not was_stopped(course, "right")

    summary = grade_assignment(course.root, MODULE, force=True, code_runner=runner(2))
    assert {one.username: one.status for one in summary.outcomes} == dict.fromkeys(due, "graded")
    assert {name: scores(course, name) for name in due} == due
    assert was_stopped(course, "leaver")
    assert not was_stopped(course, "right")

    # What the code wrote is gone; what was handed in is as it was.
    submitted = course.root / "var" / "submitted" / "answers-late" / MODULE / "answers.json"
    assert QUIZ in submitted.read_text(encoding="utf-8")


def test_the_release_holds_no_solution_and_no_test(course: Cohort) -> None:
    released = course.root / "exercises" / MODULE
    text = (released / f"{MODULE}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    assert "score_cell" not in text
    assert "mean()" not in text
    assert (released / "prices.csv").is_file()


def test_without_a_sandbox_nothing_is_graded_until_it_is_trusted(
    course: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    hand_in(course, "李雷", RIGHT, {QUIZ: RIGHT_ORDER}, f"open({str(canary)!r}, 'w').close()")
    monkeypatch.setattr("shutil.which", lambda name, *rest, **more: f"/usr/bin/{name}"
                        if name == "alembic" else None)  # fmt: skip
    with pytest.raises(GradingFailed, match="no bubblewrap"):
        grade_assignment(course.root, MODULE)
    with pytest.raises(SystemExit):
        course.nbgrader("autograde", MODULE, "--quiet")
    assert not canary.exists()

    course.nbgrader("autograde", MODULE, "--quiet", "--QuizExecute.trust_learners_code=True")
    assert canary.exists()
    assert scores(course, "李雷") == {QUIZ: 2.0, "mean-test": 3.0, "share-test": 2.0}


def test_a_trainer_sees_nothing_live_of_what_code_shows(course: Cohort) -> None:
    hand_in(
        course,
        "李雷",
        RIGHT,
        own_cell="from IPython.display import HTML, display\ndisplay(HTML('<script>x</script>'))",
    )
    grade_assignment(course.root, MODULE)
    path = course.root / "var" / "autograded" / "李雷" / MODULE / f"{MODULE}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert {"text/plain": "<IPython.core.display.HTML object>"} in [
        output.get("data") for output in outputs
    ]
    assert not [output for output in outputs if "text/html" in output.get("data", {})]
