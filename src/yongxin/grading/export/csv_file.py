"""A table as CSV."""

import csv
from datetime import datetime
from typing import TextIO

from yongxin.grading.export.sheet import Sheet, Value, is_formula, plain_number, tidy


def write(sheet: Sheet, file: TextIO) -> int:
    """Write the table and return how many rows it has below the heading.

    A text that a spreadsheet would take for a formula gets an apostrophe before it: there is no
    other way in CSV to say that it is a text.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.columns])
    count = 0
    for row in sheet.rows:
        count += 1
        writer.writerow([_cell(value) for value in row])
    return count


def _cell(value: Value) -> str | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, str):
        text = tidy(value)
        return f"'{text}" if is_formula(text) else text
    return plain_number(value)
