"""Reflections: open questions with fields to write in, marked by a trainer or by nobody."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from yongxin.items.base import (
    JSON,
    Flag,
    MalformedResponse,
    Model,
    PublicOption,
    Real,
    Slug,
    SystemId,
    UnitId,
    Use,
    Whole,
    require_unique_ids,
)
from yongxin.language import Language, LocalizedText

Units = Annotated[tuple[UnitId, ...], Field(min_length=1)]
ReflectionPoints = Annotated[Real, Field(ge=0, le=100)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

#: Whoever plans something plans it for these years; 0026 is a slip of the keyboard.
FIRST_YEAR, LAST_YEAR = 2000, 2100
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class TextField(Model):
    """A field to write in; its lengths are in characters, and ``minimum`` 0 makes it optional."""

    id: Slug
    kind: Literal["text"]
    label: LocalizedText
    help: LocalizedText | None = None
    minimum: Annotated[Whole, Field(ge=0)] = 0
    maximum: Annotated[Whole, Field(ge=1, le=5000)] = 1000

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> "TextField":
        if self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is above maximum {self.maximum}")
        return self

    def read(self, written: str) -> str:
        """Return what was written. Raises ``MalformedResponse`` when it is too long."""
        if len(written) > self.maximum:
            raise MalformedResponse("too-long")
        return written

    def is_complete(self, written: str) -> bool:
        """Say whether enough was written to be read by somebody."""
        return len(written.strip()) >= self.minimum


class ChoiceField(Model):
    """A field in which one option is chosen; what is written is the option's id."""

    id: Slug
    kind: Literal["choice"]
    label: LocalizedText
    help: LocalizedText | None = None
    options: Annotated[tuple[PublicOption, ...], Field(min_length=2, max_length=10)]
    optional: bool = False

    @model_validator(mode="after")
    def _options_differ(self) -> "ChoiceField":
        require_unique_ids(self.options)
        return self

    def read(self, written: str) -> str:
        """Return the option's id, or an empty text. Raises ``MalformedResponse`` otherwise."""
        if written and written not in [option.id for option in self.options]:
            raise MalformedResponse("unknown-option")
        return written

    def is_complete(self, written: str) -> bool:
        """Say whether an option was chosen, where one has to be."""
        return self.optional or bool(written)


class DateField(Model):
    """A field for a day; what is written is the day as ISO 8601 spells it, ``2026-12-01``.

    With an ``event`` the day is one for the calendar, under the words of that text field.
    """

    id: Slug
    kind: Literal["date"]
    label: LocalizedText
    help: LocalizedText | None = None
    optional: bool = False
    event: Slug | None = None

    @property
    def earliest(self) -> str:
        """The first day that can be written."""
        return date(FIRST_YEAR, 1, 1).isoformat()

    @property
    def latest(self) -> str:
        """The last day that can be written."""
        return date(LAST_YEAR, 12, 31).isoformat()

    def read(self, written: str) -> str:
        """Return the day, or an empty text. Raises ``MalformedResponse`` otherwise."""
        if written and day_of(written) is None:
            raise MalformedResponse("not-a-date")
        return written

    def is_complete(self, written: str) -> bool:
        """Say whether a day was chosen, where one has to be."""
        return self.optional or bool(written)


def day_of(written: str) -> date | None:
    """Return the day that was written in a ``DateField``, or ``None`` if it is none."""
    if not _DATE.fullmatch(written):
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


ReflectionField: TypeAlias = Annotated[
    TextField | ChoiceField | DateField, Field(discriminator="kind")
]
ReflectionFields = Annotated[tuple[ReflectionField, ...], Field(min_length=1, max_length=8)]


class HintWords(Model):
    """Words of either language."""

    zh_cn: Annotated[tuple[Word, ...], Field(alias="zh-CN", min_length=1)]
    en: Annotated[tuple[Word, ...], Field(min_length=1)]


class Hint(Model):
    """A gentle note for a field that holds words which belong elsewhere."""

    field: Slug
    words: HintWords
    note: LocalizedText

    def applies_to(self, written: str) -> bool:
        """Say whether one of the words of either language stands in ``written``.

        English words match whole words in any case; Chinese is written without spaces, so Chinese
        words match anywhere.
        """
        return any(word in written for word in self.words.zh_cn) or any(
            re.search(rf"(?<!\w){re.escape(word)}(?!\w)", written, re.IGNORECASE | re.ASCII)
            for word in self.words.en
        )


class RubricLevel(Model):
    """What an answer of ``level`` points looks like."""

    level: Annotated[Whole, Field(ge=0, le=100)]
    text: LocalizedText


def _kind_of_exemplar(value: JSON) -> str:
    return "option" if isinstance(value, str) else "text"


#: A model answer, field by field: a text in both languages, or the id of the chosen option. Of a
#: day it tells in words how far away it is, since the day itself would soon be over.
Exemplar: TypeAlias = dict[
    Slug,
    Annotated[
        Annotated[LocalizedText, Tag("text")] | Annotated[Slug, Tag("option")],
        Discriminator(_kind_of_exemplar),
    ],
]


