"""Tables for a spreadsheet: types are kept, and nothing that somebody wrote becomes a formula."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from yongxin.grading.export import csv_file, xlsx_file
from yongxin.grading.export.sheet import Column, Sheet, Value, tidy

DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "＋1+1",
    "－1-1",
    "＠SUM(1)",
    "-",
    "@lin",
]
HARMLESS = ["林夏", "a=b", "-5", "+3.25", "1-2", "'quoted'", "，", ""]


def sheet(*rows: list[Value]) -> Sheet:
    return Sheet("成绩", (Column("账号", 12), Column("分", 8)), rows)


def as_csv(*rows: list[Value]) -> list[list[str]]:
    file = io.StringIO(newline="")
    csv_file.write(sheet(*rows), file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


def as_workbook(*rows: list[Value], **options: int) -> Any:
    file = io.BytesIO()
    xlsx_file.write(sheet(*rows), file, **options)
    return load_workbook(file)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    ((cell, _),) = as_csv([text, None])[1:]
    assert cell == f"'{tidy(text)}"
    page = as_workbook([text, None]).active
    assert page["A2"].data_type == "s"
    assert page["A2"].value == tidy(text)  # as it was written, no character more
    assert page["A2"].quotePrefix


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_csv([text, None])[1] == [text, ""]
    assert as_workbook([text, None]).active["A2"].value == (text or None)


def test_numbers_and_times_keep_their_type() -> None:
    moment = datetime(2026, 12, 1, 18)  # noqa: DTZ001
    rows: list[list[Value]] = [[2.0, -1.5], [1 / 3, moment], [float("inf"), None]]
    assert as_csv(*rows)[1:] == [
        ["2", "-1.5"],
        ["0.3333", "2026-12-01 18:00:00"],
        ["inf", ""],
    ]
    page = as_workbook(*rows).active
    assert [cell.value for row in page["A2:B3"] for cell in row] == [2, -1.5, 0.3333, moment]
    assert [page["A2"].data_type, page["B3"].data_type, page["A4"].value] == ["n", "d", "inf"]


def test_text_that_looks_like_an_error_of_excel_is_text() -> None:
    assert as_workbook(["#N/A", None]).active["A2"].data_type == "s"


def test_what_no_cell_can_hold_is_left_out() -> None:
    long = "林" * 40_000
    rows: list[list[Value]] = [["a\x00b\x07c\ud800d\u202ee", 1], [long, 2], ["一\n二", 3]]
    for cells in (
        [row[0] for row in as_csv(*rows)[1:]],
        [row[0].value for row in as_workbook(*rows).active["A2:B4"]],
    ):
        assert cells[0] == "abcde"
        assert len(cells[1]) == 32_767
        assert cells[1].endswith("…")
        assert cells[2] == "一\n二"


def test_a_workbook_has_a_heading_that_stays_and_columns_of_their_width() -> None:
    page = as_workbook(["a", 1]).active
    assert page.title == "成绩"
    assert page.freeze_panes == "A2"
    assert page["A1"].value == "账号"
    assert page["A1"].font.bold
    assert page.column_dimensions["A"].width == 12


def test_what_does_not_fit_on_one_sheet_goes_on_on_the_next() -> None:
    rows: list[list[Value]] = [[f"p{number}", number] for number in range(7)]
    book = as_workbook(*rows, maximum_rows=4)
    assert [page.title for page in book] == ["成绩", "成绩 2", "成绩 3"]
    assert [page.max_row for page in book] == [4, 4, 2]
    assert [row[1] for page in book for row in page.iter_rows(min_row=2, values_only=True)] == [
        *range(7)
    ]
    assert all(page["A1"].value == "账号" for page in book)
