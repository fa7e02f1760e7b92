"""Notebooks as values: cells with stable ids, and one way to write them as bytes."""

import hashlib
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode, v4

#: nbformat's limit on a cell id.
_MAXIMUM_ID = 64


class CellIds:
    """Gives each cell of one notebook its id, made from what the author named it.

    A name that is too long for nbformat is shortened with a digest of the whole, so that it stays
    the same from build to build; a name that is taken is numbered: ``chain``, ``chain-2``. The
    ``reserved`` names are kept for the cells that are called just so (links point to them). The
    ids of authors have no underscore, so that a name with one never takes the place of theirs.
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self._reserved = frozenset(reserved)
        self._taken: set[str] = set()

    def claim(self, name: str) -> str:
        """Return the id for the next cell of this name."""
        candidate, number = _shortened(name), 1
        while candidate in self._taken or (number > 1 and candidate in self._reserved):
            number += 1
            candidate = _shortened(f"{name}-{number}")
        self._taken.add(candidate)
        return candidate


def _shortened(name: str) -> str:
    if len(name) <= _MAXIMUM_ID:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _MAXIMUM_ID - 9]}-{digest}"


def markdown_cell(cell_id: str, source: str, **metadata: object) -> NotebookNode:
    """Return a Markdown cell; the keyword arguments become its metadata."""
    return v4.new_markdown_cell(source, id=cell_id, metadata=metadata)


def code_cell(cell_id: str, source: str, **metadata: object) -> NotebookNode:
    """Return a code cell that has not run; the keyword arguments become its metadata."""
    return v4.new_code_cell(source, id=cell_id, metadata=metadata)


def notebook_bytes(title: str, course: dict[str, str], cells: list[NotebookNode]) -> bytes:
    """Return a whole notebook as it is committed: the same arguments always give the same bytes.

    ``course`` becomes ``metadata.yongxin``. Raises ``nbformat.ValidationError`` for a notebook that
    Jupyter would not accept.
    """
    notebook = v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            "title": title,
            "yongxin": course,
        },
    )
    # Fixed, so that a newer nbformat does not make every built file stale.
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return (nbformat.writes(notebook) + "\n").encode()
