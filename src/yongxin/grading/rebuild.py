"""From whatever notebook was handed in to a sound one: the release, with what a learner may change.

A learner's notebook can hold anything: cells deleted, split, copied, retyped or forged, another
format, no JSON at all. So it is never repaired. The graded notebook is the released one, and only
the sources of answer cells are taken over; in an exercise with code, a learner's own cells as well,
ungraded. ``Frame`` is made once of a release; nothing here needs nbgrader.
"""

# nbformat is typed in parts.
# pyright: reportUnknownMemberType=false

import copy
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from nbformat import NotebookNode

from yongxin.elements import recognise
from yongxin.grading.answers import Answers
from yongxin.grading.findings import Finding, limited, quote
from yongxin.grading.private import TooLarge, read_plain_file
from yongxin.grading.reflection_cell import compose_cells, make_inert
from yongxin.items.base import JSON
from yongxin.items.reflection import PublicReflection

#: An exercise has some 50 KB; one with code may hold large pictures as outputs.
MAXIMUM_BYTES = 16 * 1024 * 1024
MAXIMUM_CELLS = 2000
#: Characters of what stands in one cell; a reflection has a few thousand.
MAXIMUM_SOURCE = 256 * 1024

_NO_SOURCES: Mapping[str, str] = {}


@dataclass(frozen=True)
class HandedInCell:
    """What is read of one cell of a handed-in notebook. Nothing in it can be trusted.

    ``settings`` are nbgrader's, if the cell has any.
    """

    cell_type: str
    id: str | None
    source: str
    settings: Mapping[str, JSON]

    @property
    def grade_id(self) -> str | None:
        """The cell's name in the gradebook, if it claims one."""
        grade_id = self.settings.get("grade_id")
        return grade_id if isinstance(grade_id, str) else None


