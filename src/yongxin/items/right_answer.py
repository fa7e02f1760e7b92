"""The right answer to an item, as a response and as a person would say it."""

from collections.abc import Iterator
from functools import singledispatch

from yongxin.items.base import JSON, Item, Key
from yongxin.items.calculated import Calculated
from yongxin.items.cloze import Cloze, ClozeKey
from yongxin.items.figure import plain
from yongxin.items.grid import ChoiceRowKey, GridKey, cell_name
from yongxin.items.hot_text import HotText, HotTextKey
from yongxin.items.matching import MatchingKey
from yongxin.items.multiple_choice import MultipleChoice, MultipleChoiceKey
from yongxin.items.number import Number, NumberKey
from yongxin.items.numeric_table import NumericTable
from yongxin.items.ordering import Ordering, OrderingKey
from yongxin.items.pairs import Pairs
from yongxin.items.short_text import ShortText, ShortTextKey
from yongxin.items.single_choice import SingleChoice, SingleChoiceKey
from yongxin.items.sorting import SortingKey
from yongxin.items.table import Table
from yongxin.items.true_false import REASON, VERDICT, TrueFalse, TrueFalseKey
from yongxin.language import Language


def right_answer(item: Item, language: Language) -> tuple[str, ...]:
    """Say the right answer, one text for each of its parts. Raises as ``right_response`` does."""
    return item.public().in_words(right_response(item, language), language)


@singledispatch
def right_response(item: Item | Key, language: Language) -> JSON:
    """Return a response that earns everything, as somebody who reads ``language`` would give it.

    Most keys know it without their item; those of items with parameters do not.

    An item with parameters is one that was made for a learner. Raises ``NotImplementedError`` for
    a type in which nothing is simply right: a scenario has ways, and some are better than others.
    """
    raise NotImplementedError(f"items of type {item.type!r} have no one right answer")


@right_response.register
def _(item: SingleChoice | SingleChoiceKey, language: Language) -> JSON:  # noqa: ARG001
    return item.key


@right_response.register
def _(item: MultipleChoice | MultipleChoiceKey, language: Language) -> JSON:  # noqa: ARG001
    return sorted(item.key)


@right_response.register
def _(item: HotText | HotTextKey, language: Language) -> JSON:  # noqa: ARG001
    return sorted(item.key)


@right_response.register
def _(item: Ordering | OrderingKey, language: Language) -> JSON:  # noqa: ARG001
    return list(item.key)


@right_response.register
def _(item: TrueFalse | TrueFalseKey, language: Language) -> JSON:  # noqa: ARG001
    judgement = {VERDICT: "true" if item.key else "false"}
    return judgement if item.reason is None else {**judgement, REASON: item.reason}


@right_response.register
def _(item: Pairs | MatchingKey | SortingKey, language: Language) -> JSON:  # noqa: ARG001
    return dict(item.key)


@right_response.register
def _(item: Cloze | ClozeKey, language: Language) -> JSON:  # noqa: ARG001
    return dict(item.key)


@right_response.register
def _(item: ShortText | ShortTextKey, language: Language) -> JSON:
    return item.key.in_language(language)[0]


@right_response.register
def _(item: Number | NumberKey, language: Language) -> JSON:  # noqa: ARG001
    return plain(item.key)


@right_response.register
def _(item: Calculated, language: Language) -> JSON:  # noqa: ARG001
    number = plain(item.shown_answer(item.answer_key().value()))
    if not item.unit_choices:
        return number
    return {"number": number, "unit": next(one.id for one in item.unit_choices if one.factor == 1)}


@right_response.register
def _(item: Table | NumericTable, language: Language) -> JSON:
    return right_response(item.answer_key(), language)


@right_response.register
def _(item: GridKey, language: Language) -> JSON:  # noqa: ARG001
    return dict(_filled(item))


def _filled(key: GridKey) -> Iterator[tuple[str, str]]:
    for row in key.rows:
        if isinstance(row, ChoiceRowKey):
            yield from ((cell_name(row.id, column), right) for column, right in row.cells.items())
        else:
            yield from (
                (cell_name(row.id, column), plain(cell.key)) for column, cell in row.cells.items()
            )
