"""A table of texts on a terminal, in which Chinese characters take two columns."""

import unicodedata
from collections.abc import Iterable, Sequence


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print the rows below their headings, each column as wide as it must be; no rows: nothing."""
    if not rows:
        return
    table = [headings, *rows]
    widths = [max(_width(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        print("  ".join(cells).rstrip())


def _width(text: Iterable[str]) -> int:
    """Return how many columns a terminal gives ``text``: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
