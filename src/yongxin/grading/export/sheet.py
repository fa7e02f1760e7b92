"""A table of typed values, and how its texts are made harmless to a spreadsheet."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from yongxin.grading.reflection_cell import clean

#: ``None`` is an empty cell; a datetime knows no zone, because a spreadsheet knows none.
Value: TypeAlias = str | float | datetime | None

#: More does not fit into a cell of a spreadsheet.
MAXIMUM_CHARACTERS = 32_767

#: What makes a spreadsheet read a text as a formula (OWASP, "CSV Injection"), wide letters too.
_STARTS_FORMULA = tuple("=+-@＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Column:
    """A column: its heading, and its width in characters."""

    heading: str
    width: int


@dataclass(frozen=True)
class Sheet:
    """A table. Its rows are read once, as they are written, and never held all together."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Value]]


def tidy(text: str) -> str:
    """Return ``text`` without what no cell can hold: control characters, more than fits."""
    plain = text if text.isprintable() else clean(text)  # the quick look suffices for nearly all
    if len(plain) <= MAXIMUM_CHARACTERS:
        return plain
    return plain[: MAXIMUM_CHARACTERS - 1] + "…"


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet could take a text for a formula; it may, if it is a number."""
    return text.lstrip().startswith(_STARTS_FORMULA) and not _PLAIN_NUMBER.fullmatch(text)


def plain_number(value: float) -> float | str:
    """Return a number as a spreadsheet can hold it: whole ones without a fraction."""
    if not math.isfinite(value):
        return str(value)
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded
