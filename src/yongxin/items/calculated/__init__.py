"""Calculated: a number to work out, from numbers that differ from learner to learner.

Named after Moodle's question type. ``for_learner`` turns each of the three models into the one
variant that a learner is asked; only that can be judged or scored.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal, cast

from pydantic import Field, field_validator, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Key,
    MalformedResponse,
    Model,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Real,
    Slug,
    Whole,
    require_unique_ids,
)
from yongxin.items.calculated.formula import FUNCTION_NAMES, FormulaError, parse_formula
from yongxin.items.calculated.parameters import (
    MAXIMUM_VARIANTS,
    Parameter,
    Values,
    count_variants,
    draw,
    fill,
    pieces,
    placeholders,
)
from yongxin.items.figure import plain
from yongxin.items.number.reading import read_number, tidy_number
from yongxin.language import Language, LocalizedText
from yongxin.scoring import with_unit, within_tolerance
from yongxin.text import interface_text

Type = Literal["calculated"]
Tolerance = Annotated[Real, Field(ge=0)]
Factor = Annotated[Real, Field(gt=0)]
Parameters = Annotated[tuple[Parameter, ...], Field(min_length=1, max_length=8)]

#: The placeholder that stands for the right answer in an explanation.
ANSWER = "answer"


class Bounds(Model):
    """Between which numbers every variant's answer lies, both included."""

    minimum: Annotated[Real, Field(ge=-1e12)]
    maximum: Annotated[Real, Field(le=1e12)]

    @model_validator(mode="after")
    def _in_order(self) -> "Bounds":
        if self.minimum > self.maximum:
            raise ValueError(f"the minimum {self.minimum:g} is above the maximum {self.maximum:g}")
        return self


# -- what everybody may see ------------------------------------------------------------------------


class PublicCalculated(PublicItem):
    """Asked as a text field with its unit beside it, or a list of ``unit_choices`` to choose from.

    The response is the number as it was typed; where a unit is chosen, ``{"number": …, "unit":
    id}``, from which either may be missing.
    """

    type: Type = "calculated"
    parameters: Parameters
    bounds: Bounds
    tolerance: Tolerance
    unit: LocalizedText | None = None
    unit_choices: tuple[PublicOption, ...] = ()

    @property
    def rule(self) -> str:
        return "within-tolerance-and-unit" if self.unit_choices else "within-tolerance"

    @property
    def is_personal(self) -> bool:
        return count_variants(self.parameters) > 1

    @property
    def variant(self) -> dict[str, str]:
        if self.is_personal:
            return {}
        return {one.id: plain(one.value(0)) for one in self.parameters}

    def for_learner(self, learner: str) -> "PublicCalculated":
        values = draw(self.parameters, self.id, learner)
        return self.model_copy(
            update={
                "parameters": _only(self.parameters, values),
                "stem": fill(self.stem, values),
            }
        )

    def stem_pieces(self, language: Language) -> Iterable[tuple[str, str | None]]:
        names = [one.id for one in self.parameters]
        return pieces(self.stem.in_language(language), names)

    def read(self, response: JSON) -> JSON:
        """As in the base class; neither number nor unit is "not answered"."""
        if response is None:
            return None
        number, unit = _parts(response, [one.id for one in self.unit_choices])
        if number is not None:
            number = tidy_number(number, self._typed_units()) or None
        if not self.unit_choices:
            return number
        given = {"number": number, "unit": unit}
        return {name: part for name, part in given.items() if part is not None} or None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """As in the base class; the number stands as it was typed, with its unit."""
        number, unit_id = _parts(response, [one.id for one in self.unit_choices])
        if number is None and unit_id is None:
            if response is None:
                raise MalformedResponse("empty")
            return ()
        if number is not None:
            read_number(number)
        chosen = next((one.text for one in self.unit_choices if one.id == unit_id), self.unit)
        unit = chosen.in_language(language) if chosen else ""
        space = " " if unit and language == "en" else ""
        return (f"{number or '—'}{space}{unit}",)

    def is_complete(self, response: JSON) -> bool:
        if not self.unit_choices:
            return response is not None
        return response is not None and len(response) == len(("number", "unit"))

    def left_out(self, response: JSON, part: str) -> bool:  # noqa: ARG002
        """As in the base class: whatever is spoken of was given."""
        return False

    def _typed_units(self) -> list[str]:
        texts = [self.unit] if self.unit else [one.text for one in self.unit_choices]
        return [words for text in texts for words in (text.zh_cn, text.en)]


