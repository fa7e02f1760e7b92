"""A table as an Excel workbook, written row by row."""

from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from yongxin.grading.export.sheet import Sheet, Value, is_formula, plain_number, tidy

#: What a sheet of Excel can hold, the heading included.
MAXIMUM_ROWS = 1_048_576
_LONGEST_TITLE = 31


def write(sheet: Sheet, file: IO[bytes], *, maximum_rows: int = MAXIMUM_ROWS) -> int:
    """Write the table and return how many rows it has below the headings.

    Numbers and times are cells of their type. A text is a text whatever it begins with; one that
    would become a formula if somebody edited the cell is marked so that it does not. What does not
    fit on one sheet goes on on the next.
    """
    workbook: Any = Workbook(write_only=True)
    page: Any = _page(workbook, sheet, 1)
    count = 0
    for count, row in enumerate(sheet.rows, start=1):
        below_heading = maximum_rows - 1
        if count > below_heading and count % below_heading == 1:
            page = _page(workbook, sheet, count // below_heading + 1)
        page.append([_cell(page, value) for value in row])
    workbook.save(file)
    return count


def _page(workbook: Any, sheet: Sheet, number: int) -> Any:
    ending = "" if number == 1 else f" {number}"
    page: Any = workbook.create_sheet(sheet.title[: _LONGEST_TITLE - len(ending)] + ending)
    page.freeze_panes = "A2"
    for at, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(at)].width = column.width
    page.append([_heading(page, column.heading) for column in sheet.columns])
    return page


def _heading(page: Any, text: str) -> Any:
    cell: Any = WriteOnlyCell(page, text)
    cell.font = Font(bold=True)
    return cell


def _cell(page: Any, value: Value) -> Any:
    if isinstance(value, str):
        return _text_cell(page, tidy(value))
    if value is None or isinstance(value, datetime):
        return value
    return plain_number(value)


def _text_cell(page: Any, text: str) -> Any:
    if not is_formula(text) and not text.startswith("#"):  # "#N/A" would be an error
        return text
    cell: Any = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
