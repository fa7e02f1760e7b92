"""Items: the questions of the course, one folder a type.

A folder holds the type's models here in Python (the authored item, its public view, its key) and,
beside them, the HTML, script and style sheet of its view. A new type is a new folder and one line
in each of the four tables below.
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
from yongxin.items.multiple_choice import MultipleChoice, MultipleChoiceKey, PublicMultipleChoice
from yongxin.items.number import Number, NumberKey, PublicNumber
from yongxin.items.ordering import Ordering, OrderingKey, PublicOrdering
from yongxin.items.single_choice import PublicSingleChoice, SingleChoice, SingleChoiceKey

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
)

AnyItem: TypeAlias = Annotated[
    SingleChoice | MultipleChoice | Number | Ordering, Field(discriminator="type")
]
AnyPublicItem: TypeAlias = Annotated[
    PublicSingleChoice | PublicMultipleChoice | PublicNumber | PublicOrdering,
    Field(discriminator="type"),
]
AnyKey: TypeAlias = Annotated[
    SingleChoiceKey | MultipleChoiceKey | NumberKey | OrderingKey, Field(discriminator="type")
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
