"""Writing Moodle XML, as Moodle reads it (``question/format/xml/format.php`` and its plugins)."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET  # only to write; what is read goes through defusedxml

from yongxin.interchange import embedded
from yongxin.interchange.from_items import NotPortable, Portable
from yongxin.interchange.gift_writer import literal
from yongxin.interchange.question import (
    Choice,
    Embedded,
    Matching,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
    Wording,
)
from yongxin.interchange.rich_text import joined, to_html
from yongxin.items.figure import plain

#: How long Moodle's database lets the text of a match be.
LONGEST_MATCH = 255

_TYPES = {
    Choice: "multichoice",
    TrueFalse: "truefalse",
    Numerical: "numerical",
    ShortAnswer: "shortanswer",
    Matching: "matching",
    Ordering: "ordering",
    Embedded: "cloze",
}


def document(questions: Iterable[ET.Element]) -> str:
    """Return the whole file."""
    quiz = ET.Element("quiz")
    quiz.extend(questions)
    ET.indent(quiz)
    text = ET.tostring(quiz, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def category(path: str) -> ET.Element:
    """Return what puts the questions that follow into a category."""
    question = ET.Element("question", type="category")
    place = " ".join(path.replace("/", "//").split())
    _text(ET.SubElement(question, "category"), f"$course$/top/{place}")
    return question


def write(portable: Portable) -> ET.Element:
    """Return one question. Raises ``NotPortable``; adds to the losses what XML cannot carry."""
    question = portable.question
    element = ET.Element("question", type=_TYPES[type(question.body)])
    _text(ET.SubElement(element, "name"), question.name)
    _html(element, "questiontext", _stem(question))
    _html(element, "generalfeedback", to_html(question.explanation) if question.explanation else "")
    _field(element, "defaultgrade", f"{question.mark or 1:g}")
    _field(element, "penalty", "0")
    _field(element, "hidden", "0")
    _field(element, "idnumber", question.id)
    _write_body(element, question.body)
    if isinstance(question.body, Embedded) and question.mark is not None:
        weights = sum(gap.weight for gap in question.body.gaps)
        if weights != question.mark:
            portable.losses.append(
                f"its points stand in a tag only: in Moodle its gaps make {weights}"
            )
    if question.tags:
        tags = ET.SubElement(element, "tags")
        for tag in question.tags:
            _text(ET.SubElement(tags, "tag"), tag)
    return element


def _stem(question: Question) -> str:
    stem = to_html(question.stem)
    if not isinstance(question.body, Embedded):
        return stem
    return f"<p>{stem}</p>{_alternating(question.body)}"


def _alternating(body: Embedded) -> str:
    """Return the text with its gaps, between which the two languages take turns.

    A gap may stand in a text once only.
    """
    marks = [f"{{{{{number}}}}}" for number in range(1, len(body.gaps) + 1)]
    rest: Wording = body.text
    html: list[str] = []
    for mark in marks:
        html += (_side_by_side({one: text.partition(mark)[0] for one, text in rest.items()}), mark)
        rest = {one: text.partition(mark)[2] for one, text in rest.items()}
    html.append(_side_by_side(rest))
    return embedded.fill("".join(html), body.gaps)


def _side_by_side(pieces: Wording) -> str:
    """Return pieces of HTML; the same in all languages, such as tags of a table, stand once."""
    return next(iter(pieces.values())) if len(set(pieces.values())) == 1 else joined(pieces)


def _write_body(element: ET.Element, body: object) -> None:
    if isinstance(body, Choice):
        _field(element, "single", "true" if body.single else "false")
        _field(element, "shuffleanswers", "false")
        _field(element, "answernumbering", "none")
        for one in body.answers:
            _answer(element, one.fraction, to_html(one.text), one.feedback)
    elif isinstance(body, TrueFalse):
        for truth in (True, False):
            is_right = truth == body.truth
            said = body.right if is_right else body.wrong
            _answer(element, float(is_right), "true" if truth else "false", said)
    elif isinstance(body, Numerical):
        _write_numbers(element, body)
    elif isinstance(body, ShortAnswer):
        _field(element, "usecase", "1" if body.case_sensitive else "0")
        for one in body.answers:
            _answer(
                element, one.fraction, literal(one.text), one.feedback, form="moodle_auto_format"
            )
    elif isinstance(body, Matching):
        _write_pairs(element, body)
    elif isinstance(body, Ordering):
        _write_order(element, body)


def _write_numbers(element: ET.Element, body: Numerical) -> None:
    for one in body.answers:
        text = "*" if one.value is None else plain(one.value).replace("−", "-")
        answer = _answer(element, one.fraction, text, one.feedback, form="moodle_auto_format")
        _field(answer, "tolerance", plain(one.tolerance))
    if body.units:
        units = ET.SubElement(element, "units")
        for name in body.units:
            unit = ET.SubElement(units, "unit")
            _field(unit, "multiplier", "1")
            _field(unit, "unit_name", name)
        # The unit may be typed and need not be, as here.
        _field(element, "unitgradingtype", "0")
        _field(element, "unitpenalty", "0")
        _field(element, "showunits", "0")
        _field(element, "unitsleft", "0")


def _write_pairs(element: ET.Element, body: Matching) -> None:
    _field(element, "shuffleanswers", "true")
    for entry, match in body.pairs:
        text = to_html(match)
        if len(text) > LONGEST_MATCH:
            raise NotPortable(
                f"a match takes {len(text)} characters with both languages and Moodle keeps "
                f"{LONGEST_MATCH}; write one language at a time"
            )
        subquestion = _html(element, "subquestion", to_html(entry) if entry else "")
        _text(ET.SubElement(subquestion, "answer"), text)


def _write_order(element: ET.Element, body: Ordering) -> None:
    _field(element, "layouttype", "VERTICAL")
    _field(element, "selecttype", "ALL")
    _field(element, "selectcount", str(len(body.entries)))
    _field(element, "gradingtype", body.grading)
    _field(element, "showgrading", "SHOW")
    _field(element, "numberingstyle", "none")
    for place, entry in enumerate(body.entries, start=1):
        answer = ET.SubElement(element, "answer", fraction=str(place), format="html")
        _text(answer, to_html(entry))


def _answer(
    element: ET.Element, fraction: float, text: str, feedback: Wording, form: str = "html"
) -> ET.Element:
    answer = ET.SubElement(element, "answer", fraction=f"{round(fraction * 100, 5):g}", format=form)
    _text(answer, text)
    _html(answer, "feedback", to_html(feedback) if feedback else "")
    return answer


def _html(element: ET.Element, name: str, html: str) -> ET.Element:
    child = ET.SubElement(element, name, format="html")
    _text(child, html)
    return child


def _text(element: ET.Element, text: str) -> None:
    _field(element, "text", text)


def _field(element: ET.Element, name: str, text: str) -> None:
    ET.SubElement(element, name).text = text
