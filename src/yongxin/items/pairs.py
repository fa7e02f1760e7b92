"""Responses that put one option at each of several places, and the items that ask for them.

A place is what stands on the left: an entry to match or to sort, a gap in a text.
"""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, cast

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    MalformedResponse,
    Option,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Slug,
    require_unique_ids,
)
from yongxin.language import Language
from yongxin.nearest import nearest
from yongxin.text import interface_text

#: The id of the right option for the id of each place.
PairsKey = Annotated[dict[Slug, Slug], Field(min_length=1, max_length=20)]


def read_pairs(response: JSON, offered: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the option chosen at each place, sorted by place; open ones are left out.

    ``offered`` holds, for every place, the ids on offer there. Raises ``MalformedResponse`` for
    anything but a mapping from some of these places to ids on offer (or to ``None``: still open).
    """
    if not isinstance(response, dict):
        raise MalformedResponse("unknown-option")
    chosen = cast(dict[JSON, JSON], response)
    if any(place not in offered for place in chosen):
        raise MalformedResponse("unknown-field")
    pairs: dict[str, str] = {}
    for place, options in sorted(offered.items()):
        option = chosen.get(place)
        if option is None:
            continue
        if not isinstance(option, str) or option not in options:
            raise MalformedResponse("unknown-option")
        pairs[place] = option
    return pairs


def require_key_for_each(key: Mapping[str, str], offered: Mapping[str, Collection[str]]) -> None:
    """Raise ``ValueError`` unless ``key`` names, for each place and no others, what is on offer."""
    for place in key:
        if place not in offered:
            raise ValueError(
                f"the key names {place}; the ids are {', '.join(offered)}; "
                f"nearest: {nearest(place, offered, count=1)[0]}"
            )
    if missing := [place for place in offered if place not in key]:
        raise ValueError(f"the key says nothing of {', '.join(missing)}")
    for place, right in key.items():
        if right not in offered[place]:
            raise ValueError(
                f"the key names {right} for {place}; the ids are {', '.join(offered[place])}; "
                f"nearest: {nearest(right, offered[place], count=1)[0]}"
            )


class PublicPairs(PublicItem):
    """Asks for one of the same choices for each entry.

    The response maps ids of entries to ids of choices; entries still open are missing from it.
    """

    entries: tuple[PublicOption, ...]

    @property
    @abstractmethod
    def choices(self) -> tuple[PublicOption, ...]:
        """What each entry can be given, whatever the item calls it."""

    def offered(self) -> dict[str, tuple[str, ...]]:
        """Return for each entry the ids that can be chosen for it."""
        choices = tuple(choice.id for choice in self.choices)
        return {entry.id: choices for entry in self.entries}

    def read(self, response: JSON) -> dict[str, str] | None:
        if response is None:
            return None
        return read_pairs(response, self.offered()) or None

    def is_complete(self, response: JSON) -> bool:
        """As in the base class: no entry is open."""
        return response is not None and len(response) == len(self.entries)

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        pairs = read_pairs(response, self.offered())
        text = interface_text(language)
        names = {choice.id: choice.text.in_language(language) for choice in self.choices}
        return tuple(
            text(
                "items.pair", entry=entry.text.in_language(language), choice=names[pairs[entry.id]]
            )
            for entry in self.entries
            if entry.id in pairs
        )


class Pairs(Item):
    """Entries with feedback each, and which choice is right for each of them."""

    entries: Annotated[tuple[Option, ...], Field(min_length=2, max_length=20)]
    key: PairsKey

    @property
    @abstractmethod
    def choices(self) -> tuple[PublicOption, ...]:
        """What each entry can be given, whatever the item calls it."""

    @abstractmethod
    def public(self) -> PublicPairs: ...

    @model_validator(mode="after")
    def _key_pairs_every_entry(self) -> "Pairs":
        require_unique_ids((*self.entries, *self.choices))
        require_key_for_each(self.key, self.public().offered())
        if len(set(self.key.values())) == 1:
            raise ValueError("the key is the same for every entry: nothing is left to tell apart")
        return self

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Say of every entry why its right choice is right, and which that is if it was missed."""
        pairs = read_pairs(response, self.public().offered())
        text = interface_text(language)
        names = {choice.id: choice.text.in_language(language) for choice in self.choices}
        verdicts: list[OptionVerdict] = []
        for entry in self.entries:
            right = self.key[entry.id]
            why = entry.feedback.in_language(language)
            if pairs.get(entry.id) != right:
                why = text(f"items.{self.type}.belongs", choice=names[right], why=why)
            verdicts.append(OptionVerdict(entry.id, pairs.get(entry.id) == right, why))
        return verdicts
