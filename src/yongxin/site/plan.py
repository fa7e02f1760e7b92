"""A learner's action plan: what they wrote in the reflections that belong to it. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from yongxin.catalogue import PublicModule, PublicReflection
from yongxin.elements.reflection import ReflectionElement
from yongxin.grading.reflection_cell import FieldInWords, clean, fields_in_words
from yongxin.items.reflection import DateField, day_of
from yongxin.language import Language
from yongxin.site.course_elements import CourseElements, CurrentElements
from yongxin.store import Learner, Saved, Store

#: A calendar shows the beginning of what is to be done; the rest stands in the plan.
LONGEST_STEP = 100


@dataclass(frozen=True)
class Step:
    """Something to be done on a day.

    ``revision`` and ``changed`` are those of the reflection in which it was written.
    """

    reflection: str
    field: str
    day: date
    text: str
    revision: int
    changed: datetime

    @property
    def title(self) -> str:
        """What is to be done, in one line that a calendar can show."""
        line = " ".join(self.text.split())
        return line if len(line) <= LONGEST_STEP else f"{line[: LONGEST_STEP - 1]}…"


@dataclass(frozen=True)
class Entry:
    """One reflection of the plan: what was written in it, field by field, and its steps."""

    reflection: PublicReflection
    fields: tuple[FieldInWords, ...]
    steps: tuple[Step, ...]

    @property
    def place(self) -> Literal["lesson", "exercise"]:
        """On which page of its module it is written."""
        return "exercise" if self.reflection.use == "graded" else "lesson"


@dataclass(frozen=True)
class ModulePlan:
    """What one module adds to the plan, in the order in which it is asked."""

    module: PublicModule
    entries: tuple[Entry, ...]

    @property
    def is_begun(self) -> bool:
        """Whether something has been written."""
        return any(entry.fields for entry in self.entries)


@dataclass(frozen=True)
class Plan:
    """All that belongs to one learner's plan, written or not, in the order of the course."""

    modules: tuple[ModulePlan, ...]

    @property
    def entries(self) -> Iterator[Entry]:
        """Yield every reflection of the plan."""
        return (entry for module in self.modules for entry in module.entries)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been written yet."""
        return not any(module.is_begun for module in self.modules)

    @property
    def steps(self) -> list[Step]:
        """What is to be done on a day, by day."""
        found = [step for entry in self.entries for step in entry.steps]
        return sorted(found, key=lambda step: step.day)


class Plans:
    """Gathers plans. Threads may share an instance; a call may wait for the store."""

    def __init__(self, course: CurrentElements, store: Store) -> None:
        self._course = course
        self._store = store

    def of(self, learner: Learner, language: Language) -> Plan:
        """Return the learner's plan as it is now. Raises ``CatalogueError`` and ``StoreError``."""
        course = self._course.now()
        asked = _asked(course)
        names = [one.name for elements in asked.values() for one in elements]
        saved = self._store.saved(learner.id, names)
        return Plan(
            tuple(
                ModulePlan(
                    course.edition.course.modules[module_id],
                    tuple(_entry(one, saved.get(one.name), language) for one in elements),
                )
                for module_id, elements in asked.items()
            )
        )


def _asked(course: CourseElements) -> dict[str, list[ReflectionElement]]:
    """Return the reflections of the plan in the order of the course and of its files."""
    asked: dict[str, list[ReflectionElement]] = {}
    for module_id, questions in course.all_questions().items():
        for reflection in course.edition.bank(module_id).reflections:
            element = questions.get(f"{ReflectionElement.kind}:{reflection.id}")
            if reflection.plan and isinstance(element, ReflectionElement):
                asked.setdefault(module_id, []).append(element)
    return asked


def _entry(element: ReflectionElement, saved: Saved | None, language: Language) -> Entry:
    if saved is None:
        return Entry(element.reflection, (), ())
    written = element.written(saved.state)
    fields = fields_in_words(element.reflection, written, language)
    return Entry(
        element.reflection,
        tuple(one for one in fields if one.text.strip()),
        tuple(_steps(element.reflection, written, saved, language)),
    )


def _steps(
    reflection: PublicReflection, written: dict[str, str], saved: Saved, language: Language
) -> Iterator[Step]:
    for field in reflection.fields:
        if isinstance(field, DateField) and field.event is not None:
            day = day_of(written.get(field.id, ""))
            text = clean(written.get(field.event, "")).strip()
            if day is not None:
                yield Step(
                    reflection.id,
                    field.id,
                    day,
                    # A day was chosen before anything was written: the label says what it is for.
                    text or field.label.in_language(language),
                    saved.revision,
                    saved.updated,
                )
