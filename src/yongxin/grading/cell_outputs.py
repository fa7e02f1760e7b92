"""What a graded cell shows: the answer for the trainer, and the points for nbgrader to read."""

import json

from nbformat import NotebookNode

from yongxin.items.base import JSON, Score

#: Characters of an answer that a trainer is shown beside its points.
_MAXIMUM_TOLD = 500


def set_outputs(cell: NotebookNode, response: JSON, scored: Score) -> None:
    """Let a quiz cell show its answer, and its points as executing it would."""
    show(cell, tell_answer(response, scored), tell_points(scored))


def show(cell: NotebookNode, answer: str, points: str) -> None:
    """Give a quiz cell its two outputs."""
    cell.execution_count = 1
    cell.outputs = [
        _output("display_data", answer),
        NotebookNode(_output("execute_result", points), execution_count=1),
    ]


def _output(output_type: str, text: str) -> NotebookNode:
    # nbformat's own ``new_output`` validates each; a whole notebook of them is validated anyway.
    data = NotebookNode({"text/plain": text})
    return NotebookNode(output_type=output_type, data=data, metadata=NotebookNode())


def tell_answer(response: JSON, scored: Score) -> str:
    """Return what was answered, and why it earned nothing if it could not be read."""
    answer = json.dumps(response, ensure_ascii=False)
    if len(answer) > _MAXIMUM_TOLD:
        answer = f"{answer[:_MAXIMUM_TOLD]}…"
    return f"answer: {answer}" if scored.reason is None else f"answer: {answer} ({scored.reason})"


def tell_points(scored: Score) -> str:
    """Return the points as the result that executing the cell would show."""
    return repr(float(scored.points))
