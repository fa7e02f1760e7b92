"""Reading GIFT as Moodle does (``question/format/gift/format.php``), but without guessing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yongxin.interchange.question import (
    Answer,
    Body,
    Choice,
    Matching,
    NumberAnswer,
    Numerical,
    Ordering,
    Question,
    Refused,
    ShortAnswer,
    TextAnswer,
    TrueFalse,
    Wording,
)
from yongxin.interchange.rich_text import Lost, UnusableText, from_html, from_plain
from yongxin.language import Language

LONGEST_LINE = 20_000
LONGEST_QUESTION = 60_000
MOST_ANSWERS = 100

# While a question is taken apart, escaped characters stand as characters that no text uses.
_ESCAPED = "\\:#={}~\n"
_STAND_INS = {one: chr(0xE100 + place) for place, one in enumerate(_ESCAPED)}
_BACK = str.maketrans({stand_in: one for one, stand_in in _STAND_INS.items()})
_ESCAPE = re.compile(r"\\([\\:#={}~n])")

_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,7})?)%")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_ORDER = re.compile(r">\s*(\d*)\s*([A-Z_]*)\s*([A-Z_]*)\s*([A-Z_]*)[^\n]*\n(.*)", re.DOTALL)
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_VALUE = re.compile(rf"({_NUMBER})\s*(?::\s*({_NUMBER}))?")
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}


class _Foreign(Exception):
    """A question that is not taken. The message says why."""


@dataclass(frozen=True)
class _Block:
    """The lines of one question, without comments; ``comments`` stood before or among them."""

    line: int
    text: str
    comments: str


def read(text: str, language: Language) -> Iterator[Question | Refused]:
    """Yield the questions of a text, and everything that is none with its line and why."""
    for block in _blocks(text):
        if isinstance(block, Refused):
            yield block
        elif not block.text.startswith("$CATEGORY:"):
            try:
                yield _Reader(block, language).question()
            except (_Foreign, UnusableText) as error:
                yield Refused(_called(block), str(error))


def _blocks(text: str) -> Iterator[_Block | Refused]:
    """Yield what stands between blank lines."""
    lines: list[str] = []
    comments: list[str] = []
    first = 0
    too_long = False
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if len(line) > LONGEST_LINE:
            yield Refused(f"line {number}", f"more than {LONGEST_LINE} characters in a line")
            too_long = True
        elif line.strip().startswith("//"):
            comments.append(line.strip())
        elif line.strip():
            first = first or number
            lines.append(line)
        elif lines or too_long:
            block = _Block(first, "\n".join(lines).strip(), "\n".join(comments))
            if len(block.text) > LONGEST_QUESTION:
                yield Refused(f"line {first}", f"a question of more than {LONGEST_QUESTION}")
            elif not too_long:
                yield block
            lines, comments, first, too_long = [], [], 0, False


def _called(block: _Block) -> str:
    name = re.match(r"::(.{1,60}?)::", block.text)
    return f"line {block.line}" + (f" ({name[1].strip()})" if name else "")


class _Reader:
    """Reads one question."""

    def __init__(self, block: _Block, language: Language) -> None:
        self._block = block
        self._language: Language = language
        self._lost = Lost()
        self._format = "moodle"

    def question(self) -> Question:
        """Return the question. Raises ``_Foreign`` and ``UnusableText``."""
        block = self._block
        if any(0xE000 <= ord(one) <= 0xF8FF for one in block.text):
            raise _Foreign("it holds characters for private use")
        text = _ESCAPE.sub(
            lambda match: _STAND_INS["\n" if match[1] == "n" else match[1]], block.text
        )
        name = ""
        if text.startswith("::") and (end := text.find("::", 2)) != -1:
            name, text = text[2:end], text[end + 2 :].strip()
        before, answers, after = _around_answers(text)
        # Moodle puts a line where the answers stand in a sentence.
        stem = f"{before.rstrip()} _____ {after.lstrip()}" if after.strip() else before
        if match := _FORMAT.match(stem.strip()):
            self._format = match[1]
        words = self._words(stem)
        answers, separator, explanation = answers.rpartition("####")
        if not separator:
            answers, explanation = explanation, ""
        body = self._body(answers.strip())
        idnumber = re.search(r"\[id:([^\]\n]{1,100})\]", block.comments)
        return Question(
            id=idnumber[1].strip() if idnumber else "",
            name=name.translate(_BACK).strip(),
            stem=words,
            body=body,
            explanation=self._words(explanation),
            tags=tuple(re.findall(r"\[tag:([^\]\n]{1,100})\]", block.comments)),
            place=_called(block),
            lost=tuple(self._lost.what),
        )

    def _words(self, text: str) -> Wording:
        """Return a text in its own format, or in that of the question."""
        text = text.strip()
        form = self._format
        if match := _FORMAT.match(text):
            form, text = match[1], text[match.end() :]
        text = text.translate(_BACK)
        if form == "plain":
            return from_plain(text, self._language)
        if form == "markdown":
            self._lost.add("the formatting of Markdown, which stays in the text as it is")
            return from_plain(text, self._language)
        if form == "moodle":  # line breaks count, and tags may stand between them
            text = text.replace("\n", "<br>")
        return from_html(text, self._language, self._lost)

    def _body(self, answers: str) -> Body:
        if not answers:
            raise _Foreign("an essay; write it as a reflection")
        if order := _ORDER.match(answers):
            return self._order(order[4], order[5])
        if answers.startswith("#"):
            return self._numbers(answers[1:])
        if "~" in answers:
            return self._choices(answers)
        if "=" in answers and "->" in answers:
            return self._pairs(answers)
        verdict, *said = answers.split("#", 2)
        if verdict.strip().upper() in _TRUTHS:
            wrong, right = [*map(self._words, said), {}, {}][:2]
            return TrueFalse(_TRUTHS[verdict.strip().upper()], right, wrong)
        return self._texts(answers)

    def _order(self, grading: str, entries: str) -> Ordering:
        lines = [line.strip() for line in entries.split("\n") if line.strip()]
        # Moodle gives the entries of an order back without reading escapes in them.
        return Ordering(
            tuple(
                from_html(_as_written(line), self._language, self._lost)
                for line in _few(lines, "entries")
            ),
            grading or "RELATIVE_NEXT_EXCLUDE_LAST",
        )

    def _numbers(self, answers: str) -> Numerical:
        answers, _, otherwise = answers.partition("~")
        found: list[NumberAnswer] = []
        for answer in _few(_split(answers, "="), "answers"):
            fraction, rest = _weighed(answer, 1.0)
            text, _, feedback = rest.partition("#")
            value, tolerance = _number(text.strip().translate(_BACK))
            found.append(NumberAnswer(value, tolerance, fraction, self._words(feedback)))
        if otherwise:
            said = self._words(otherwise.partition("#")[2])
            found.append(NumberAnswer(None, 0.0, 0.0, said))
        if all(one.fraction < 1 for one in found):
            raise _Foreign("no number is right")
        return Numerical(tuple(found))

    def _choices(self, answers: str) -> Choice:
        found: list[Answer] = []
        for answer in _few(_split(answers.replace("=", "~="), "~"), "answers"):
            right = answer.startswith("=")
            fraction, rest = (1.0, answer[1:]) if right else _weighed(answer, 0.0)
            text, _, feedback = rest.partition("#")
            found.append(Answer(self._words(text), fraction, self._words(feedback)))
        return Choice(tuple(found), single="=" in answers)

    def _pairs(self, answers: str) -> Matching:
        pairs: list[tuple[Wording, Wording]] = []
        for answer in _few(_split(answers, "="), "pairs"):
            entry, arrow, match = answer.partition("->")
            if not arrow:
                raise _Foreign(f"-> is missing in the pair {_plain(answer)}")
            pairs.append((self._words(entry), self._words(match)))
        return Matching(tuple(pairs))

    def _texts(self, answers: str) -> ShortAnswer:
        found: list[TextAnswer] = []
        if not answers.startswith("="):
            raise _Foreign(f"no answer begins with = or ~: {_plain(answers)}")
        for answer in _few(_split(answers, "="), "answers"):
            fraction, rest = _weighed(answer, 1.0)
            text, _, feedback = rest.partition("#")
            words = text.strip().translate(_BACK)
            found.append(TextAnswer(words, fraction, self._words(feedback)))
        return ShortAnswer(tuple(found))


def _around_answers(text: str) -> tuple[str, str, str]:
    """Return what stands before, in and after the braces."""
    start, end = text.find("{"), text.find("}")
    if start == -1 and end == -1:
        raise _Foreign("a description, which asks nothing")
    if start == -1 or -1 < end < start:
        raise _Foreign("} closes a brace that was not opened")
    if end == -1:
        raise _Foreign("{ is not closed, or a blank line stands within the braces")
    before, answers, after = text[:start], text[start + 1 : end], text[end + 1 :]
    if "{" in answers or "{" in after or "}" in after:
        raise _Foreign("braces stand in it more than once; a brace as a character is written \\{")
    return before, answers, after


def _split(answers: str, sign: str) -> list[str]:
    return [one.strip() for one in answers.split(sign) if one.strip()]


def _few(parts: list[str], what: str) -> list[str]:
    if not parts or len(parts) > MOST_ANSWERS:
        raise _Foreign(f"it has {len(parts)} {what}; 1 to {MOST_ANSWERS} are read")
    return parts


def _weighed(answer: str, otherwise: float) -> tuple[float, str]:
    """Return the share that an answer gives, and the rest of it."""
    if match := _WEIGHT.match(answer):
        return float(match[1]) / 100, answer[match.end() :]
    return otherwise, answer


def _number(text: str) -> tuple[float | None, float]:
    if text == "*":
        return None, 0.0
    if match := _RANGE.fullmatch(text):
        low, high = float(match[1]), float(match[2])
        return round((low + high) / 2, 12), round(abs(high - low) / 2, 12)
    if match := _VALUE.fullmatch(text):
        return float(match[1]), abs(float(match[2] or 0))
    raise _Foreign(f"{_plain(text) or 'nothing'} is no number")


def _as_written(text: str) -> str:
    """Return a text with its escapes as they stood in the file."""
    for one, stand_in in _STAND_INS.items():
        text = text.replace(stand_in, "\\n" if one == "\n" else f"\\{one}")
    return text


def _plain(text: str) -> str:
    return " ".join(text.translate(_BACK).split())[:40]