class PublicReflection(Model):
    """The part of a reflection that anybody may see.

    The rubric belongs to it: a learner sees beforehand how the answer is marked. ``exemplar`` is
    there for practice only; that of a graded reflection reaches the learner through feedback.
    ``plan``: what is written belongs to the learner's action plan.
    """

    id: Slug
    use: Use
    units: Units
    points: ReflectionPoints
    prompt: LocalizedText
    fields: ReflectionFields
    hints: tuple[Hint, ...] = ()
    rubric: tuple[RubricLevel, ...] = ()
    exemplar: Exemplar | None = None
    plan: Flag = False

    def read(self, fields: JSON) -> dict[str, str]:
        """Return what a learner wrote, in the order of the fields and without the empty ones.

        Raises ``MalformedResponse`` (``unknown-field``, ``unknown-option``, ``too-long``,
        ``not-a-date``) when ``fields`` is not a mapping from field ids to texts that the fields
        can hold.
        """
        known = {field.id: field for field in self.fields}
        if not isinstance(fields, dict):
            raise MalformedResponse("unknown-field")
        written: dict[str, str] = {}
        for name, text in cast(dict[JSON, JSON], fields).items():
            if name not in known or not isinstance(text, str):
                raise MalformedResponse("unknown-field")
            written[name] = known[name].read(text)
        return {name: written[name] for name in known if written.get(name)}

    def is_complete(self, fields: Mapping[str, str]) -> bool:
        """Say whether every field holds enough to be handed in."""
        return all(field.is_complete(fields.get(field.id, "")) for field in self.fields)

    def notes(self, fields: Mapping[str, str], language: Language) -> list[tuple[str, str]]:
        """Return the hints that apply to what was written, as pairs of field id and note."""
        return [
            (hint.field, hint.note.in_language(language))
            for hint in self.hints
            if hint.applies_to(fields.get(hint.field, ""))
        ]


class Reflection(Model):
    """A reflection as a trainer writes it.

    A graded one earns the level of its rubric that a trainer chooses, so the highest level is its
    points; it has an exemplar, which ``withhold`` keeps out of feedback because the reflection
    will be used again. A practice one has neither points nor a mark. ``plan`` gathers what is
    written, in either, on the learner's own page with their action plan.
    """

    id: Slug
    use: Use
    units: Units
    systems: tuple[SystemId, ...] = ()
    points: ReflectionPoints = 0
    prompt: LocalizedText
    fields: ReflectionFields
    hints: tuple[Hint, ...] = ()
    rubric: tuple[RubricLevel, ...] = ()
    exemplar: Exemplar | None = None
    withhold: Flag = False
    plan: Flag = False

    @model_validator(mode="after")
    def _events_have_titles(self) -> "Reflection":
        texts = [field.id for field in self.fields if isinstance(field, TextField)]
        for field in self.fields:
            if isinstance(field, DateField) and field.event not in (None, *texts):
                raise ValueError(
                    f"event: {field.event} is no text field of this reflection; the text fields "
                    f"are {', '.join(texts) or 'none'}"
                )
        return self

    @model_validator(mode="after")
    def _parts_agree(self) -> "Reflection":
        ids = [field.id for field in self.fields]
        _require_different(ids, "field ids")
        for hint in self.hints:
            if hint.field not in ids:
                raise ValueError(
                    f"a hint names the field {hint.field}; the fields are {', '.join(ids)}"
                )
        levels = [level.level for level in self.rubric]
        if levels != list(range(len(levels))):
            raise ValueError("the rubric's levels must be 0, 1, 2 and so on, in this order")
        if self.use == "practice" and self.points:
            raise ValueError("a practice reflection is not marked and has no points")
        if self.use == "practice" and self.withhold:
            raise ValueError("withhold is for graded reflections; practice shows its exemplar")
        if self.use == "graded" and (self.points <= 0 or levels[-1:] != [self.points]):
            raise ValueError(
                f"a graded reflection needs points and a rubric whose highest level equals them; "
                f"points: {self.points:g}, levels: {', '.join(map(str, levels)) or 'none'}"
            )
        if self.use == "graded" and self.exemplar is None:
            raise ValueError("a graded reflection needs an exemplar")
        if self.exemplar is not None:
            _require_fitting_exemplar(self.exemplar, self.fields)
        return self

    def public(self) -> PublicReflection:
        """Select the fields that a learner may see before answering."""
        return PublicReflection(
            id=self.id,
            use=self.use,
            units=self.units,
            points=self.points,
            prompt=self.prompt,
            fields=self.fields,
            hints=self.hints,
            rubric=self.rubric,
            exemplar=self.exemplar if self.use == "practice" else None,
            plan=self.plan,
        )


def _require_different(ids: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{what} must differ; repeated: {one}")
        seen.add(one)


def _require_fitting_exemplar(exemplar: Exemplar, fields: tuple[ReflectionField, ...]) -> None:
    ids = [field.id for field in fields]
    if sorted(exemplar) != sorted(ids):
        raise ValueError(f"the exemplar must answer every field and no other: {', '.join(ids)}")
    for field in fields:
        value = exemplar[field.id]
        if not isinstance(field, ChoiceField):
            if not isinstance(value, LocalizedText):
                raise ValueError(f"the exemplar's {field.id} must be a text in both languages")
        elif value not in [option.id for option in field.options]:
            raise ValueError(
                f"the exemplar's {field.id} must be one of "
                f"{', '.join(option.id for option in field.options)}"
            )
