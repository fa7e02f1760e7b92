"""Hand-ins that are damaged, forged or mean harm: what was done to a sound one, and its worth."""

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from support.whole_module import MODULE
from yongxin.grading.answers import FILE_NAME as ANSWERS

NOTEBOOK = f"{MODULE}.ipynb"

#: The environment variable that names a file which no code of a learner may ever write.
CANARY = "YONGXIN_TEST_CANARY"
FIFTY_MEGABYTES = 50_000_000

#: What learners' code would do if anybody executed or imported it.
CODE = f"""
import os, pathlib, sqlite3
if {CANARY!r} in os.environ:
    pathlib.Path(os.environ[{CANARY!r}]).write_text("executed")
    with sqlite3.connect("../../../gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET manual_score = 99, auto_score = 99")
"""


@dataclass(frozen=True)
class Case:
    """One hand-in. It earns ``all`` that its answers deserve, or, if they are no more, ``nothing``.

    ``damage`` is done to the folder that was handed in. ``told`` says whether the trainer has to be
    told of it, and ``maybe_refused`` whether it may be left ungraded, if the trainer is told why.
    What is there ``by_exchange`` has to be collected, or nbgrader would not find it.
    """

    name: str
    damage: Callable[[Path], object]
    earns: Literal["all", "nothing"] = "all"
    told: bool = True
    maybe_refused: bool = False
    by_exchange: bool = False

    @property
    def username(self) -> str:
        """Who hands it in."""
        return f"case-{self.name}"


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _forged_cells()
    yield from _damaged_cells()
    yield from _notebooks_that_are_none()
    yield from _answers_that_are_none()
    yield from _files_beside()


# -- the notebook holds what it should not --------------------------------------------------------


def _forged_cells() -> Iterator[Case]:
    yield Case("test-cell-edited", _cells(lambda cells: _set(_graded(cells), source=CODE + "99.0")))
    yield Case("points-changed", _cells(lambda cells: _nbgrader(cells, points=999)))
    yield Case("points-negative", _cells(lambda cells: _nbgrader(cells, points=-5)))
    yield Case("outputs-forged", _cells(_forge_outputs), told=False)
    yield Case(
        "function-redefined", _cells(lambda cells: cells.insert(1, _code(_REDEFINE))), told=False
    )
    yield Case(
        "builtin-redefined",
        _cells(lambda cells: cells.insert(1, _code("max = round = 9"))),
        told=False,
    )
    yield Case("gradebook-written", _cells(lambda cells: cells.insert(1, _code(CODE))), told=False)
    yield Case("graded-cell-added", _cells(lambda cells: cells.append(_own_graded("my-own"))))
    yield Case("unlocked", _cells(lambda cells: _nbgrader(cells, locked=False, solution=True)))
    yield Case("test-hidden-again", _cells(_hide_tests))
    yield Case(
        "kernel-forged",
        _metadata(kernelspec={"name": "../../bash", "display_name": "x"}),
        told=False,
    )
    yield Case("metadata-huge", _metadata(junk="x" * 200_000), told=False)
    yield Case(
        "magic", _cells(lambda cells: cells.insert(1, _code("!touch $" + CANARY))), told=False
    )
    yield Case("answer-with-code", _cells(_answer_with_code))


_REDEFINE = (
    "import yongxin.grading as g\nscore_cell = lambda key: key['points']\ng.score_cell = score_cell"
)


def _forge_outputs(cells: list[Any]) -> None:
    result = {
        "output_type": "execute_result",
        "execution_count": 1,
        "data": {"text/plain": "99.0"},
        "metadata": {},
    }
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [result], 1


def _hide_tests(cells: list[Any]) -> None:
    cell = _graded(cells)
    tests = "\n### BEGIN HIDDEN TESTS\nscore_cell = 99.0\n### END HIDDEN TESTS"
    cell["source"] = ["".join(cell["source"]) + tests]


