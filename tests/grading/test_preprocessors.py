"""QuizExecute scores cells of exactly one form as data, and executes only what is left."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER, Cohort
from yongxin.grading.findings import read_findings
from yongxin.grading.grade_cell import compose
from yongxin.grading.sandbox import CellResult, CodeJob, CodeResult, SandboxMissing
from yongxin.items import parse_key

ORDER = {
    "id": "chain-order",
    "type": "ordering",
    "points": 2.0,
    "key": ["expectation", "perception", "thought", "feeling", "action"],
    "scoring": "adjacent-pairs",
}


@pytest.fixture
def submission(cohort: Cohort) -> Path:
    """A folder with the answers of a learner whose order is half right."""
    receipt = cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER})
    return cohort.settings.handed_in / receipt.directory


def grade_cell(source: str, grade_id: str = "chain-order", points: float = 2) -> NotebookNode:
    nbgrader = {
        "grade": True,
        "grade_id": grade_id,
        "locked": True,
        "points": points,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


def run(folder: Path, *cells: NotebookNode, **settings: bool) -> list[NotebookNode]:
    from yongxin.grading.preprocessors import QuizExecute

    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=list(cells), metadata={"kernelspec": kernelspec})
    resources: dict[str, Any] = {"metadata": {"path": str(folder)}}
    notebook, _ = QuizExecute(**settings)(notebook, resources)
    return list(notebook.cells)


def result(cell: NotebookNode) -> str | None:
    outputs = [one for one in cell.outputs if one.output_type == "execute_result"]
    assert len(outputs) <= 1
    return outputs[0].data["text/plain"] if outputs else None


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """For each kernel that would have started: the cells that it would have executed."""
    from yongxin.grading import preprocessors

    started: list[list[str]] = []

    def run_code(job: CodeJob, *, trusted: bool) -> CodeResult:
        assert not trusted
        assert "answers.json" not in job.files
        started.append(list(job.sources))
        return CodeResult(job.key, tuple(CellResult(()) for _ in job.sources))

    monkeypatch.setattr(preprocessors, "run_code", run_code)
    return started


QUIZ = compose("chain-order", parse_key(ORDER))


def test_a_quiz_is_scored_without_a_kernel(submission: Path, kernels: list[list[str]]) -> None:
    cells = run(
        submission,
        new_code_cell("from yongxin import quiz, reflect, submit"),
        grade_cell(QUIZ),
        new_markdown_cell("words"),
        new_code_cell("import os; os.remove('answers.json')"),
        new_code_cell("submit()"),
    )
    assert kernels == []
    assert result(cells[1]) == "1.0"
    assert [cell.outputs for cell in (cells[0], cells[3], cells[4])] == [[], [], []]


def test_the_trainer_sees_what_was_answered(submission: Path) -> None:
    (cell,) = run(submission, grade_cell(QUIZ))
    assert cell.outputs[0].data == {
        "text/plain": 'answer: ["expectation", "perception", "thought", "action", "feeling"]'
    }


def test_a_missing_answer_is_told_as_such(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷")
    (cell,) = run(cohort.settings.handed_in / receipt.directory, grade_cell(QUIZ))
    assert result(cell) == "0.0"
    assert cell.outputs[0].data == {"text/plain": "answer: null (empty)"}


def test_the_trainer_is_warned_of_damaged_answers(
    submission: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (submission / "answers.json").write_text("{", encoding="utf-8")
    (cell,) = run(submission, grade_cell(QUIZ))
    assert result(cell) == "0.0"
    assert "every quiz cell" in caplog.text.lower()
    assert "answers.json is not JSON" in caplog.text


def test_outputs_that_a_submission_has_brought_never_count(cohort: Cohort) -> None:
    """``--no-execute`` makes nbgrader take a submission's outputs for its results."""
    receipt = cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER})
    path = cohort.settings.handed_in / receipt.directory / f"{MODULE}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    forged = {"text/plain": "2.0"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", forged, execution_count=1)]
    nbformat.write(notebook, path)
    cohort.nbgrader("collect", MODULE, "--quiet")
    cohort.nbgrader("autograde", MODULE, "--no-execute", "--quiet")
    grades = cohort.grades("李雷")
    assert (grades["chain-order"]["auto"], grades["gap-sign"]["auto"]) == (1.0, 0.0)


OTHER_CODE = {
    "one more statement": f"{QUIZ}\nscore = 99",
    "another function": QUIZ.replace("score_cell(", "print("),
    "no import": QUIZ.replace("from yongxin.grading import score_cell\n", ""),
    "a computed key": QUIZ.replace("'action'", "'act' + 'ion'"),
    "the key of another item": QUIZ.replace("'id': 'chain-order'", "'id': 'gap-sign'"),
    "plain code": "assert answer == 42",
}


