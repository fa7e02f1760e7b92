"""A built notebook, made ready for a page: elements as HTML, and what is left for a kernel."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from yongxin.catalogue import Catalogue, DamagedCourse, UnknownId
from yongxin.elements import Import, find_element, recognise
from yongxin.language import LANGUAGES, Language

HTML = "text/html"

_SPANS = (rf'<span lang="{one}">((?:(?!</span>).)*)</span>' for one in LANGUAGES)
#: The same words in every language, one after the other, as the build writes them.
_IN_EVERY_LANGUAGE = re.compile(r"(?: · |\s+)".join(_SPANS), re.DOTALL)

#: Words that lead to the action plan, as the build writes them, and where that is.
_PLAN = re.compile(r'<span class="yongxin-plan">((?:(?!</span>).)*)</span><small>[^<]*</small>')
#: Such a link in Markdown; ``rendering.Links`` knows the page.
PLAN = "plan:"


@dataclass(frozen=True)
class Prepared:
    """A notebook whose element cells have become raw HTML cells.

    ``elements`` are their names in the order of the page. ``needs_kernel`` tells whether a code
    cell is left: nobody but a kernel can say what that one shows.
    """

    notebook: NotebookNode
    title: str
    elements: tuple[str, ...]
    needs_kernel: bool


def prepare(source: str, path: Path, catalogue: Catalogue, language: Language) -> Prepared:
    """Return the notebook in ``source``, which was read from ``path``, ready for a page.

    What is shown is selected: Markdown, elements, and code cells that are no element. Cells that
    nbgrader wrote for the answer to be put into at hand-in are not shown; the element above them
    is where the answer is written. Raises ``DamagedCourse``, also for an element that the course
    does not have.
    """
    notebook = _read(source, path)
    names: list[str] = []
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if not _takes_an_answer(cell):
                cell.source = with_plan_links(in_one_language(cell.source, language))
                cells.append(cell)
        elif cell.cell_type == "code":
            found = recognise(cell.source)
            if found is None:
                cells.append(_without_outputs(cell))
            elif not isinstance(found, Import):
                names += found
                try:
                    cells.append(_element_cell(cell, found, catalogue, language))
                except UnknownId as error:
                    raise DamagedCourse(path, str(error)) from error
    notebook.cells = cells
    return Prepared(
        notebook=notebook,
        title=str(notebook.metadata.get("title", path.stem)),
        elements=tuple(names),
        needs_kernel=any(cell.cell_type == "code" for cell in cells),
    )


def _read(source: str, path: Path) -> NotebookNode:
    try:
        notebook = nbformat.reads(source, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        # For JSON that is no notebook nbformat raises almost anything.
        raise DamagedCourse(path, str(error).partition("\n")[0]) from error
    return notebook


def fingerprint(*parts: bytes) -> str:
    """Return a short name for exactly this content."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:16]


def in_one_language(source: str, language: Language) -> str:
    """Return Markdown without the halves in other languages of what it says in several.

    Exercises are the same for everybody, so the build writes their headings in every language,
    each in a ``span`` that tells which.
    """
    place = LANGUAGES.index(language) + 1
    return _IN_EVERY_LANGUAGE.sub(lambda match: match[place], source)


def with_plan_links(source: str) -> str:
    """Return Markdown in which the words that lead to the action plan are links."""
    return _PLAN.sub(rf"[\1]({PLAN})", source)


def _takes_an_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _without_outputs(cell: NotebookNode) -> NotebookNode:
    cell.outputs = []
    cell.execution_count = None
    return cell


def _element_cell(
    cell: NotebookNode, names: Iterable[str], catalogue: Catalogue, language: Language
) -> NotebookNode:
    markup = "\n".join(str(find_element(name, catalogue).markup(language)) for name in names)
    return nbformat.v4.new_raw_cell(markup, id=cell.id, metadata={"raw_mimetype": HTML})
