"""How far one learner is: progress and results. Reads, never writes."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from yongxin.elements.withdrawn import WithdrawnElement
from yongxin.grading import feedback
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.feedback import Feedback, UnreadableFeedback
from yongxin.site.course_elements import CourseElements, CurrentElements
from yongxin.site.modules import built_modules, by_module, require_module
from yongxin.site.visits import Visits
from yongxin.store import Learner, Returned, Store, Submission, deliveries

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModuleProgress:
    """How far one learner is in one module."""

    module_id: str
    opened: datetime | None
    answered: int
    total: int
    has_exercise: bool
    submissions: tuple[Submission, ...]
    attempts: int
    due: datetime | None
    is_overdue: bool

    @property
    def handed_in(self) -> Submission | None:
        """The hand-in that counts, which is the last one."""
        return self.submissions[-1] if self.submissions else None


@dataclass(frozen=True)
class Result:
    """What became of one learner's exercise.

    ``feedback`` belongs to ``graded``, the latest hand-in that has been graded; a later one, or a
    revision, may be waiting for its turn. ``returned`` are the reflections of it that a trainer has
    returned. ``is_latest``: nothing newer waits. ``is_damaged``: there is feedback that cannot be
    read.
    """

    module_id: str
    submissions: tuple[Submission, ...]
    feedback: Feedback | None = None
    graded: Submission | None = None
    is_latest: bool = False
    is_damaged: bool = False
    returned: tuple[Returned, ...] = ()

    @property
    def state(self) -> Literal["not-handed-in", "waiting", "graded", "unreadable"]:
        """Where the hand-in that counts stands."""
        if not self.submissions:
            return "not-handed-in"
        if self.is_damaged:
            return "unreadable"
        return "graded" if self.is_latest else "waiting"

    @property
    def revision(self) -> Returned | None:
        """The revision that waits, when the hand-in itself has been graded."""
        if self.state != "waiting" or self.graded != self.submissions[-1]:
            return None
        return max(
            (one for one in self.returned if one.revised is not None),
            key=lambda one: one.revised or one.at,
        )

    @property
    def to_revise(self) -> frozenset[str]:
        """The ids of the reflections that may be handed in again."""
        return frozenset(one.reflection for one in self.returned if one.is_open)

    def is_passed(self, pass_mark: float) -> bool | None:
        """Tell whether the share of points for questions reaches ``pass_mark``.

        What a trainer marks does not count towards it. ``None`` while nobody can tell.
        """
        items = self.feedback.items if self.feedback else ()
        if not items or any(one.points is None for one in items):
            return None
        earned = sum(one.points or 0 for one in items)
        # A hair below the mark is the mark: points are sums of fractions.
        return earned >= pass_mark * sum(one.max for one in items) - 1e-9


class Overview:
    """What is known about how far a learner is. Threads may share an instance."""

    def __init__(
        self,
        course: CurrentElements,
        store: Store,
        visits: Visits,
        exchange: ExchangeSettings,
        clock: Callable[[], datetime],
    ) -> None:
        self._course = course
        self._store = store
        self._visits = visits
        self._exchange = exchange
        self._clock = clock

    def progress(self, learner: Learner) -> dict[str, ModuleProgress]:
        """Return how far the learner is in every module that can be learned."""
        return self._progress(self._course.now(), learner)

    def result(self, learner: Learner, module_id: str) -> Result:
        """Return what became of the learner's exercise. Raises ``UnknownId``, ``InPreparation``."""
        require_module(self._course.now().edition, module_id)
        submissions = self._store.submissions(learner.id, module_id)
        return self._result(module_id, submissions, self._store.returned(learner.id))

    def results(self, learner: Learner) -> list[Result]:
        """Return the results of all modules that have an exercise, in the order of the course."""
        edition = self._course.now().edition
        submissions = by_module(self._store.submissions(learner.id))
        returned = self._store.returned(learner.id)
        return [
            self._result(module_id, submissions.get(module_id, ()), returned)
            for module_id in built_modules(edition)
            if edition.bank(module_id).exercise
        ]

    def to_revise(self, learner: Learner) -> list[Returned]:
        """Return the reflections that were returned to the learner and not handed in again yet."""
        edition = self._course.now().edition
        return [
            one
            for one in self._store.returned(learner.id)
            if one.is_open and one.module in edition.exercises_with(f"reflect:{one.reflection}")
        ]

    def _result(
        self, module_id: str, submissions: Iterable[Submission], returned: Iterable[Returned]
    ) -> Result:
        handed_in = tuple(submissions)
        of_module = tuple(one for one in returned if one.module == module_id)
        result = Result(module_id, handed_in, returned=of_module)
        for place, one in enumerate(deliveries(handed_in, of_module)):
            try:
                found = feedback.read(self._exchange, module_id, Receipt(**one.receipt))
            except (UnreadableFeedback, OSError):
                # One broken file must not hide everything else; the page says that there is one.
                _log.exception("the feedback on submission %d", one.submission.id)
                return replace(result, is_damaged=True)
            if found is not None:
                return replace(result, feedback=found, graded=one.submission, is_latest=not place)
        return result

    def _progress(self, course: CourseElements, learner: Learner) -> dict[str, ModuleProgress]:
        all_questions = course.all_questions()
        attempts = course.edition.course.attempts
        now = self._clock()
        names = [name for asked in all_questions.values() for name in asked]
        saved = self._store.saved(learner.id, names)
        visits = self._visits.of(learner.id)
        submissions = by_module(self._store.submissions(learner.id))
        deadlines = self._store.deadlines_for(learner.id)
        progress: dict[str, ModuleProgress] = {}
        for module_id, asked in all_questions.items():
            due = deadlines.get(module_id)
            handed_in = tuple(submissions.get(module_id, ()))
            progress[module_id] = ModuleProgress(
                module_id=module_id,
                opened=visits.get(module_id),
                answered=sum(
                    isinstance(question, WithdrawnElement)
                    or (name in saved and question.is_answered(saved[name].state))
                    for name, question in asked.items()
                ),
                total=len(asked),
                has_exercise=bool(course.edition.bank(module_id).exercise),
                submissions=handed_in,
                attempts=attempts,
                due=due,
                is_overdue=due is not None and not handed_in and now > due,
            )
        return progress
