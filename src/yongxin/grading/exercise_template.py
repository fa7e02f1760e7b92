"""A released exercise as text with gaps, so that handing it in need not read it each time.

Reading, validating and writing a notebook takes nbformat many times longer than everything else
that handing in needs. It is done once for an exercise; after that only the sources of the answer
cells are put in, as nbformat would write them. Any list of lines is a valid source.
"""

# nbformat is typed in parts.
# pyright: reportUnknownMemberType=false

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import nbformat

#: How nbformat begins the lines of a cell's source, and how it ends them.
_LINE_INDENT = " " * 4
_END_INDENT = " " * 3


@dataclass(frozen=True)
class _Gap:
    grade_id: str
    original: str


@dataclass(frozen=True)
class ExerciseTemplate:
    """The text of one exercise notebook, with a gap for the source of each answer cell."""

    _pieces: tuple[str | _Gap, ...]

    @classmethod
    def of(cls, content: bytes, prefix: str) -> "ExerciseTemplate":
        """Read a notebook whose answer cells have a grade id that begins with ``prefix``.

        Raises ``ValueError`` for what is no valid notebook.
        """
        try:
            notebook = cast("Any", nbformat.reads(content.decode("utf-8"), as_version=4))
            nbformat.validate(notebook)
        except (nbformat.ValidationError, AttributeError, TypeError) as error:
            raise ValueError(f"this is no notebook: {error}") from error
        gaps: list[_Gap] = []
        # Nobody who writes an exercise can know this.
        mark = secrets.token_hex(16)
        for cell in notebook.cells:
            grade_id: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if grade_id.startswith(prefix):
                gaps.append(_Gap(grade_id, cell.source))
                cell.source = mark
        texts = (nbformat.writes(notebook) + "\n").split(_as_json(mark))
        pieces: list[str | _Gap] = [texts[0]]
        for gap, text in zip(gaps, texts[1:], strict=True):
            pieces += [gap, text]
        return cls(tuple(pieces))

    def filled(self, sources: Mapping[str, str]) -> str:
        """Return the notebook with these sources in its answer cells, by grade id.

        A cell that is not named stays as it was.
        """
        return "".join(
            _as_json(sources.get(piece.grade_id, piece.original))
            if isinstance(piece, _Gap)
            else piece
            for piece in self._pieces
        )

    @property
    def grade_ids(self) -> tuple[str, ...]:
        """The grade ids of the answer cells."""
        return tuple(piece.grade_id for piece in self._pieces if isinstance(piece, _Gap))


def _as_json(source: str) -> str:
    """Return a source as nbformat writes it: a list of lines, each on a line of its own."""
    lines = [json.dumps(line, ensure_ascii=False) for line in source.splitlines(keepends=True)]
    if not lines:
        return "[]"
    separator = f",\n{_LINE_INDENT}"
    return f"[\n{_LINE_INDENT}{separator.join(lines)}\n{_END_INDENT}]"
