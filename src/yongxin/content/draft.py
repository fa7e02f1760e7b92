"""The content as it was read, before anybody knows whether its parts agree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from yongxin.content.finding import FileReport
from yongxin.content.lesson import Lesson
from yongxin.content.models import Course, Curriculum, Source, Term
from yongxin.content.yaml_file import Document, Place
from yongxin.items import Item
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection
from yongxin.language import Language

Value = TypeVar("Value")


@dataclass(frozen=True)
class Sheet(Generic[Value]):
    """A valid value with the place where it was written, so that checks can point there."""

    value: Value
    report: FileReport
    document: Document
    place: Place = ()

    def line(self, *place: str | int) -> int:
        """Return the line of a place within the value."""
        return self.document.line((*self.place, *place))


@dataclass(frozen=True)
class NamedId:
    """An id that stands in a list of entries, whether or not the rest of its entry is valid."""

    id: str
    line: int
    report: FileReport


@dataclass(frozen=True)
class Entries(Generic[Value]):
    """A file that is a list of entries with ids: the valid entries, and all their ids.

    ``ids`` is ``None`` when the file could not be read, so that nobody knows what stands in it.
    """

    valid: tuple[Sheet[Value], ...] = ()
    ids: tuple[NamedId, ...] | None = ()

    def named(self) -> tuple[NamedId, ...]:
        """Return the ids that are known."""
        return self.ids or ()

    def and_those_of(self, other: "Entries[Value]") -> "Entries[Value]":
        """Return the entries of two files as if they stood in one."""
        known = None if self.ids is None or other.ids is None else (*self.ids, *other.ids)
        return Entries((*self.valid, *other.valid), known)


@dataclass(frozen=True)
class LessonSheet:
    """A lesson and the report of its file; some calls of the ``broken`` sections are unreadable."""

    value: Lesson
    report: FileReport
    broken: frozenset[str]


@dataclass
class ModuleDraft:
    """One module's folder as it was read."""

    id: str
    lessons: dict[Language, LessonSheet] = field(default_factory=dict[Language, LessonSheet])
    items: Entries[Item] = field(default_factory=Entries[Item])
    reflections: Entries[Reflection] = field(default_factory=Entries[Reflection])
    assessments: Entries[Assessment] = field(default_factory=Entries[Assessment])
    images: dict[str, Path] = field(default_factory=dict[str, Path])

    @property
    def exercises(self) -> Iterator[Sheet[Item] | Sheet[Reflection]]:
        """Yield every valid item and reflection: what may be practised or graded."""
        yield from self.items.valid
        yield from self.reflections.valid

    @property
    def entries(self) -> Iterator[Sheet[Item] | Sheet[Reflection] | Sheet[Assessment]]:
        """Yield everything valid that a page can show and people have written, entry by entry."""
        yield from self.exercises
        yield from self.assessments.valid


@dataclass
class Draft:
    """The content folder as it was read; what could not be read is ``None`` or missing."""

    directory: Path
    course: Sheet[Course] | None
    curriculum: Sheet[Curriculum] | None
    glossary: Entries[Term]
    sources: Entries[Source]
    modules: dict[str, ModuleDraft]
