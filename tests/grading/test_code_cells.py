"""Which cells are executed, which files go with them, and what of their outputs is let in."""

import os
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, from_dict, validate
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade

from yongxin.grading.private import TooLarge
from yongxin.grading.sandbox import (
    CellResult,
    CodeResult,
    cells_to_execute,
    files_beside,
    fill_in,
    job_of,
)
from yongxin.grading.sandbox import cells as cells_module
from yongxin.grading.sandbox.outputs import Outputs


def with_points(source: str) -> NotebookNode:
    settings = {"grade": True, "grade_id": "t", "locked": True, "points": 2.0}
    settings |= {"schema_version": 3, "solution": False, "task": False}
    return new_code_cell(source, metadata={"nbgrader": settings})


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=list(cells))


def test_a_notebook_without_tests_executes_nothing() -> None:
    quiz = with_points("quiz")
    assert cells_to_execute(notebook(new_code_cell("import os"), quiz), scored={1}) == ()


def test_neither_quizzes_nor_elements_are_executed() -> None:
    cells = (
        new_code_cell("from yongxin import quiz"),
        with_points("the cell of a quiz"),
        new_markdown_cell("words"),
        new_code_cell("x = 1"),
        new_code_cell('reflect("lift-log")'),
        new_code_cell(""),
        with_points("assert x"),
    )
    assert cells_to_execute(notebook(*cells), scored={1}) == (3, 6)


def test_files_go_along_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "价格.csv").write_bytes(b"1")
    for name in ("answers.json", "a.ipynb", "helper.py"):
        (tmp_path / name).write_bytes(b"2")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    assert files_beside(tmp_path) == {"data/价格.csv": b"1", "helper.py": b"2"}


def test_too_many_bytes_or_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"123")
    assert len(files_beside(tmp_path)) == 3
    with monkeypatch.context() as patch:
        patch.setattr(cells_module, "MAXIMUM_BYTES", 8)
        with pytest.raises(TooLarge):
            files_beside(tmp_path)
    monkeypatch.setattr(cells_module, "MAXIMUM_FILES", 2)
    with pytest.raises(TooLarge):
        files_beside(tmp_path)


def result_of(text: str) -> dict[str, Any]:
    data = {"text/plain": text}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1.5", 1.5),
        ("0", 0),
        ("2", 2),
        ("'a word'", 2),
        ("999", 0),
        ("-1", 0),
        ("nan", 0),
        ("inf", 0),
        ("1e400", 0),
    ],
)
def test_claimed_points_count_only_within_the_cells_own(text: str, points: float) -> None:
    """Of what is refused here, nbgrader would fail at some, and give full marks for the others."""
    cells = notebook(with_points("a test"))
    fill_in(cells, (0,), CodeResult("a", (CellResult((result_of(text),), 1),)))
    validate(cells)
    assert determine_grade(cells.cells[0]) == (points, 2)


def test_a_result_goes_into_the_cells_that_it_came_from() -> None:
    cells = notebook(new_code_cell("a"), new_markdown_cell("b"), new_code_cell("c"))
    job = job_of(cells, (0, 2), key="李雷", files={})
    assert job.sources == ("a", "c")
    fill_in(
        cells, (0, 2), CodeResult("李雷", (CellResult((), 1), CellResult((result_of("3"),), 2)))
    )
    assert cells.cells[0].outputs == []
    assert cells.cells[2].outputs[0].data == {"text/plain": "3"}
    assert cells.cells[2].execution_count == 2


def gathered(*messages: tuple[str, Any], maximum: int = 1000) -> Outputs:
    outputs = Outputs(maximum)
    for kind, content in messages:
        outputs.add(kind, content)
    validate(notebook(new_code_cell(outputs=[from_dict(one) for one in outputs.result()])))
    return outputs


def test_nothing_that_a_browser_would_run_is_let_in() -> None:
    bundle = {
        "text/html": "<script>",
        "image/svg+xml": "<svg onload=x>",
        "application/javascript": "x",
        "text/markdown": "<script>",
        "text/latex": "$x$",
        "text/plain": "a table",
        "image/png": "aGVs\nbG8=",
        "image/jpeg": '"><script>',
    }
    content = {"data": bundle, "metadata": {"image/png": {"width": '"><script>'}}}
    (output,) = gathered(("display_data", content)).result()
    data = {"text/plain": "a table", "image/png": "aGVs\nbG8="}
    assert output == {"output_type": "display_data", "data": data, "metadata": {}}
    html = {"data": {"text/html": "<script>"}}
    assert gathered(("display_data", html)).result() == ()


def test_a_result_without_a_text_gets_one() -> None:
    """nbgrader fails at a result with none, and so would every grade of the submission."""
    (output,) = gathered(("execute_result", {"data": {"text/plain": ""}})).result()
    assert output["data"] == {"text/plain": "(nothing to show)"}


def test_lines_of_one_stream_are_one_output() -> None:
    messages = [("stream", {"name": name, "text": name}) for name in ("stdout", "stdout", "stderr")]
    texts = [one["text"] for one in gathered(*messages).result()]
    assert texts == ["stdoutstdout", "stderr"]


def test_what_is_cleared_is_gone() -> None:
    line = ("stream", {"name": "stdout", "text": "a"})
    assert gathered(line, ("clear_output", {"wait": False})).result() == ()
    assert len(gathered(line, ("clear_output", {"wait": True})).result()) == 1
    (output,) = gathered(line, ("clear_output", {"wait": True}), line).result()
    assert output["text"] == "a"


def test_outputs_end_at_their_limit() -> None:
    line = ("stream", {"name": "stdout", "text": "x" * 40})
    outputs = gathered(*[line] * 3, maximum=100)
    assert outputs.overflowed
    assert len(str(outputs.result())) < 200


@pytest.mark.parametrize("value", [None, 1, -1, 1e400, [], {}, "\ud800", ["a", 1], {"a": {}}, True])
@pytest.mark.parametrize(
    "kind", ["stream", "display_data", "execute_result", "error", "clear_output", "comm_open", "x"]
)
def test_messages_of_any_shape_are_survived(kind: str, value: Any) -> None:
    names = ("name", "text", "data", "traceback", "ename", "evalue", "execution_count", "wait")
    outputs = gathered((kind, dict.fromkeys(names, value)), (kind, {}))
    str(outputs.result()).encode("utf-8")
