"""The batch writes what nbgrader's own commands write, and loses nothing that people entered."""

import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, REFLECTION, RIGHT_ORDER, Cohort
from support.gradebook_rows import difference, read_rows
from support.grading_paths import configure
from support.trees import differing, tree
from yongxin.grading.batch import GradingFailed, Outcome, Progress, grade_assignment
from yongxin.grading.exchange import set_due_date

DUE = datetime(2026, 5, 4, 12, tzinfo=UTC)
EARLY, LATE = DUE - timedelta(hours=1), DUE + timedelta(hours=3)
HALF = {"chain-order": HALF_RIGHT_ORDER}
FULL = {"chain-order": RIGHT_ORDER, "gap-sign": "met"}
WRITTEN = {"facts": "我等了很久。"}


def grade(cohort: Cohort, **options: Any) -> dict[str, Outcome]:
    summary = grade_assignment(cohort.root, MODULE, **options)
    return {one.username: one for one in summary.outcomes}


def statuses(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {username: one.status for username, one in outcomes.items()}


@pytest.fixture
def collected(cohort: Cohort) -> Cohort:
    """Three hand-ins: one with a reflection, one with all points, one empty."""
    cohort.hand_in("李雷", HALF, WRITTEN, now=EARLY)
    cohort.hand_in("all-right", FULL, now=EARLY)
    cohort.hand_in("nothing", now=EARLY)
    cohort.nbgrader("collect", MODULE, "--quiet")
    return cohort


def assert_same(expected: Cohort, found: Cohort) -> None:
    assert difference(read_rows(expected.gradebook_url), read_rows(found.gradebook_url)) == []
    trees = [tree(one.root, "var/autograded") for one in (expected, found)]
    assert differing(*trees) == []


def collect_for_both(one: Cohort, other: Cohort) -> None:
    """Collect what was handed in to one course, and put the same into the other."""
    one.nbgrader("collect", MODULE, "--quiet")
    shutil.rmtree(other.root / "var" / "submitted")
    shutil.copytree(one.root / "var" / "submitted", other.root / "var" / "submitted")


def mark(cohort: Cohort) -> None:
    """Enter all that a person can enter about the submission of ``李雷``."""
    cohort.mark("李雷", 2.5, "写得好")
    with cohort.gradebook() as gradebook:
        submission = gradebook.find_submission(MODULE, "李雷")
        submission.extension = timedelta(hours=2)
        notebook = gradebook.find_submission_notebook(MODULE, MODULE, "李雷")
        notebook.flagged = True
        gradebook.find_grade("chain-order", MODULE, MODULE, "李雷").extra_credit = 0.5
        gradebook.find_grade("gap-sign", MODULE, MODULE, "李雷").manual_score = 1.0
        gradebook.db.commit()


def test_rows_and_files_are_those_of_nbgrader(collected: Cohort, tmp_path: Path) -> None:
    """Also when everything is graded again after people have marked, and after a late hand-in."""
    for name, content in {"notes/mine.txt": "a", "cache.pyc": "b", ".hidden.ipynb": "c"}.items():
        path = collected.root / "var" / "submitted" / "李雷" / MODULE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    set_due_date(collected.root, MODULE, DUE)
    configure(collected.root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    other = Cohort(shutil.copytree(collected.root, tmp_path / "batch"))

    collected.nbgrader("autograde", MODULE, "--quiet")
    outcomes = grade(other)
    assert {name: (one.status, one.points) for name, one in outcomes.items()} == {
        "all-right": ("graded", 3.0),
        "nothing": ("graded", 0.0),
        "李雷": ("waiting", 1.0),
    }
    assert_same(collected, other)

    for one in (collected, other):
        mark(one)
    collected.hand_in("李雷", FULL, WRITTEN, now=LATE)
    collected.hand_in("all-right", HALF, now=LATE)
    collect_for_both(collected, other)
    collected.nbgrader("autograde", MODULE, "--quiet")
    assert statuses(grade(other)) == {
        "all-right": "graded",
        "nothing": "unchanged",
        "李雷": "waiting",
    }
    assert_same(collected, other)
    with other.gradebook() as gradebook:
        late = gradebook.find_submission_notebook(MODULE, MODULE, "all-right")
        assert late.late_submission_penalty == late.score == 1.0


def test_what_people_entered_is_kept(collected: Cohort) -> None:
    grade(collected)
    mark(collected)
    again = grade(collected, force=True)
    # Marks that were given before have to be looked at again, as nbgrader has it.
    assert (again["李雷"].status, again["李雷"].points) == ("waiting", 1.0 + 0.5 + 1.0 + 2.5)
    with collected.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(MODULE, MODULE, "李雷")
        assert notebook.flagged
        assert notebook.assignment.extension == timedelta(hours=2)
        assert {one.name: (one.manual_score, one.extra_credit) for one in notebook.grades} == {
            "chain-order": (None, 0.5),
            "gap-sign": (1.0, None),
            f"reflection-{REFLECTION}": (2.5, None),
        }
        assert [one.manual_comment for one in notebook.comments] == ["写得好"]


def test_only_what_is_newer_is_graded_again(collected: Cohort) -> None:
    grade(collected)
    path = collected.autograded("all-right")
    before = path.stat().st_ino
    assert set(statuses(grade(collected)).values()) == {"unchanged"}
    assert path.stat().st_ino == before
    assert statuses(grade(collected, force=True, usernames=["all-right", "nobody"])) == {
        "all-right": "graded"
    }
    assert path.stat().st_ino != before


def test_unchanged_submissions_tell_their_points(collected: Cohort) -> None:
    first = grade(collected)
    again = grade(collected)
    assert {one: again[one].points for one in again} == {one: first[one].points for one in first}


def test_what_nbgrader_left_half_done_is_graded(collected: Cohort) -> None:
    """nbgrader writes the time first; killed after that, it never looks at a submission again."""
    expected = grade(collected)
    shutil.rmtree(collected.autograded("all-right").parent)
    with collected.gradebook() as gradebook:
        gradebook.find_grade("gap-sign", MODULE, MODULE, "李雷").auto_score = None
        gradebook.db.commit()
    again = grade(collected)
    assert statuses(again) == {"all-right": "graded", "nothing": "unchanged", "李雷": "waiting"}
    assert {one: again[one].points for one in again} == {
        one: expected[one].points for one in expected
    }


class Killed(BaseException):
    """Ends a run on the spot, as a kill would."""


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_a_run_that_was_cut_off_is_made_good(
    collected: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """Rows first, then files: at no moment does something look graded that is not."""
    grade(collected)
    expected = Cohort(shutil.copytree(collected.root, tmp_path / "expected"))
    collected.hand_in("all-right", HALF, now=LATE)
    collect_for_both(collected, expected)
    grade(expected)

    rename, renamed = Path.rename, list[str]()

    def cut_off(path: Path, target: Path) -> Path:
        if len(renamed) == moves:
            raise Killed
        renamed.append(target.name)
        return rename(path, target)

    def leave(path: Path) -> None:
        if moves == 2:
            raise Killed  # before the former files are deleted

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", cut_off)
        patch.setattr("yongxin.grading.batch.staging._remove", leave)
        with pytest.raises(Killed):
            grade(collected)
    assert renamed == ["former", MODULE][:moves]
    grade(collected)
    assert_same(expected, collected)


def test_what_cannot_be_graded_stops_nobody(collected: Cohort) -> None:
    submitted = collected.root / "var" / "submitted"
    (submitted / "all-right" / MODULE / "timestamp.txt").write_text("yesterday", encoding="utf-8")
    (submitted / "linked").mkdir()
    (submitted / "linked" / MODULE).symlink_to(submitted / "李雷" / MODULE)
    (submitted / "a-file").mkdir()
    (submitted / "a-file" / MODULE).write_text("", encoding="utf-8")
    (submitted / os.fsdecode(b"\xff") / MODULE).mkdir(parents=True)
    outcomes = grade(collected)
    refused = {name: one.reason for name, one in outcomes.items() if one.status == "refused"}
    assert set(refused) == {"all-right", "linked", "a-file", os.fsdecode(b"\xff")}
    assert "'yesterday'" in str(refused["all-right"])
    assert "link" in str(refused["linked"])
    assert statuses(outcomes)["李雷"] == "waiting"
    assert not (collected.root / "var" / "autograded" / "all-right").exists()
    assert [outcomes[name].points for name in refused] == [None] * 4


def test_a_fault_of_ours_is_told_as_one(
    collected: Cohort, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from yongxin.grading.batch import grading

    score_keys = grading.score_keys

    def fail(assignment: Any, answers: Any) -> Any:
        if answers.learner == "all-right":
            raise KeyError("gap")
        return score_keys(assignment, answers)

    monkeypatch.setattr(grading, "score_keys", fail)
    outcomes = grade(collected)
    assert outcomes["all-right"].reason == "it cannot be graded: KeyError: 'gap'"
    assert statuses(outcomes)["李雷"] == "waiting"
    assert "Traceback" in caplog.text


def test_damage_is_told_and_kept(collected: Cohort) -> None:
    folder = collected.root / "var" / "submitted" / "李雷" / MODULE
    (folder / f"{MODULE}.ipynb").write_text("{", encoding="utf-8")
    (folder / "mine").symlink_to("/etc/passwd")
    outcome = grade(collected)["李雷"]
    assert outcome.points == 1.0
    assert [one.code for one in outcome.findings] == ["link", "not-json"]
    place = collected.autograded("李雷").parent
    assert "not-json" in (place / "findings.json").read_text(encoding="utf-8")
    # Another trainer's account may have to read it, as all that nbgrader writes.
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o444}
    assert not os.path.lexists(place / "mine")
    # The reflection came back from the answers, and waits for a mark.
    assert outcome.status == "waiting"
    assert "我等了很久" in collected.autograded("李雷").read_text(encoding="utf-8")


def test_nobody_is_graded_who_is_excluded_or_unknown(collected: Cohort) -> None:
    configure(
        collected.root,
        'c.CourseDirectory.student_id_exclude = "nothing"',
        "c.Autograde.create_student = False",
    )
    outcomes = grade(collected)
    assert statuses(outcomes) == {"all-right": "refused", "李雷": "waiting"}
    assert "no student" in str(outcomes["all-right"].reason)


@pytest.mark.parametrize(
    "line",
    [
        "c.Autograde.sanitize_preprocessors = []",
        "c.Autograde.post_convert_hook = print",
        "c.CourseDirectory.groupshared = True",
    ],
)
def test_a_configuration_that_is_not_followed_is_refused(collected: Cohort, line: str) -> None:
    configure(collected.root, line)
    with pytest.raises(GradingFailed, match=line.partition(" = ")[0]):
        grade(collected)
    assert not (collected.root / "var" / "autograded" / "李雷").exists()


def test_answers_beside_the_solution_would_be_everybodys(collected: Cohort) -> None:
    (collected.root / "solutions" / MODULE / "answers.json").write_text("{}", encoding="utf-8")
    with pytest.raises(GradingFailed, match="delete it"):
        grade(collected)


def test_progress_is_told_from_nothing_to_all(collected: Cohort) -> None:
    told: list[Progress] = []
    grade(collected, progress=told.append)
    assert (told[0], told[-1]) == (Progress(0, 3), Progress(3, 3))


def test_nothing_is_left_beside_what_was_graded(collected: Cohort) -> None:
    left = collected.root / "var" / "autograded" / ".grading-of-a-run-that-was-killed"
    left.mkdir(parents=True)
    grade(collected)
    names = {path.name for path in left.parent.iterdir()}
    assert names == {"all-right", "nothing", "李雷"}


def test_two_runs_at_a_time_do_not_meet(collected: Cohort) -> None:
    refused: list[str] = []

    def start_another(progress: Progress) -> None:
        if progress.done == 0:
            with pytest.raises(GradingFailed) as caught:
                grade(collected)
            refused.append(str(caught.value))

    assert len(grade(collected, progress=start_another)) == 3
    assert "already" in refused[0]


def test_nothing_handed_in_is_nothing_to_grade(cohort: Cohort) -> None:
    assert grade(cohort) == {}
