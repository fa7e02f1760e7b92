"""What people do with the course: where catalogue, store, elements and grading come together.

Nothing here knows about HTTP. Every method may wait for a disk or a database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, Literal, TypeVar

from yongxin.catalogue import Catalogue
from yongxin.elements import Context, Element, Event, Presentation, State
from yongxin.elements.contract import Returned as ReturnedNote
from yongxin.elements.progress import ProgressElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.elements.submission import HandIn, SubmissionElement
from yongxin.grading.answers import Answer, Written
from yongxin.grading.exchange import ExchangeSettings
from yongxin.grading.submission import HandIns
from yongxin.language import Language
from yongxin.site.course_elements import CourseElements, CurrentElements
from yongxin.site.groups import GroupResults
from yongxin.site.overview import Overview
from yongxin.site.plan import Plans
from yongxin.site.review import REVIEW, Review
from yongxin.site.visits import Visits
from yongxin.store import Learner, NotReturned, Returned, Revision, Saved, Store, Submission

SUBMIT = SubmissionElement.full_name
PROGRESS = ProgressElement.full_name
REFLECTIONS = f"{ReflectionElement.kind}:"


Kept = TypeVar("Kept", Answer, Written)


class NeedsConfirmation(Exception):
    """Handing in now has a drawback of which the learner has to be told first."""

    def __init__(self, code: Literal["incomplete", "late"]) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ElementEvent:
    """One event as a browser sends it. ``revision`` is the last one that the browser has seen."""

    name: str
    event_id: str
    client: str
    revision: int
    event: Event


class Learning:
    """The services of one site to its learners. Threads may share an instance."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: Store,
        exchange: ExchangeSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo = UTC,
    ) -> None:
        """``zone`` tells where a day ends for cards that come again after days."""
        self.catalogue = catalogue
        self.store = store
        self._visits = Visits(store)
        self._course = CurrentElements(catalogue)
        self.overview = Overview(self._course, store, self._visits, exchange, clock)
        self.plans = Plans(self._course, store)
        self._review = Review(self._course, store, self._visits, zone)
        self._hand_ins = HandIns(exchange, catalogue)
        self._groups = GroupResults(store, clock)
        self._clock = clock

    def questions_asked(self) -> dict[str, tuple[str, ...]]:
        """Return the names of what is asked in each module that can be learned."""
        return {one: tuple(asked) for one, asked in self._course.now().all_questions().items()}

    # -- elements ----------------------------------------------------------------------------

    def page_state(
        self,
        learner: Learner,
        names: Iterable[str],
        language: Language,
        *,
        module_id: str | None = None,
    ) -> dict[str, dict[str, Any]]:
        """Return what a page shows of the elements ``names``: revision and presentation each.

        ``module_id`` tells whose exercise ``submit:exercise`` hands in; without it, that element
        is left out. Raises ``UnknownId`` for a name that the course does not have.
        """
        course = self._course.now()
        wanted = list(dict.fromkeys(names))
        kept = [name for name in wanted if name not in {SUBMIT, PROGRESS}]
        elements = {name: self._element(course, learner, name) for name in kept}
        states = {name: element.state_name for name, element in elements.items()}
        saved = self.store.saved(learner.id, dict.fromkeys(states.values()))
        contexts = self._contexts(course, learner, kept, language)
        shown: dict[str, dict[str, Any]] = {}
        for name in wanted:
            if name == PROGRESS:
                shown[name] = self._progress_state(course, learner, language)
            elif name == SUBMIT and module_id is not None:
                shown[name] = self._submit_state(course, learner, module_id, language)
            elif states.get(name) in saved:
                found = saved[states[name]]
                shown[name] = {
                    "revision": found.revision,
                    "presentation": elements[name].present(found.state, contexts[name]),
                }
            elif name in elements:
                untouched = course.untouched(elements[name], contexts[name])
                shown[name] = {"revision": 0, "presentation": untouched}
        return shown

    def apply_event(
        self, learner: Learner, event: ElementEvent, language: Language
    ) -> dict[str, Any]:
        """Apply one event and return what the browser is told about it.

        Raises ``RefusedEvent``, ``UnknownId``, ``InPreparation``, ``StateRefused``,
        ``InvalidName`` and ``StoreError``; the state is then as it was.
        """
        course = self._course.now()
        element = self._element(course, learner, event.name)
        context = self._contexts(course, learner, [event.name], language)[event.name]

        def transition(state: State | None) -> tuple[State, dict[str, Any]]:
            before = element.initial() if state is None else state
            return element.handle(before, event.event, context)

        applied = self.store.apply(
            learner.id,
            event.name,
            event_id=event.event_id,
            client=event.client,
            revision=event.revision,
            transition=transition,
        )
        return {
            "element": event.name,
            "revision": applied.saved.revision,
            "presentation": element.present(applied.saved.state, context),
            "reply": applied.reply,
            "overtaken": applied.overtaken,
            "replayed": applied.replayed,
        }

    # -- handing in --------------------------------------------------------------------------

    def hand_in(
        self,
        learner: Learner,
        module_id: str,
        *,
        event_id: str,
        language: Language,
        confirmed: bool,
    ) -> Presentation:
        """Hand the module's exercise in, and return what ``submit:exercise`` shows after it.

        Raises ``NeedsConfirmation`` unless ``confirmed``, ``NoAttemptsLeft``, ``HandInFailed``,
        ``UnknownId``, ``InPreparation``, ``InvalidName`` and ``StoreError``. The same ``event_id``
        again hands nothing in and returns the same.
        """
        course = self._course.now()
        exercise = course.exercise(module_id)
        saved = self.store.saved(learner.id, exercise)
        before = self._submit_state(course, learner, module_id, language, saved)["presentation"]
        if not confirmed and before["can_hand_in"]:
            if before["missing"]:
                raise NeedsConfirmation("incomplete")
            if before["late"]:
                raise NeedsConfirmation("late")
        now = self._clock()
        answers, reflections = _answers(saved), _reflections(saved)

        def deliver(reserved: Submission) -> Mapping[str, Any]:
            receipt = self._hand_ins.hand_in(
                username=learner.username,
                module_id=module_id,
                answers=answers,
                reflections=reflections,
                language=language,
                now=reserved.at,
            )
            return asdict(receipt)

        self.store.hand_in(
            learner.id,
            module_id,
            event_id=event_id,
            allowed_attempts=course.edition.course.attempts,
            now=now,
            snapshot={
                "answers": _as_json(answers),
                "reflections": _as_json(reflections),
            },
            deliver=deliver,
        )
        # Of what was handed in, not of what somebody may have written meanwhile.
        return self._submit_state(course, learner, module_id, language, saved)["presentation"]

    def revise(
        self, learner: Learner, reflection_id: str, *, event_id: str, language: Language
    ) -> dict[str, Any]:
        """Hand a returned reflection in again, and return what its element shows after it.

        All other answers are handed in as they were before, and it costs no attempt. Raises
        ``NotReturned``, ``RefusedEvent`` for a reflection that is not complete, and what
        ``hand_in`` raises. The same ``event_id`` again hands nothing in and returns the same.
        """
        course = self._course.now()
        name = f"{REFLECTIONS}{reflection_id}"
        module_id = next(
            (
                one.module
                for one in self.store.returned(learner.id)
                if one.reflection == reflection_id
            ),
            None,
        )
        if module_id is None:
            raise NotReturned(f"{reflection_id} was not returned")
        element = course.exercise(module_id).get(name)
        if not isinstance(element, ReflectionElement):
            raise NotReturned(f"{reflection_id} has left the exercise of {module_id}")
        saved = self.store.saved(learner.id, [name])
        element.require_complete(saved[name].state if name in saved else element.initial())
        written = _as_json(_reflections(saved))

        def change(snapshot: Mapping[str, Any]) -> dict[str, Any]:
            return {**snapshot, "reflections": {**snapshot["reflections"], **written}}

        def deliver(revision: Revision) -> Mapping[str, Any]:
            receipt = self._hand_ins.hand_in(
                username=learner.username,
                module_id=module_id,
                answers=_from_json(revision.snapshot["answers"], Answer),
                reflections=_from_json(revision.snapshot["reflections"], Written),
                language=language,
                now=revision.moment,
            )
            return asdict(receipt)

        self.store.revise(
            learner.id,
            module_id,
            reflection_id,
            event_id=event_id,
            now=self._clock(),
            change=change,
            deliver=deliver,
        )
        return self.page_state(learner, [name], language)[name]

    # -- flash cards -------------------------------------------------------------------------

    def reminder(self, learner: Learner) -> int | None:
        """Return how many cards wait, or ``None`` for a learner who has not asked to be told."""
        return self._review.reminder(learner, self._clock())

    # -- visits ------------------------------------------------------------------------------

    def record_visit(self, learner: Learner, module_id: str) -> None:
        """Note that the learner opened the module now; waits for nothing."""
        self._visits.note(learner.id, module_id)

    def close(self) -> None:
        """Write what is noted and not written yet; nothing may be asked afterwards."""
        self._visits.close()

    # ----------------------------------------------------------------------------------------

    def _element(self, course: CourseElements, learner: Learner, name: str) -> Element:
        return self._review.element(course, learner) if name == REVIEW else course.element(name)

    def _contexts(
        self, course: CourseElements, learner: Learner, names: Iterable[str], language: Language
    ) -> dict[str, Context]:
        """Return the moment in which each element is used."""
        wanted = list(names)
        exercises = {
            name: found for name in wanted if (found := course.edition.exercises_with(name))
        }
        locked = self._locked(course, learner, exercises)
        returned = self._returned(learner, exercises)
        return {
            name: self._context(
                language, learner, locked=name in locked, returned=returned.get(name)
            )
            for name in wanted
        }

    def _context(
        self,
        language: Language,
        learner: Learner,
        *,
        locked: bool = False,
        returned: Returned | None = None,
    ) -> Context:
        return Context(
            language=language,
            now=self._clock(),
            locked=locked,
            learner=learner.username,
            returned=ReturnedNote(returned.comment, returned.at, returned.revised)
            if returned
            else None,
            group=partial(self._groups.figures, learner),
        )

    def _locked(
        self, course: CourseElements, learner: Learner, exercises: Mapping[str, Iterable[str]]
    ) -> set[str]:
        """Return those elements whose exercise was handed in for the last time.

        ``exercises`` tells in which modules' exercises each stands.
        """
        if not exercises:
            return set()
        allowed = course.edition.course.attempts
        hand_ins = self.store.hand_ins(learner.id)
        return {
            name
            for name, modules in exercises.items()
            if any(hand_ins.get(module_id, 0) >= allowed for module_id in modules)
        }

    def _returned(self, learner: Learner, names: Iterable[str]) -> dict[str, Returned]:
        """Return what a trainer has returned of these elements."""
        if not any(name.startswith(REFLECTIONS) for name in names):
            return {}
        return {f"{REFLECTIONS}{one.reflection}": one for one in self.store.returned(learner.id)}

    def _submit_state(
        self,
        course: CourseElements,
        learner: Learner,
        module_id: str,
        language: Language,
        saved: Mapping[str, Saved] | None = None,
    ) -> dict[str, Any]:
        exercise = course.exercise(module_id)
        if saved is None:
            saved = self.store.saved(learner.id, exercise)
        submissions = self.store.submissions(learner.id, module_id)
        state = SubmissionElement.state(
            exercise.values(),
            {name: one.state for name, one in saved.items()},
            attempts_allowed=course.edition.course.attempts,
            handed_in=[HandIn(one.number, one.at, one.late) for one in submissions],
            due=self.store.deadline(module_id, learner.id),
        )
        presentation = SubmissionElement().present(state, self._context(language, learner))
        return {"revision": len(submissions), "presentation": presentation}

    def _progress_state(
        self, course: CourseElements, learner: Learner, language: Language
    ) -> dict[str, Any]:
        progress = self.overview.progress(learner)
        state = ProgressElement.state(
            {one.module_id: (one.answered, one.total) for one in progress.values()},
            [one.module_id for one in progress.values() if one.opened],
        )
        element = ProgressElement(course.edition.course)
        context = self._context(language, learner)
        return {"revision": 0, "presentation": element.present(state, context)}


def _as_json(values: Mapping[str, Answer | Written]) -> dict[str, Any]:
    return {name: one.model_dump(mode="json") for name, one in values.items()}


def _from_json(values: Mapping[str, Any], model: type[Kept]) -> dict[str, Kept]:
    return {name: model.model_validate(one) for name, one in values.items()}


def _answers(saved: Mapping[str, Saved]) -> dict[str, Answer]:
    return {
        name.removeprefix("quiz:"): Answer(response=one.state["response"], saved=one.updated)
        for name, one in saved.items()
        if name.startswith("quiz:")
    }


def _reflections(saved: Mapping[str, Saved]) -> dict[str, Written]:
    return {
        name.removeprefix(REFLECTIONS): Written(fields=one.state["fields"], saved=one.updated)
        for name, one in saved.items()
        if name.startswith(REFLECTIONS)
    }
