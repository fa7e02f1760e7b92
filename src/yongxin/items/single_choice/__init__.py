"""Single choice: one right option among several."""

from collections.abc import Collection, Iterable
from typing import Annotated, Literal

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
from yongxin.scoring import exact_match

Type = Literal["single-choice"]


def read_choice(response: JSON, option_ids: Collection[str]) -> str:
    """Return the id of the chosen option. Raises ``MalformedResponse`` for anything else."""
    if not isinstance(response, str) or response not in option_ids:
        raise MalformedResponse("unknown-option")
    return response


class PublicSingleChoice(PublicItem):
    """Asked as radio buttons; the response is the id of one option."""

    type: Type = "single-choice"
    options: tuple[PublicOption, ...]

    @property
    def rule(self) -> str:
        return "exact-match"

    def read(self, response: JSON) -> str | None:
        if response is None:
            return None
        return read_choice(response, [option.id for option in self.options])

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        texts = {option.id: option.text.in_language(language) for option in self.options}
        return (texts[read_choice(response, texts)],)


class SingleChoiceKey(Key):
    """The right option, and the ids that were on offer."""

    type: Type = "single-choice"
    options: tuple[Slug, ...]
    key: Slug

    def ratio(self, response: JSON) -> float:
        return exact_match(self.key, read_choice(response, self.options))


class SingleChoice(Item):
    """A stem, two to eight options with feedback each, and the id of the right one."""

    type: Type
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=8)]
    key: Slug

    @model_validator(mode="after")
    def _key_is_an_option(self) -> "SingleChoice":
        require_unique_ids(self.options)
        require_known_ids([self.key], self.options)
        return self

    def public(self) -> PublicSingleChoice:
        return PublicSingleChoice(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            options=tuple(option.public() for option in self.options),
        )

    def answer_key(self) -> SingleChoiceKey:
        return SingleChoiceKey(
            id=self.id,
            points=self.points,
            options=tuple(option.id for option in self.options),
            key=self.key,
        )

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of the chosen option only, so that a second try is still worth making."""
        chosen = read_choice(response, [option.id for option in self.options])
        return [
            OptionVerdict(option.id, option.id == self.key, option.feedback.in_language(language))
            for option in self.options
            if option.id == chosen
        ]
