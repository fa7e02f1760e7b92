"""Reading the table in a CSV or xlsx file that somebody else has made: bounded, never trusted."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from yongxin.grading.private import TooLarge, read_plain_file

#: A roster of 10,000 people takes one or two.
MAXIMUM_BYTES = 20_000_000
#: What an xlsx file, which is compressed, may unpack to.
MAXIMUM_UNPACKED_BYTES = 200_000_000
MAXIMUM_ROWS = 100_000
_LAST_ROW_OF_A_SPREADSHEET = 1_048_576
MAXIMUM_COLUMNS = 100

#: From here on a spreadsheet has rounded what was typed as a number.
_FIRST_ROUNDED_NUMBER = 10**15

_ENCODINGS = {
    b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8"),
    b"\xff\xfe": ("utf-16", "UTF-16"),
    b"\xfe\xff": ("utf-16", "UTF-16"),
}
_SEPARATORS = ",;\t"


class UnreadableTable(Exception):
    """A file that holds no table we could read. The message says why and how to mend it."""


@dataclass(frozen=True)
class Row:
    """The texts of one row, without outer spaces; ``number`` is what a spreadsheet shows."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class FileTable:
    """The rows that hold anything, the heading first, and how they were read: ``GB18030, ","``."""

    rows: tuple[Row, ...]
    read_as: str


def read_table(path: Path) -> FileTable:
    """Return the table in ``path``: xlsx, or text with commas, semicolons or tabs.

    Text may be UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030, which includes
    GBK. Of a workbook the sheet that it opens with is read. Raises ``UnreadableTable``.
    """
    try:
        content = read_plain_file(path.resolve(), MAXIMUM_BYTES)
    except TooLarge as error:
        raise UnreadableTable(f"it is larger than {MAXIMUM_BYTES // 1_000_000} MB") from error
    except OSError as error:
        raise UnreadableTable(f"it cannot be read: {error.strerror}") from error
    table = _from_workbook(content) if content.startswith(b"PK") else _from_text(content)
    if not table.rows:
        raise UnreadableTable("it is empty")
    return table


def _from_text(content: bytes) -> FileTable:
    text, encoding = _decoded(content)
    if "\0" in text:
        raise UnreadableTable("it is neither text nor xlsx; save it as CSV (UTF-8) or as xlsx")
    first, _, rest = text.partition("\n")
    separator = max(_SEPARATORS, key=first.count)
    if first.strip().strip('"').casefold().startswith("sep="):  # a line of Excel's
        separator = first.strip().strip('"')[4:] or "\t"
        text = "\n" + rest
    if separator not in _SEPARATORS:
        raise UnreadableTable(f"it is separated by {separator!r}; use a comma, semicolon or tab")
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return FileTable(_kept(rows), f"{encoding}, {separator!r}")
    except csv.Error as error:
        raise UnreadableTable(f"it is no CSV: {error}") from error


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, (codec, name) in _ENCODINGS.items():
        if content.startswith(mark):
            candidates = [(codec, name)]
            break
    else:
        candidates = [("utf-8", "UTF-8"), ("gb18030", "GB18030")]
    for codec, name in candidates:
        try:
            return content.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise UnreadableTable(
        f"its text is not {' or '.join(name for _, name in candidates)}; save it as CSV (UTF-8) "
        "or as xlsx"
    )


def _from_workbook(content: bytes) -> FileTable:
    # Slow to import, and only a workbook needs it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
        if unpacked > MAXIMUM_UNPACKED_BYTES:
            raise UnreadableTable("it unpacks to more than any roster needs")
        workbook: Any = load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            sheet = workbook.active
            if not hasattr(sheet, "iter_rows"):
                raise UnreadableTable("the sheet that it opens with is a chart, not a table")
            rows = sheet.iter_rows(max_col=MAXIMUM_COLUMNS + 1, values_only=True)
            return FileTable(_kept(map(_texts, rows)), f"xlsx, sheet {sheet.title!r}")
        finally:
            workbook.close()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
    ) as error:
        # What a damaged workbook raises depends on where it is damaged.
        raise UnreadableTable(
            f"it is no xlsx file that could be read ({type(error).__name__}); save it anew"
        ) from error


def _texts(cells: Sequence[Any]) -> list[str]:
    return [_text(cell) for cell in cells]


def _text(value: Any) -> str:
    """Return what a cell shows; usernames made of digits are numbers to a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= _FIRST_ROUNDED_NUMBER:
        # Not a username: whoever reads the message about it sees why.
        return f"{value} (rounded by the spreadsheet; format the column as text)"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _kept(rows: Iterator[Sequence[str]]) -> tuple[Row, ...]:
    kept: list[Row] = []
    for number, row in enumerate(rows, start=1):
        cells = tuple(cell.strip() for cell in row)
        if len(cells) > MAXIMUM_COLUMNS and any(cells[MAXIMUM_COLUMNS:]):
            raise UnreadableTable(f"row {number} has more than {MAXIMUM_COLUMNS} columns")
        if len(kept) > MAXIMUM_ROWS or number > _LAST_ROW_OF_A_SPREADSHEET:
            raise UnreadableTable(f"it has more than {MAXIMUM_ROWS} rows; split it")
        if not any(cells):
            continue
        kept.append(Row(number, cells[:MAXIMUM_COLUMNS]))
    return tuple(kept)
