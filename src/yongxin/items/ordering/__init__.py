"""Ordering: bring entries into their right order."""

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations, pairwise
from typing import Annotated, Literal, cast

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    MalformedResponse,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Slug,
    require_known_ids,
    require_unique_ids,
)
from yongxin.language import Language
from yongxin.scoring import adjacent_pairs, all_pairs, longest_ordered_subset, ordered_entries
from yongxin.text import interface_text

Type = Literal["ordering"]
Scoring = Literal["adjacent-pairs", "all-pairs", "longest-ordered-subset"]
Order = Annotated[tuple[Slug, ...], Field(min_length=3, max_length=10)]

_RULES = {
    "adjacent-pairs": adjacent_pairs,
    "all-pairs": all_pairs,
    "longest-ordered-subset": longest_ordered_subset,
}


def read_order(response: JSON, entry_ids: Collection[str]) -> list[str]:
    """Return the entries' ids in the order given.

    Raises ``MalformedResponse`` for anything but a list that names every entry once.
    """
    if not isinstance(response, list) or len(cast(list[JSON], response)) != len(entry_ids):
        raise MalformedResponse("not-an-order")
    order = [one for one in cast(list[JSON], response) if isinstance(one, str)]
    if sorted(order) != sorted(entry_ids):
        raise MalformedResponse("not-an-order")
    return order


class PublicOrdering(PublicItem):
    """Asked as a list whose entries move up and down; the response lists all their ids.

    ``entries`` stand in the order in which they are first shown, which is never the right one.
    """

    type: Type = "ordering"
    entries: tuple[PublicOption, ...]
    scoring: Scoring

    @property
    def rule(self) -> str:
        return self.scoring

    def read(self, response: JSON) -> list[str] | None:
        if response is None:
            return None
        return read_order(response, [entry.id for entry in self.entries])

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        texts = {entry.id: entry.text.in_language(language) for entry in self.entries}
        return tuple(texts[entry] for entry in read_order(response, texts))


class OrderingKey(Key):
    """The right order and how to score another one."""

    type: Type = "ordering"
    key: Order
    scoring: Scoring

    def ratio(self, response: JSON) -> float:
        return _RULES[self.scoring](self.key, read_order(response, self.key))


class Ordering(Item):
    """A stem, three to ten entries as they are first shown, and their ids in the right order."""

    type: Type
    entries: Annotated[tuple[PublicOption, ...], Field(min_length=3, max_length=10)]
    key: Order
    scoring: Scoring = "adjacent-pairs"

    @model_validator(mode="after")
    def _key_orders_the_entries(self) -> "Ordering":
        require_unique_ids(self.entries)
        require_known_ids(self.key, self.entries)
        shown = tuple(entry.id for entry in self.entries)
        if sorted(self.key) != sorted(shown):
            raise ValueError(f"the key must name every entry once; the entries: {', '.join(shown)}")
        if self.key == shown:
            raise ValueError(
                "the entries stand in the order of the key, so that nothing is left to do; "
                "write them in another order"
            )
        return self

    def public(self) -> PublicOrdering:
        return PublicOrdering(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            entries=self.entries,
            scoring=self.scoring,
        )

    def answer_key(self) -> OrderingKey:
        return OrderingKey(id=self.id, points=self.points, key=self.key, scoring=self.scoring)

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Say of every entry, in the order given, what it comes after in the right order.

        Which entries count as right follows from the rule by which the order is scored.
        """
        order = read_order(response, self.key)
        text = interface_text(language)
        names = {entry.id: entry.text.in_language(language) for entry in self.entries}
        before = _each_with_the_one_before(self.key)
        right = _RIGHT_ENTRIES[self.scoring](self.key, order)
        return [
            OptionVerdict(
                entry,
                entry in right,
                text("items.comes-first")
                if (comes_after := before[entry]) is None
                else text("items.comes-after", entry=names[comes_after]),
            )
            for entry in order
        ]


def _each_with_the_one_before(order: Iterable[str]) -> dict[str, str | None]:
    return {entry: before for before, entry in pairwise((None, *order)) if entry is not None}


def _after_the_right_one(key: Sequence[str], order: Sequence[str]) -> set[str]:
    before = _each_with_the_one_before(key)
    return {
        entry for entry, other in _each_with_the_one_before(order).items() if other == before[entry]
    }


def _right_with_all_others(key: Sequence[str], order: Sequence[str]) -> set[str]:
    place = {entry: number for number, entry in enumerate(key)}
    wrong = {
        entry
        for first, second in combinations(order, 2)
        if place[first] > place[second]
        for entry in (first, second)
    }
    return set(order) - wrong


def _in_the_longest_run(key: Sequence[str], order: Sequence[str]) -> set[str]:
    return set(ordered_entries(key, order))


_RIGHT_ENTRIES = {
    "adjacent-pairs": _after_the_right_one,
    "all-pairs": _right_with_all_others,
    "longest-ordered-subset": _in_the_longest_run,
}
