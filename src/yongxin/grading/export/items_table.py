"""The table with a row for each question of each submission."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from yongxin.grading.answers import Answers
from yongxin.grading.export.gradebook_rows import MarkRow
from yongxin.grading.export.people import People, Person
from yongxin.grading.export.sheet import Column, Value
from yongxin.grading.grade_cell import find_key
from yongxin.grading.reflection_cell import ANSWER_PREFIX, fields_in_words
from yongxin.items import JSON, Key, MalformedResponse, PublicItem
from yongxin.items.reflection import PublicReflection
from yongxin.text import InterfaceText

_WIDTHS = {
    "username": 18,
    "name": 14,
    "groups": 18,
    "module": 18,
    "number": 6,
    "item": 24,
    "type": 12,
    "points": 10,
    "maximum": 10,
    "state": 12,
    "marked": 12,
    "reason": 22,
    "comment": 40,
}
_ANSWER_WIDTH = 60


@dataclass(frozen=True)
class Cell:
    """One graded cell of a module, with what was asked in it; ``key`` only where that is an item.

    ``asked`` is ``None`` when the course no longer asks it.
    """

    name: str
    number: int
    key: Key | None
    asked: PublicItem | PublicReflection | None

    @property
    def type(self) -> str:
        """The kind of question; ``export.type.<type>`` is its interface text."""
        if self.key is not None:
            return str(self.key.type)
        return "reflection" if self.name.startswith(ANSWER_PREFIX) else "other"


def cells(
    sources: Mapping[str, str], asked: Iterable[PublicItem | PublicReflection]
) -> dict[str, Cell]:
    """Return the graded cells of a module by name, numbered as learners see them in feedback.

    ``sources`` are those that were released; ``asked`` is what the module asks, in order. Answers
    that people mark come last, and before them what the course does not ask any more.
    """
    known = {
        f"{ANSWER_PREFIX}{one.id}" if isinstance(one, PublicReflection) else one.id: one
        for one in asked
    }
    places = {name: place for place, name in enumerate(known)}

    def order(name: str) -> tuple[bool, int, str]:
        return name.startswith(ANSWER_PREFIX), places.get(name, len(places)), name

    return {
        name: Cell(name, number, find_key(sources[name]), known.get(name))
        for number, name in enumerate(sorted(sources, key=order), start=1)
    }


def columns(text: InterfaceText, *, with_answers: bool) -> tuple[Column, ...]:
    """Return the columns, their headings in the language of ``text``."""
    widths = {**_WIDTHS, "answer": _ANSWER_WIDTH} if with_answers else _WIDTHS
    return tuple(Column(text(f"export.heading.{one}"), width) for one, width in widths.items())


@dataclass(frozen=True)
class ItemsTable:
    """Composes the rows of one module.

    ``read_answers`` returns what somebody handed in, ``None`` when it was refused.
    """

    module_id: str
    cells: Mapping[str, Cell]
    people: People
    read_answers: Callable[[str], Answers | None]
    text: InterfaceText
    with_answers: bool

    def rows(self, marks: Iterable[MarkRow]) -> Iterator[tuple[Value, ...]]:
        """Yield the rows of ``marks``, in which those of one learner stand together."""
        for username, of_learner in groupby(marks, key=attrgetter("username")):
            person = self.people.by_username.get(username)
            if person is None:
                continue
            handed_in = self.read_answers(username)
            pairs = [(self._cell(mark), mark) for mark in of_learner]
            for cell, mark in sorted(pairs, key=lambda pair: (pair[0].number, pair[0].name)):
                yield self._row(person, cell, mark, handed_in)

    def _cell(self, mark: MarkRow) -> Cell:
        return self.cells.get(mark.cell) or Cell(mark.cell, len(self.cells) + 1, None, None)

    def _row(
        self, person: Person, cell: Cell, mark: MarkRow, handed_in: Answers | None
    ) -> tuple[Value, ...]:
        reason = None if mark.points > 0 else _reason(cell, handed_in)
        row: tuple[Value, ...] = (
            person.username,
            person.name,
            "; ".join(person.groups),
            self.module_id,
            cell.number,
            cell.name.removeprefix(ANSWER_PREFIX),
            self.text(f"export.type.{cell.type}"),
            None if mark.waits else mark.points,
            mark.maximum,
            self.text(f"export.state.{'waiting' if mark.waits else 'graded'}"),
            self.text(f"export.{'yes' if mark.by_hand else 'no'}"),
            reason and self.text(f"export.reason.{reason}"),
            mark.comment,
        )
        if not self.with_answers:
            return row
        return (*row, handed_in and _in_words(cell, handed_in, self.text))


def _reason(cell: Cell, handed_in: Answers | None) -> str | None:
    """Return why an answer earned nothing, unless it was wrong: an ``export.reason.<reason>``."""
    if cell.type == "other":
        return None
    if handed_in is None:
        return "answers-refused"
    if cell.key is None:
        return None if any(_written(cell, handed_in).values()) else "empty"
    reason = handed_in.score(cell.key).reason
    return reason if reason in (None, "empty") else "unreadable"


def _written(cell: Cell, handed_in: Answers) -> Mapping[str, str]:
    written = handed_in.reflections.get(cell.name.removeprefix(ANSWER_PREFIX))
    return {name: one.strip() for name, one in written.fields.items()} if written else {}


def _in_words(cell: Cell, handed_in: Answers, text: InterfaceText) -> str | None:
    if isinstance(cell.asked, PublicReflection):
        fields = fields_in_words(cell.asked, _written(cell, handed_in), text.language)
        return "\n".join(f"{one.label}: {one.text}" for one in fields if one.text) or None
    response = handed_in.response_to(cell.name)
    if response is None:
        return None
    if cell.asked is None:
        return _as_json(response)
    item = cell.asked.for_learner(handed_in.learner) if handed_in.learner else cell.asked
    try:
        return "\n".join(item.in_words(response, text.language))
    except MalformedResponse:
        return _as_json(response)


def _as_json(response: JSON) -> str:
    return json.dumps(response, ensure_ascii=False)
