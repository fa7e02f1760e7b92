"""Reading Aiken: a question on a line, choices ``A) …``, and ``ANSWER: B``."""

import re
from collections.abc import Iterator

from yongxin.interchange.question import Answer, Choice, Question, Refused
from yongxin.interchange.rich_text import UnusableText, from_plain
from yongxin.language import Language

LONGEST_LINE = 5000

_CHOICE = re.compile(r"([A-Z])[).][ \t]+(.*)")
_ANSWER = re.compile(r"ANSWER:\s*([A-Za-z])\s*")


def looks_like_aiken(text: str) -> bool:
    """Say whether a text has a line that only Aiken has."""
    return re.search(r"^ANSWER:\s*[A-Z]\s*$", text, re.MULTILINE) is not None


def read(text: str, language: Language) -> Iterator[Question | Refused]:
    """Yield the questions of a text, and what is none with its line."""
    stem: list[str] = []
    choices: list[tuple[str, str]] = []
    first = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        if len(raw) > LONGEST_LINE:
            yield Refused(f"line {number}", f"more than {LONGEST_LINE} characters")
            stem, choices, first = [], [], 0
            continue
        line = raw.strip()
        if not line:
            continue
        first = first or number
        if answer := _ANSWER.fullmatch(line):
            yield _question(stem, choices, answer[1].upper(), f"line {first}", language)
            stem, choices, first = [], [], 0
        elif choice := _CHOICE.fullmatch(line):
            choices.append((choice[1], choice[2].strip()))
        elif choices:
            yield Refused(f"line {first}", f"ANSWER: is missing before line {number}")
            stem, choices, first = [line], [], number
        else:
            stem.append(line)
    if stem or choices:
        yield Refused(f"line {first}", "ANSWER: is missing at the end of the file")


def _question(
    stem: list[str], choices: list[tuple[str, str]], right: str, place: str, language: Language
) -> Question | Refused:
    if not stem:
        return Refused(place, "no question stands before the choices")
    letters = [letter for letter, _ in choices]
    if right not in letters:
        return Refused(place, f"ANSWER: {right} is none of {', '.join(letters) or 'no choices'}")
    try:
        answers = tuple(
            Answer(from_plain(text, language), float(letter == right), {})
            for letter, text in choices
        )
        words = from_plain("\n".join(stem), language)
    except UnusableText as error:
        return Refused(place, str(error))
    return Question(
        id="",
        name="",
        stem=words,
        body=Choice(answers, single=True),
        explanation={},
        place=place,
    )
