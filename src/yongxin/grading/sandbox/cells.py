"""From the cells of a notebook to a job, and from its result back into the cells."""

# nbformat is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import math
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from nbformat import NotebookNode, from_dict

from yongxin.elements import recognise
from yongxin.grading import answers, findings
from yongxin.grading.findings import Finding
from yongxin.grading.private import TooLarge, read_plain_file
from yongxin.grading.sandbox.job import CellResult, CodeJob, CodeResult, Limits, Output
from yongxin.grading.sandbox.outputs import error_output

#: Of all files together that lie beside a notebook.
MAXIMUM_BYTES = 32 * 1024 * 1024
MAXIMUM_FILES = 200
#: What belongs to the grading of a submission, not to its code.
_LEFT_OUT = (answers.FILE_NAME, findings.FILE_NAME)


def cells_to_execute(notebook: NotebookNode, scored: Collection[int] = ()) -> tuple[int, ...]:
    """Return the indices of the cells that a kernel has to run, none if no points depend on it.

    ``scored`` are the indices of the cells that have been scored as data. Neither they nor cells
    that only show elements are executed.
    """
    cells: list[Any] = notebook.cells
    code = [
        index
        for index, cell in enumerate(cells)
        if cell.cell_type == "code" and index not in scored and cell.source.strip()
    ]
    if not any(_is_autograded(cells[index]) for index in code):
        return ()
    return tuple(
        index
        for index in code
        if _is_autograded(cells[index]) or recognise(cells[index].source) is None
    )


def job_of(
    notebook: NotebookNode,
    cells: Sequence[int],
    *,
    key: str,
    files: Mapping[str, bytes],
    limits: Limits | None = None,
) -> CodeJob:
    """Return the job that executes these cells; ``key`` names the submission in messages."""
    sources = tuple(str(notebook.cells[index].source) for index in cells)
    return CodeJob(key, sources, files, limits or Limits())


def fill_in(notebook: NotebookNode, cells: Sequence[int], result: CodeResult) -> None:
    """Put a result into the cells that it came from.

    An autograded cell that claims more points than it has, or points that nbgrader could not count,
    becomes an error, which counts as no points: nbgrader itself would fail or give full marks.
    """
    for index, ran in zip(cells, result.cells, strict=True):
        cell: Any = notebook.cells[index]
        cell.execution_count = ran.execution_count
        cell.outputs = [from_dict(cast("Any", output)) for output in _counted(cell, ran)]


def findings_of(result: CodeResult) -> tuple[Finding, ...]:
    """Return what the trainer is told of code that was stopped."""
    return tuple(Finding(code="code-stopped", detail=remark) for remark in result.remarks)


def files_beside(folder: Path) -> dict[str, bytes]:
    """Return the files that the code of a submission may read, by their path in ``folder``.

    Notebooks stay behind, and what nbgrader itself puts there. Links and everything else that is
    no plain file stay behind too. Raises ``TooLarge`` when there is too much of it.
    """
    files: dict[str, bytes] = {}
    left = MAXIMUM_BYTES
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if relative in _LEFT_OUT or path.suffix == ".ipynb" or not _is_plain(path):
                continue
            if len(files) == MAXIMUM_FILES:
                raise TooLarge(MAXIMUM_BYTES - left)
            files[relative] = read_plain_file(path, left)
            left -= len(files[relative])
    return files


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_autograded(cell: NotebookNode) -> bool:
    marks: Mapping[str, Any] = cell.metadata.get("nbgrader", {})
    return bool(marks.get("grade")) and not marks.get("solution")


def _counted(cell: Any, ran: CellResult) -> tuple[Output, ...]:
    if not _is_autograded(cell):
        return ran.outputs
    maximum = float(cell.metadata["nbgrader"]["points"])
    for output in ran.outputs:
        points = _claimed(output)
        if points is not None and not 0 <= points <= maximum:
            told = f"this cell has {maximum:g} points, and its result is {points:g}"
            # First, because nbgrader stops at the first output that means points.
            return (error_output("PointsRefused", told), *ran.outputs)
    return ran.outputs


def _claimed(output: Output) -> float | None:
    """Return what nbgrader takes for partial credit: the number that a cell ends in."""
    if output["output_type"] != "execute_result":
        return None
    data = output["data"]
    text = data.get("text/plain") if isinstance(data, dict) else None
    try:
        points = float(str(text))
    except ValueError:
        return None
    return points if math.isfinite(points) else math.inf