def _answer_with_code(cells: list[Any]) -> None:
    """Keep the answer's words and add what nbgrader's own steps look for."""
    cell = _answer(cells)
    cell["cell_type"] = "code"
    cell["outputs"], cell["execution_count"] = [], None
    cell["source"] = [*cell["source"], "\n### BEGIN SOLUTION\n", CODE, "\n### END SOLUTION"]


# -- the notebook lacks what it should hold -------------------------------------------------------


def _damaged_cells() -> Iterator[Case]:
    yield Case("two-cells-deleted", _cells(_delete_two))
    yield Case("all-cells-deleted", _cells(lambda cells: cells.clear()))
    yield Case("cell-doubled", _cells(lambda cells: cells.insert(5, dict(_graded(cells)))))
    yield Case("cell-split", _cells(_split))
    yield Case("order-reversed", _cells(lambda cells: cells.reverse()), told=False)
    yield Case("cell-retyped", _cells(_retype))
    yield Case("settings-are-text", _cells(lambda cells: _settings(cells, "forged")))
    yield Case("settings-are-null", _cells(lambda cells: _settings(cells, None)))
    yield Case("grade-id-is-a-list", _cells(lambda cells: _nbgrader(cells, grade_id=["a"])))
    yield Case("grade-id-is-a-path", _cells(lambda cells: _nbgrader(cells, grade_id="../../x")))
    yield Case("source-is-a-number", _cells(lambda cells: _set(_graded(cells), source=7)))
    yield Case("cell-is-a-text", _cells(lambda cells: cells.append("a cell")))
    yield Case("ids-all-equal", _cells(_equal_ids), told=False)
    yield Case("schema-of-tomorrow", _cells(lambda cells: _nbgrader(cells, schema_version=99)))
    yield Case("fifty-thousand-cells", _cells(lambda cells: cells.extend([_code("1")] * 50_000)))


def _delete_two(cells: list[Any]) -> None:
    for _ in range(2):
        cells.remove(_graded(cells))


def _split(cells: list[Any]) -> None:
    """Split as JupyterLab does: both halves keep the metadata."""
    cell = _graded(cells)
    half = dict(cell, source=["# the other half"], id="other-half")
    cells.insert(cells.index(cell) + 1, half)


def _retype(cells: list[Any]) -> None:
    cell = _graded(cells)
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def _equal_ids(cells: list[Any]) -> None:
    for cell in cells:
        cell["id"] = "same"


# -- the notebook is none -------------------------------------------------------------------------


def _notebooks_that_are_none() -> Iterator[Case]:
    yield Case("not-json", _text(NOTEBOOK, "{this is no JSON"))
    yield Case("empty-file", _text(NOTEBOOK, ""))
    yield Case("half-a-file", lambda folder: _write(folder, NOTEBOOK, _read(folder)[:5000]))
    yield Case("json-but-no-notebook", _text(NOTEBOOK, '["a", 1, null]'))
    yield Case("cells-are-a-text", _text(NOTEBOOK, '{"nbformat": 4, "cells": "none"}'))
    yield Case("nested-deep", _text(NOTEBOOK, "[" * 200_000 + "]" * 200_000))
    yield Case("not-a-number", _text(NOTEBOOK, '{"cells": NaN, "nbformat": 1e999}'))
    yield Case("fifty-megabytes", lambda folder: _write(folder, NOTEBOOK, b" " * FIFTY_MEGABYTES))
    yield Case("binary", lambda folder: _write(folder, NOTEBOOK, bytes(range(256)) * 40))
    yield Case("utf-16", lambda folder: _write(folder, NOTEBOOK, _decoded(folder).encode("utf-16")))
    yield Case(
        "gb18030",
        lambda folder: _write(folder, NOTEBOOK, _decoded(folder).encode("gbk", "replace")),
    )
    yield Case(
        "byte-order-mark",
        lambda folder: _write(folder, NOTEBOOK, b"\xef\xbb\xbf" + _read(folder)),
        told=False,
    )
    yield Case("older-format", _older_format)
    yield Case("format-of-tomorrow", _format_of_tomorrow, told=False)
    yield Case(
        "notebook-missing", by_exchange=True, damage=lambda folder: (folder / NOTEBOOK).unlink()
    )
    yield Case("notebook-is-a-link", lambda folder: _link(folder / NOTEBOOK, _gradebook(folder)))
    yield Case("notebook-is-a-folder", lambda folder: _folder(folder / NOTEBOOK))
    yield Case("notebook-is-a-pipe", lambda folder: _pipe(folder / NOTEBOOK))
    yield Case(
        "notebook-renamed",
        by_exchange=True,
        damage=lambda folder: (folder / NOTEBOOK).rename(folder / "mine.ipynb"),
    )


