"""Moodle's syntax of embedded answers: ``{1:MULTICHOICE:=right#why~wrong#why}`` within a text."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from yongxin.interchange.question import (
    Answer,
    Choice,
    Gap,
    NumberAnswer,
    Numerical,
    ShortAnswer,
    TextAnswer,
)
from yongxin.interchange.rich_text import Lost, UnusableText, from_html, to_html
from yongxin.items.figure import plain
from yongxin.language import Language

_KINDS = {
    "MULTICHOICE": "choice",
    "MC": "choice",
    "NUMERICAL": "number",
    "NM": "number",
    "SHORTANSWER": "text",
    "SA": "text",
    "MW": "text",
    "SHORTANSWER_C": "text",
    "SAC": "text",
    "MWC": "text",
} | {
    f"{long}{tail}": "choice"
    for long in ("MULTICHOICE_", "MC")
    for tail in ("V", "H", "S", "VS", "HS")
}
_START = re.compile(r"\{(\d{0,4}):([A-Z_]{2,20}):")
_FRACTION = re.compile(r"=|%(-?\d{1,3}(?:\.\d{0,7})?)%")
_NUMBER = re.compile(r"\s*(-?\d[\d.,eE+-]*|-?[.,]\d+)(?::(\d[\d.,eE+-]*|[.,]\d+))?\s*")

#: More of them in one text are no exercise.
MAXIMUM_GAPS = 50

#: What would end an answer or begin a gap; Moodle decodes entities in answers and in feedback.
_SPECIAL = str.maketrans(
    {"&": "&amp;", "~": "&#126;", "#": "&#35;", "{": "&#123;", "}": "&#125;", "\\": "&#92;"}
)


class UnreadableGap(ValueError):
    """A gap that does not follow the syntax. The message says which and why."""


# -- writing ---------------------------------------------------------------------------------------


def fill(text: str, gaps: tuple[Gap, ...]) -> str:
    """Return HTML in which the marks ``{{1}}`` have become gaps; other braces become entities."""
    pieces = re.split(r"\{\{(\d+)\}\}", text)
    return "".join(
        write(gaps[int(piece) - 1])
        if place % 2
        else piece.replace("{", "&#123;").replace("}", "&#125;")
        for place, piece in enumerate(pieces)
    )


def write(gap: Gap) -> str:
    """Return one gap."""
    kind, answers = _spelled(gap.body)
    return f"{{{gap.weight}:{kind}:{'~'.join(answers)}}}"


def _spelled(body: Choice | Numerical | ShortAnswer) -> tuple[str, list[str]]:
    if isinstance(body, Choice):
        return "MULTICHOICE", [
            _answer(one.fraction, _encoded(to_html(one.text)), _encoded(to_html(one.feedback)))
            for one in body.answers
        ]
    if isinstance(body, ShortAnswer):
        return "SHORTANSWER", [
            _answer(one.fraction, _encoded(one.text), _encoded(to_html(one.feedback)))
            for one in body.answers
        ]
    return "NUMERICAL", [
        _answer(
            one.fraction,
            "*" if one.value is None else f"{_digits(one.value)}:{_digits(one.tolerance)}",
            _encoded(to_html(one.feedback)),
        )
        for one in body.answers
    ]


def _answer(fraction: float, text: str, feedback: str) -> str:
    if text[:1] in ("=", "%"):
        text = f"&#{ord(text[0])};{text[1:]}"
    before = "=" if fraction == 1 else f"%{round(fraction * 100)}%" if fraction else ""
    return f"{before}{text}{'#' if feedback else ''}{feedback}"


def _encoded(html: str) -> str:
    return html.translate(_SPECIAL)


def _digits(number: float) -> str:
    return plain(number).replace("−", "-")


# -- reading ---------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A piece of a text and the gap after it; the last piece has none."""

    html: str
    gap: Gap | None


def read(html: str, language: Language, lost: Lost) -> Iterator[Piece]:
    """Yield the text's pieces with their gaps. Raises ``UnreadableGap`` and ``UnusableText``."""
    place, count = 0, 0
    while start := _START.search(html, place):
        count += 1
        if count > MAXIMUM_GAPS:
            raise UnreadableGap(f"more than {MAXIMUM_GAPS} gaps")
        kind = _KINDS.get(start[2])
        if kind is None:
            raise UnreadableGap(f"gap {count} is of the unknown kind {start[2]}")
        alternatives, end = _alternatives(html, start.end(), count)
        yield Piece(
            html[place : start.start()],
            Gap(_body(kind, alternatives, language, lost, count), int(start[1] or 1)),
        )
        place = end
    yield Piece(html[place:], None)


def _alternatives(html: str, start: int, count: int) -> tuple[list[str], int]:
    """Return the alternatives that stand between ``start`` and the gap's end, and that end."""
    found: list[str] = []
    begin = place = start
    while place < len(html):
        character = html[place]
        if character == "\\":
            place += 1
        elif character in "~}":
            found.append(html[begin:place])
            begin = place + 1
            if character == "}":
                return [one for one in found if one.strip()], begin
        place += 1
    raise UnreadableGap(f"gap {count} is not closed: }} is missing")


def _body(
    kind: str, alternatives: list[str], language: Language, lost: Lost, count: int
) -> Choice | Numerical | ShortAnswer:
    choices: list[Answer] = []
    texts: list[TextAnswer] = []
    numbers: list[NumberAnswer] = []
    for alternative in alternatives:
        fraction, text, feedback = _parts(alternative)
        why = from_html(feedback, language, lost)
        if kind == "choice":
            choices.append(Answer(from_html(text, language, lost), fraction, why))
        elif kind == "text":
            texts.append(TextAnswer(text.strip(), fraction, why))
        elif text.strip() == "*":
            numbers.append(NumberAnswer(None, 0.0, fraction, why))
        elif number := _NUMBER.fullmatch(text):
            numbers.append(NumberAnswer(_real(number[1]), _real(number[2] or "0"), fraction, why))
        else:
            raise UnreadableGap(f"gap {count} has an answer that is no number: {text[:30]}")
    if kind == "choice":
        return Choice(tuple(choices), single=True)
    return ShortAnswer(tuple(texts)) if kind == "text" else Numerical(tuple(numbers))


def _parts(alternative: str) -> tuple[float, str, str]:
    """Return the fraction, the answer and its feedback, decoded to the HTML that Moodle keeps."""
    fraction = 0.0
    text = alternative.strip()
    if match := _FRACTION.match(text):
        fraction = 1.0 if match[1] is None else float(match[1]) / 100
        text = text[match.end() :]
    # A # that follows & belongs to an entity; one that follows a backslash is a character.
    answer, _, feedback = re.sub(r"(?<![\\&])#", "\0", text, count=1).partition("\0")
    return fraction, _decoded(answer), _decoded(feedback)


def _decoded(text: str) -> str:
    return re.sub(r"\\([#}~])", r"\1", unescape(text))


def _real(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise UnreadableGap(f"{text[:30]} is no number") from error


__all__ = ["MAXIMUM_GAPS", "Piece", "UnreadableGap", "UnusableText", "fill", "read", "write"]
