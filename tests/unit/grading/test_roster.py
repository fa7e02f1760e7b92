"""A trainer's table as CSV or xlsx, in the encodings and spellings that people use."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from yongxin.grading.roster import ReadRoster, RosterRefused, read_roster
from yongxin.grading.roster_file import UnreadableTable, read_table
from yongxin.store import RosterEntry

TEXT = "账号,姓名,组\r\nlin.xia,林夏,东区；夜班\r\n吴静,吴静,\r\n"
PEOPLE = (
    RosterEntry("lin.xia", "林夏", groups=("东区", "夜班")),
    RosterEntry("吴静", "吴静", groups=()),
)


def read(path: Path, content: str | bytes, encoding: str = "utf-8") -> ReadRoster:
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return read_roster(read_table(path))


def workbook(*rows: list[Any]) -> bytes:
    book: Any = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-sig", "gbk", "gb18030"]
)
def test_every_encoding_that_excel_writes_gives_the_same_people(
    tmp_path: Path, encoding: str
) -> None:
    if encoding == "utf-16-le-sig":
        content: str | bytes = b"\xff\xfe" + TEXT.encode("utf-16-le")
    else:
        content = TEXT.encode(encoding)
    assert read(tmp_path / "people.csv", content).entries == PEOPLE


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "sep=X\r\n"])
def test_every_separator_is_told_by_the_heading(tmp_path: Path, separator: str, first: str) -> None:
    content = first.replace("X", separator) + TEXT.replace(",", separator)
    assert read(tmp_path / "people.csv", content).entries == PEOPLE


def test_a_workbook_gives_the_same_people(tmp_path: Path) -> None:
    content = workbook(
        ["账号", "姓名", "组"], [], ["lin.xia", "林夏", "东区；夜班"], ["吴静", "吴静", None]
    )
    assert read(tmp_path / "people.xlsx", content).entries == PEOPLE


def test_usernames_that_a_spreadsheet_keeps_as_numbers_are_texts(tmp_path: Path) -> None:
    content = workbook(["username"], [1001], [1002.0], ["007"])
    found = read(tmp_path / "people.xlsx", content).entries
    assert [one.username for one in found] == ["1001", "1002", "007"]


def test_a_number_that_the_spreadsheet_has_rounded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterRefused, match=r"row 2: .*format the column as text"):
        read(tmp_path / "people.xlsx", workbook(["username"], [110101199003071234]))


@pytest.mark.parametrize(
    ("heading", "cells", "entry"),
    [
        ("User name,ROLE", "a,HR", RosterEntry("a", role="hr")),
        ("用户名，角色".replace("，", ","), "a,培训师", RosterEntry("a", role="trainer")),
        ("ｕｓｅｒｎａｍｅ,语言", "a,英文", RosterEntry("a", language="en")),
        ("username,language", "a,zh-cn", RosterEntry("a", language="zh-CN")),
        ("username,role,language", "a,,", RosterEntry("a")),
        ("username,groups", "a, 东区 | 夜班、东区 ", RosterEntry("a", groups=("东区", "夜班"))),
        ("username,name", "ＡＢ,  林 夏　", RosterEntry("ＡＢ", name="林 夏")),
    ],
)
def test_headings_and_words_of_both_languages_are_understood(
    tmp_path: Path, heading: str, cells: str, entry: RosterEntry
) -> None:
    assert read(tmp_path / "people.csv", f"{heading}\n{cells}\n").entries == (entry,)


def test_columns_that_are_not_kept_are_named(tmp_path: Path) -> None:
    """nbgrader's own import lets them vanish without a word."""
    assert read(tmp_path / "p.csv", "手机,账号,邮箱\n1,a,b\n").ignored == ("手机", "邮箱")


def test_all_that_is_wrong_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    content = (
        "账号,姓名,角色,语言\n"
        "../../evil,x,,\n"
        "\n"
        ",no name,,\n"
        f"a,{'林' * 300},国王,法语\n"
        "b,,,\n"
        "Ｂ,,,\n"
    )
    with pytest.raises(RosterRefused) as refused:
        read(tmp_path / "people.csv", content)
    rows = [one.split(":")[0] for one in refused.value.problems]
    assert rows == ["row 2", "row 4", "row 5", "row 5", "row 5", "row 7"]
    told = "\n".join(refused.value.problems)
    for word in ("../../evil", "username is missing", "国王", "trainer", "法语", "row 6 already"):
        assert word in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("姓名,组\n林夏,东区\n", "no column of usernames"),
        ("账号,username\na,b\n", "mean the same"),
        ("账号\n", "nobody below"),
    ],
)
def test_a_table_without_people_is_refused(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(RosterRefused, match=told):
        read(tmp_path / "people.csv", content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00\x01\x02",
        b"PK\x03\x04 not a workbook",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf\xff",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # how an .xls of before 2007 begins
        b'username\n"open',
        workbook(["username"], ["a"])[:-200],
    ],
)
def test_what_is_no_table_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableTable):
        read(tmp_path / "people.csv", content)


def test_a_file_that_is_missing_or_huge_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="No such file"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(UnreadableTable):
        read_table(tmp_path)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(30_000_000)
    with pytest.raises(UnreadableTable, match="larger than"):
        read_table(huge)
    long = "username\n" + "\n".join(f"p{number}" for number in range(100_001))
    with pytest.raises(UnreadableTable, match="more than 100000 rows"):
        read(tmp_path / "long.csv", long)


def test_a_file_of_ones_own_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert read_roster(read_table(tmp_path / "link.csv")).entries == PEOPLE