@pytest.mark.parametrize("source", OTHER_CODE.values(), ids=OTHER_CODE.keys())
def test_any_other_code_is_executed(
    submission: Path, kernels: list[list[str]], source: str
) -> None:
    (cell,) = run(submission, grade_cell(source))
    assert kernels == [[source]]
    assert result(cell) is None


@pytest.mark.parametrize(
    "cell",
    [grade_cell(QUIZ, grade_id="gap-sign"), grade_cell(QUIZ, points=3)],
    ids=["another id", "other points"],
)
def test_a_key_that_does_not_fit_its_cell_is_left_to_nbgrader(
    submission: Path, kernels: list[list[str]], cell: NotebookNode
) -> None:
    run(submission, cell)
    assert kernels == [[QUIZ]]


def test_a_kernel_sees_no_quiz_and_no_element(submission: Path, kernels: list[list[str]]) -> None:
    cells = run(
        submission,
        new_code_cell("from yongxin import quiz, reflect, submit"),
        grade_cell(QUIZ),
        new_code_cell("from math import sqrt"),
        new_code_cell('reflect("lift-log")'),
        new_code_cell('reflect("lift-log"); hacked = True'),
        grade_cell("assert sqrt(4) == 2", grade_id="root"),
        new_code_cell("submit()"),
    )
    assert kernels == [
        ["from math import sqrt", 'reflect("lift-log"); hacked = True', "assert sqrt(4) == 2"]
    ]
    assert result(cells[1]) == "1.0"


@pytest.mark.slow
def test_a_mixed_notebook_is_scored_both_ways(submission: Path) -> None:
    """The answers are read before any code runs, and code never sees the file."""
    before = (submission / "answers.json").read_bytes()
    cells = run(
        submission,
        new_code_cell("import pathlib; pathlib.Path('answers.json').write_text('{}')"),
        grade_cell(QUIZ),
        grade_cell("round(0.5 + 1, 2)", grade_id="sum"),
    )
    assert [result(cell) for cell in cells] == ["2", "1.0", "1.5"]
    assert (submission / "answers.json").read_bytes() == before


CODE = (new_code_cell("total = 1"), grade_cell("assert total == 1", grade_id="total"))


