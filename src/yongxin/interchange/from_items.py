"""From the course's items to questions as Moodle knows them, with what is lost on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from yongxin.interchange import tables, two_tier
from yongxin.interchange.number_answers import number_answers
from yongxin.interchange.question import (
    Answer,
    Body,
    Choice,
    Embedded,
    Gap,
    Matching,
    Ordering,
    Question,
    ShortAnswer,
    TextAnswer,
    TrueFalse,
    Wording,
)
from yongxin.interchange.rich_text import to_html
from yongxin.interchange.tags import tags_of
from yongxin.items import Item
from yongxin.items.cloze import Cloze, PublicCloze
from yongxin.items.cloze import Gap as ClozeGap
from yongxin.items.hot_text import HotText
from yongxin.items.hot_text.passage import parts_of
from yongxin.items.matching import Matching as MatchingItem
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.number import Number
from yongxin.items.numeric_table import NumericTable
from yongxin.items.ordering import Ordering as OrderingItem
from yongxin.items.short_text import ShortText
from yongxin.items.single_choice import SingleChoice
from yongxin.items.sorting import Sorting
from yongxin.items.table import Table
from yongxin.items.true_false import TrueFalse as TrueFalseItem
from yongxin.language import LANGUAGES, Language, LocalizedText

#: Moodle's names for our ways to score an order.
GRADING_TYPES = {
    "adjacent-pairs": "RELATIVE_NEXT_EXCLUDE_LAST",
    "all-pairs": "RELATIVE_ALL_PREVIOUS_AND_NEXT",
    "longest-ordered-subset": "LONGEST_ORDERED_SUBSET",
}


class NotPortable(Exception):
    """An item that a format has nothing for. The message says what it lacks."""


@dataclass
class Portable:
    """A question made from an item, and in words what it could not take along."""

    question: Question
    losses: list[str]


@dataclass
class _Writer:
    """Writes one item; ``languages`` are those to write, of one or of both."""

    languages: tuple[Language, ...]
    losses: list[str]

    def words(self, text: LocalizedText | None) -> Wording:
        if text is None:
            return {}
        return self.each(text.in_language)

    def each(self, write: Callable[[Language], str]) -> Wording:
        """Return what ``write`` makes in each language."""
        return {language: write(language) for language in self.languages}


_Convert: TypeAlias = Callable[[Any, _Writer], Body]


def portable(item: Item, languages: Sequence[Language] = LANGUAGES) -> Portable:
    """Return the question that an item makes in other systems. Raises ``NotPortable``."""
    convert = _CONVERT.get(type(item))
    if convert is None:
        raise NotPortable(_NOTHING_FOR.get(item.type, f"nothing corresponds to {item.type}"))
    writer = _Writer(tuple(languages), [])
    body = convert(item, writer)
    stem = writer.words(item.stem)
    if isinstance(item, HotText):
        stem = writer.each(lambda language: hot_text_stem(item, language))
    question = Question(
        id=item.id,
        name=item.id,
        stem=stem,
        body=body,
        explanation=writer.words(item.explanation),
        mark=item.points,
        tags=tags_of(item),
    )
    return Portable(question, writer.losses)


_NOTHING_FOR = {
    "scenario": "a scenario branches; question banks hold single questions",
    "calculated": "its numbers are drawn for each learner by the course's own rule",
}


def _single_choice(item: SingleChoice, writer: _Writer) -> Body:
    return Choice(
        tuple(
            Answer(writer.words(one.text), float(one.id == item.key), writer.words(one.feedback))
            for one in item.options
        ),
        single=True,
    )


def _multiple_choice(item: MultipleChoice, writer: _Writer) -> Body:
    # Moodle adds the fractions up and takes no less than 0: right minus wrong, as here.
    share = 1 / len(item.key)
    return Choice(
        tuple(
            Answer(
                writer.words(one.text),
                share if one.id in item.key else -share,
                writer.words(one.feedback),
            )
            for one in item.options
        ),
        single=False,
    )


def _hot_text(item: HotText, writer: _Writer) -> Body:
    """Ask for the words as a multiple choice under the passage."""
    share = 1 / len(item.key)
    texts = item.public().part_names()
    writer.losses.append("becomes a multiple choice of its words, with the passage above them")
    if item.limit is not None:
        writer.losses.append(f"the limit of {item.limit} picks is left out")
    return Choice(
        tuple(
            Answer(
                writer.words(texts[one.id]),
                share if one.id in item.key else -share,
                writer.words(one.feedback),
            )
            for one in item.hot
        ),
        single=False,
    )


def _true_false(item: TrueFalseItem, writer: _Writer) -> Body:
    if item.reasons:
        writer.losses.append("becomes one choice of a verdict together with its reason")
        return two_tier.choice(item, writer.languages)
    return TrueFalse(item.key, right={}, wrong=writer.words(item.feedback))


def _number(item: Number, writer: _Writer) -> Body:
    mistakes = [(one.value, writer.words(one.feedback)) for one in item.mistakes]
    units = tuple(
        dict.fromkeys(item.unit.in_language(one) for one in writer.languages) if item.unit else ()
    )
    return number_answers(item.key, item.tolerance, mistakes, writer.losses, units)


def _short_text(item: ShortText, writer: _Writer) -> Body:
    """Accept the variants of both languages, as the item does whatever the page's language."""
    accepted = tuple(TextAnswer(one, 1.0, {}) for one in dict.fromkeys(item.key.all()))
    mistakes = tuple(
        TextAnswer(one, 0.0, writer.words(mistake.feedback))
        for mistake in item.mistakes
        for one in dict.fromkeys(mistake.texts.all())
    )
    writer.losses.append("width, punctuation and white space make a difference in Moodle")
    return ShortAnswer((*accepted, *mistakes))


