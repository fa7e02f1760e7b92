"""The files of the built course that learners' side reads: ``data/course.json`` and the banks.

``yongxin build`` fills these models by selecting from the authored content; nothing here can hold
a key or an explanation of a graded item.
"""

from operator import not_
from typing import Annotated, Literal

from pydantic import Field

from yongxin.items import AnyItem, AnyPublicItem
from yongxin.items.assessment import Assessment
from yongxin.items.base import Count, Model, Share, Slug, UnitId
from yongxin.items.reflection import PublicReflection
from yongxin.language import Language, LocalizedText

Status = Literal["released", "in-preparation"]


class PublicPart(Model):
    """One deck of the course: its letter in the unit ids, and its modules in order."""

    id: Slug
    deck: str
    title: LocalizedText
    modules: tuple[Slug, ...]


class PublicModule(Model):
    """One module: the run of units that it teaches (first and last) and the minutes it takes.

    Only a ``released`` module is there to be learned; of one ``in-preparation`` there may be
    nothing but this entry.
    """

    id: Slug
    title: LocalizedText
    deck_section: LocalizedText
    units: tuple[UnitId, UnitId]
    minutes: Count
    status: Status


class CompletionRule(Model):
    """When a module counts as completed in a path; the marks are shares of points.

    ``reflection_mark`` is what every reflection has to earn, ``None`` where they do not count.
    """

    version: Count
    viewed: bool
    pass_mark: Share
    reflection_mark: Share | None


class PublicPath(Model):
    """A recommended choice of modules, in order, for one audience, and when it is completed."""

    id: Slug
    title: LocalizedText
    audience: LocalizedText
    modules: tuple[Slug, ...]
    completion: CompletionRule


class PublicTerm(Model):
    """A term of the glossary, and the ids of the modules whose lesson uses it, in their order."""

    id: Slug
    term: LocalizedText
    definition: LocalizedText
    modules: tuple[Slug, ...]


class PublicCourse(Model):
    """``data/course.json``: the course's structure.

    ``pass_mark`` is a share of the auto-graded points; ``attempts`` is how often an exercise may
    be handed in, of which the last one counts. ``modules`` are in the order of the parts, and the
    ``glossary`` holds the terms that lessons use.
    """

    languages: tuple[Language, ...]
    title: LocalizedText
    pass_mark: Share
    attempts: Count
    parts: tuple[PublicPart, ...]
    modules: dict[Slug, PublicModule]
    paths: tuple[PublicPath, ...]
    glossary: tuple[PublicTerm, ...] = ()


class SectionLink(Model):
    """A section of a lesson, for outlines: its id is the id of its first cell."""

    id: Slug
    title: str


class Bank(Model):
    """``data/bank/<module>.json``: what can be asked in one module, without any graded key.

    ``elements`` names every element of the module (``quiz:gap-sign``) in the order in which a
    learner meets them, lesson first; ``exercise`` those of the exercise alone. ``mastery`` are the
    ids of graded items that everybody has to get right, so that who looks at figures knows.
    """

    module: Slug
    practice: tuple[AnyItem, ...]
    graded: tuple[AnyPublicItem, ...]
    reflections: tuple[PublicReflection, ...]
    assessments: tuple[Assessment, ...] = ()
    lesson: dict[Language, tuple[SectionLink, ...]]
    elements: tuple[str, ...]
    exercise: tuple[str, ...]
    mastery: Annotated[tuple[Slug, ...], Field(exclude_if=not_)] = ()
