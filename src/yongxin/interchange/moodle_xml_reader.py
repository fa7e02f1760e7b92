"""Reading Moodle XML (``question/format/xml/format.php`` and the plugins of question types)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from yongxin.interchange import embedded, safe_xml
from yongxin.interchange.question import (
    Answer,
    Body,
    Choice,
    Embedded,
    Gap,
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
from yongxin.interchange.rich_text import (
    MAXIMUM_MARKUP,
    Lost,
    UnusableText,
    from_html,
    from_plain,
    to_html,
)
from yongxin.interchange.source_file import UnreadableFile
from yongxin.language import LANGUAGES, Language

MOST_ANSWERS = 100

_MARK = re.compile(r"\[\[(\d{1,3})(?:\s+no)?\]\]")
_FIRST_PARAGRAPH = re.compile(r"\s*<p\b[^>]*>((?:(?!</?p\b).)*)</p>(.*)", re.DOTALL)


class _Foreign(Exception):
    """A question that is not taken. The message says why."""


def read(content: bytes, language: Language) -> Iterator[Question | Refused]:
    """Yield the questions of a file, and what is none that the course has, with why.

    Raises ``UnreadableFile``.
    """
    root = safe_xml.parse(content)
    if root.tag != "quiz":
        raise UnreadableFile(f"it is no Moodle XML: it begins with <{root.tag[:40]}>, not <quiz>")
    for number, element in enumerate(root.findall("question"), start=1):
        if element.get("type") == "category":
            continue
        place = f"question {number}"
        if name := _plain(element.find("name"))[:60]:
            place += f" ({name})"
        try:
            yield _Reader(element, language, place).question()
        except (_Foreign, UnusableText, embedded.UnreadableGap) as error:
            yield Refused(place, str(error))


def _plain(element: Element | None) -> str:
    """Return what stands in an element's ``text``, or in itself, with single blanks."""
    if element is None:
        return ""
    text = element.find("text")
    return " ".join(((element if text is None else text).text or "").split())


