"""Whatever notebook comes in, the graded one is the release with what a learner may change."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from yongxin.grading.findings import (
    MAXIMUM_FINDINGS,
    Finding,
    limited,
    read_findings,
    write_findings,
)
from yongxin.grading.rebuild import (
    MAXIMUM_BYTES,
    MAXIMUM_CELLS,
    MAXIMUM_SOURCE,
    Frame,
    HandedIn,
    parse_handed_in,
    read_handed_in,
)
from yongxin.grading.reflection_cell import make_inert

STUB = "*Write here.*"
LOG = "reflection-log"


def settings(grade_id: str, *, locked: bool = True, grade: bool = True) -> dict[str, Any]:
    return {
        "nbgrader": {
            "grade": grade,
            "grade_id": grade_id,
            "locked": locked,
            "points": 2.0,
            "schema_version": 3,
            "solution": not locked,
            "task": False,
        }
    }


def quiz_notebook() -> NotebookNode:
    return new_notebook(
        cells=[
            new_markdown_cell("# Lift", id="title"),
            new_code_cell("from yongxin import quiz", id="import"),
            new_code_cell('quiz("gap-sign")', id="gap-sign", metadata=settings("gap-sign")),
            new_markdown_cell(STUB, id="answer-log", metadata=settings(LOG, locked=False)),
        ],
        metadata={"title": "Lift"},
    )


def code_notebook() -> NotebookNode:
    notebook = quiz_notebook()
    notebook.cells[2:2] = [
        new_code_cell("prices = [1, 2]", id="given"),
        new_code_cell(
            "total = ...", id="total", metadata=settings("total", locked=False, grade=False)
        ),
        new_code_cell("assert total", id="test", metadata=settings("test-total")),
    ]
    return notebook


class Rebuilt(NamedTuple):
    notebook: NotebookNode
    findings: tuple[Finding, ...]


def rebuild(
    handed_in: HandedIn, released: NotebookNode, composed: Mapping[str, str] | None = None
) -> Rebuilt:
    frame = Frame(released)
    taken = frame.take(handed_in, composed or {})
    return Rebuilt(frame.filled(taken), taken.findings)


def rebuilt(notebook: NotebookNode, released: NotebookNode, **composed: str) -> Rebuilt:
    """Rebuild what stands in a file that nbformat would not have to accept."""
    handed_in = parse_handed_in(json.dumps(notebook).encode())
    result = rebuild(handed_in, released, {LOG: composed["log"]} if composed else {})
    nbformat.validate(result.notebook)
    return result


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str | None]]:
    return [(one.code, one.cell) for one in findings]


def test_what_was_not_touched_comes_back_as_it_was() -> None:
    for released in (quiz_notebook(), code_notebook()):
        assert rebuilt(released, released) == Rebuilt(released, ())


def test_an_answer_is_taken_over_and_nothing_else() -> None:
    mine = quiz_notebook()
    for cell in mine.cells:
        cell.source = "mine"
        cell.metadata["mine"] = True
    mine.metadata["kernelspec"] = {"name": "mine"}
    mine.cells.append(new_code_cell("mine"))
    result = rebuilt(mine, quiz_notebook())
    expected = quiz_notebook()
    expected.cells[3].source = make_inert("mine")
    assert result.notebook == expected
    assert codes(result.findings) == [("changed-cell", "gap-sign")]


Damage = Callable[[NotebookNode], object]

DAMAGE: dict[str, tuple[Damage, list[tuple[str, str | None]]]] = {
    "cells deleted": (lambda nb: nb.cells.clear(), [("missing-cell", "gap-sign")]),
    "cell doubled": (
        lambda nb: nb.cells.append(nb.cells[2].copy()),
        [("duplicate-cell", "gap-sign")],
    ),
    "cell retyped": (
        lambda nb: nb.cells[2].update(cell_type="raw"),
        [("retyped-cell", "gap-sign")],
    ),
    "points changed": (
        lambda nb: nb.cells[2].metadata.nbgrader.update(points=99),
        [("changed-cell", "gap-sign")],
    ),
    "metadata dropped": (
        lambda nb: [cell.update(metadata={}) for cell in nb.cells],
        [("changed-cell", "gap-sign")],
    ),
    "metadata of another kind": (
        lambda nb: nb.cells[2].update(metadata=[1]),
        [("changed-cell", "gap-sign")],
    ),
    "graded cell added": (
        lambda nb: nb.cells.append(new_code_cell("99", metadata=settings("mine"))),
        [("unknown-cell", None)],
    ),
    "source of another kind": (
        lambda nb: nb.cells[2].update(source={"a": 1}),
        [("damaged-cell", None), ("missing-cell", "gap-sign")],
    ),
    "cell of another kind": (lambda nb: nb.cells.insert(0, 7), [("damaged-cell", None)]),
    "half a character": (lambda nb: nb.cells[0].update(source="\ud800"), []),
}


@pytest.mark.parametrize(("damage", "told"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_told_and_costs_nothing(
    damage: Damage, told: list[tuple[str, str | None]]
) -> None:
    mine = quiz_notebook()
    mine.cells[3].source = make_inert("I waited.")
    damage(mine)
    result = rebuilt(mine, quiz_notebook(), log=make_inert("I waited."))
    expected = quiz_notebook()
    expected.cells[3].source = make_inert("I waited.")
    assert result.notebook == expected
    assert [one for one in codes(result.findings) if one[1] != LOG] == told


def test_of_a_split_answer_both_halves_count() -> None:
    """JupyterLab leaves nbgrader's settings in both halves of a split cell."""
    mine = quiz_notebook()
    mine.cells[3].source = "First."
    half = new_markdown_cell("Second.", metadata=settings(LOG, locked=False))
    stub = new_markdown_cell(STUB, metadata=settings(LOG, locked=False))
    mine.cells += [stub, half, half.copy()]
    result = rebuilt(mine, quiz_notebook())
    assert result.notebook.cells[3].source == f"{make_inert('First.')}\n\n{make_inert('Second.')}"
    assert codes(result.findings) == [("duplicate-cell", LOG)]