def _older_format(folder: Path) -> None:
    """Write the notebook in nbformat 3, in which cells stand in worksheets."""
    notebook = json.loads(_read(folder))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["prompt_number"] = cell.pop("execution_count")
            cell["language"] = "python"
    older = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": notebook["cells"], "metadata": {}}],
    }
    _write(folder, NOTEBOOK, json.dumps(older).encode())


def _format_of_tomorrow(folder: Path) -> None:
    notebook = json.loads(_read(folder)) | {"nbformat": 99, "nbformat_minor": 7}
    _write(folder, NOTEBOOK, json.dumps(notebook).encode())


# -- the answers are none -------------------------------------------------------------------------


def _answers_that_are_none() -> Iterator[Case]:
    yield Case("answers-missing", lambda folder: (folder / ANSWERS).unlink(), "nothing")
    yield Case("answers-not-json", _text(ANSWERS, '{"version": 1, "answers": {'), "nothing")
    yield Case(
        "answers-fifty-megabytes",
        lambda folder: _write(folder, ANSWERS, b" " * FIFTY_MEGABYTES),
        "nothing",
    )
    yield Case("answers-deep", _text(ANSWERS, "[" * 100_000 + "]" * 100_000), "nothing")
    yield Case(
        "answers-not-a-number", _answers(lambda data: data | {"version": float("nan")}), "nothing"
    )
    yield Case("answers-wrong-types", _answers(lambda data: data | {"answers": [1, 2]}), "nothing")
    yield Case("answers-forged-score", _answers(lambda data: data | {"score": 99}), "nothing")
    yield Case("answers-named-twice", _answers_named_twice, "nothing")
    yield Case(
        "answers-of-another", _answers(lambda data: data | {"learner": "somebody"}), "nothing"
    )
    yield Case(
        "answers-are-a-link", lambda folder: _link(folder / ANSWERS, _innocent(folder)), "nothing"
    )
    yield Case("answers-are-a-folder", lambda folder: _folder(folder / ANSWERS), "nothing")
    yield Case("answers-are-a-pipe", lambda folder: _pipe(folder / ANSWERS), "nothing")
    yield Case("answers-in-utf-16", _answers_in_utf_16, "nothing")
    yield Case("answers-huge-integer", _text(ANSWERS, '{"version": ' + "9" * 5000 + "}"), "nothing")


def _answers_named_twice(folder: Path) -> None:
    text = (folder / ANSWERS).read_text(encoding="utf-8").rstrip()
    _write(folder, ANSWERS, (text[:-1] + ', "answers": {}}').encode())


def _answers_in_utf_16(folder: Path) -> None:
    text = (folder / ANSWERS).read_text(encoding="utf-8")
    _write(folder, ANSWERS, text.encode("utf-16"))


# -- what else lies in the folder -----------------------------------------------------------------