@dataclass(frozen=True)
class HandedIn:
    """A handed-in notebook as it was read; ``cells`` is ``None`` when it could not be."""

    cells: tuple[HandedInCell, ...] | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What the graded notebook takes over from a learner.

    ``answers`` are the sources of answer cells by grade id; a cell that is not named stays as it
    was released. In an exercise with code, ``plain`` are the sources of code cells that nbgrader
    does not know, by cell id, and ``extra`` a learner's own cells by the id of the released cell
    that they follow (``None``: they stand at the top).
    """

    answers: Mapping[str, str]
    findings: tuple[Finding, ...]
    plain: Mapping[str, str] = field(default_factory=dict[str, str])
    extra: Mapping[str | None, Sequence[HandedInCell]] = field(
        default_factory=dict[str | None, Sequence[HandedInCell]]
    )


def read_handed_in(path: Path) -> HandedIn:
    """Read a handed-in notebook, following no link. Whatever is wrong with it is a finding."""
    try:
        content = read_plain_file(path, MAXIMUM_BYTES)
    except FileNotFoundError:
        return parse_handed_in(b"")
    except OSError as error:  # a link, a folder, a pipe; or this account may not read it
        return _unread("not-a-file", f"the notebook cannot be read: {error.strerror}")
    except TooLarge as error:
        return _unread(
            "too-large", f"the notebook has {error.size} bytes; {MAXIMUM_BYTES} are read"
        )
    return parse_handed_in(content)


def parse_handed_in(content: bytes) -> HandedIn:
    """Read the content of a handed-in notebook; never raises for what it holds."""
    if not content.strip():  # ``nbgrader collect`` puts an empty one where there is none
        return _unread("missing-notebook", "there is no notebook")
    text, encoding = _decoded(content)
    findings: list[Finding] = []
    if encoding != "utf-8":
        findings.append(_finding("encoding", f"the notebook is not in UTF-8 but in {encoding}"))
    if text is None:
        return HandedIn(None, tuple(findings))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        findings.append(_finding("not-json", f"the notebook is not JSON: {_first_line(error)}"))
        return HandedIn(None, tuple(findings))
    found = _raw_cells(data)
    if found is None:
        findings.append(_finding("not-a-notebook", "the JSON holds no list of cells"))
        return HandedIn(None, tuple(findings))
    raw, is_old = found
    if is_old:
        findings.append(_finding("older-format", "the notebook is in a format from before 2015"))
    if len(raw) > MAXIMUM_CELLS:
        findings.append(
            _finding(
                "too-large",
                f"the notebook has {len(raw)} cells; the first {MAXIMUM_CELLS} are read",
            )
        )
    cells: list[HandedInCell] = []
    for number, one in enumerate(raw[:MAXIMUM_CELLS], start=1):
        cell = _read_cell(one)
        if isinstance(cell, str):
            findings.append(_finding("damaged-cell", f"cell {number} {cell}"))
        else:
            cells.append(cell)
    return HandedIn(tuple(cells), limited(findings))


@dataclass(frozen=True)
class _Released:
    """A released cell that nbgrader knows."""

    grade_id: str
    cell_type: str
    source: str
    settings: Mapping[str, JSON]
    is_answer: bool


class Frame:
    """A released notebook, prepared so that many hand-ins can be put into it."""

    def __init__(self, released: NotebookNode) -> None:
        self._released = released
        self._cells: dict[str, _Released] = {}
        self._grade_ids: dict[str, str] = {}  # by cell id
        self._plain: dict[str, tuple[str, str]] = {}  # by cell id: type and source
        self._plain_ids: dict[tuple[str, str], str] = {}
        #: Whether a learner's own code is a part of this exercise.
        self.has_code = False
        for cell in released.cells:
            settings = cell.metadata.get("nbgrader")
            if settings is None:
                self._plain[cell.id] = (cell.cell_type, cell.source)
                self._plain_ids.setdefault((cell.cell_type, cell.source), cell.id)
                continue
            one = _Released(
                settings["grade_id"], cell.cell_type, cell.source, settings, settings["solution"]
            )
            self._cells[one.grade_id] = one
            self._grade_ids[cell.id] = one.grade_id
            if one.cell_type == "code" and (one.is_answer or recognise(one.source) is None):
                self.has_code = True

    @property
    def answer_ids(self) -> tuple[str, ...]:
        """The grade ids of the cells that a learner writes in."""
        return tuple(one.grade_id for one in self._cells.values() if one.is_answer)

    def take(self, handed_in: HandedIn, composed: Mapping[str, str] = _NO_SOURCES) -> Taken:
        """Take over what a learner may change.

        ``composed`` are sources of answer cells, by grade id, that are known from elsewhere; they
        count where the notebook has lost its own. Of several copies of an answer cell (splitting
        one makes a copy) all that was written counts, in its order.
        """
        if handed_in.cells is None:
            answers = {one: composed[one] for one in self.answer_ids if one in composed}
            return Taken(answers, handed_in.findings)
        copies, others = self._sort(handed_in.cells)
        answers: dict[str, str] = {}
        findings = list(handed_in.findings)
        for one in self._cells.values():
            found = copies.get(one.grade_id, ())
            findings += _compare(one, found)
            if one.is_answer:
                source = _written(one, found) or composed.get(one.grade_id)
                if source is not None:
                    answers[one.grade_id] = source
        findings += self._unknown(handed_in.cells)
        if not self.has_code:
            return Taken(answers, limited(findings))
        plain, extra = self._own_cells(others)
        return Taken(answers, limited(findings), plain, extra)

    def take_with_answers(
        self,
        handed_in: HandedIn,
        answers: Answers | None,
        reflection: Callable[[str], PublicReflection],
        grade_ids: Collection[str],
    ) -> Taken:
        """Take over what a learner may change; what is lost, from the answers, which hold it too.

        ``grade_ids`` are the cells of reflections, which ``reflection`` looks up by their ids; what
        that raises is passed on.
        """
        taken = self.take(handed_in)
        lost = [one for one in grade_ids if one not in taken.answers]
        composed = compose_cells(answers, lost, reflection) if answers else {}
        return self.take(handed_in, composed) if composed else taken

    def filled(self, taken: Taken) -> NotebookNode:
        """Return the released notebook with what was taken over from a learner."""
        notebook = copy.deepcopy(self._released)
        cells: list[NotebookNode] = list(self._new_cells(taken, None))
        for cell in notebook.cells:
            grade_id = self._grade_ids.get(cell.id)
            if grade_id is None:
                cell.source = taken.plain.get(cell.id, cell.source)
            else:
                cell.source = taken.answers.get(grade_id, cell.source)
            cells += [cell, *self._new_cells(taken, cell.id)]
        notebook.cells = cells
        return notebook

    def _sort(
        self, cells: Iterable[HandedInCell]
    ) -> tuple[dict[str, list[HandedInCell]], list[tuple[str | None, HandedInCell]]]:
        """Return the copies of each cell that nbgrader knows, and all other cells.

        Each of the others comes with the id of the released cell that stands before it.
        """
        copies: dict[str, list[HandedInCell]] = {}
        others: list[tuple[str | None, HandedInCell]] = []
        ids = {grade_id: cell_id for cell_id, grade_id in self._grade_ids.items()}
        before: str | None = None
        for cell in cells:
            # A tool that has dropped nbgrader's settings may have kept the cell's id.
            grade_id = cell.grade_id if cell.grade_id in ids else self._grade_ids.get(cell.id or "")
            if grade_id is not None:
                copies.setdefault(grade_id, []).append(cell)
                before = ids[grade_id]
                continue
            others.append((before, cell))
            before = self._plain_id(cell) or before
        return copies, others

    def _plain_id(self, cell: HandedInCell) -> str | None:
        if cell.id in self._plain:
            return cell.id
        return self._plain_ids.get((cell.cell_type, cell.source))

    def _unknown(self, cells: Iterable[HandedInCell]) -> Iterator[Finding]:
        for cell in cells:
            if cell.settings and cell.grade_id not in self._cells:
                named = "without a name" if cell.grade_id is None else quote(cell.grade_id)
                yield _finding("unknown-cell", f"a graded cell {named} was never released")

    def _own_cells(
        self, others: Iterable[tuple[str | None, HandedInCell]]
    ) -> tuple[dict[str, str], dict[str | None, Sequence[HandedInCell]]]:
        plain: dict[str, str] = {}
        extra: dict[str | None, list[HandedInCell]] = {}
        seen: set[str] = set()
        for before, cell in others:
            cell_id = self._plain_id(cell)
            if cell_id is None or cell_id in seen:
                if cell.source.strip():
                    extra.setdefault(before, []).append(cell)
                continue
            seen.add(cell_id)
            cell_type, source = self._plain[cell_id]
            if "code" == cell.cell_type == cell_type and cell.source != source:
                plain[cell_id] = cell.source
        return plain, dict(extra)

    def _new_cells(self, taken: Taken, before: str | None) -> Iterator[NotebookNode]:
        for number, cell in enumerate(taken.extra.get(before, ()), start=1):
            # No released id holds two hyphens in a row.
            yield _new_cell(f"{(before or 'top')[:40]}--{number}", cell)


def _new_cell(cell_id: str, cell: HandedInCell) -> NotebookNode:
    common = {"id": cell_id, "metadata": NotebookNode()}
    if cell.cell_type == "code":
        return NotebookNode(
            common, cell_type="code", execution_count=None, outputs=[], source=cell.source
        )
    # A raw cell would be shown as the HTML that it may hold.
    return NotebookNode(common, cell_type="markdown", source=make_inert(cell.source))


def _finding(code: Any, detail: str, cell: str | None = None) -> Finding:
    return Finding(code=code, cell=cell, detail=detail)


def _unread(code: Any, detail: str) -> HandedIn:
    return HandedIn(None, (_finding(code, detail),))


def _first_line(error: BaseException) -> str:
    return quote(str(error) or type(error).__name__).strip("'\"")


def _decoded(content: bytes) -> tuple[str | None, str]:
    """Return the text, and the name of its encoding."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError:
            continue
    return None, "no encoding that is known here"


