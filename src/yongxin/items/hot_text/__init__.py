"""Hot text: pick words or phrases out of a passage."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Count,
    Item,
    Key,
    MalformedResponse,
    Model,
    OptionVerdict,
    PublicItem,
    Slug,
)
from yongxin.items.hot_text.passage import Part, hot_ids, parts_of
from yongxin.items.multiple_choice import RightOptions, read_choices
from yongxin.language import LANGUAGES, Language, LocalizedText
from yongxin.scoring import right_minus_wrong

Type = Literal["hot-text"]


def read_picks(response: JSON, hot: Iterable[str], limit: int | None) -> list[str]:
    """Return the picked ids, sorted, each once.

    Raises ``MalformedResponse``: ``unknown-option``, or ``too-many`` for more than ``limit``.
    """
    picks = read_choices(response, set(hot))
    if limit is not None and len(picks) > limit:
        raise MalformedResponse("too-many")
    return picks


class PublicHotText(PublicItem):
    """Asked as check boxes within the passage; the response is the sorted list of picked ids."""

    type: Type = "hot-text"
    passage: LocalizedText
    limit: Count | None = None

    @property
    def rule(self) -> str:
        return "right-minus-wrong"

    def parts(self, language: Language) -> tuple[Part, ...]:
        """Return the passage, cut into plain and hot parts."""
        return tuple(parts_of(self.passage.in_language(language)))

    def read(self, response: JSON) -> list[str] | None:
        """As in the base class; nothing picked is "not answered", since something is right."""
        if response is None:
            return None
        return read_picks(response, self._hot("en"), self.limit) or None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """As in the base class; what was picked stands in the order of the passage."""
        picks = read_picks(response, self._hot(language), self.limit)
        return tuple(part.text for part in self.parts(language) if part.hot in picks)

    def part_names(self) -> dict[str, LocalizedText]:
        """As in the base class: the hot words themselves."""
        words = {
            language: {part.hot: part.text for part in self.parts(language) if part.hot}
            for language in LANGUAGES
        }
        return {
            hot: LocalizedText.model_validate({one: words[one][hot] for one in LANGUAGES})
            for hot in words["en"]
        }

    def _hot(self, language: Language) -> list[str]:
        return hot_ids(self.passage.in_language(language))


class HotTextKey(Key):
    """The ids that are right, all that can be picked, and how many at most."""

    type: Type = "hot-text"
    options: tuple[Slug, ...]
    key: RightOptions
    limit: Count | None = None

    def ratio(self, response: JSON) -> float:
        return right_minus_wrong(self.key, read_picks(response, self.options, self.limit))


class Hot(Model):
    """Words that can be picked, by their id in the passages, and what to say of them."""

    id: Slug
    feedback: LocalizedText


class HotText(Item):
    """A stem, a passage in each language with the same hot ids, and the ids of the right ones."""

    type: Type
    passage: LocalizedText
    hot: Annotated[tuple[Hot, ...], Field(min_length=2, max_length=30)]
    key: RightOptions
    limit: Count | None = None

    @model_validator(mode="after")
    def _passages_and_key_agree(self) -> "HotText":
        listed = [one.id for one in self.hot]
        _require_different(listed, "hot")
        for language in LANGUAGES:
            found = hot_ids(self.passage.in_language(language))
            _require_different(found, f"passage {language}")
            if missing := [one for one in listed if one not in found]:
                raise ValueError(
                    f"the {language} passage has no [words]({missing[0]}); hot lists "
                    f"{', '.join(missing)} beside what stands there"
                )
            if unknown := [one for one in found if one not in listed]:
                raise ValueError(
                    f"the {language} passage marks {', '.join(unknown)}; hot lists "
                    f"{', '.join(listed)}"
                )
        _require_different(self.key, "key")
        if unknown := [one for one in self.key if one not in listed]:
            raise ValueError(f"the key names {', '.join(unknown)}; the ids are {', '.join(listed)}")
        if self.limit is not None and not len(self.key) <= self.limit < len(listed):
            raise ValueError(
                f"limit is {self.limit}; {len(self.key)} right ones have to fit, and less than "
                f"all {len(listed)}"
            )
        return self

    def public(self) -> PublicHotText:
        return PublicHotText(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            passage=self.passage,
            limit=self.limit,
        )

    def answer_key(self) -> HotTextKey:
        return HotTextKey(
            id=self.id,
            points=self.points,
            options=tuple(one.id for one in self.hot),
            key=self.key,
            limit=self.limit,
        )

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of what was picked, and of what was right and left out."""
        feedback = {one.id: one.feedback.in_language(language) for one in self.hot}
        picks = read_picks(response, feedback, self.limit)
        return [
            OptionVerdict(one, one in picks and one in self.key, feedback[one])
            for one in hot_ids(self.passage.in_language(language))
            if one in picks or one in self.key
        ]


def _require_different(ids: Iterable[str], where: str) -> None:
    listed = list(ids)
    if repeated := sorted({one for one in listed if listed.count(one) > 1}):
        raise ValueError(f"{where}: ids must differ; repeated: {', '.join(repeated)}")
