"""Tables of this course that went out as embedded answers, and come back."""

import re
from collections.abc import Sequence
from math import gcd
from typing import Any

from yongxin.interchange.ids import option_ids
from yongxin.interchange.question import Answer, Choice, Embedded, Gap, Numerical, Wording
from yongxin.interchange.wording import Entry, NotTaken, tidy, words
from yongxin.items import MalformedResponse
from yongxin.items.number.reading import read_number
from yongxin.language import Language

_MARK = re.compile(r"\{\{(\d+)\}\}")
#: A unit after a heading, as the export writes it in each language.
_UNITS: dict[Language, re.Pattern[str]] = {
    "zh-CN": re.compile(r"(.+)（([^（）]+)）"),
    "en": re.compile(r"(.+) \(([^()]+)\)"),
}


def table_entry(body: Embedded, kind: str) -> Entry:
    """Return the fields of a ``table`` or a ``numeric-table``. Raises ``NotTaken``."""
    if len(body.table) < 2 or len({len(row) for row in body.table}) > 1:
        raise NotTaken("its table is not the one that the course has written")
    head, *lines = body.table
    numeric = kind == "numeric-table"
    columns = [_split_unit(one) if numeric else (one, None) for one in head[1:]]
    column_ids = option_ids([text for text, _ in columns], "column")
    row_ids = option_ids([line[0] for line in lines], "row")
    least = gcd(*(gap.weight for gap in body.gaps)) or 1
    rows = [
        _Row(name, line, column_ids, body.gaps, least).entry(numeric)
        for name, line in zip(row_ids, lines, strict=True)
    ]
    return {
        "columns": [
            {"id": name, "text": words(text), **({"unit": words(unit)} if unit else {})}
            for name, (text, unit) in zip(column_ids, columns, strict=True)
        ],
        "rows": rows,
    }


def _split_unit(text: Wording) -> tuple[Wording, Wording | None]:
    """Return a heading and the unit behind it, if it has one in each language."""
    found: dict[Language, re.Match[str] | None] = {}
    for one in text:
        found[one] = _UNITS[one].fullmatch(text[one])
    heading: dict[Language, str] = {}
    unit: dict[Language, str] = {}
    for language, match in found.items():
        if match is None:
            return text, None
        heading[language], unit[language] = match[1], match[2]
    return heading, unit or None


class _Row:
    """One row: its heading, and its cells by column, gaps or texts."""

    def __init__(
        self,
        name: str,
        line: Sequence[Wording],
        columns: Sequence[str],
        gaps: Sequence[Gap],
        least: int,
    ) -> None:
        self._name = name
        self._heading = line[0]
        self._gaps: dict[str, Gap] = {}
        self._texts: dict[str, Wording] = {}
        for column, cell in zip(columns, line[1:], strict=True):
            marks = {one.strip() for one in cell.values()}
            mark = _MARK.fullmatch(marks.pop()) if len(marks) == 1 else None
            if mark:
                self._gaps[column] = gaps[int(mark[1]) - 1]
            elif cell:
                self._texts[column] = cell
        weights = {gap.weight for gap in self._gaps.values()} or {least}
        if len(weights) > 1:
            raise NotTaken("cells of one row weigh differently")
        self._weight = weights.pop() // least

    def entry(self, numeric: bool) -> Entry:
        """Return the row. Raises ``NotTaken``."""
        bodies = [gap.body for gap in self._gaps.values()]
        if numeric or (bodies and all(isinstance(one, Numerical) for one in bodies)):
            return self._numbers(numeric)
        if not bodies:
            cells = {column: {"text": words(text)} for column, text in self._texts.items()}
            return self._row(self._heading, {"rule": "given", "cells": cells})
        return self._choices()

    def _row(self, heading: Wording, fields: Entry) -> Entry:
        weight = {"weight": self._weight} if self._weight != 1 and self._gaps else {}
        return {"id": self._name, "text": words(heading), **weight, **fields}

    def _choices(self) -> Entry:
        offered: tuple[Answer, ...] = ()
        keys: dict[str, int] = {}
        said: dict[str, Wording] = {}
        for column, gap in self._gaps.items():
            if not isinstance(gap.body, Choice):
                raise NotTaken("a row asks for choices and for numbers")
            offered = offered or gap.body.answers
            if [one.text for one in gap.body.answers] != [one.text for one in offered]:
                raise NotTaken("cells of one row offer different choices")
            fractions = [one.fraction for one in gap.body.answers]
            keys[column] = fractions.index(max(fractions))
            said[column] = gap.body.answers[keys[column]].feedback
        names = option_ids([one.text for one in offered], "choice")
        choices = [
            {"id": name, "text": words(one.text)} for name, one in zip(names, offered, strict=True)
        ]
        return self._row(
            self._heading,
            {
                "rule": "choice",
                "choices": choices,
                **self._cells({column: {"key": names[key]} for column, key in keys.items()}, said),
            },
        )

    def _numbers(self, numeric: bool) -> Entry:
        heading, unit = _split_unit(self._heading)
        asked: dict[str, Entry] = {}
        said: dict[str, Wording] = {}
        for column, gap in self._gaps.items():
            if not isinstance(gap.body, Numerical):
                raise NotTaken("a row asks for numbers and for choices")
            key = gap.body.answers[0]
            asked[column] = {"key": tidy(key.value), "tolerance": tidy(key.tolerance)}
            said[column] = key.feedback
        tolerance = next((cell["tolerance"] for cell in asked.values()), None)
        for cell in asked.values():
            if cell["tolerance"] == tolerance:
                del cell["tolerance"]
        fields: Entry = {} if numeric else {"rule": "number"}
        if unit:
            fields["unit"] = words(unit)
        if tolerance is not None:
            fields["tolerance"] = tolerance
        return self._row(heading, fields | self._cells(asked, said, numeric=numeric))

    def _cells(
        self, asked: dict[str, Entry], said: dict[str, Wording], *, numeric: bool = False
    ) -> Entry:
        """Return the cells, and the feedback that most of the asked ones share."""
        listed = list(said.values())
        common = max(listed, key=listed.count) if listed else None
        cells: dict[str, Any] = {
            column: {"value": _value(text)} if numeric else {"text": words(text)}
            for column, text in self._texts.items()
        }
        for column, cell in asked.items():
            own = {"feedback": words(said[column])} if said[column] != common else {}
            cells[column] = cell | own
        return {"cells": cells, **({"feedback": words(common)} if common is not None else {})}


def _value(text: Wording) -> float | int | None:
    """Return the number with which a given cell begins."""
    written = next(iter(text.values()))
    number = re.match(r"[−+-]?[0-9.,]+", written)
    try:
        return tidy(read_number(number[0] if number else written[:32]))
    except MalformedResponse as error:
        raise NotTaken(f"{written[:30]} is no number") from error
