"""Matching: find for each entry the match that belongs to it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from yongxin.items.base import JSON, Key, PublicOption, Slug
from yongxin.items.pairs import Pairs, PairsKey, PublicPairs, read_pairs
from yongxin.scoring import corrected_for_guessing, share_right

Type = Literal["matching"]


class PublicMatching(PublicPairs):
    """Asked as a list of entries, each with a select that offers all matches."""

    type: Type = "matching"
    matches: tuple[PublicOption, ...]

    @property
    def rule(self) -> str:
        return "corrected-for-guessing"

    @property
    def choices(self) -> tuple[PublicOption, ...]:
        return self.matches


class MatchingKey(Key):
    """The match of each entry, and the matches that were on offer."""

    type: Type = "matching"
    matches: Annotated[tuple[Slug, ...], Field(min_length=2)]
    key: PairsKey

    def ratio(self, response: JSON) -> float:
        pairs = read_pairs(response, dict.fromkeys(self.key, self.matches))
        return corrected_for_guessing(share_right(self.key, pairs), len(self.matches))


class Matching(Pairs):
    """A stem, entries (left) with feedback, matches (right), and which belong together.

    There may be more matches than entries, as distractors; a match may belong to several entries.
    """

    type: Type
    matches: Annotated[tuple[PublicOption, ...], Field(min_length=2, max_length=12)]

    @model_validator(mode="after")
    def _pairs_do_not_stand_side_by_side(self) -> "Matching":
        # As far as the shorter list goes: distractors at the end hide nothing.
        side_by_side = dict(
            zip((one.id for one in self.entries), (one.id for one in self.matches), strict=False)
        )
        if side_by_side == self.key:
            raise ValueError(
                "the matches stand in the order of their entries, so that nothing is left to do; "
                "write them in another order"
            )
        return self

    @property
    def choices(self) -> tuple[PublicOption, ...]:
        return self.matches

    def public(self) -> PublicMatching:
        return PublicMatching(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            entries=tuple(entry.public() for entry in self.entries),
            matches=self.matches,
        )

    def answer_key(self) -> MatchingKey:
        return MatchingKey(
            id=self.id,
            points=self.points,
            matches=tuple(match.id for match in self.matches),
            key=self.key,
        )