def test_without_a_sandbox_code_is_not_executed(
    submission: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yongxin.grading import preprocessors

    def run_code(job: CodeJob, *, trusted: bool) -> CodeResult:
        if not trusted:
            raise SandboxMissing("there is no bubblewrap")
        return CodeResult(job.key, (CellResult(()), CellResult(())))

    monkeypatch.setattr(preprocessors, "run_code", run_code)
    with pytest.raises(SandboxMissing):
        run(submission, *CODE)
    run(submission, *CODE, trust_learners_code=True)


def test_what_the_sandbox_refuses_is_not_graded(
    submission: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yongxin.grading import preprocessors

    monkeypatch.setattr(
        preprocessors, "run_code", lambda job, trusted: CodeResult(job.key, refused="no kernel")
    )
    with pytest.raises(RuntimeError, match="no kernel"):
        run(submission, *CODE)


def test_code_that_was_not_executed_earns_nothing(
    submission: Path, kernels: list[list[str]]
) -> None:
    """nbgrader gives full marks to a test without any output."""
    cells = run(submission, grade_cell(QUIZ), *CODE, enabled=False)
    assert kernels == []
    assert result(cells[0]) == "1.0"
    assert [one.output_type for one in cells[2].outputs] == ["error"]


def grade(cohort: Cohort, *more: str) -> None:
    cohort.nbgrader("autograde", MODULE, "--quiet", *more)


def submitted(cohort: Cohort, username: str) -> Path:
    return cohort.root / "var" / "submitted" / username / MODULE


def graded(cohort: Cohort, username: str) -> Path:
    return cohort.root / "var" / "autograded" / username / MODULE


def points(cohort: Cohort, username: str) -> list[float | None]:
    grades = cohort.grades(username)
    return [grades[name]["auto"] for name in ("chain-order", "gap-sign")]


#: Done to the folder of a submission that earns one of two points and all of one.
WRECKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no JSON": (lambda path: path.write_text("{"), "not-json"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "not-a-file"),
    "a link": (
        lambda path: (path.unlink(), path.symlink_to("../../../gradebook.db")),
        "not-a-file",
    ),
    "a link to nothing": (
        lambda path: (path.unlink(), path.symlink_to("/nowhere")),
        "not-a-file",
    ),
    "empty": (lambda path: path.write_bytes(b""), "missing-notebook"),
}


@pytest.mark.parametrize(("wreck", "code"), WRECKS.values(), ids=WRECKS.keys())
def test_answers_count_whatever_became_of_the_notebook(
    cohort: Cohort, wreck: Callable[[Path], object], code: str
) -> None:
    """And a reflection is taken from the answers, which hold it as well."""
    answers = {"chain-order": HALF_RIGHT_ORDER, "gap-sign": "met"}
    receipt = cohort.hand_in("李雷", answers, {"facts": "我等了很久。"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    handed_in = (submitted(cohort, "李雷") / f"{MODULE}.ipynb").read_text(encoding="utf-8")
    wreck(submitted(cohort, "李雷") / f"{MODULE}.ipynb")
    grade(cohort)
    assert points(cohort, "李雷") == [1.0, 1.0]
    assert cohort.grades("李雷")["reflection-lift-log"]["waits"]
    sources = [
        {cell.id: cell.source for cell in nbformat.reads(text, as_version=4).cells}
        for text in (handed_in, cohort.autograded("李雷").read_text(encoding="utf-8"))
    ]
    assert sources[0]["answer_lift-log"] == sources[1]["answer_lift-log"]
    assert [one.code for one in read_findings(graded(cohort, "李雷"))] == [code]

    cohort.mark("李雷", 3)
    cohort.give_feedback()
    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert feedback.score == 5.0


def test_a_hand_in_without_a_notebook_is_collected_and_graded(cohort: Cohort) -> None:
    receipt = cohort.hand_in("李雷", {"gap-sign": "met"})
    (cohort.settings.handed_in / receipt.directory / f"{MODULE}.ipynb").unlink()
    cohort.collect_and_autograde()
    assert points(cohort, "李雷") == [0.0, 1.0]
    assert [one.code for one in read_findings(graded(cohort, "李雷"))] == ["missing-notebook"]


def test_a_submission_that_is_too_large_stops_no_other(cohort: Cohort) -> None:
    """nbgrader's collect ends at one."""
    receipt = cohort.hand_in("a-lot", {"gap-sign": "met"})
    with (cohort.settings.handed_in / receipt.directory / "film.mp4").open("wb") as file:
        file.truncate(200_000_000)
    cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    assert submitted(cohort, "李雷").is_dir()
    assert not submitted(cohort, "a-lot").exists()


def test_damaged_cells_lose_no_mark(cohort: Cohort) -> None:
    """Deleted, doubled and forged cells once failed nbgrader, or stuck with the wrong points."""
    cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER, "gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    path = submitted(cohort, "李雷") / f"{MODULE}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    notebook.cells.remove(cells["chain-order"])
    cells["gap-sign"].metadata["nbgrader"]["points"] = 999
    notebook.cells.insert(0, new_code_cell("import yongxin\nyongxin.grading = None"))
    forged = NotebookNode(cells["gap-sign"])
    forged.id = "again"
    notebook.cells.append(forged)
    nbformat.write(notebook, path)
    grade(cohort)
    assert points(cohort, "李雷") == [1.0, 1.0]
    assert [(one.code, one.cell) for one in read_findings(graded(cohort, "李雷"))] == [
        ("missing-cell", "chain-order"),
        ("duplicate-cell", "gap-sign"),
        ("changed-cell", "gap-sign"),
    ]
    rebuilt = nbformat.read(cohort.autograded("李雷"), as_version=4)
    assert [cell.id for cell in rebuilt.cells] == [
        cell.id
        for cell in nbformat.read(
            cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb", as_version=4
        ).cells
    ]


def test_links_are_never_followed(cohort: Cohort) -> None:
    """nbgrader copied what they point at: another's answers, the gradebook, an endless device."""
    cohort.hand_in("right", {"chain-order": RIGHT_ORDER, "gap-sign": "met"})
    cohort.hand_in("李雷")
    cohort.nbgrader("collect", MODULE, "--quiet")
    folder = submitted(cohort, "李雷")
    (folder / "answers.json").unlink()
    (folder / "answers.json").symlink_to(submitted(cohort, "right") / "answers.json")
    (folder / "endless").symlink_to("/dev/zero")
    (folder / "nothing").symlink_to("/nowhere")
    (folder / "data").mkdir()
    os.mkfifo(folder / "data" / "pipe")
    for _ in range(2):
        grade(cohort, "--force")
        assert points(cohort, "right") == [2.0, 1.0]
        assert points(cohort, "李雷") == [0.0, 0.0]
        assert sorted(path.name for path in graded(cohort, "李雷").rglob("*")) == [
            "findings.json",
            "submission_secret.txt",
            "timestamp.txt",
            f"{MODULE}.ipynb",
        ]
        findings = read_findings(graded(cohort, "李雷"))
        assert [one.code for one in findings] == [*["link"] * 4, "answers-refused"]
        assert "'data/pipe' is no plain file and was left out" in {one.detail for one in findings}


def test_refused_answers_are_told(cohort: Cohort, capsys: pytest.CaptureFixture[str]) -> None:
    cohort.hand_in("李雷", {"gap-sign": "met"}, {"facts": "我等了很久。"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    (submitted(cohort, "李雷") / "answers.json").write_text("{", encoding="utf-8")
    cohort.nbgrader("autograde", MODULE)
    assert points(cohort, "李雷") == [0.0, 0.0]
    assert cohort.grades("李雷")["reflection-lift-log"]["waits"]
    (finding,) = read_findings(graded(cohort, "李雷"))
    assert finding.code == "answers-refused"
    told = f"{MODULE} of 李雷: answers-refused: answers.json is not JSON"
    assert told in capsys.readouterr().err


def test_a_sound_hand_in_has_no_findings(cohort: Cohort) -> None:
    cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    (submitted(cohort, "李雷") / "findings.json").write_text('{"forged": 1}', encoding="utf-8")
    grade(cohort)
    assert not (graded(cohort, "李雷") / "findings.json").exists()


def test_nothing_beside_the_solution_replaces_answers(cohort: Cohort) -> None:
    """nbgrader copies what stands there over the files of every learner."""
    cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    foreign = cohort.root / "solutions" / MODULE / "answers.json"
    foreign.write_text("{}", encoding="utf-8")
    with pytest.raises(SystemExit):
        grade(cohort)
    assert not graded(cohort, "李雷").exists()
    foreign.unlink()
    grade(cohort)
    assert points(cohort, "李雷") == [0.0, 1.0]


def test_without_the_release_nothing_is_graded(
    cohort: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    (cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb").unlink()
    with pytest.raises(SystemExit):
        cohort.nbgrader("autograde", MODULE)
    assert f"run `nbgrader generate_assignment {MODULE}`" in capsys.readouterr().err
    assert not graded(cohort, "李雷").exists()


def test_a_missing_row_of_the_gradebook_is_told(
    cohort: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort.hand_in("李雷", {"gap-sign": "met"})
    cohort.collect_and_autograde()
    with cohort.gradebook() as gradebook:
        gradebook.db.delete(gradebook.find_grade("gap-sign", MODULE, MODULE, "李雷"))
        gradebook.db.commit()
    with pytest.raises(SystemExit):
        cohort.nbgrader("autograde", MODULE, "--force")
    assert "no row for the released cell 'gap-sign'" in capsys.readouterr().err


def test_saved_rows_are_those_that_nbgrader_saves(cohort: Cohort) -> None:
    cohort.hand_in("right", {"chain-order": RIGHT_ORDER, "gap-sign": "met"}, {"facts": "x"})
    cohort.hand_in("marked", {"gap-sign": "met"}, {"facts": "x"})
    cohort.hand_in("empty")
    cohort.collect_and_autograde()
    cohort.mark("marked", 2, "好")
    grade(cohort, "--force")
    ours = rows(cohort)
    config = cohort.root / "nbgrader_config.py"
    stock = """
c.Autograde.autograde_preprocessors = [
    one.replace("yongxin.grading.preprocessors.SaveGrades", "nbgrader.preprocessors.SaveAutoGrades")
    for one in c.Autograde.autograde_preprocessors
]
"""
    config.write_text(config.read_text(encoding="utf-8") + stock, encoding="utf-8")
    grade(cohort, "--force")
    assert rows(cohort) == ours
    comments = {row[1:] for row in ours if row[0] == "comment"}
    assert comments == {
        ("empty", "reflection-lift-log", "No response.", None),
        ("marked", "reflection-lift-log", None, "好"),
        ("right", "reflection-lift-log", None, None),
    }


def rows(cohort: Cohort) -> set[tuple[Any, ...]]:
    with cohort.gradebook() as gradebook:
        submissions = gradebook.assignment_submissions(MODULE)
        return {
            ("grade", one.student_id, grade.name, grade.auto_score, grade.needs_manual_grade)
            for one in submissions
            for notebook in one.notebooks
            for grade in notebook.grades
        } | {
            ("comment", one.student_id, note.name, note.auto_comment, note.manual_comment)
            for one in submissions
            for notebook in one.notebooks
            for note in notebook.comments
        }
