"""An exercise with code as a trainer would write it: two tested functions, and a quiz as data."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from support.cohort import MODULE as BUILT_MODULE
from support.cohort import Cohort
from yongxin.items import JSON

MODULE = "price-table"
QUIZ = "chain-order"
#: The points of each graded cell.
MEAN, SHARE = 3, 2
DATA = "prices.csv"

RIGHT = {
    "mean-answer": 'def mean(table):\n    return float(table["price"].mean())',
    "share-answer": "def share(part, whole):\n    return part / whole",
}
_STUB = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


def add_code_exercise(cohort: Cohort) -> None:
    """Write the solution notebook and its data into a course, and release it with nbgrader."""
    folder = cohort.root / "solutions" / MODULE
    folder.mkdir()
    (folder / DATA).write_text("price\n10\n15\n", encoding="utf-8")
    nbformat.write(_solution(_quiz_cell(cohort.root)), folder / f"{MODULE}.ipynb")
    cohort.nbgrader("generate_assignment", MODULE, "--quiet")


def hand_in(
    cohort: Cohort,
    username: str,
    sources: Mapping[str, str] | None = None,
    answers: Mapping[str, JSON] | None = None,
    own_cell: str | None = None,
) -> Path:
    """Put a submission where ``nbgrader collect`` would: grade id → source, item id → response.

    ``own_cell`` is the source of one more cell of the learner's, before all others. Returns the
    folder.
    """
    released = cohort.root / "exercises" / MODULE
    notebook: Any = nbformat.read(released / f"{MODULE}.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (sources or {}).get(grade_id, cell.source)
    if own_cell is not None:
        notebook.cells.insert(0, new_code_cell(own_cell))
    folder = cohort.root / "var" / "submitted" / username / MODULE
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{MODULE}.ipynb")
    (folder / "timestamp.txt").write_text("2026-05-04 10:00:00.000000 UTC", encoding="utf-8")
    handed_in = "2026-05-04T10:00:00Z"
    content = {
        "version": 1,
        "module": MODULE,
        "learner": username,
        "handed_in": handed_in,
        "language": "zh-CN",
        "answers": {
            item: {"response": response, "saved": handed_in}
            for item, response in (answers or {}).items()
        },
        "reflections": {},
    }
    (folder / "answers.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def scores(cohort: Cohort, username: str) -> dict[str, float | None]:
    """Return the points that a learner has in the gradebook for each cell that is tested."""
    with cohort.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(MODULE, MODULE, username)
        return {grade.name: grade.auto_score for grade in notebook.grades}


def _quiz_cell(root: Path) -> NotebookNode:
    path = root / "solutions" / BUILT_MODULE / f"{BUILT_MODULE}.ipynb"
    built: Any = nbformat.read(path, as_version=4)
    (cell,) = [one for one in built.cells if one.id == QUIZ]
    return cell


def _solution(quiz: NotebookNode) -> NotebookNode:
    return new_notebook(
        cells=[
            new_markdown_cell("# Prices", id="title"),
            new_code_cell("from yongxin import quiz", id="import"),
            new_code_cell("import pandas as pd", id="pandas"),
            quiz,
            _cell("mean-answer", _STUB.format(RIGHT["mean-answer"]), solution=True),
            _cell(
                "mean-test",
                f'assert mean(pd.read_csv("{DATA}")) == 12.5\n'
                "### BEGIN HIDDEN TESTS\n"
                'assert mean(pd.DataFrame({"price": [1, 2]})) == 1.5\n'
                "### END HIDDEN TESTS",
                points=MEAN,
            ),
            _cell("share-answer", _STUB.format(RIGHT["share-answer"]), solution=True),
            _cell(
                "share-test",
                "assert share(1, 2) == 0.5\n"
                "### BEGIN HIDDEN TESTS\n"
                "1.0 + (share(3, 4) == 0.75)\n"
                "### END HIDDEN TESTS",
                points=SHARE,
            ),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


def _cell(
    grade_id: str, source: str, *, points: float | None = None, solution: bool = False
) -> NotebookNode:
    settings: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        settings["points"] = points
    return new_code_cell(source, id=grade_id, metadata={"nbgrader": settings})
