"""What trainers write beside the modules: the course, its glossary, sources and curriculum."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from yongxin.items.base import Count, Model, Share, Slug, SystemId, UnitId, Whole
from yongxin.language import LANGUAGES, Language, LocalizedText, Text

Deck = Annotated[str, StringConstraints(pattern=r"^[A-F]$")]
Status = Literal["released", "in-preparation"]
Year = Annotated[Whole, Field(ge=1500, le=2100)]
Slugs = Annotated[tuple[Slug, ...], Field(min_length=1)]


def unit_position(unit: str) -> tuple[str, int, int]:
    """Return where a unit stands in its deck, to compare units: ``F-16.2`` → ``("F", 16, 2)``."""
    number, _, part = unit[2:].partition(".")
    return unit[0], int(number), int(part or 0)


class Part(Model):
    """One deck: its letter in the unit ids, and the modules made from it, in order."""

    id: Slug
    deck: Deck
    title: LocalizedText
    modules: Slugs


class Module(Model):
    """One module: ``units`` are the first and the last unit of its run in the deck.

    ``extra_units`` belong to it too, although they stand elsewhere in the deck. A ``released``
    module teaches every unit of both; one ``in-preparation`` need not have a lesson yet.
    """

    title: LocalizedText
    deck_section: LocalizedText
    units: tuple[UnitId, UnitId]
    extra_units: tuple[UnitId, ...] = ()
    minutes: Annotated[Count, Field(le=240)]
    status: Status

    @model_validator(mode="after")
    def _first_before_last(self) -> "Module":
        first, last = self.units
        if first[0] != last[0] or unit_position(first) > unit_position(last):
            raise ValueError(
                f"units must be the first and the last unit of one deck's run, in this order; "
                f"found {first} and {last}"
            )
        return self

    def holds(self, unit: str) -> bool:
        """Say whether a unit is this module's to teach."""
        first, last = map(unit_position, self.units)
        return unit in self.extra_units or (
            unit[0] == first[0] and first <= unit_position(unit) <= last
        )


class Completion(Model):
    """When a module counts as completed in a path; the path is completed with all its modules.

    ``viewed``: its lesson has to be opened. ``pass_mark`` is a share of all points for its
    exercise, the course's where none is given. Where reflections have to be ``accepted``, each of
    them has to earn ``reflection_mark`` of its points. Who changes the rule gives it the next
    ``version``; nobody loses by that what they have reached.
    """

    version: Count = 1
    viewed: Annotated[bool, Field(strict=True)] = True
    pass_mark: Share | None = None
    reflections: Literal["accepted", "not-needed"] = "accepted"
    reflection_mark: Share = 0.5


class Path(Model):
    """A recommended choice of modules, in order, for one audience, and when it is completed."""

    id: Slug
    title: LocalizedText
    audience: LocalizedText
    modules: Slugs
    completion: Completion = Completion()


class Course(Model):
    """``course.yaml``. ``pass_mark`` is a share of the auto-graded points.

    ``attempts`` is how often an exercise may be handed in; the last time counts.
    """

    title: LocalizedText
    pass_mark: Share
    attempts: Annotated[Count, Field(le=20)]
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    modules: dict[Slug, Module]
    paths: tuple[Path, ...] = ()

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages in which everything in the course is written."""
        return LANGUAGES

    def modules_in_order(self) -> Iterator[tuple[Part, str, Module]]:
        """Yield each module with its part and id, in the order in which decks and parts list it."""
        for part in self.parts:
            for module_id in part.modules:
                yield part, module_id, self.modules[module_id]


class AvoidedWords(Model):
    """Words not to use for a term, where the term or none is meant."""

    zh_cn: Annotated[tuple[Text, ...], Field(alias="zh-CN")] = ()
    en: tuple[Text, ...] = ()

    def in_language(self, language: Language) -> tuple[str, ...]:
        """Return the words of one language."""
        return self.zh_cn if language == "zh-CN" else self.en


class Term(Model):
    """A term of ``glossary.yaml``: what it is called in either language, and what it means.

    ``avoid`` lists words that lessons do not use for it.
    """

    id: Slug
    zh_cn: Annotated[Text, Field(alias="zh-CN")]
    en: Text
    definition: LocalizedText
    avoid: AvoidedWords = AvoidedWords()

    def in_language(self, language: Language) -> str:
        """Return the term itself."""
        return self.zh_cn if language == "zh-CN" else self.en


class Source(Model):
    """A work of ``sources.yaml``, cited as ``[@id]``; authors as in a list of references (APA)."""

    id: Slug
    authors: Text
    year: Year
    title: Text
    published_in: Text | None = None


class System(Model):
    """A named case, model or procedure of the decks; it belongs to the module of its first unit."""

    title: LocalizedText
    units: Annotated[tuple[UnitId, ...], Field(min_length=1)]


class Curriculum(Model):
    """``curriculum.yaml``: every unit and every named system of the decks, with their titles."""

    units: dict[UnitId, LocalizedText]
    systems: dict[SystemId, System]
