"""An exercise as text with gaps, so that handing it in or grading it need not read it each time.

Reading, validating and writing a notebook takes nbformat many times longer than everything else
that handing in and grading need. It is done once for an exercise; after that only the texts that
differ between learners are put in, as nbformat would write them. Any list of lines is valid there.
"""

# nbformat is typed in parts.
# pyright: reportUnknownMemberType=false

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import nbformat


@dataclass(frozen=True)
class _Gap:
    name: str
    original: str
    indent: int = 0


class Gaps:
    """Places in a notebook that a template leaves open, each marked by a text nobody can guess."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(16)
        self._gaps: list[_Gap] = []

    def open(self, name: str, original: str = "") -> str:
        """Return the text to put into the notebook where the gap shall be."""
        self._gaps.append(_Gap(name, original))
        return f"{self._mark}-{len(self._gaps) - 1}"

    def split(self, text: str) -> "tuple[str | _Gap, ...]":
        """Return what stands between the gaps, and the gaps; each has to stand there once."""
        # The list of lines that nbformat makes of a text: one line, which is the mark.
        pieces = re.split(rf'\[\n( *)"{self._mark}-(\d+)"\n *\]', text)
        parts: list[str | _Gap] = [pieces[0]]
        for indent, index, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            gap = self._gaps[int(index)]
            parts += [_Gap(gap.name, gap.original, len(indent)), after]
        if any(self._mark in part for part in parts if isinstance(part, str)):
            raise ValueError("a gap was opened where no list of lines is written")
        return tuple(parts)


@dataclass(frozen=True)
class ExerciseTemplate:
    """The text of one notebook, with a gap for each text that may differ."""

    _pieces: tuple[str | _Gap, ...]

    @classmethod
    def of(cls, content: bytes, prefix: str) -> "ExerciseTemplate":
        """Read a notebook whose answer cells have a grade id that begins with ``prefix``.

        The gaps are the sources of these cells. Raises ``ValueError`` for what is no valid
        notebook.
        """
        try:
            notebook = cast("Any", nbformat.reads(content.decode("utf-8"), as_version=4))
            nbformat.validate(notebook)
        except (nbformat.ValidationError, AttributeError, TypeError) as error:
            raise ValueError(f"this is no notebook: {error}") from error
        gaps = Gaps()
        for cell in notebook.cells:
            grade_id: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if grade_id.startswith(prefix):
                cell.source = gaps.open(grade_id, cell.source)
        return cls.with_gaps(notebook, gaps)

    @classmethod
    def with_gaps(cls, notebook: nbformat.NotebookNode, gaps: Gaps) -> "ExerciseTemplate":
        """Return the template of a notebook in which ``gaps`` have been opened."""
        return cls(gaps.split(nbformat.writes(notebook) + "\n"))

    def filled(self, texts: Mapping[str, str]) -> str:
        """Return the notebook with these texts in its gaps, by name.

        A gap that is not named is filled with what stood there.
        """
        return "".join(
            _as_json(texts.get(piece.name, piece.original), piece.indent)
            if isinstance(piece, _Gap)
            else piece
            for piece in self._pieces
        )

    def texts(self, content: str) -> dict[str, str] | None:
        """Return what stands in the gaps, by name, when all else is as in the template.

        ``None`` means that it is not, or that a gap holds what is no text at all.
        """
        texts: dict[str, str] = {}
        position = 0
        decoder = json.JSONDecoder()
        for piece in self._pieces:
            if isinstance(piece, str):
                if not content.startswith(piece, position):
                    return None
                position += len(piece)
                continue
            try:
                lines, position = decoder.raw_decode(content, position)
                text = "".join(lines)
                text.encode("utf-8")  # half a character could not be written again
            except (ValueError, TypeError, RecursionError):
                return None
            if not isinstance(lines, list):
                return None
            texts[piece.name] = text
        return texts if position == len(content) else None

    @property
    def grade_ids(self) -> tuple[str, ...]:
        """The names of the gaps, which for answer cells are their grade ids."""
        return tuple(piece.name for piece in self._pieces if isinstance(piece, _Gap))


def _as_json(source: str, indent: int) -> str:
    """Return a text as nbformat writes it: a list of lines, each on a line of its own."""
    lines = [json.dumps(line, ensure_ascii=False) for line in source.splitlines(keepends=True)]
    if not lines:
        return "[]"
    separator = f",\n{' ' * indent}"
    return f"[\n{' ' * indent}{separator.join(lines)}\n{' ' * (indent - 1)}]"
