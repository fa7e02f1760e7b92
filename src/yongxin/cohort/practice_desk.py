"""Counts of what is done in the lessons of a course, each counted anew after a while.

Counting ten thousand states takes a tenth of a second. Nobody waits for more than some of that: a
call counts for as long as its time allows, and says what is missing.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar, cast

from yongxin.catalogue import Bank, Catalogue
from yongxin.cohort.choices import Choice
from yongxin.cohort.practice import (
    Played,
    Section,
    Tried,
    is_counted,
    played,
    sections,
    tried,
    tried_choices,
)
from yongxin.elements.assessment import AssessmentElement
from yongxin.items import Item
from yongxin.items.assessment import Assessment, GroupFigures, group_figures
from yongxin.items.scenario import PublicScenario, Scenario
from yongxin.language import Language
from yongxin.simulators import Simulator, find_simulator
from yongxin.store import Store

#: So long a page may let its reader wait for counts.
SECONDS_TO_COUNT: Final = 0.4
#: What took no longer is counted anew each time; no lesson has so much that this adds up.
_QUICK: Final = 0.005
#: Anything else is good for this many times as long as it took, and at most for ten minutes.
_PAUSE: Final = 600
_LONGEST: Final = 600.0
#: For ``count_the_rest``, which nobody waits for.
_PLENTY: Final = 300.0

Subject = TypeVar("Subject")
Count = TypeVar("Count")


@dataclass(frozen=True)
class Line(Generic[Subject, Count]):
    """Something in a lesson with its count; ``None``: of too few people, or it ``is_waiting``."""

    subject: Subject
    count: Count | None
    is_waiting: bool


@dataclass(frozen=True)
class ModulePractice:
    """What is known of one lesson."""

    sections: tuple[Section, ...] | None
    questions: tuple[Line[Item, Tried], ...]
    simulators: tuple[Line[Simulator, Played], ...]
    assessments: tuple[Line[Assessment, Mapping[str, GroupFigures]], ...]
    scenarios: tuple[PublicScenario, ...]

    @property
    def waiting(self) -> int:
        """How many counts are missing because there was no time."""
        lines = (*self.questions, *self.simulators, *self.assessments)
        return sum(one.is_waiting for one in lines)


@dataclass(frozen=True)
class _Kept:
    until: float
    count: Any


class PracticeDesk:
    """The counts of a course. Threads may share an instance."""

    def __init__(self, catalogue: Catalogue, store: Store) -> None:
        self._catalogue = catalogue
        self._store = store
        self._guard = threading.Lock()  # of all below
        self._edition: Catalogue | None = None
        self._kept: dict[str, _Kept] = {}
        self._being_counted: set[str] = set()

    def reading(self, language: Language) -> dict[str, tuple[Section, ...] | None]:
        """Return module → how far its lesson is read, of every module that is built."""
        readers = self._store.readings()
        course = self._catalogue.edition()
        return {
            one: _sections(course.bank(one), readers.get(one, {}), language)
            for one in course.built_modules()
        }

    def module(
        self, module_id: str, language: Language, *, seconds: float = SECONDS_TO_COUNT
    ) -> ModulePractice:
        """Return what is done in a module's lesson, as far as there was time to count it.

        Raises ``UnknownId`` for a module that is not built.
        """
        end = time.monotonic() + seconds
        course = self._catalogue.edition()
        self._forget_other_than(course)
        bank = course.bank(module_id)
        lesson = [name for name in bank.elements if name not in bank.exercise]
        items = {one.id: cast("Item", one) for one in bank.practice}
        own = {one.id: one for one in bank.assessments}

        def line(
            name: str, subject: Subject, count: Callable[[Subject], Count | None]
        ) -> Line[Subject, Count]:
            found = self._look(name, partial(count, subject), end)
            return Line(subject, found.count if found else None, found is None)

        return ModulePractice(
            _sections(bank, self._store.readings().get(module_id, {}), language),
            tuple(
                line(f"quiz:{one}", items[one], self._tried)
                for one in _ids("quiz", lesson)
                if not isinstance(items[one], Scenario)
            ),
            tuple(
                line(f"simulate:{one}", find_simulator(one), self._played)
                for one in _ids("simulate", lesson)
            ),
            tuple(
                line(f"assess:{one}", own[one], self._assessed) for one in _ids("assess", lesson)
            ),
            tuple(_scenarios(bank)),
        )

    def count_the_rest(self, module_id: str, language: Language) -> None:
        """Count all of a module, unless somebody does already."""
        with self._guard:
            if module_id in self._being_counted:
                return
            self._being_counted.add(module_id)
        try:
            self.module(module_id, language, seconds=_PLENTY)
        finally:
            with self._guard:
                self._being_counted.discard(module_id)

    def choices(self, module_id: str, item_id: str, language: Language) -> list[Choice] | None:
        """Return what was answered first to one practice item, by ten thousand in a moment.

        ``None``: too few have answered, or it is no practice item whose answers can be counted.
        """
        for item in self._catalogue.bank(module_id).practice:
            if item.id == item_id and is_counted(item.public()):
                return tried_choices(item, self._store.state_counts(f"quiz:{item_id}"), language)
        return None

    def _tried(self, item: Item) -> Tried | None:
        return tried(item, self._store.state_counts(f"quiz:{item.id}"))

    def _played(self, simulator: Simulator) -> Played | None:
        return played(self._store.state_counts(f"simulate:{simulator.id}"))

    def _assessed(self, assessment: Assessment) -> dict[str, GroupFigures] | None:
        element = AssessmentElement(assessment)
        found: dict[str, GroupFigures] = {}
        for group, states in sorted(self._store.states_by_group(element.name).items()):
            results = [one for state in states if (one := element.first_result(state)) is not None]
            figures = group_figures(results, assessment.scales())
            if figures is not None:
                found[group] = figures
        return found or None

    def _forget_other_than(self, course: Catalogue) -> None:
        """Forget the counts of earlier editions: an item may have been written anew."""
        with self._guard:
            if self._edition is not course:
                self._edition, self._kept = course, {}

    def _look(self, name: str, count: Callable[[], object], end: float) -> _Kept | None:
        """Return a count, or ``None`` when it is not known and there is no time left."""
        began = time.monotonic()
        with self._guard:
            kept = self._kept.get(name)
        if kept is not None and kept.until > began:
            return kept
        if began >= end:
            return None
        found = count()
        now = time.monotonic()
        took = now - began
        kept = _Kept(now + min(_LONGEST, _PAUSE * took), found)
        if took > _QUICK:
            with self._guard:
                self._kept[name] = kept
        return kept


def _sections(
    bank: Bank, readers: Mapping[str, int], language: Language
) -> tuple[Section, ...] | None:
    return sections([(one.id, one.title) for one in bank.lesson[language]], readers)


def _ids(kind: str, names: list[str]) -> list[str]:
    return [name.partition(":")[2] for name in names if name.startswith(f"{kind}:")]


def _scenarios(bank: Bank) -> Iterator[PublicScenario]:
    for one in (*bank.practice, *bank.graded):
        shown = one.public() if isinstance(one, Scenario) else one
        if isinstance(shown, PublicScenario):
            yield shown
