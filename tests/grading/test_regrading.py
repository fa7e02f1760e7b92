"""A key is corrected or a question withdrawn in mid-cohort: everybody is graded again, fairly."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER, Cohort
from support.trees import differing, tree
from yongxin.cli import main
from yongxin.grading.exchange import set_due_date
from yongxin.store import Store

ITEMS = f"content/{MODULE}/items.yaml"
REFLECTIONS = f"content/{MODULE}/reflections.yaml"
WRITTEN = {"facts": "周二晚上，我等了二十分钟。", "feeling": "着急。", "rating": "dissatisfied"}
GAP = "- id: gap-sign\n  type: single-choice\n"


def change(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def correct_the_key(cohort: Cohort) -> None:
    change(cohort.root, ITEMS, "  key: met\n", "  key: delighted\n")


def withdraw(cohort: Cohort) -> None:
    change(cohort.root, ITEMS, GAP, f"{GAP}  withdrawn: true\n")


class Command:
    """`yongxin` in the course of a cohort; what it printed last stands in ``out`` and ``err``."""

    def __init__(self, cohort: Cohort, capsys: pytest.CaptureFixture[str]) -> None:
        self._cohort = cohort
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        self._capsys.readouterr()
        status = main([*words, "--course", str(self._cohort.root)])
        self.out, self.err = self._capsys.readouterr()
        return status


@pytest.fixture
def yongxin(cohort: Cohort, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(cohort, capsys)


@pytest.fixture
def graded(cohort: Cohort) -> Cohort:
    """Three learners, graded, one of them marked."""
    cohort.hand_in("李雷", {"gap-sign": "met", "chain-order": RIGHT_ORDER}, WRITTEN)
    cohort.hand_in("han.meimei", {"gap-sign": "delighted", "chain-order": HALF_RIGHT_ORDER})
    cohort.hand_in("empty")
    cohort.collect_and_autograde()
    cohort.mark("李雷", 2, "写得很实在。")
    return cohort


def rows(cohort: Cohort) -> list[tuple[Any, ...]]:
    """Return all that the gradebook says about submissions."""
    from sqlalchemy import create_engine, text

    engine = create_engine(cohort.gradebook_url)
    with engine.connect() as connection:
        found = [
            tuple(row)
            for table in ("grade", "comment", "submitted_notebook", "submitted_assignment")
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))
        ]
    engine.dispose()
    return found


def sources(cohort: Cohort) -> dict[str, str]:
    with cohort.gradebook() as gradebook:
        cells = gradebook.find_notebook(MODULE, MODULE).source_cells
        return {cell.name: cell.source for cell in cells}


def record(cohort: Cohort) -> dict[str, Any]:
    (path,) = (cohort.root / "var" / "regradings" / MODULE).glob("*.json")
    assert path.stat().st_mode & 0o077 == 0, "it holds keys"
    return json.loads(path.read_text(encoding="utf-8"))


# -- looking ---------------------------------------------------------------------------------------


def test_a_dry_run_shows_who_changes_and_writes_nothing(graded: Cohort, yongxin: Command) -> None:
    correct_the_key(graded)
    before, everything = rows(graded), tree(graded.root)

    assert yongxin("regrade", MODULE, "--dry-run") == 0

    lines = yongxin.out.splitlines()
    assert lines[0] == 'gap-sign: key "met" → "delighted"'
    assert "3 hand-ins looked at: 1 higher, 1 lower, 0 graded for the first time, 1 unchanged." in (
        yongxin.out
    )
    assert ["gap-sign", "1", "1"] in [line.split() for line in lines]
    assert any("李雷" in line and "5 → 4" in line and "gap-sign 1 → 0" in line for line in lines)
    assert any("han.meimei" in line and "1 → 2" in line for line in lines)
    assert not any("empty" in line for line in lines)
    assert rows(graded) == before
    assert differing(tree(graded.root), everything) == []


def test_without_a_yes_nothing_is_done(
    graded: Cohort, yongxin: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_the_key(graded)
    before = rows(graded)
    with Path(os.devnull).open(encoding="utf-8") as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert yongxin("regrade", MODULE) == 1
    assert "nothing was changed" in yongxin.err
    assert rows(graded) == before


def test_the_list_of_changes_can_be_a_table(
    graded: Cohort, yongxin: Command, tmp_path: Path
) -> None:
    correct_the_key(graded)
    path = tmp_path / "changes.csv"
    assert yongxin("regrade", MODULE, "--dry-run", "-o", str(path)) == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = {row["username"]: row for row in csv.DictReader(file)}
    assert set(table) == {"李雷", "han.meimei"}
    assert table["李雷"]["question"] == "gap-sign"
    assert (table["李雷"]["points before"], table["李雷"]["points after"]) == ("5", "4")


def test_many_changes_are_listed_in_part(cohort: Cohort, yongxin: Command) -> None:
    for number in range(23):
        cohort.hand_in(f"learner-{number:02}", {"gap-sign": "met"})
    cohort.collect_and_autograde()
    correct_the_key(cohort)
    assert yongxin("regrade", MODULE, "--dry-run") == 0
    assert sum(line.startswith("learner-") for line in yongxin.out.splitlines()) == 20
    assert "… and 3 more; -o FILE lists everybody." in yongxin.out


def test_nothing_to_change_is_said(graded: Cohort, yongxin: Command) -> None:
    before = rows(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "Nothing to change" in yongxin.out
    assert rows(graded) == before
    assert not (graded.root / "var" / "regradings").exists()


def test_content_that_has_to_be_mended_changes_nothing(graded: Cohort, yongxin: Command) -> None:
    change(graded.root, ITEMS, "  key: met\n", "  key: mett\n")
    before = rows(graded)
    assert yongxin("regrade", MODULE, "--yes") == 1
    assert f"{ITEMS}:" in yongxin.out
    assert rows(graded) == before


def test_a_module_that_was_never_released_is_named(cohort: Cohort, yongxin: Command) -> None:
    assert yongxin("regrade", "z9-nowhere", "--yes") == 1
    assert "no module z9-nowhere" in yongxin.err
    assert yongxin("regrade", "z3-water", "--yes") == 1
    assert "yongxin release z3-water" in yongxin.err


# -- doing it --------------------------------------------------------------------------------------


def test_a_corrected_key_grades_everybody_again(graded: Cohort, yongxin: Command) -> None:
    correct_the_key(graded)
    handed_in = tree(graded.root / "var", "submitted")
    exchange = tree(graded.root / "var", "exchange")
    released = sources(graded)

    assert yongxin("regrade", MODULE, "--yes") == 0

    assert graded.score("李雷") == 4.0
    assert graded.score("han.meimei") == 2.0
    assert graded.score("empty") == 0.0
    assert "'delighted'" in sources(graded)["gap-sign"].split("'key'")[1]
    assert differing(tree(graded.root / "var", "submitted"), handed_in) == []
    assert differing(tree(graded.root / "var", "exchange"), exchange) == [], (
        "learners hand in the same exercise"
    )
    # What was released before is kept.
    kept = list((graded.root / "var" / "releases" / MODULE).iterdir())
    assert any(json.loads((one / "cells.json").read_bytes()) == released for one in kept)
    # And so is who changed what.
    written = record(graded)
    assert written["finished"] is not None
    assert [
        (key["cell"], key["before"]["key"], key["after"]["key"]) for key in written["keys"]
    ] == [("gap-sign", "met", "delighted")]
    assert {one["username"]: (one["before"], one["after"]) for one in written["learners"]} == {
        "李雷": (5.0, 4.0),
        "han.meimei": (1.0, 2.0),
    }
    with Store.open(f"sqlite:///{graded.root / 'var' / 'yongxin.db'}") as store:
        (entry,) = [one for one in store.audit_entries() if one.action == "regrade"]
    assert (entry.subject, entry.detail["higher"], entry.detail["lower"]) == (MODULE, 1, 1)
    assert "delighted" not in json.dumps(entry.detail), "the site can read it"
    # Once more, and there is nothing left to do.
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "Nothing to change" in yongxin.out


def test_marks_and_comments_of_a_trainer_stay_and_need_no_second_look(
    graded: Cohort, yongxin: Command
) -> None:
    """Nbgrader alone asks for every mark again, of every learner, when it grades again."""
    correct_the_key(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    grades = graded.grades("李雷")
    assert grades["reflection-lift-log"]["manual"] == 2.0
    assert not grades["reflection-lift-log"]["waits"]
    with graded.gradebook() as gradebook:
        comment = gradebook.find_comment("reflection-lift-log", MODULE, MODULE, "李雷")
        assert comment.manual_comment == "写得很实在。"


def test_a_mark_given_against_the_wrong_key_stays_and_waits(
    graded: Cohort, yongxin: Command
) -> None:
    with graded.gradebook() as gradebook:
        grade = gradebook.find_grade("gap-sign", MODULE, MODULE, "han.meimei")
        grade.manual_score, grade.extra_credit = 1.0, 0.5
        gradebook.db.commit()
    correct_the_key(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "1 mark given by hand on these questions stay, and wait for you." in yongxin.out
    grade = graded.grades("han.meimei")["gap-sign"]
    assert (grade["auto"], grade["manual"], grade["waits"]) == (1.0, 1.0, True)
    assert graded.score("han.meimei") == 2.5


def test_late_penalties_follow_the_new_points(cohort: Cohort, yongxin: Command) -> None:
    config = cohort.root / "nbgrader_config.py"
    rule = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    config.write_text(config.read_text(encoding="utf-8") + rule, encoding="utf-8")
    set_due_date(cohort.root, MODULE, datetime.now(UTC) - timedelta(days=1))
    cohort.hand_in("李雷", {"gap-sign": "delighted"})
    cohort.collect_and_autograde()
    correct_the_key(cohort)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "1 hand-in looked at: 0 higher, 0 lower" in yongxin.out
    with cohort.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(MODULE, MODULE, "李雷")
        assert (notebook.score, notebook.late_submission_penalty) == (1.0, 1.0)


def test_a_hand_in_that_was_never_graded_is_told_apart(graded: Cohort, yongxin: Command) -> None:
    graded.hand_in("late.comer", {"gap-sign": "delighted"})
    graded.nbgrader("collect", MODULE, "--quiet")
    correct_the_key(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "1 graded for the first time" in yongxin.out
    assert "late.comer" in yongxin.out
    assert graded.score("late.comer") == 1.0


def test_a_hand_in_that_cannot_be_graded_stops_nobody(graded: Cohort, yongxin: Command) -> None:
    stamp = graded.root / "var" / "submitted" / "han.meimei" / MODULE / "timestamp.txt"
    stamp.write_text("the day before yesterday", encoding="utf-8")
    correct_the_key(graded)
    assert yongxin("regrade", MODULE, "--yes") == 1
    assert "Not graded: han.meimei: " in yongxin.out
    assert graded.score("李雷") == 4.0
    assert graded.score("han.meimei") == 1.0


@pytest.mark.postgresql
@pytest.mark.parametrize("cohort", ["postgresql"], indirect=True)
def test_a_gradebook_on_a_server_is_regraded_too(
    cohort: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort.hand_in("李雷", {"gap-sign": "met"}, WRITTEN)
    cohort.collect_and_autograde()
    cohort.mark("李雷", 2)
    correct_the_key(cohort)
    yongxin = Command(cohort, capsys)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert cohort.score("李雷") == 2.0
    assert not cohort.grades("李雷")["reflection-lift-log"]["waits"]
    remove_an_item(cohort)
    assert yongxin("regrade", MODULE, "--yes") == 1
    assert "1 learner has handed it in, and 'gap-sign' is gone" in yongxin.err


# -- a withdrawn question --------------------------------------------------------------------------


def test_a_withdrawn_question_gives_everybody_its_points(graded: Cohort, yongxin: Command) -> None:
    withdraw(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "gap-sign: withdrawn, everybody gets its points" in yongxin.out
    scores = {name: graded.score(name) for name in ("李雷", "han.meimei", "empty")}
    assert scores == {"李雷": 5.0, "han.meimei": 2.0, "empty": 1.0}
    with graded.gradebook() as gradebook:
        assert gradebook.find_assignment(MODULE).max_score == 6.0
    assert yongxin("export", "--format", "csv", "--table", "items", "--answers") == 0
    withdrawn = [line for line in yongxin.out.splitlines() if "gap-sign" in line]
    assert len(withdrawn) == 3
    assert all("已撤回" in line for line in withdrawn)


def test_a_question_can_come_back(graded: Cohort, yongxin: Command) -> None:
    withdraw(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    change(graded.root, ITEMS, "  withdrawn: true\n", "")
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "gap-sign: now single-choice" in yongxin.out
    assert graded.score("empty") == 0.0
    assert graded.score("李雷") == 5.0


@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_a_withdrawn_question_counts_without_answers(
    graded: Cohort, yongxin: Command, damage: str
) -> None:
    answers = graded.root / "var" / "submitted" / "han.meimei" / MODULE / "answers.json"
    answers.unlink()
    if damage == "broken":
        answers.write_text("{", encoding="utf-8")
    withdraw(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert graded.grades("han.meimei")["gap-sign"]["auto"] == 1.0
    assert graded.grades("han.meimei")["chain-order"]["auto"] == 0.0


def test_nbgraders_own_command_gives_the_points_too(graded: Cohort, yongxin: Command) -> None:
    withdraw(graded)
    assert yongxin("build") == 0
    assert yongxin("release", MODULE) == 0
    graded.nbgrader("autograde", MODULE, "--force", "--quiet")
    assert graded.score("empty") == 1.0
    assert graded.grades("han.meimei")["gap-sign"]["auto"] == 1.0


def test_a_withdrawn_question_executed_by_a_kernel_gives_its_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yongxin.grading import score_cell

    monkeypatch.chdir(tmp_path)
    assert score_cell({"id": "gap-sign", "type": "withdrawn", "points": 2.0}) == 2.0


def test_learners_are_told_that_it_was_withdrawn(graded: Cohort, yongxin: Command) -> None:
    receipt = graded.hand_in("told", {"gap-sign": "delighted"}, language="en")
    empty = graded.hand_in("told.empty", {})
    graded.nbgrader("collect", MODULE, "--quiet")
    withdraw(graded)
    assert yongxin("regrade", MODULE, "--yes") == 0
    graded.give_feedback()
    feedback = graded.read_feedback(receipt)
    assert feedback is not None
    _, gap = feedback.items
    assert (gap.verdict, gap.points, gap.reason) == ("withdrawn", 1.0, None)
    assert gap.unexplained == "withdrawn"
    assert gap.response_text is not None
    assert gap.response_text.en == "Delight"
    assert (gap.explanation, gap.parts) == (None, ())
    feedback = graded.read_feedback(empty)
    assert feedback is not None
    _, gap = feedback.items
    assert (gap.verdict, gap.points, gap.reason, gap.response_text) == (
        "withdrawn",
        1.0,
        None,
        None,
    )


# -- what must not change --------------------------------------------------------------------------

NEW_ITEM = """
- id: one-more
  type: true-false
  use: graded
  units: [A-12]
  stem: {zh-CN: 一句话。, en: A claim.}
  key: true
  feedback: {zh-CN: 再想想。, en: Think again.}
  explanation: {zh-CN: 就是这样。, en: That is how it is.}
