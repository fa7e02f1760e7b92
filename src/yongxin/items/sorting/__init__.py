"""Sorting: put each entry into the category where it belongs."""

from typing import Annotated, Literal

from pydantic import Field

from yongxin.items.base import JSON, Key, PublicOption, Slug
from yongxin.items.pairs import Pairs, PairsKey, PublicPairs, read_pairs
from yongxin.scoring import corrected_for_guessing, share_right

Type = Literal["sorting"]


class PublicSorting(PublicPairs):
    """Asked as radio buttons, one group for each entry."""

    type: Type = "sorting"
    categories: tuple[PublicOption, ...]

    @property
    def rule(self) -> str:
        return "corrected-for-guessing"

    @property
    def choices(self) -> tuple[PublicOption, ...]:
        return self.categories


class SortingKey(Key):
    """Where each entry belongs, and the categories that were on offer."""

    type: Type = "sorting"
    categories: Annotated[tuple[Slug, ...], Field(min_length=2)]
    key: PairsKey

    def ratio(self, response: JSON) -> float:
        pairs = read_pairs(response, dict.fromkeys(self.key, self.categories))
        return corrected_for_guessing(share_right(self.key, pairs), len(self.categories))


class Sorting(Pairs):
    """A stem, two to six categories, and entries with feedback, which do not all belong to one.

    A category may stay empty.
    """

    type: Type
    categories: Annotated[tuple[PublicOption, ...], Field(min_length=2, max_length=6)]

    @property
    def choices(self) -> tuple[PublicOption, ...]:
        return self.categories

    def public(self) -> PublicSorting:
        return PublicSorting(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            entries=tuple(entry.public() for entry in self.entries),
            categories=self.categories,
        )

    def answer_key(self) -> SortingKey:
        return SortingKey(
            id=self.id,
            points=self.points,
            categories=tuple(category.id for category in self.categories),
            key=self.key,
        )
