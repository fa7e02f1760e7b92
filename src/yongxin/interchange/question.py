"""A question between two formats, as Moodle's question types see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from yongxin.language import Language

#: A text in the languages in which it is known; a foreign text is known in one.
Wording: TypeAlias = Mapping[Language, str]


@dataclass(frozen=True)
class Answer:
    """An answer that can be chosen, and the share of the mark that it gives, from −1 to 1."""

    text: Wording
    fraction: float
    feedback: Wording


@dataclass(frozen=True)
class Choice:
    """Moodle's multichoice: ``single`` is asked as radio buttons; else fractions add up."""

    answers: tuple[Answer, ...]
    single: bool


@dataclass(frozen=True)
class TrueFalse:
    """Moodle's truefalse, with what is said to whoever is right and wrong."""

    truth: bool
    right: Wording
    wrong: Wording


@dataclass(frozen=True)
class NumberAnswer:
    """A number and what answers within ``tolerance`` of it give; ``None`` is any other number."""

    value: float | None
    tolerance: float
    fraction: float
    feedback: Wording


@dataclass(frozen=True)
class Numerical:
    """Moodle's numerical: the first answer that fits counts. ``units`` are names of one unit."""

    answers: tuple[NumberAnswer, ...]
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextAnswer:
    """A text and what typing it gives."""

    text: str
    fraction: float
    feedback: Wording


@dataclass(frozen=True)
class ShortAnswer:
    """Moodle's shortanswer: the first answer that fits counts; ``*`` stands for any characters."""

    answers: tuple[TextAnswer, ...]
    case_sensitive: bool = False


@dataclass(frozen=True)
class Matching:
    """Moodle's match: entries with their matches; an entry without a text is a distractor."""

    pairs: tuple[tuple[Wording, Wording], ...]


@dataclass(frozen=True)
class Ordering:
    """Moodle's ordering: the entries in the right order, and the name of its grading type."""

    entries: tuple[Wording, ...]
    grading: str


@dataclass(frozen=True)
class Gap:
    """A gap of an embedded-answers question; ``weight`` is a whole number, as Moodle wants it."""

    body: Choice | Numerical | ShortAnswer
    weight: int = 1


@dataclass(frozen=True)
class Embedded:
    """Moodle's multianswer ("Cloze").

    ``text`` is HTML for each language in which ``{{1}}`` marks the first of the ``gaps``; it stands
    after the stem. ``table`` holds the cells, row by row, where all of the text is one table.
    """

    text: Wording
    gaps: tuple[Gap, ...]
    table: tuple[tuple[Wording, ...], ...] = ()


Body: TypeAlias = Choice | TrueFalse | Numerical | ShortAnswer | Matching | Ordering | Embedded


@dataclass(frozen=True)
class Question:
    """A question with what all types have. ``place`` says where it stood: ``line 12``.

    ``mark`` is what it is worth; ``None`` where the format does not say. ``lost`` tells in words
    what stood in the file and could not be taken along.
    """

    id: str
    name: str
    stem: Wording
    body: Body
    explanation: Wording
    mark: float | None = None
    tags: tuple[str, ...] = ()
    place: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A question that was not taken: what it is called or where it stands, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"