def _raw_cells(data: JSON) -> tuple[list[JSON], bool] | None:
    """Return the cells of a notebook, and whether its format is one of before nbformat 4."""
    if not isinstance(data, dict):
        return None
    notebook = cast("dict[str, JSON]", data)
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"], False
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells: list[JSON] = []
    for sheet in cast("list[JSON]", sheets):
        inside = cast("dict[str, JSON]", sheet).get("cells") if isinstance(sheet, dict) else None
        if isinstance(inside, list):
            cells += cast("list[JSON]", inside)
    return cells, True


def _read_cell(raw: JSON) -> HandedInCell | str:
    """Return a cell, or what is wrong with it."""
    if not isinstance(raw, dict):
        return "is no object"
    cell = cast("dict[str, JSON]", raw)
    # Before nbformat 4, the source of a code cell was its input.
    source = _text(cell.get("source", cell.get("input")))
    if source is None:
        return "has no text for its source"
    if len(source) > MAXIMUM_SOURCE:
        return f"has {len(source)} characters; {MAXIMUM_SOURCE} are read"
    metadata = cell.get("metadata")
    settings = (
        cast("dict[str, JSON]", metadata).get("nbgrader") if isinstance(metadata, dict) else None
    )
    cell_type, cell_id = cell.get("cell_type"), cell.get("id")
    return HandedInCell(
        cell_type=cell_type if isinstance(cell_type, str) else "",
        id=cell_id if isinstance(cell_id, str) else None,
        source=source,
        settings=cast("dict[str, JSON]", settings) if isinstance(settings, dict) else {},
    )