def test_what_stands_in_the_notebook_counts_before_what_is_known_from_elsewhere() -> None:
    mine = quiz_notebook()
    mine.cells[3].source = make_inert("mine")
    assert rebuilt(mine, quiz_notebook(), log="other").notebook.cells[3].source == make_inert(
        "mine"
    )
    for empty in ("", " \n", STUB, f"{STUB}\n"):
        mine.cells[3].source = empty
        assert rebuilt(mine, quiz_notebook(), log="other").notebook.cells[3].source == "other"
        assert rebuilt(mine, quiz_notebook()).notebook.cells[3].source == STUB


def test_an_answer_does_nothing_when_a_trainer_reads_it() -> None:
    """Formgrader shows Markdown as the HTML that it may hold."""
    mine = quiz_notebook()
    mine.cells[
        3
    ].source = '<div class="yongxin-answer" lang="en">\n<script>alert(1)</script>\n</div>'
    shown = rebuilt(mine, quiz_notebook()).notebook.cells[3].source
    assert "<script>" not in shown
    assert "script" in shown
    extra = code_notebook()
    extra.cells.append(NotebookNode(cell_type="raw", metadata={}, source="<img src=x>", id="x"))
    assert "<img" not in nbformat.writes(rebuilt(extra, code_notebook()).notebook)


def test_an_exercise_without_code_takes_no_cell_of_a_learners_own() -> None:
    mine = quiz_notebook()
    mine.cells.insert(1, new_code_cell("import os"))
    assert rebuilt(mine, quiz_notebook()) == Rebuilt(quiz_notebook(), ())


def test_an_exercise_with_code_keeps_a_learners_own_cells_in_their_place() -> None:
    mine = code_notebook()
    mine.cells[2].source = "prices = [3]"
    mine.cells[3].source = "total = sum(prices)"
    mine.cells.insert(0, new_markdown_cell("notes"))
    mine.cells.insert(4, new_code_cell("help(sum)"))
    mine.cells.insert(5, new_code_cell("99", metadata=settings("mine")))
    mine.cells.append(new_code_cell("  \n"))
    result = rebuilt(mine, code_notebook())
    assert [cell.source for cell in result.notebook.cells] == [
        make_inert("notes"),
        "# Lift",
        "from yongxin import quiz",
        "prices = [3]",
        "help(sum)",
        "99",
        "total = sum(prices)",
        "assert total",
        'quiz("gap-sign")',
        STUB,
    ]
    known = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in result.notebook.cells}
    assert known == {None, "total", "test-total", "gap-sign", LOG}
    assert codes(result.findings) == [("unknown-cell", None)]


def test_a_notebook_without_cell_ids_loses_nothing() -> None:
    """Before nbformat 4.5 cells had no ids."""
    mine = code_notebook()
    mine.cells[3].source = "total = 3"
    mine.cells.insert(3, new_code_cell("print(prices)"))
    for cell in mine.cells:
        del cell["id"]
    mine.nbformat_minor = 2
    result = rebuilt(mine, code_notebook())
    sources = [cell.source for cell in result.notebook.cells]
    assert sources[2:5] == ["prices = [1, 2]", "print(prices)", "total = 3"]
    assert len(sources) == 8
    assert result.findings == ()