def _parts(response: JSON, units: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the number and the unit of a response, not yet read.

    Raises ``MalformedResponse`` for what has not the shape of a response.
    """
    if not units:
        return response, None
    if not isinstance(response, dict):
        raise MalformedResponse("not-a-number")
    given = cast("dict[JSON, JSON]", response)
    if not {"number", "unit"}.issuperset(given):
        raise MalformedResponse("unknown-field")
    unit = given.get("unit")
    if unit is not None and (not isinstance(unit, str) or unit not in units):
        raise MalformedResponse("unknown-option")
    return given.get("number"), unit


def _only(parameters: Parameters, values: Values) -> Parameters:
    return tuple(one.only(values[one.id]) for one in parameters)


# -- the key ---------------------------------------------------------------------------------------


class UnitKey(Model):
    """A unit on offer: how many of the formula's unit make one of it; ``None`` if it is wrong."""

    id: Slug
    factor: Factor | None


class CalculatedKey(Key):
    """The parameters, the formula, and how near is near enough, in the formula's unit."""

    type: Type = "calculated"
    parameters: Parameters
    formula: str
    tolerance: Tolerance
    unit_choices: tuple[UnitKey, ...] = ()

    @model_validator(mode="after")
    def _formula_uses_parameters(self) -> "CalculatedKey":
        require_parameters(self.formula, self.parameters)
        return self

    def for_learner(self, learner: str) -> "CalculatedKey":
        values = draw(self.parameters, self.id, learner)
        return self.model_copy(update={"parameters": _only(self.parameters, values)})

    @property
    def variant(self) -> Values:
        """The parameters' values. Raises ``MalformedResponse`` before a learner was named."""
        if count_variants(self.parameters) > 1:
            raise MalformedResponse("no-learner")
        return {one.id: one.value(0) for one in self.parameters}

    def value(self) -> Decimal:
        """Return the right answer of this variant. Raises ``MalformedResponse``."""
        try:
            return parse_formula(self.formula).value(self.variant)
        except FormulaError as error:  # content is checked for it; a key from elsewhere is not
            raise MalformedResponse("no-value") from error

    def ratio(self, response: JSON) -> float:
        number, unit_id = _parts(response, [one.id for one in self.unit_choices])
        key = float(self.value())
        if number is None:
            return 0.0
        given = Decimal(repr(read_number(number)))
        if not self.unit_choices:
            return within_tolerance(key, float(given), self.tolerance)
        factor = next((one.factor for one in self.unit_choices if one.id == unit_id), None)
        in_our_unit = float(given * Decimal(repr(factor or 1.0)))
        ratio = within_tolerance(key, in_our_unit, self.tolerance)
        return with_unit(ratio, right_unit=factor is not None)


def require_parameters(formula: str, parameters: Iterable[Parameter]) -> None:
    """Raise ``ValueError`` for a formula that cannot be read or names unknown parameters."""
    ids = [one.id for one in parameters]
    if unknown := sorted(parse_formula(formula).names.difference(ids)):
        raise ValueError(
            f"the formula names {', '.join(unknown)}; the parameters are {', '.join(ids)}"
        )


# -- as it is written ------------------------------------------------------------------------------


class Unit(PublicOption):
    """A unit on offer. ``factor``: how many of the formula's unit make one of it.

    A unit without one is wrong and has a ``feedback`` that says why.
    """

    factor: Factor | None = None
    feedback: LocalizedText | None = None

    @model_validator(mode="after")
    def _right_or_explained(self) -> "Unit":
        if (self.factor is None) == (self.feedback is None):
            raise ValueError(
                f"unit {self.id} has either a factor, if it is right, or a feedback, if it is not"
            )
        return self

    def public(self) -> PublicOption:
        """Select what a learner may see before answering."""
        return PublicOption(id=self.id, text=self.text)


class CalculatedMistake(Model):
    """A wrong way to reckon, as a formula, and the word that its result deserves."""

    formula: str
    feedback: LocalizedText


class Calculated(Item):
    """A stem with ``{parameters}`` in it, their ranges, and the formula of the answer.

    ``decimals`` is how precisely ``{answer}`` stands in the explanation. That every variant has an
    answer within the ``bounds`` is proved when the content is checked.
    """

    type: Type
    parameters: Parameters
    formula: str
    bounds: Bounds
    tolerance: Tolerance
    decimals: Annotated[Whole, Field(ge=0, le=6)] = 2
    unit: LocalizedText | None = None
    unit_choices: Annotated[tuple[Unit, ...], Field(max_length=8)] = ()
    mistakes: Annotated[tuple[CalculatedMistake, ...], Field(max_length=8)] = ()

    @field_validator("parameters")
    @classmethod
    def _parameters_make_variants(cls, parameters: Parameters) -> Parameters:
        ids = [one.id for one in parameters]
        if repeated := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"ids must differ; repeated: {', '.join(repeated)}")
        if reserved := [one for one in ids if one in (ANSWER, *FUNCTION_NAMES)]:
            raise ValueError(f"{', '.join(reserved)} has a meaning of its own; use another id")
        variants = count_variants(parameters)
        if not 2 <= variants <= MAXIMUM_VARIANTS:
            raise ValueError(
                f"the parameters make {variants} variants; 2 to {MAXIMUM_VARIANTS} are allowed"
            )
        return parameters

    @model_validator(mode="after")
    def _parts_agree(self) -> "Calculated":
        for formula in (self.formula, *(one.formula for one in self.mistakes)):
            require_parameters(formula, self.parameters)
        require_unique_ids(self.unit_choices)
        if self.unit_choices and self.unit:
            raise ValueError("give a unit, or unit_choices, not both")
        if self.unit_choices and not any(one.factor == 1 for one in self.unit_choices):
            raise ValueError("one of the unit_choices is the formula's own: factor: 1")
        if len(self.unit_choices) == 1:
            raise ValueError("one unit is no choice; write it as unit")
        self._require_placeholders()
        return self

    def _require_placeholders(self) -> None:
        ids = [one.id for one in self.parameters]
        for language, used in placeholders(self.stem).items():
            if unknown := sorted(used.difference(ids)):
                raise ValueError(
                    f"the {language} stem names {{{unknown[0]}}}; the parameters are "
                    f"{', '.join(ids)}"
                )
            if missing := [one for one in ids if one not in used]:
                raise ValueError(f"the {language} stem does not tell {{{missing[0]}}}")
        told = (self.explanation, *(one.feedback for one in self.mistakes))
        for text in told:
            for language, used in placeholders(text).items():
                if unknown := sorted(used.difference([*ids, ANSWER])):
                    raise ValueError(
                        f"a {language} explanation names {{{unknown[0]}}}; it may name "
                        f"{', '.join([*ids, ANSWER])}"
                    )

    def shown_answer(self, value: Decimal) -> Decimal:
        """Return an answer as explanations show it."""
        return value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)

    def for_learner(self, learner: str) -> "Calculated":
        """As in the base class. Raises ``MalformedResponse`` if the content was never checked."""
        values = draw(self.parameters, self.id, learner)
        told = {**values, ANSWER: self.shown_answer(_value(self.formula, values))}
        return self.model_copy(
            update={
                "parameters": _only(self.parameters, values),
                "stem": fill(self.stem, values),
                "explanation": fill(self.explanation, told),
                "mistakes": tuple(
                    one.model_copy(update={"feedback": fill(one.feedback, told)})
                    for one in self.mistakes
                ),
            }
        )

    def public(self) -> PublicCalculated:
        return PublicCalculated(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            parameters=self.parameters,
            bounds=self.bounds,
            tolerance=self.tolerance,
            unit=self.unit,
            unit_choices=tuple(one.public() for one in self.unit_choices),
        )

    def answer_key(self) -> CalculatedKey:
        return CalculatedKey(
            id=self.id,
            points=self.points,
            parameters=self.parameters,
            formula=self.formula,
            tolerance=self.tolerance,
            unit_choices=tuple(UnitKey(id=one.id, factor=one.factor) for one in self.unit_choices),
        )

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of the number, under ``response``, if it is a known mistake or near.

        Speak of a wrong unit too, under ``unit``.
        """
        number, unit_id = _parts(response, [one.id for one in self.unit_choices])
        verdicts: list[OptionVerdict] = []
        word = None if number is None else self._word_about(read_number(number), unit_id)
        if word is not None:
            verdicts.append(OptionVerdict("response", False, word.in_language(language)))
        elif number is not None and self._ratio(read_number(number), unit_id) == 0.5:
            near = interface_text(language)("items.near")
            verdicts.append(OptionVerdict("response", False, near))
        verdicts += [
            OptionVerdict("unit", False, one.feedback.in_language(language))
            for one in self.unit_choices
            if one.id == unit_id and one.feedback is not None
        ]
        return verdicts

    def _word_about(self, number: float, unit_id: str | None) -> LocalizedText | None:
        """Return the author's word for a mistake, unless it happens to be right here."""
        if self._ratio(number, unit_id) == 1:
            return None
        given = self._in_our_unit(number, unit_id)
        values = self.answer_key().variant
        for mistake in self.mistakes:
            wrong = float(_value(mistake.formula, values))
            if within_tolerance(wrong, given, self.tolerance) == 1:
                return mistake.feedback
        return None

    def _ratio(self, number: float, unit_id: str | None) -> float:
        """Return what a number earns, whether or not its unit is right."""
        key = float(self.answer_key().value())
        return within_tolerance(key, self._in_our_unit(number, unit_id), self.tolerance)

    def _in_our_unit(self, number: float, unit_id: str | None) -> float:
        factor = next((one.factor for one in self.unit_choices if one.id == unit_id), None)
        return float(Decimal(repr(number)) * Decimal(repr(factor or 1.0)))


def _value(formula: str, values: Values) -> Decimal:
    try:
        return parse_formula(formula).value(values)
    except FormulaError as error:
        raise MalformedResponse("no-value") from error