def _text(source: JSON) -> str | None:
    if isinstance(source, list):
        lines = cast("list[JSON]", source)
        if not all(isinstance(line, str) for line in lines):
            return None
        source = "".join(cast("list[str]", lines))
    if not isinstance(source, str):
        return None
    # Half a character could be read from JSON, but not written.
    return source.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _compare(released: _Released, copies: Sequence[HandedInCell]) -> Iterator[Finding]:
    """Say how the copies of a cell differ from what was released."""
    if not copies:
        yield _finding("missing-cell", "the cell was deleted", released.grade_id)
        return
    if len(copies) > 1:
        yield _finding(
            "duplicate-cell", f"the cell stands there {len(copies)} times", released.grade_id
        )
    types = {cell.cell_type for cell in copies} - {released.cell_type}
    if types:
        told = ", ".join(sorted(map(quote, types)))
        yield _finding(
            "retyped-cell",
            f"the cell is of type {told} instead of {released.cell_type}",
            released.grade_id,
        )
    if not released.is_answer and any(cell.source != released.source for cell in copies):
        yield _finding("changed-cell", "the text of a locked cell was changed", released.grade_id)
    if any(cell.settings != released.settings for cell in copies):
        yield _finding("changed-cell", "nbgrader's settings were changed", released.grade_id)


def _written(released: _Released, copies: Sequence[HandedInCell]) -> str | None:
    """Return what was written in an answer cell, ``None`` where that is nothing."""
    stub = released.source.strip()
    # A dictionary keeps the order, and drops whatever stands there twice.
    texts = list(dict.fromkeys(cell.source for cell in copies if cell.source.strip()))
    texts = [text for text in texts if text.strip() != stub]
    if not texts:
        return None
    if released.cell_type == "code":
        return "\n".join(texts)
    return "\n\n".join(map(make_inert, texts))