def _files_beside() -> Iterator[Case]:
    for name in ("yongxin.py", "sitecustomize.py", "json.py", "nbgrader_config.py", "conftest.py"):
        yield Case(f"beside-{name.split('.')[0]}", _text(name, CODE), told=False)
    yield Case("package-of-our-name", _package, told=False)
    yield Case("findings-forged", _text("findings.json", '{"findings": []}'), told=False)
    yield Case("second-notebook", _second_notebook, told=False)
    yield Case("socket", maybe_refused=True, damage=_socket)
    yield Case("pipe", maybe_refused=True, damage=lambda folder: _pipe(folder / "pipe"))
    yield Case(
        "link-to-the-gradebook",
        maybe_refused=True,
        damage=lambda folder: _link(folder / "mine.db", _gradebook(folder)),
    )
    yield Case(
        "link-to-nothing",
        maybe_refused=True,
        damage=lambda folder: _link(folder / "x", Path("/nowhere/at/all")),
    )
    yield Case(
        "link-to-itself", maybe_refused=True, damage=lambda folder: _link(folder / "loop", folder)
    )
    yield Case("folders-in-folders", _deep_folders, told=False)
    yield Case("name-not-utf-8", _strange_name, told=False)
    yield Case(
        "timestamp-junk",
        maybe_refused=True,
        damage=_text("timestamp.txt", "the day before yesterday"),
    )
    yield Case(
        "timestamp-is-a-folder",
        maybe_refused=True,
        damage=lambda folder: _folder(folder / "timestamp.txt"),
    )
    yield Case("no-rights", _no_rights, told=False)


def _package(folder: Path) -> None:
    for name in ("yongxin", "nbgrader", "support"):
        (folder / name / "grading").mkdir(parents=True)
        _write(folder / name, "__init__.py", CODE.encode())
        _write(folder / name / "grading", "__init__.py", CODE.encode())


def _second_notebook(folder: Path) -> None:
    shutil.copy(folder / NOTEBOOK, folder / "extra.ipynb")


def _socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("socket")
    finally:
        os.chdir(here)


def _deep_folders(folder: Path) -> None:
    path = folder.joinpath(*["d"] * 50)
    path.mkdir(parents=True)
    _write(path, "x.py", CODE.encode())


def _strange_name(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe\n;rm -rf.py")).write_text(CODE, encoding="utf-8")


def _no_rights(folder: Path) -> None:
    (folder / NOTEBOOK).chmod(0o444)
    (folder / ANSWERS).chmod(0o400)
    folder.chmod(0o500)


# -- how it is done -------------------------------------------------------------------------------


def _cells(change: Callable[[list[Any]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        notebook = json.loads(_read(folder))
        change(notebook["cells"])
        _write(folder, NOTEBOOK, json.dumps(notebook).encode())

    return damage


def _metadata(**more: Any) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        notebook = json.loads(_read(folder))
        notebook["metadata"] |= more
        _write(folder, NOTEBOOK, json.dumps(notebook).encode())

    return damage


def _answers(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        data = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
        _write(folder, ANSWERS, json.dumps(change(data)).encode())

    return damage


def _text(name: str, content: str) -> Callable[[Path], None]:
    return lambda folder: _write(folder, name, content.encode())


def _graded(cells: list[Any]) -> Any:
    return next(one for one in cells if one["metadata"].get("nbgrader", {}).get("locked"))


def _answer(cells: list[Any]) -> Any:
    return next(one for one in cells if one["metadata"].get("nbgrader", {}).get("solution"))


def _set(cell: Any, **values: Any) -> None:
    cell.update(values)


def _nbgrader(cells: list[Any], **settings: Any) -> None:
    _graded(cells)["metadata"]["nbgrader"].update(settings)


def _settings(cells: list[Any], settings: Any) -> None:
    _graded(cells)["metadata"]["nbgrader"] = settings


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _own_graded(grade_id: str) -> dict[str, Any]:
    nbgrader = {
        "grade": True,
        "grade_id": grade_id,
        "locked": False,
        "points": 50,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return _code("50.0") | {"metadata": {"nbgrader": nbgrader}}


def _read(folder: Path) -> bytes:
    return (folder / NOTEBOOK).read_bytes()


def _decoded(folder: Path) -> str:
    return _read(folder).decode("utf-8")


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def _link(path: Path, target: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    _write(path, "inside.txt", b"x")


def _pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _gradebook(folder: Path) -> Path:
    """Return the gradebook: ``folder`` is …/var/submitted/<learner>/<module>."""
    return folder.parents[2] / "gradebook.db"


def _innocent(folder: Path) -> Path:
    """Return the answers of somebody else."""
    others = sorted(folder.parents[1].glob(f"innocent-*/{MODULE}/{ANSWERS}"))
    return others[0]
