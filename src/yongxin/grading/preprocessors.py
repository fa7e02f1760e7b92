"""The step of ``nbgrader autograde`` that scores answers as data.

This module is imported by nbgrader, which takes seconds to import; import it nowhere else.
"""

# nbgrader and nbformat ship no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

import json
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute

from yongxin.elements import recognise
from yongxin.grading import answers
from yongxin.grading.grade_cell import parse
from yongxin.items import JSON, Key, Score, score

#: Characters of an answer that a trainer is shown beside its points.
_MAXIMUM_TOLD = 500


class QuizExecute(Execute):
    """Scores quiz cells from ``answers.json``; executes only what is left to execute.

    It stands in the place of nbgrader's ``Execute``, after ``OverwriteCells`` has put the hidden
    tests back. A grade cell is scored here when its source is exactly of the form that
    ``grade_cell`` writes, with the function that executing it would call, so both ways give the
    same points; no code that a learner could have changed runs. A kernel starts only when another
    autograded code cell exists, and then it executes neither quiz cells nor elements.
    """

    def __call__(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Score even when executing is switched off (``nbgrader autograde --no-execute``).

        Otherwise whatever outputs a submission has brought would count as its points.
        """
        return self.preprocess(nb, resources)

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: KernelManager | None = None
    ) -> tuple[NotebookNode, Any]:
        """Fill in the outputs that ``SaveAutoGrades`` reads the points from."""
        # Read before any kernel starts: what its code does to the file comes too late.
        handed_in = self._answers(
            Path(resources.get("metadata", {}).get("path") or "."),
            resources.get("nbgrader", {}).get("student"),
        )
        kernel_needed = False
        for cell in nb.cells:
            key = _key(cell)
            if key is not None:
                response = handed_in.response_to(key.id) if handed_in else None
                scored = handed_in.score(key) if handed_in else score(key, None)
                _set_outputs(cell, response, scored)
            elif _is_autograded(cell):
                kernel_needed = True
        if not (kernel_needed and self.enabled):
            return nb, resources
        return super().preprocess(nb, resources, km)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Execute a cell, unless it is scored already or only asks or shows an element."""
        if _key(cell) is not None or _is_element(cell):
            return cell, resources
        return super().preprocess_cell(cell, resources, index)

    def _answers(self, directory: Path, student: str | None) -> answers.Answers | None:
        try:
            return answers.read(directory / answers.FILE_NAME, student)
        except answers.RefusedAnswers as error:
            self.log.warning("Every quiz cell of %s earns 0 points: %s", directory, error)
            return None


def _is_autograded(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)


def _is_element(cell: NotebookNode) -> bool:
    return (
        cell.cell_type == "code" and not utils.is_grade(cell) and recognise(cell.source) is not None
    )


def _key(cell: NotebookNode) -> Key | None:
    """Return the key in an autograded cell that can be scored as data, else ``None``."""
    if not _is_autograded(cell):
        return None
    try:
        key = parse(cell.source)
    except ValueError:
        return None
    nbgrader = cell.metadata["nbgrader"]
    if key.id != nbgrader["grade_id"] or key.points != float(nbgrader["points"]):
        return None  # only executing it can tell what it would be worth
    return key


def _set_outputs(cell: NotebookNode, response: JSON, scored: Score) -> None:
    """Show the trainer what was answered, and give nbgrader the points as a cell's result."""
    cell.execution_count = 1
    cell.outputs = [
        new_output("display_data", {"text/plain": _told(response, scored)}),
        new_output("execute_result", {"text/plain": repr(float(scored.points))}, execution_count=1),
    ]


def _told(response: JSON, scored: Score) -> str:
    answer = json.dumps(response, ensure_ascii=False)
    if len(answer) > _MAXIMUM_TOLD:
        answer = f"{answer[:_MAXIMUM_TOLD]}…"
    return f"answer: {answer}" if scored.reason is None else f"answer: {answer} ({scored.reason})"
