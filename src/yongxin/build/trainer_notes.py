"""What a trainer reads beside each question: key, feedback and explanation, in both languages."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import singledispatch

from yongxin.build.markdown import one_line, paragraph
from yongxin.items import Item
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.number import Number
from yongxin.items.ordering import Ordering
from yongxin.items.reflection import Reflection, ReflectionField
from yongxin.items.single_choice import SingleChoice
from yongxin.language import LANGUAGES, LocalizedText
from yongxin.text import InterfaceText, interface_text


def item_note(item: Item) -> str:
    """Return the note on a graded item, as Markdown."""
    return _note(item, item.type, lambda text: _item_paragraphs(item, text))


def rubric_note(reflection: Reflection) -> str:
    """Return the note on how a graded reflection is asked and marked, as Markdown."""
    return _note(reflection, "reflection", lambda text: _rubric_paragraphs(reflection, text))


def exemplar_note(reflection: Reflection) -> str:
    """Return the model answer to a graded reflection, field by field, as Markdown."""
    paragraphs: list[str] = []
    for language in LANGUAGES:
        paragraphs.append(f"**{interface_text(language)('course.solution.exemplar')}**")
        for field in reflection.fields:
            answer = paragraph(_exemplary(reflection, field), language)
            paragraphs.append(f"**{one_line(field.label, language)}** {answer}")
    return "\n\n".join(paragraphs)


def _exemplary(reflection: Reflection, field: ReflectionField) -> LocalizedText:
    """Return an exemplar's answer in words: what was written, or the text of the chosen option."""
    answer = (reflection.exemplar or {})[field.id]
    if isinstance(answer, LocalizedText):
        return answer
    if field.kind == "choice":
        return next(option.text for option in field.options if option.id == answer)
    raise TypeError(f"the exemplar of {reflection.id!r} names an option where text is written")


def _note(
    asked: Item | Reflection, kind: str, paragraphs: Callable[[InterfaceText], Iterable[str]]
) -> str:
    """Return a note: a head line, then the same paragraphs in each language."""
    note: list[str] = []
    for language in LANGUAGES:
        text = interface_text(language)
        points = text("course.solution.points", points=f"{asked.points:g}")
        head = " · ".join([f"`{asked.id}`", kind, points, *asked.units, *asked.systems])
        note += [f"**{text('course.solution.trainer')}** · {head}", *paragraphs(text)]
    return "\n\n".join(note)


def _item_paragraphs(item: Item, text: InterfaceText) -> Iterator[str]:
    yield paragraph(item.stem, text.language)
    yield from _answers(item, text)
    explanation = paragraph(item.explanation, text.language)
    yield f"**{text('course.solution.explanation')}** {explanation}"


def _rubric_paragraphs(reflection: Reflection, text: InterfaceText) -> Iterator[str]:
    yield paragraph(reflection.prompt, text.language)
    yield f"**{text('course.solution.rubric')}**"
    yield "\n".join(
        f"- **{level.level}** {one_line(level.text, text.language)}" for level in reflection.rubric
    )


@singledispatch
def _answers(item: Item, text: InterfaceText) -> Iterator[str]:
    """Yield what there is to know about right and wrong answers; one function an item type."""
    raise NotImplementedError(f"no note for trainers is written for items of type {item.type!r}")


@_answers.register
def _(item: SingleChoice, text: InterfaceText) -> Iterator[str]:
    yield _options(item, [item.key], text)


@_answers.register
def _(item: MultipleChoice, text: InterfaceText) -> Iterator[str]:
    yield _options(item, item.key, text)


@_answers.register
def _(item: Number, text: InterfaceText) -> Iterator[str]:
    unit = one_line(item.unit, text.language) if item.unit else ""
    space = " " if unit and text.language == "en" else ""
    tolerance = text("course.solution.tolerance", tolerance=_figure(item.tolerance))
    yield (f"**{text('course.solution.answer')}** {_figure(item.key)}{space}{unit} · {tolerance}")
    if item.mistakes:
        yield f"**{text('course.solution.mistakes')}**"
        yield "\n".join(
            f"- **{_figure(mistake.value)}** {one_line(mistake.feedback, text.language)}"
            for mistake in item.mistakes
        )


@_answers.register
def _(item: Ordering, text: InterfaceText) -> Iterator[str]:
    entries = {entry.id: entry.text for entry in item.entries}
    yield f"**{text('course.solution.order')}**"
    yield "\n".join(
        f"{number}. {one_line(entries[entry], text.language)}"
        for number, entry in enumerate(item.key, start=1)
    )


def _figure(number: float) -> str:
    """Return a number as it is printed: with a real minus sign, and never in powers of ten."""
    return f"{Decimal(repr(number)).normalize():f}".replace("-", "−")


def _options(item: SingleChoice | MultipleChoice, key: Iterable[str], text: InterfaceText) -> str:
    right = set(key)
    return "\n".join(
        f"- **{text('course.solution.right' if option.id in right else 'course.solution.wrong')}** "
        f"{one_line(option.text, text.language)} — {one_line(option.feedback, text.language)}"
        for option in item.options
    )
