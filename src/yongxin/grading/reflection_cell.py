"""A learner's reflection as a notebook cell that trainers read in formgrader.

The cell is Markdown to Jupyter and HTML to formgrader, and both typeset formulas. A learner's words
are none of these: whatever they write must be shown as they wrote it and do nothing.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from yongxin.grading.answers import Answers
from yongxin.items.reflection import PublicReflection, day_of
from yongxin.language import Language
from yongxin.text import interface_text

#: The cell's id in the gradebook, from the reflection's.
ANSWER_PREFIX = "reflection-"
#: nbgrader's own remark on an answer cell that nobody touched; it exists in English only.
NO_RESPONSE = "No response."

#: Right-to-left marks and their like, which could make a text look like part of something else.
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x85": "\n"})

#: Formulas begin with one of these. Each in an element of its own is no longer beside the
#: character that would complete it, and MathJax does not look across elements.
_STARTS_FORMULA = frozenset("$\\")

# What ``_inert`` writes, and what is made of it here.
_INERT = r"(?:[^!-/:-@\[-`{-~\t\n]|&#[0-9]+;|<br>|<span>&#[0-9]+;</span>)*"
_COMPOSED = re.compile(
    r'<div class="yongxin-answer"(?: lang="(?:zh-CN|en)")?>\n'
    rf"(?:<p><strong>{_INERT}</strong></p>\n"
    rf'|<p dir="auto">{_INERT}</p>\n'
    rf"|<p><em>{_INERT}</em></p>\n)+"
    r"</div>"
)


class FieldInWords(NamedTuple):
    """One field of a reflection: its label, and what was written there (maybe nothing)."""

    label: str
    text: str


def fields_in_words(
    reflection: PublicReflection, fields: Mapping[str, str], language: Language
) -> list[FieldInWords]:
    """Return what a learner wrote, field by field.

    A choice is told by its option's text, and a day as people write it.
    """
    in_words: list[FieldInWords] = []
    for field in reflection.fields:
        text = fields.get(field.id, "")
        if field.kind == "choice":
            options = {option.id: option.text.in_language(language) for option in field.options}
            text = options.get(text, text)
        elif field.kind == "date":
            day = day_of(text)
            text = interface_text(language).day(day) if day else text
        in_words.append(FieldInWords(field.label.in_language(language), clean(text)))
    return in_words


def compose_cell(
    reflection: PublicReflection, fields: Mapping[str, str], language: Language
) -> str | None:
    """Return the source of the answer cell, or ``None`` when nothing was written.

    nbgrader gives an untouched cell no points by itself, and waits for a trainer otherwise.
    """
    in_words = fields_in_words(reflection, fields, language)
    if not any(field.text.strip() for field in in_words):
        return None
    nothing = interface_text(language)("handin.nothing-written")
    lines = [f'<div class="yongxin-answer" lang="{language}">']
    for field in in_words:
        lines.append(f"<p><strong>{_inert(field.label)}</strong></p>")
        if field.text.strip():
            lines.append(f'<p dir="auto">{_inert(field.text)}</p>')
        else:
            lines.append(f"<p><em>{_inert(nothing)}</em></p>")
    lines.append("</div>")
    # Without a blank line inside, Markdown takes all of it as one block of HTML.
    return "\n".join(lines)


def compose_cells(
    handed_in: Answers, grade_ids: Iterable[str], reflection: Callable[[str], PublicReflection]
) -> dict[str, str]:
    """Return the sources of those answer cells in which something was written, by grade id.

    ``reflection`` looks one up by its id; what it raises for an unknown one is passed on.
    """
    sources: dict[str, str] = {}
    for grade_id in grade_ids:
        reflection_id = grade_id.removeprefix(ANSWER_PREFIX)
        written = handed_in.reflections.get(reflection_id)
        if written is None:
            continue
        source = compose_cell(reflection(reflection_id), written.fields, handed_in.language)
        if source is not None:
            sources[grade_id] = source
    return sources


def make_inert(source: str) -> str:
    """Return the source of a Markdown cell so that it does nothing when a trainer reads it.

    What was composed here stays as it is; anything else is shown as the text that it is.
    """
    if _COMPOSED.fullmatch(source):
        return source
    return f'<div class="yongxin-answer">\n<p dir="auto">{_inert(clean(source))}</p>\n</div>'


def clean(text: str) -> str:
    """Return ``text`` with plain line ends and without characters that nobody can see or type."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    return "".join(
        one
        for one in text
        if one in "\n\t"
        or (unicodedata.category(one) not in ("Cc", "Cs") and one not in _DIRECTION_CONTROLS)
    ).strip("\n")


def _inert(text: str) -> str:
    """Write ``text`` so that Markdown, HTML and MathJax all leave it alone.

    Every punctuation mark becomes a character reference, which no Markdown reader takes for
    structure, a link or a formula; only then may HTML for line ends be added.
    """
    return "".join(map(_inert_character, text))


def _inert_character(one: str) -> str:
    if one == "\n":
        return "<br>"
    if one in _STARTS_FORMULA:
        return f"<span>&#{ord(one)};</span>"
    if one in string.punctuation or one == "\t":
        return f"&#{ord(one)};"
    return one