def _pairs(item: MatchingItem | Sorting, writer: _Writer) -> Body:
    texts = {choice.id: writer.words(choice.text) for choice in item.choices}
    used = set(item.key.values())
    writer.losses.append("the feedback to its entries is left out")
    writer.losses.append("is scored without the correction for guessing")
    return Matching(
        (
            *((writer.words(entry.text), texts[item.key[entry.id]]) for entry in item.entries),
            *(({}, text) for choice, text in texts.items() if choice not in used),
        )
    )


def _ordering(item: OrderingItem, writer: _Writer) -> Body:
    texts = {entry.id: writer.words(entry.text) for entry in item.entries}
    return Ordering(tuple(texts[one] for one in item.key), GRADING_TYPES[item.scoring])


def _cloze(item: Cloze, writer: _Writer) -> Body:
    public = item.public()
    first, *others = writer.languages
    order = _gaps_in(public, first)
    if any(_gaps_in(public, language) != order for language in others):
        # Moodle numbers the gaps as they stand, so one text can hold one order only.
        writer.losses.append(
            f"the text around the gaps is in {first} only: they stand in another order in the "
            f"other language; write one language at a time to keep both"
        )
        others = []
    places = {gap: number for number, gap in enumerate(order, start=1)}
    weight = _whole_weight(item.points, len(order))
    gaps = {gap.id: gap for gap in item.gaps}
    return Embedded(
        {language: _marked(public, language, places) for language in (first, *others)},
        tuple(Gap(_gap_choice(gaps[one], item.key[one], writer), weight) for one in order),
    )


def _marked(item: PublicCloze, language: Language, places: Mapping[str, int]) -> str:
    """Return the text as HTML with its gaps numbered."""
    return "".join(
        to_html({language: segment.text})
        + (f"{{{{{places[segment.gap.id]}}}}}" if segment.gap else "")
        for segment in item.segments(language)
    )


def _gap_choice(gap: ClozeGap, key: str, writer: _Writer) -> Choice:
    answers = (
        Answer(writer.words(one.text), float(one.id == key), writer.words(gap.why(one.id)))
        for one in gap.options
    )
    return Choice(tuple(answers), single=True)


def _gaps_in(item: PublicCloze, language: Language) -> list[str]:
    return [segment.gap.id for segment in item.segments(language) if segment.gap]


def _whole_weight(points: float, gaps: int) -> int:
    """Return what each gap weighs so that they sum up to the points, or 1 if they cannot."""
    share = Decimal(repr(points)) / gaps
    return int(share) if share == int(share) and share >= 1 else 1


def _table(item: Table | NumericTable, writer: _Writer) -> Body:
    return tables.embedded(item, writer.words, writer.losses)


def hot_text_stem(item: HotText, language: Language) -> str:
    """Return the stem with the passage under it, its hot words as plain ones."""
    passage = "".join(part.text for part in parts_of(item.passage.in_language(language)))
    return f"{item.stem.in_language(language)}\n\n{passage}"


_CONVERT: dict[type[Item], _Convert] = {
    SingleChoice: _single_choice,
    MultipleChoice: _multiple_choice,
    HotText: _hot_text,
    TrueFalseItem: _true_false,
    Number: _number,
    ShortText: _short_text,
    MatchingItem: _pairs,
    Sorting: _pairs,
    OrderingItem: _ordering,
    Cloze: _cloze,
    Table: _table,
    NumericTable: _table,
}
