"""A roster as a trainer keeps it in a table: what its columns mean, and what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from yongxin.grading.roster_file import FileTable, Row
from yongxin.language import Language
from yongxin.store import InvalidName, Role, RosterEntry, names

Value = TypeVar("Value")

#: What may stand over a column, by what it holds; width, case and spaces do not count.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "username": ("username", "user", "account", "id", "账号", "帐号", "用户名", "工号", "学号"),
    "name": ("name", "full name", "姓名", "名字"),
    "groups": ("groups", "group", "team", "组", "小组", "组别", "分组", "班组"),
    "role": ("role", "角色"),
    "language": ("language", "语言"),
}
ROLES: Mapping[Role, tuple[str, ...]] = {
    "learner": ("learner", "student", "学员", "员工"),
    "trainer": ("trainer", "培训师", "讲师"),
    "hr": ("hr", "人事", "人力资源"),
    "admin": ("admin", "administrator", "管理员"),
}
LANGUAGE_NAMES: Mapping[Language, tuple[str, ...]] = {
    "zh-CN": ("zh-CN", "zh", "chinese", "中文", "汉语", "简体中文"),
    "en": ("en", "english", "英文", "英语"),
}

_BETWEEN_GROUPS = re.compile(r"[;；、,，|\n]")
_NO_LETTER = re.compile(r"[\s_*-]+")


class RosterRefused(Exception):
    """A table that is no roster; ``problems`` are all that was found, each with its row."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class ReadRoster:
    """The people of a table, and the headings of the columns that are not kept."""

    entries: tuple[RosterEntry, ...]
    ignored: tuple[str, ...]


def read_roster(table: FileTable) -> ReadRoster:
    """Return the people whom ``table`` lists. Raises ``RosterRefused`` with every problem in it.

    An empty cell says nothing about a name, a role or a language; in a column of groups it says
    that the person belongs to none.
    """
    head, *rows = table.rows
    columns, ignored = _columns(head)
    problems: list[str] = []
    entries: list[RosterEntry] = []
    seen: dict[str, int] = {}
    for row in rows:
        cells = {what: row.cells[at] if at < len(row.cells) else "" for what, at in columns.items()}
        entries.append(_RowReader(row, problems).entry(cells))
        first = seen.setdefault(names.username_key(cells["username"]), row.number)
        if cells["username"] and first != row.number:
            problems.append(
                f"row {row.number}: {cells['username']!r} stands in row {first} already"
            )
    if not rows:
        problems.append("there is nobody below the heading")
    if problems:
        raise RosterRefused(problems)
    return ReadRoster(tuple(entries), ignored)


def _columns(head: Row) -> tuple[dict[str, int], tuple[str, ...]]:
    columns: dict[str, int] = {}
    ignored: list[str] = []
    problems: list[str] = []
    for at, heading in enumerate(head.cells):
        what = _meaning(heading, HEADINGS)
        if what is None:
            ignored += [heading] if heading else []
        elif what in columns:
            problems.append(
                f"row {head.number}: the columns {head.cells[columns[what]]!r} and {heading!r} "
                "mean the same; leave one out"
            )
        else:
            columns[what] = at
    if "username" not in columns:
        found = ", ".join(repr(one) for one in head.cells if one)
        problems.append(
            f"row {head.number}: no column of usernames; write 账号 or username over it "
            f"(found {found})"
        )
    if problems:
        raise RosterRefused(problems)
    return columns, tuple(ignored)


class _RowReader:
    """Reads one row; whatever is wrong in it is added to the problems."""

    def __init__(self, row: Row, problems: list[str]) -> None:
        self._row = row
        self._problems = problems

    def entry(self, cells: Mapping[str, str]) -> RosterEntry:
        groups = cells.get("groups")
        return RosterEntry(
            username=self._username(cells["username"]),
            name=self._line(cells.get("name"), "name"),
            role=self._word(cells.get("role"), ROLES, "role"),
            language=self._word(cells.get("language"), LANGUAGE_NAMES, "language"),
            groups=None if groups is None else self._groups(groups),
        )

    def _username(self, cell: str) -> str:
        if not cell:
            self._complain("the username is missing")
            return ""
        return self._checked(lambda: names.username(cell)) or ""

    def _line(self, cell: str | None, what: str) -> str | None:
        return self._checked(lambda: names.line(cell, what)) if cell else None

    def _groups(self, cell: str) -> tuple[str, ...]:
        found = {self._line(part.strip(), "group") for part in _BETWEEN_GROUPS.split(cell)}
        return tuple(sorted(one for one in found if one))

    def _word(
        self, cell: str | None, words: Mapping[Value, tuple[str, ...]], what: str
    ) -> Value | None:
        if not cell:
            return None
        meaning = _meaning(cell, words)
        if meaning is None:
            allowed = ", ".join(word for synonyms in words.values() for word in synonyms)
            self._complain(f"{cell!r} is no {what}; allowed are {allowed}")
        return meaning

    def _checked(self, check: Callable[[], str]) -> str | None:
        try:
            return check()
        except InvalidName as error:
            self._complain(str(error))
            return None

    def _complain(self, what: str) -> None:
        self._problems.append(f"row {self._row.number}: {what}")


def _meaning(text: str, words: Mapping[Value, tuple[str, ...]]) -> Value | None:
    plain = _plain(text)
    for meaning, synonyms in words.items():
        if plain in map(_plain, synonyms):
            return meaning
    return None


def _plain(text: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())
