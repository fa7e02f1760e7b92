"""QuizExecute scores cells of exactly one form as data, and executes only what is left."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from support.cohort import HALF_RIGHT_ORDER, MODULE, Cohort
from yongxin.grading.grade_cell import compose
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


def run(folder: Path, *cells: NotebookNode) -> list[NotebookNode]:
    from yongxin.grading.preprocessors import QuizExecute

    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=list(cells), metadata={"kernelspec": kernelspec})
    resources: dict[str, Any] = {"metadata": {"path": str(folder)}}
    notebook, _ = QuizExecute().preprocess(notebook, resources)
    return list(notebook.cells)


def result(cell: NotebookNode) -> str | None:
    outputs = [one for one in cell.outputs if one.output_type == "execute_result"]
    assert len(outputs) <= 1
    return outputs[0].data["text/plain"] if outputs else None


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """For each kernel that would have started: the cells that it would have executed."""
    from nbgrader.preprocessors import Execute

    started: list[list[str]] = []

    def preprocess(self: Execute, nb: NotebookNode, resources: Any, km: Any = None) -> Any:
        started.append([])
        for index, cell in enumerate(nb.cells):
            self.preprocess_cell(cell, resources, index)
        return nb, resources

    def preprocess_cell(self: Execute, cell: NotebookNode, resources: Any, index: int) -> Any:
        if cell.cell_type == "code":
            started[-1].append(cell.source)
        return cell, resources

    monkeypatch.setattr(Execute, "preprocess", preprocess)
    monkeypatch.setattr(Execute, "preprocess_cell", preprocess_cell)
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
    """The answers are read before any code runs, so that code cannot change them."""
    cells = run(
        submission,
        new_code_cell("import pathlib; pathlib.Path('answers.json').write_text('{}')"),
        grade_cell(QUIZ),
        grade_cell("round(0.5 + 1, 2)", grade_id="sum"),
    )
    assert [result(cell) for cell in cells] == ["2", "1.0", "1.5"]
    assert (submission / "answers.json").read_text(encoding="utf-8") == "{}"
