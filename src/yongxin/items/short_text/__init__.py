"""Short text: a word or two of one's own."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from yongxin.items.base import JSON, Item, Key, Model, OptionVerdict, PublicItem
from yongxin.items.short_text.reading import MAXIMUM_CHARACTERS, normalise, read_short_text
from yongxin.language import Language, LocalizedText
from yongxin.scoring import accepted_variant

Type = Literal["short-text"]
Variant = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAXIMUM_CHARACTERS),
]
#: At most so many ways of saying one thing; more of them are no short text any more.
Variants = Annotated[tuple[Variant, ...], Field(min_length=1, max_length=30)]


class LocalizedVariants(Model):
    """Ways of saying one thing in each language; each counts whatever language the page is in."""

    zh_cn: Annotated[Variants, Field(alias="zh-CN")]
    en: Variants

    def all(self) -> Iterator[str]:
        """Yield every variant, Chinese first."""
        yield from self.zh_cn
        yield from self.en

    def in_language(self, language: Language) -> tuple[str, ...]:
        """Return the variants of one language, the best one first."""
        return self.zh_cn if language == "zh-CN" else self.en

    def holds(self, text: str) -> bool:
        """Say whether a text says the same as one of the variants."""
        return accepted_variant({normalise(one) for one in self.all()}, normalise(text)) == 1


class PublicShortText(PublicItem):
    """Asked as a line of text; the response is the text as it was typed."""

    type: Type = "short-text"

    @property
    def rule(self) -> str:
        return "accepted-variant"

    def read(self, response: JSON) -> str | None:
        """As in the base class; a text that says nothing is "not answered"."""
        if response is None:
            return None
        text = read_short_text(response)
        return text if normalise(text) else None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:  # noqa: ARG002
        return (read_short_text(response),)


class ShortTextKey(Key):
    """The texts that are accepted."""

    type: Type = "short-text"
    key: LocalizedVariants

    def ratio(self, response: JSON) -> float:
        text = normalise(read_short_text(response))
        return accepted_variant({normalise(one) for one in self.key.all()}, text)


class WrongText(Model):
    """Wrong answers that people often give, and the word that they deserve."""

    texts: LocalizedVariants
    feedback: LocalizedText


class ShortText(Item):
    """A stem, the accepted variants in each language, and feedback for common wrong ones."""

    type: Type
    key: LocalizedVariants
    mistakes: Annotated[tuple[WrongText, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _texts_differ(self) -> "ShortText":
        _require_different(self.key, {}, "the key")
        known = {normalise(one): f"the accepted {one!r}" for one in self.key.all()}
        for mistake in self.mistakes:
            _require_different(mistake.texts, known, "a mistake")
            known |= {normalise(one): f"the mistake {one!r}" for one in mistake.texts.all()}
        return self

    def public(self) -> PublicShortText:
        return PublicShortText(id=self.id, use=self.use, points=self.points, stem=self.stem)

    def answer_key(self) -> ShortTextKey:
        return ShortTextKey(id=self.id, points=self.points, key=self.key)

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of the text given, under the id ``response``, if it is a known mistake."""
        text = read_short_text(response)
        for mistake in self.mistakes:
            if mistake.texts.holds(text):
                return [OptionVerdict("response", False, mistake.feedback.in_language(language))]
        return []


def _require_different(texts: LocalizedVariants, known: dict[str, str], where: str) -> None:
    """Raise ``ValueError`` for a text that says nothing, or the same as another one.

    The same word may stand under both languages, such as a name or an abbreviation.
    """
    for variants in (texts.zh_cn, texts.en):
        seen = dict(known)
        for one in variants:
            said = normalise(one)
            if not said:
                raise ValueError(f"{where} holds {one!r}, which is nothing but punctuation")
            if said in seen:
                raise ValueError(
                    f"{where} holds {one!r}, which counts as the same as {seen[said]}: width, "
                    f"case, white space and punctuation make no difference"
                )
            seen[said] = repr(one)