class _Reader:
    """Reads one question."""

    def __init__(self, element: Element, language: Language, place: str) -> None:
        self._element = element
        self._language: Language = language
        self._place = place
        self._lost = Lost()

    def question(self) -> Question:
        """Return the question. Raises ``_Foreign``, ``UnusableText`` and ``UnreadableGap``."""
        kind = self._element.get("type", "")
        read_body = self._readers().get(kind)
        if read_body is None:
            raise _Foreign(_FOREIGN.get(kind, f"the course has no question of the type {kind!r}"))
        stem, body = read_body()
        if self._element.find(".//file") is not None:
            self._lost.add("an attached file")
        if any(hint.find("text") is not None for hint in self._element.findall("hint")):
            self._lost.add("the hints for further tries")
        return Question(
            id=_plain(self._element.find("idnumber")),
            name=_plain(self._element.find("name")),
            stem=stem,
            body=body,
            explanation=self._words(self._element.find("generalfeedback")),
            mark=self._mark(),
            tags=tuple(_plain(tag) for tag in self._element.findall("tags/tag")),
            place=self._place,
            lost=tuple(self._lost.what),
        )

    def _readers(self) -> dict[str, Callable[[], tuple[Wording, Body]]]:
        return {
            "multichoice": lambda: (self._stem(), self._choice()),
            "truefalse": lambda: (self._stem(), self._true_false()),
            "numerical": lambda: (self._stem(), self._numerical()),
            "shortanswer": lambda: (self._stem(), self._short_answer()),
            "matching": lambda: (self._stem(), self._matching()),
            "ordering": lambda: (self._stem(), self._ordering()),
            "cloze": self._embedded,
            "gapselect": lambda: self._missing_words("selectoption"),
            "ddwtos": lambda: self._missing_words("dragbox"),
        }

    def _mark(self) -> float | None:
        grade = self._element.findtext("defaultgrade")
        if grade is None or self._element.get("type") == "cloze":
            return None
        return self._number(grade)

    def _stem(self) -> Wording:
        return self._words(self._element.find("questiontext"))

    def _words(self, element: Element | None) -> Wording:
        if element is None:
            return {}
        form, text = self._raw(element)
        if form == "plain_text":
            return from_plain(text, self._language)
        if form == "markdown":
            self._lost.add("the formatting of Markdown, which stays in the text as it is")
            return from_plain(text, self._language)
        if form == "moodle_auto_format":
            text = text.replace("\n", "<br>")
        return from_html(text, self._language, self._lost)

    def _raw(self, element: Element) -> tuple[str, str]:
        """Return the name of a text's format, and the text as it stands."""
        return element.get("format", "html"), element.findtext("text") or ""

    def _number(self, text: str | None) -> float:
        try:
            number = float((text or "0").strip().replace(",", "."))
        except ValueError as error:
            raise _Foreign(f"{text!r:.40} is no number") from error
        if not abs(number) < 1e15:  # also what is no number at all
            raise _Foreign(f"{text!r:.40} is out of range")
        return number

    def _answers(self) -> list[Element]:
        answers = self._element.findall("answer")
        if not answers or len(answers) > MOST_ANSWERS:
            raise _Foreign(f"it has {len(answers)} answers; 1 to {MOST_ANSWERS} are read")
        return answers

    def _fraction(self, answer: Element) -> float:
        return self._number(answer.get("fraction")) / 100

    def _feedback(self, answer: Element) -> Wording:
        return self._words(answer.find("feedback"))

    def _choice(self) -> Choice:
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            if _plain(self._element.find(name)):
                self._lost.add("the feedback for any right, partly right or wrong answer")
        single = (self._element.findtext("single") or "true").strip() in ("true", "1")
        answers = (
            Answer(self._words(one), self._fraction(one), self._feedback(one))
            for one in self._answers()
        )
        return Choice(tuple(answers), single=single)

    def _true_false(self) -> TrueFalse:
        said = {_plain(one).lower(): one for one in self._answers()}
        if set(said) != {"true", "false"}:
            raise _Foreign("its answers are not true and false")
        truth = self._fraction(said["true"]) > self._fraction(said["false"])
        right, wrong = (said["true"], said["false"])[:: 1 if truth else -1]
        return TrueFalse(truth, self._feedback(right), self._feedback(wrong))

    def _numerical(self) -> Numerical:
        found: list[NumberAnswer] = []
        for one in self._answers():
            text = _plain(one)
            value = None if text == "*" else self._number(text)
            tolerance = abs(self._number(one.findtext("tolerance") or "0"))
            found.append(NumberAnswer(value, tolerance, self._fraction(one), self._feedback(one)))
        units = self._element.findall("units/unit")
        if any(self._number(one.findtext("multiplier") or "1") != 1 for one in units):
            self._lost.add("units that are multiples of each other; see the type calculated")
            units = units[:1]
        names = (" ".join((one.findtext("unit_name") or "").split()) for one in units)
        return Numerical(tuple(found), tuple(name for name in names if name))

    def _short_answer(self) -> ShortAnswer:
        found = (
            TextAnswer(_plain(one), self._fraction(one), self._feedback(one))
            for one in self._answers()
        )
        usecase = (self._element.findtext("usecase") or "0").strip()
        return ShortAnswer(tuple(found), case_sensitive=usecase in ("1", "true"))

    def _matching(self) -> Matching:
        pairs = self._element.findall("subquestion")
        if len(pairs) > MOST_ANSWERS:
            raise _Foreign(f"it has {len(pairs)} pairs; up to {MOST_ANSWERS} are read")
        return Matching(
            tuple(
                (self._words(one), self._words(answer))
                for one in pairs
                if (answer := one.find("answer")) is not None
            )
        )

    def _ordering(self) -> Ordering:
        answers = self._answers()
        order = sorted(answers, key=lambda one: self._number(one.get("fraction")))
        if len({one.get("fraction") for one in answers}) < len(answers):
            order = answers  # old files give the order by the place alone
        selection = (self._element.findtext("selecttype") or "ALL").strip().upper()
        if selection not in ("ALL", "EXACT", "0"):
            self._lost.add("that only some of the entries are shown")
        grading = (self._element.findtext("gradingtype") or "").strip().upper()
        return Ordering(
            tuple(self._words(one) for one in order), grading or "RELATIVE_NEXT_EXCLUDE_LAST"
        )

    def _embedded(self) -> tuple[Wording, Body]:
        text = self._markup()
        stem, rest = self._first_paragraph(text)
        pieces = list(embedded.read(rest, self._language, self._lost))
        gaps = tuple(piece.gap for piece in pieces if piece.gap)
        if not gaps:
            raise _Foreign("no gap stands in it")
        marked = "".join(
            piece.html.replace("{{", "{ {") + (f"{{{{{number}}}}}" if piece.gap else "")
            for number, piece in enumerate(pieces, start=1)
        )
        body = self._with_gaps(marked, gaps)
        return stem, replace(body, table=tuple(self._cells(marked)))

    def _cells(self, html: str) -> Iterator[tuple[Wording, ...]]:
        """Yield the rows of a text that is one table, and nothing for any other."""
        begin, end = "<table>", "</table>"
        if html.startswith(begin) and html.endswith(end) and html.count(begin) == 1:
            for row in html.removeprefix(begin).removesuffix(end).split("</tr>")[:-1]:
                cells = re.split(r"</t[dh]>", row)[:-1]
                yield tuple(from_html(one, self._language, self._lost) for one in cells)

    def _missing_words(self, name: str) -> tuple[Wording, Body]:
        """Read choices that several gaps share: those of a gap are the right one's group."""
        choices = [
            (self._words(one), (one.findtext("group") or "1").strip())
            for one in self._element.findall(name)[:MOST_ANSWERS]
        ]
        stem, rest = self._first_paragraph(self._markup())
        gaps: list[Gap] = []

        def take(match: re.Match[str]) -> str:
            number = int(match[1])
            if not 1 <= number <= len(choices):
                raise _Foreign(f"{match[0]} names none of its {len(choices)} choices")
            right, group = choices[number - 1]
            offered = {tuple(text.items()): text for text, of in choices if of == group}
            answers = (Answer(one, float(one == right), {}) for one in offered.values())
            gaps.append(Gap(Choice(tuple(answers), single=True)))
            return f"{{{{{len(gaps)}}}}}"

        marked = _MARK.sub(take, rest.replace("{{", "{ {"))
        if not gaps or len(gaps) > embedded.MAXIMUM_GAPS:
            raise _Foreign(f"{len(gaps)} gaps stand in it; 1 to {embedded.MAXIMUM_GAPS} are read")
        return stem, self._with_gaps(marked, tuple(gaps))

    def _markup(self) -> str:
        element = self._element.find("questiontext")
        form, text = self._raw(element) if element is not None else ("html", "")
        if len(text) > MAXIMUM_MARKUP * 2:
            raise UnusableText(f"a text of more than {MAXIMUM_MARKUP * 2} characters")
        if form == "moodle_auto_format":
            text = text.replace("\n", "<br>")
        return text if form != "plain_text" else to_html({self._language: text})

    def _first_paragraph(self, text: str) -> tuple[Wording, str]:
        """Return the stem, a first paragraph without gaps, and the text with them."""
        match = _FIRST_PARAGRAPH.fullmatch(text)
        if match and "{" not in match[1] and "[[" not in match[1] and match[2].strip():
            return from_html(match[1], self._language, self._lost), match[2]
        return {}, text

    def _with_gaps(self, marked: str, gaps: tuple[Gap, ...]) -> Embedded:
        words = from_html(marked, self._language, self._lost)
        for language in LANGUAGES:
            numbers = re.findall(r"\{\{(\d+)\}\}", words.get(language, ""))
            if language in words and sorted(map(int, numbers)) != list(range(1, len(gaps) + 1)):
                raise _Foreign("a gap stands within the text of one language alone")
        return Embedded(words, gaps)


_FOREIGN = {
    "essay": "an essay; write it as a reflection",
    "description": "a description, which asks nothing",
    "calculated": "its numbers are drawn from a table; write it as calculated by hand",
    "calculatedsimple": "its numbers are drawn from a table; write it as calculated by hand",
    "calculatedmulti": "its numbers are drawn from a table; write it as calculated by hand",
    "ddmarker": "it is answered on a picture",
    "ddimageortext": "it is answered on a picture",
    "randomsamatch": "it draws its parts from other questions",
    "random": "it draws its parts from other questions",
}
