"""Tables as files that a browser saves."""

import io
from typing import Final

from yongxin.grading.export import csv_file, xlsx_file
from yongxin.grading.export.sheet import Sheet

MEDIA_TYPES: Final[dict[str, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def table_file(sheet: Sheet, ending: str) -> bytes:
    """Return a table as the file that this ending, a key of ``MEDIA_TYPES``, stands for."""
    if ending == "xlsx":
        file = io.BytesIO()
        xlsx_file.write(sheet, file)
        return file.getvalue()
    lines = io.StringIO()
    csv_file.write(sheet, lines)
    return lines.getvalue().encode("utf-8-sig")  # by which Excel knows that it is UTF-8