"""


def add_an_item(cohort: Cohort) -> None:
    items = cohort.root / ITEMS
    items.write_text(items.read_text(encoding="utf-8") + NEW_ITEM, encoding="utf-8")


def remove_an_item(cohort: Cohort) -> None:
    items = cohort.root / ITEMS
    text = items.read_text(encoding="utf-8")
    items.write_text(text[: text.index(GAP)], encoding="utf-8")


def change_points(cohort: Cohort) -> None:
    change(cohort.root, ITEMS, GAP, f"{GAP}  points: 2\n")


def remove_a_reflection(cohort: Cohort) -> None:
    path = cohort.root / REFLECTIONS
    text = path.read_text(encoding="utf-8")
    start = text.index("- id: lift-log\n")
    rest = text.find("\n- id:", start + 1)
    path.write_text(text[:start] + (text[rest + 1 :] if rest >= 0 else ""), encoding="utf-8")
    for lesson in (cohort.root / "content").glob("*/lesson.*.md"):  # where it is shown again
        words = lesson.read_text(encoding="utf-8").replace(f":::kept {MODULE}/lift-log\n", "")
        lesson.write_text(words, encoding="utf-8")


STRUCTURE = {
    "a new question": (add_an_item, "'one-more' is new"),
    "a question gone": (remove_an_item, "'gap-sign' is gone"),
    "other points": (change_points, "'gap-sign' counts 2 points instead of 1 point"),
    "a reflection gone": (remove_a_reflection, "'reflection-lift-log' is gone"),
}


@pytest.fixture(params=["handed in", "collected", "graded"])
def begun(request: pytest.FixtureRequest, cohort: Cohort) -> Cohort:
    """A cohort in which one learner has handed in, and that is all or not."""
    cohort.hand_in("李雷", {"gap-sign": "met"})
    if request.param != "handed in":
        cohort.nbgrader("collect", MODULE, "--quiet")
    if request.param == "graded":
        cohort.nbgrader("autograde", MODULE, "--quiet")
        # The folders may be tidied away; the gradebook knows all the same.
        for folder in ("exchange/yongxin/inbound", "submitted"):
            for one in (cohort.root / "var" / folder).iterdir():
                one.rename(cohort.root / one.name)
    return cohort


@pytest.mark.parametrize(("alter", "told"), STRUCTURE.values(), ids=STRUCTURE.keys())
def test_other_questions_are_refused_before_anything_is_touched(
    graded: Cohort, yongxin: Command, alter: Any, told: str
) -> None:
    alter(graded)
    before, everything = rows(graded), tree(graded.root)
    for words in (("build",), ("regrade", MODULE, "--yes")):
        assert yongxin(*words) == 1
        assert told in yongxin.err
        assert "3 learners have handed it in" in yongxin.err
        assert "withdrawn: true" in yongxin.err
        assert "nothing was " in yongxin.err
        assert rows(graded) == before
        assert differing(tree(graded.root), everything) == []


def spoil_the_solution(cohort: Cohort) -> None:
    """Take a graded cell out of the built solution, as somebody who edits it by hand would."""
    path = cohort.root / "solutions" / MODULE / f"{MODULE}.ipynb"
    notebook: Any = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "gap-sign"]
    nbformat.write(notebook, path)


def test_the_first_hand_in_fixes_the_questions(begun: Cohort, yongxin: Command) -> None:
    spoil_the_solution(begun)
    everything = tree(begun.root)
    assert yongxin("release", MODULE) == 1
    assert "1 learner has handed it in, and 'gap-sign' is gone" in yongxin.err
    assert differing(tree(begun.root), everything) == []


def test_nbgraders_own_command_is_refused_before_it_deletes_the_release(
    begun: Cohort, caplog: pytest.LogCaptureFixture
) -> None:
    """It deletes the released folder first, and finds out afterwards."""
    spoil_the_solution(begun)
    everything = tree(begun.root)
    with pytest.raises(SystemExit):
        begun.nbgrader("generate_assignment", MODULE, "--force")
    assert (begun.root / "exercises" / MODULE / f"{MODULE}.ipynb").is_file()
    assert differing(tree(begun.root), everything) == []


def test_before_the_first_hand_in_questions_may_come_and_go(
    cohort: Cohort, yongxin: Command
) -> None:
    add_an_item(cohort)
    assert yongxin("build") == 0
    assert yongxin("release", MODULE) == 0
    assert "one-more" in sources(cohort)


def test_texts_and_order_may_change_after_the_first_hand_in(
    graded: Cohort, yongxin: Command
) -> None:
    change(graded.root, ITEMS, "zh-CN: 差距为零意味着什么？", "zh-CN: 差距是零，意味着什么？")
    assert yongxin("build") == 0
    assert yongxin("release", MODULE) == 0
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "Nothing to change" in yongxin.out


# -- killed midway ---------------------------------------------------------------------------------


def killed_runs(cohort: Cohort) -> Iterator[float]:
    """Yield the seconds after which `yongxin regrade` is killed in a process of its own."""
    for seconds in (1.5, 3.0, 4.5, 6.0):
        program = subprocess.Popen(
            [sys.executable, "-m", "yongxin", "regrade", MODULE, "--yes"],
            cwd=cohort.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            program.wait(seconds)
        except subprocess.TimeoutExpired:
            program.send_signal(signal.SIGKILL)
            program.wait()
        yield seconds


@pytest.mark.slow
def test_a_killed_regrade_is_finished_by_the_next(graded: Cohort, yongxin: Command) -> None:
    correct_the_key(graded)
    for _ in killed_runs(graded):
        assert graded.grades("李雷")["reflection-lift-log"]["manual"] == 2.0
    assert yongxin("regrade", MODULE, "--yes") == 0
    assert [graded.score(one) for one in ("李雷", "han.meimei", "empty")] == [4.0, 2.0, 0.0]
    assert not graded.grades("李雷")["reflection-lift-log"]["waits"]


def test_a_regrade_that_died_before_its_end_is_carried_on(
    graded: Cohort, yongxin: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is graded, but a trainer would have to look at every mark again."""
    from yongxin.grading.regrading import run

    correct_the_key(graded)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "settle", die)
        assert yongxin("regrade", MODULE, "--yes") == 130
    assert graded.score("李雷") == 4.0
    assert graded.grades("李雷")["reflection-lift-log"]["waits"]

    assert yongxin("regrade", MODULE, "--yes") == 0
    assert "did not come to its end" in yongxin.out
    assert not graded.grades("李雷")["reflection-lift-log"]["waits"]