def test_an_older_format_is_read() -> None:
    mine = quiz_notebook()
    mine.cells[3].source = "I waited."
    for cell in mine.cells:
        if cell.cell_type == "code":
            cell["input"] = cell.pop("source").splitlines(keepends=True)
    older = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": mine.cells}, 7]}
    result = rebuild(parse_handed_in(json.dumps(older).encode()), quiz_notebook())
    assert result.notebook.cells[3].source == make_inert("I waited.")
    assert codes(result.findings) == [("older-format", None)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_another_encoding_is_read(encoding: str) -> None:
    mine = quiz_notebook()
    mine.cells[3].source = "我等了二十分钟。"
    content = json.dumps(mine, ensure_ascii=False).encode(encoding)
    result = rebuild(parse_handed_in(content), quiz_notebook())
    assert result.notebook.cells[3].source == make_inert("我等了二十分钟。")
    expected = [] if encoding == "utf-8-sig" else [("encoding", None)]
    assert codes(result.findings) == expected


NOT_NOTEBOOKS: dict[str, tuple[bytes, list[str]]] = {
    "nothing": (b"", ["missing-notebook"]),
    "white space": (b" \n", ["missing-notebook"]),
    "no JSON": (b"{", ["not-json"]),
    "deep": (b"[" * 200_000, ["not-json"]),
    "a huge number": (b'{"cells": ' + b"9" * 5000 + b"}", ["not-json"]),
    "a list": (b"[1]", ["not-a-notebook"]),
    "cells of another kind": (b'{"cells": {}}', ["not-a-notebook"]),
    "worksheets of another kind": (b'{"worksheets": 1}', ["not-a-notebook"]),
    "no text": (b"\xff\xfe\x00", ["encoding"]),
    "binary": (b"\x80\xff" * 9, ["encoding"]),
}


@pytest.mark.parametrize(("content", "told"), NOT_NOTEBOOKS.values(), ids=NOT_NOTEBOOKS.keys())
def test_what_is_no_notebook_is_rebuilt_as_well(content: bytes, told: list[str]) -> None:
    result = rebuild(parse_handed_in(content), quiz_notebook(), {LOG: "written"})
    expected = quiz_notebook()
    expected.cells[3].source = "written"
    assert result.notebook == expected
    assert [one.code for one in result.findings] == told


def test_files_that_are_no_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("{}", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)
    told = {
        name: codes(read_handed_in(tmp_path / name).findings)
        for name in ("link", "folder", "pipe", "large", "nothing")
    }
    assert told == {
        "link": [("not-a-file", None)],
        "folder": [("not-a-file", None)],
        "pipe": [("not-a-file", None)],
        "large": [("too-large", None)],
        "nothing": [("missing-notebook", None)],
    }


def test_what_is_read_and_told_is_bounded() -> None:
    mine = quiz_notebook()
    mine.cells[3].source = "x" * (MAXIMUM_SOURCE + 1)
    forged = new_code_cell("99", metadata=settings("y" * 5000 + "\n"))
    mine.cells += [forged] * (MAXIMUM_CELLS + 1)
    result = rebuilt(mine, quiz_notebook())
    assert result.notebook == quiz_notebook()
    assert len(result.findings) == MAXIMUM_FINDINGS
    assert result.findings[-1].code == "more"
    assert max(len(one.detail) for one in result.findings) < 200
    assert not any("\n" in one.detail for one in result.findings)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "source", "input", "metadata", "nbgrader", "grade_id", "id"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(data=json_values)
def test_no_json_fails_it(data: Any) -> None:
    for released in (quiz_notebook(), code_notebook()):
        for whole in (data, {"cells": data}, {"cells": [data, {"source": "x", "metadata": data}]}):
            handed_in = parse_handed_in(json.dumps(whole).encode())
            result = rebuild(handed_in, released)
            nbformat.validate(result.notebook)
            graded = [cell for cell in result.notebook.cells if "nbgrader" in cell.metadata]
            assert [cell.metadata.nbgrader.grade_id for cell in graded] == [
                cell.metadata.nbgrader.grade_id
                for cell in released.cells
                if "nbgrader" in cell.metadata
            ]


@given(content=st.binary(max_size=200))
def test_no_bytes_fail_it(content: bytes) -> None:
    frame = Frame(quiz_notebook())
    assert frame.filled(frame.take(parse_handed_in(content))) == quiz_notebook()


def test_a_frame_serves_many_without_remembering_any() -> None:
    frame = Frame(code_notebook())
    mine = code_notebook()
    mine.cells[3].source = "total = 1"
    handed_in = parse_handed_in(json.dumps(mine).encode())
    assert frame.filled(frame.take(handed_in)).cells[3].source == "total = 1"
    assert frame.filled(frame.take(HandedIn(None))) == code_notebook()


def test_findings_are_kept_beside_what_was_graded(tmp_path: Path) -> None:
    findings = (
        Finding(code="missing-cell", cell="gap-sign", detail="the cell was deleted"),
        Finding(code="link", detail="'数据' is no plain file"),
    )
    write_findings(tmp_path, findings)
    assert read_findings(tmp_path) == findings
    assert [path.name for path in tmp_path.iterdir()] == ["findings.json"]


def test_a_learners_own_file_never_passes_for_findings(tmp_path: Path) -> None:
    (tmp_path / "findings.json").write_text('{"version": 1, "findings": []}', encoding="utf-8")
    (tmp_path / "findings.json").chmod(0o444)
    write_findings(tmp_path, ())
    assert list(tmp_path.iterdir()) == []
    assert read_findings(tmp_path) == ()


def test_many_findings_are_counted() -> None:
    findings = [Finding(code="unknown-cell", detail=str(number)) for number in range(80)]
    kept = limited(findings)
    assert len(kept) == MAXIMUM_FINDINGS
    assert kept[-1].detail == "31 more findings"
    assert limited(findings[:MAXIMUM_FINDINGS]) == tuple(findings[:MAXIMUM_FINDINGS])
