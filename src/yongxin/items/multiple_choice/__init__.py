"""Multiple choice: every right option, and none of the wrong ones."""

from collections.abc import Collection, Iterable
from typing import Annotated, Literal, cast

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    MalformedResponse,
    Option,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Slug,
    require_known_ids,
    require_unique_ids,
)
from yongxin.language import Language
from yongxin.scoring import right_minus_wrong

Type = Literal["multiple-choice"]
RightOptions = Annotated[tuple[Slug, ...], Field(min_length=1)]


def read_choices(response: JSON, option_ids: Collection[str]) -> list[str]:
    """Return the ids of the chosen options, sorted, each once.

    Raises ``MalformedResponse`` for anything but a list of ids that are on offer.
    """
    if not isinstance(response, list):
        raise MalformedResponse("unknown-option")
    chosen: set[str] = set()
    for one in cast(list[JSON], response):
        if not isinstance(one, str) or one not in option_ids:
            raise MalformedResponse("unknown-option")
        chosen.add(one)
    return sorted(chosen)


class PublicMultipleChoice(PublicItem):
    """Asked as check boxes; the response is the sorted list of the chosen options' ids."""

    type: Type = "multiple-choice"
    options: tuple[PublicOption, ...]

    @property
    def rule(self) -> str:
        return "right-minus-wrong"

    def read(self, response: JSON) -> list[str] | None:
        """As in the base class; no box ticked is "not answered", since some option is right."""
        if response is None:
            return None
        return read_choices(response, [option.id for option in self.options]) or None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """As in the base class; the chosen options stand in the order of the question."""
        chosen = read_choices(response, [option.id for option in self.options])
        return tuple(
            option.text.in_language(language) for option in self.options if option.id in chosen
        )


class MultipleChoiceKey(Key):
    """The right options, and the ids that were on offer."""

    type: Type = "multiple-choice"
    options: tuple[Slug, ...]
    key: RightOptions

    def ratio(self, response: JSON) -> float:
        return right_minus_wrong(self.key, read_choices(response, self.options))


class MultipleChoice(Item):
    """A stem, two to ten options with feedback each, and the ids of the right ones."""

    type: Type
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10)]
    key: RightOptions

    @model_validator(mode="after")
    def _key_is_of_options(self) -> "MultipleChoice":
        require_unique_ids(self.options)
        require_known_ids(self.key, self.options)
        if len(set(self.key)) < len(self.key):
            raise ValueError("the key names an option more than once")
        return self

    def public(self) -> PublicMultipleChoice:
        return PublicMultipleChoice(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            options=tuple(option.public() for option in self.options),
        )

    def answer_key(self) -> MultipleChoiceKey:
        return MultipleChoiceKey(
            id=self.id,
            points=self.points,
            options=tuple(option.id for option in self.options),
            key=self.key,
        )

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of every option: leaving out a right one is as much a mistake as a wrong choice."""
        chosen = read_choices(response, [option.id for option in self.options])
        return [
            OptionVerdict(
                option.id,
                (option.id in chosen) == (option.id in self.key),
                option.feedback.in_language(language),
            )
            for option in self.options
        ]
