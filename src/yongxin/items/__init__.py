"""Items: the questions of the course, one folder a type.

A folder holds the type's models here in Python (the authored item, its public view, its key) and,
beside them, the HTML, script and style sheet of its view. A new type is a new folder and one line
in each of the four tables below. Nobody writes an item of the type ``withdrawn``: it takes the
place of a graded item of any type.
"""

from functools import cache
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import Field, TypeAdapter

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    MalformedResponse,
    OptionVerdict,
    PublicItem,
    Score,
    Verdict,
    score,
)
from yongxin.items.calculated import Calculated, CalculatedKey, PublicCalculated
from yongxin.items.cloze import Cloze, ClozeKey, PublicCloze
from yongxin.items.hot_text import HotText, HotTextKey, PublicHotText
from yongxin.items.matching import Matching, MatchingKey, PublicMatching
from yongxin.items.multiple_choice import MultipleChoice, MultipleChoiceKey, PublicMultipleChoice
from yongxin.items.number import Number, NumberKey, PublicNumber
from yongxin.items.numeric_table import NumericTable, NumericTableKey, PublicNumericTable
from yongxin.items.ordering import Ordering, OrderingKey, PublicOrdering
from yongxin.items.scenario import PublicScenario, Scenario, ScenarioKey
from yongxin.items.short_text import PublicShortText, ShortText, ShortTextKey
from yongxin.items.single_choice import PublicSingleChoice, SingleChoice, SingleChoiceKey
from yongxin.items.sorting import PublicSorting, Sorting, SortingKey
from yongxin.items.table import PublicTable, Table, TableKey
from yongxin.items.true_false import PublicTrueFalse, TrueFalse, TrueFalseKey
from yongxin.items.withdrawn import PublicWithdrawn, WithdrawnKey

__all__ = [
    "ITEM_TYPES",
    "JSON",
    "AnyItem",
    "AnyKey",
    "AnyPublicItem",
    "Item",
    "ItemType",
    "Key",
    "MalformedResponse",
    "OptionVerdict",
    "PublicItem",
    "Score",
    "Verdict",
    "parse_item",
    "parse_key",
    "parse_public_item",
    "score",
]


class ItemType(NamedTuple):
    """The name of an item type and its three models."""

    name: str
    item: type[Item]
    public: type[PublicItem]
    key: type[Key]


ITEM_TYPES: tuple[ItemType, ...] = (
    ItemType("single-choice", SingleChoice, PublicSingleChoice, SingleChoiceKey),
    ItemType("multiple-choice", MultipleChoice, PublicMultipleChoice, MultipleChoiceKey),
    ItemType("number", Number, PublicNumber, NumberKey),
    ItemType("ordering", Ordering, PublicOrdering, OrderingKey),
    ItemType("true-false", TrueFalse, PublicTrueFalse, TrueFalseKey),
    ItemType("matching", Matching, PublicMatching, MatchingKey),
    ItemType("sorting", Sorting, PublicSorting, SortingKey),
    ItemType("cloze", Cloze, PublicCloze, ClozeKey),
    ItemType("short-text", ShortText, PublicShortText, ShortTextKey),
    ItemType("table", Table, PublicTable, TableKey),
    ItemType("hot-text", HotText, PublicHotText, HotTextKey),
    ItemType("numeric-table", NumericTable, PublicNumericTable, NumericTableKey),
    ItemType("calculated", Calculated, PublicCalculated, CalculatedKey),
    ItemType("scenario", Scenario, PublicScenario, ScenarioKey),
)

AnyItem: TypeAlias = Annotated[
    SingleChoice
    | MultipleChoice
    | Number
    | Ordering
    | TrueFalse
    | Matching
    | Sorting
    | Cloze
    | ShortText
    | Table
    | HotText
    | NumericTable
    | Calculated
    | Scenario,
    Field(discriminator="type"),
]
AnyPublicItem: TypeAlias = Annotated[
    PublicSingleChoice
    | PublicMultipleChoice
    | PublicNumber
    | PublicOrdering
    | PublicTrueFalse
    | PublicMatching
    | PublicSorting
    | PublicCloze
    | PublicShortText
    | PublicTable
    | PublicHotText
    | PublicNumericTable
    | PublicCalculated
    | PublicScenario
    | PublicWithdrawn,
    Field(discriminator="type"),
]
AnyKey: TypeAlias = Annotated[
    SingleChoiceKey
    | MultipleChoiceKey
    | NumberKey
    | OrderingKey
    | TrueFalseKey
    | MatchingKey
    | SortingKey
    | ClozeKey
    | ShortTextKey
    | TableKey
    | HotTextKey
    | NumericTableKey
    | CalculatedKey
    | ScenarioKey
    | WithdrawnKey,
    Field(discriminator="type"),
]


def parse_item(data: JSON) -> Item:
    """Return the authored item that ``data`` describes, chosen by its ``type``.

    Raises ``pydantic.ValidationError``, as the other two do.
    """
    return _items().validate_python(data)


def parse_public_item(data: JSON) -> PublicItem:
    """Return the public item that ``data`` describes."""
    return _public_items().validate_python(data)


def parse_key(data: JSON) -> Key:
    """Return the key that ``data`` describes."""
    return _keys().validate_python(data)


@cache
def _items() -> TypeAdapter[Item]:
    return TypeAdapter(AnyItem)


@cache
def _public_items() -> TypeAdapter[PublicItem]:
    return TypeAdapter(AnyPublicItem)


@cache
def _keys() -> TypeAdapter[Key]:
    return TypeAdapter(AnyKey)
