"""Number: a figure to work out, right within a tolerance."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    Model,
    OptionVerdict,
    PublicItem,
    Real,
)
from yongxin.items.number.reading import read_number, tidy_number
from yongxin.language import Language, LocalizedText
from yongxin.scoring import within_tolerance
from yongxin.text import interface_text

Type = Literal["number"]
Tolerance = Annotated[Real, Field(ge=0)]


class PublicNumber(PublicItem):
    """Asked as a text field with its unit beside it; the response is the number as it was typed."""

    type: Type = "number"
    unit: LocalizedText | None = None

    @property
    def rule(self) -> str:
        return "within-tolerance"

    def read(self, response: JSON) -> str | None:
        """As in the base class; a blank field is "not answered", and the unit need not be typed."""
        if response is None:
            return None
        units = (self.unit.zh_cn, self.unit.en) if self.unit else ()
        return tidy_number(response, units) or None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """As in the base class; the number stands as it was typed, with its unit."""
        read_number(response)
        if self.unit is None:
            return (response,)
        space = "" if language == "zh-CN" else " "
        return (f"{response}{space}{self.unit.in_language(language)}",)


class NumberKey(Key):
    """The number and how far from it is near enough, both in the item's unit."""

    type: Type = "number"
    key: Real
    tolerance: Tolerance

    def ratio(self, response: JSON) -> float:
        return within_tolerance(self.key, read_number(response), self.tolerance)


class Mistake(Model):
    """A wrong number that people arrive at, and the word that it deserves."""

    value: Real
    feedback: LocalizedText


class Number(Item):
    """A stem, a number with its tolerance and unit, and feedback for the likely mistakes."""

    type: Type
    key: Real
    tolerance: Tolerance
    unit: LocalizedText | None = None
    mistakes: tuple[Mistake, ...] = ()

    @model_validator(mode="after")
    def _mistakes_are_wrong(self) -> "Number":
        for mistake in self.mistakes:
            if within_tolerance(self.key, mistake.value, self.tolerance) == 1:
                raise ValueError(
                    f"the mistake {mistake.value:g} lies within the tolerance "
                    f"{self.tolerance:g} of the key {self.key:g}"
                )
        return self

    def public(self) -> PublicNumber:
        return PublicNumber(
            id=self.id, use=self.use, points=self.points, stem=self.stem, unit=self.unit
        )

    def answer_key(self) -> NumberKey:
        return NumberKey(id=self.id, points=self.points, key=self.key, tolerance=self.tolerance)

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of the number given, under the id ``response``, if it is a known mistake or near.

        The author's word for a mistake goes before the general word for a near miss.
        """
        number = read_number(response)
        for mistake in self.mistakes:
            if within_tolerance(mistake.value, number, self.tolerance) == 1:
                return [OptionVerdict("response", False, mistake.feedback.in_language(language))]
        if within_tolerance(self.key, number, self.tolerance) == 0.5:
            return [OptionVerdict("response", False, interface_text(language)("items.near"))]
        return []
