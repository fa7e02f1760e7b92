"""What a trainer reads beside each question: key, feedback and explanation, in both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import singledispatch

from yongxin.build.markdown import escaped, one_line, paragraph
from yongxin.items import Item
from yongxin.items.base import Option
from yongxin.items.calculated import Calculated
from yongxin.items.cloze import Cloze, GapOption
from yongxin.items.figure import plain
from yongxin.items.grid import Asked, cell_name
from yongxin.items.hot_text import HotText
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.number import Number
from yongxin.items.numeric_table import NumericTable
from yongxin.items.ordering import Ordering
from yongxin.items.pairs import Pairs
from yongxin.items.reflection import Reflection, ReflectionField
from yongxin.items.scenario import Scenario
from yongxin.items.scenario.in_words import signed
from yongxin.items.scenario.written import Step
from yongxin.items.short_text import LocalizedVariants, ShortText
from yongxin.items.single_choice import SingleChoice
from yongxin.items.table import Table
from yongxin.items.true_false import TrueFalse
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
    if item.withdrawn:
        yield f"**{text('course.solution.withdrawn')}**"
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
    yield _marked(item.options, [item.key], text)


@_answers.register
def _(item: MultipleChoice, text: InterfaceText) -> Iterator[str]:
    yield _marked(item.options, item.key, text)


@_answers.register
def _(item: Number, text: InterfaceText) -> Iterator[str]:
    unit = one_line(item.unit, text.language) if item.unit else ""
    space = " " if unit and text.language == "en" else ""
    tolerance = text("course.solution.tolerance", tolerance=plain(item.tolerance))
    yield (f"**{text('course.solution.answer')}** {plain(item.key)}{space}{unit} · {tolerance}")
    if item.mistakes:
        yield f"**{text('course.solution.mistakes')}**"
        yield "\n".join(
            f"- **{plain(mistake.value)}** {one_line(mistake.feedback, text.language)}"
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


@_answers.register
def _(item: Scenario, text: InterfaceText) -> Iterator[str]:
    meters = {meter.id: one_line(meter.name, text.language) for meter in item.meters}
    floors = {one.id: one.floor for one in item.meters if one.floor is not None}
    if floors:
        yield "\n".join(
            f"- {text('course.solution.floor', meter=meters[one], floor=plain(floor))}"
            for one, floor in floors.items()
        )
    best = " → ".join(f"`{one}`" for one in item.answer_key().best_path())
    yield f"**{text('course.solution.best-way')}** {best}"
    for node in item.nodes:
        yield f"`{node.id}`"
        yield "\n".join(
            f"- `{step.id}` {one_line(step.text, text.language)} → `{step.next}` "
            f"({_consequences(step, meters, text)}) — {one_line(step.feedback, text.language)}"
            for step in node.options
        )
    for ending in item.endings:
        rating = text(f"scenario.rating.{ending.rating}")
        chain = " → ".join(one_line(one, text.language) for one in ending.chain.steps().values())
        yield f"`{ending.id}` · **{rating}** {one_line(ending.text, text.language)} ({chain})"


def _consequences(step: Step, meters: Mapping[str, str], text: InterfaceText) -> str:
    """Return what a step does to the meters and its tags: ``Trust +1, Safety −3, probing``."""
    told = [f"{meters[one]} {signed(by)}" for one, by in step.effects.items() if by]
    if step.mode is not None:
        told.append(text(f"scenario.mode.{step.mode}"))
    if step.skill is not None:
        told.append(text(f"scenario.skill.{step.skill}"))
    return ", ".join(told) or "–"


@_answers.register
def _(item: TrueFalse, text: InterfaceText) -> Iterator[str]:
    verdict = text(f"items.true-false.{'true' if item.key else 'false'}")
    feedback = one_line(item.feedback, text.language)
    yield f"**{text('course.solution.answer')}** {verdict} — {feedback}"
    if item.reason is not None:
        yield _marked(item.reasons, [item.reason], text)


@_answers.register
def _(item: Pairs, text: InterfaceText) -> Iterator[str]:
    choices = {choice.id: one_line(choice.text, text.language) for choice in item.choices}
    yield "\n".join(
        f"- {one_line(entry.text, text.language)} → **{choices[item.key[entry.id]]}** "
        f"— {one_line(entry.feedback, text.language)}"
        for entry in item.entries
    )
    unused = [name for choice, name in choices.items() if choice not in item.key.values()]
    if unused:
        yield f"**{text('course.solution.left-over')}** {' · '.join(unused)}"


@_answers.register
def _(item: Cloze, text: InterfaceText) -> Iterator[str]:
    yield paragraph(item.text, text.language)
    for gap in item.gaps:
        yield f"**{escaped(f'{{{{{gap.id}}}}}')}** {one_line(gap.feedback, text.language)}"
        yield _marked(gap.options, [item.key[gap.id]], text)


@_answers.register
def _(item: ShortText, text: InterfaceText) -> Iterator[str]:
    yield f"**{text('course.solution.accepted')}** {_variants(item.key)}"
    if item.mistakes:
        yield f"**{text('course.solution.mistakes')}**"
        yield "\n".join(
            f"- **{_variants(mistake.texts)}** {one_line(mistake.feedback, text.language)}"
            for mistake in item.mistakes
        )


def _variants(variants: LocalizedVariants) -> str:
    return " · ".join(escaped(one) for one in dict.fromkeys(variants.all()))


@_answers.register
def _(item: HotText, text: InterfaceText) -> Iterator[str]:
    words = item.public().part_names()
    # As code, which stands out next to any character; bold does not begin after a Chinese one.
    yield "".join(
        f"`{part.text.replace('`', '´')}`" if part.hot else escaped(part.text)
        for part in item.public().parts(text.language)
    )
    yield "\n".join(
        f"- **{_mark(hot.id in item.key, text)}** {one_line(words[hot.id], text.language)} — "
        f"{one_line(hot.feedback, text.language)}"
        for hot in item.hot
    )


def _mark(right: bool, text: InterfaceText) -> str:
    return text(f"course.solution.{'right' if right else 'wrong'}")


@_answers.register
def _(item: Table | NumericTable, text: InterfaceText) -> Iterator[str]:
    names = item.public().part_names()
    for row in item.asking():
        why = one_line(row.feedback, text.language)
        weight = f" (×{plain(row.weight)})" if row.weight != 1 else ""
        yield f"**{one_line(names[row.id], text.language)}**{weight} {why}"
        yield "\n".join(
            f"- {one_line(names[cell_name(row.id, column)], text.language)}: "
            f"**{one_line(cell.answer, text.language)}**{_more(cell, text)}"
            for column, cell in row.cells.items()
        )


def _more(cell: Asked, text: InterfaceText) -> str:
    """Return what else a trainer should know of a cell: its tolerance, and its own feedback."""
    more = ""
    if cell.tolerance is not None:
        more += f" · {text('course.solution.tolerance', tolerance=plain(cell.tolerance))}"
    if cell.feedback is not None:
        more += f" — {one_line(cell.feedback, text.language)}"
    return more


@_answers.register
def _(item: Calculated, text: InterfaceText) -> Iterator[str]:
    yield "\n".join(
        "- "
        + text(
            "course.solution.parameter",
            name=f"`{one.id}`",
            first=plain(one.first),
            last=plain(one.last),
            step=plain(one.step),
        )
        for one in item.parameters
    )
    unit = f" {one_line(item.unit, text.language)}" if item.unit else ""
    tolerance = text("course.solution.tolerance", tolerance=plain(item.tolerance))
    bounds = f"{plain(item.bounds.minimum)} … {plain(item.bounds.maximum)}"
    yield f"**{text('course.solution.answer')}** `{item.formula}`{unit} · {tolerance} · {bounds}"
    if item.unit_choices:
        yield "\n".join(
            f"- **{_mark(one.factor is not None, text)}** {one_line(one.text, text.language)} — "
            f"{one_line(one.feedback, text.language) if one.feedback else f'×{one.factor:g}'}"
            for one in item.unit_choices
        )
    if item.mistakes:
        yield f"**{text('course.solution.mistakes')}**"
        yield "\n".join(
            f"- `{mistake.formula}` {one_line(mistake.feedback, text.language)}"
            for mistake in item.mistakes
        )


def _marked(options: Iterable[Option | GapOption], key: Iterable[str], text: InterfaceText) -> str:
    """Return the options as a list that says of each whether it is right, and why."""
    right = set(key)
    lines: list[str] = []
    for option in options:
        mark = text(f"course.solution.{'right' if option.id in right else 'wrong'}")
        line = f"- **{mark}** {one_line(option.text, text.language)}"
        if option.feedback is not None:
            line += f" — {one_line(option.feedback, text.language)}"
        lines.append(line)
    return "\n".join(lines)
