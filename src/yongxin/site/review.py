"""A learner's flash cards: which of them there are, and how many wait. Reads, never writes."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from yongxin.elements import Element, State
from yongxin.elements.quiz import QuizElement
from yongxin.elements.review import ItemCard, ReviewElement, TermCard
from yongxin.site.course_elements import CourseElements, CurrentElements
from yongxin.site.visits import Visits
from yongxin.store import Learner, Store

REVIEW = ReviewElement.full_name


class Review:
    """Finds the cards that learners have met. Threads may share an instance."""

    def __init__(self, course: CurrentElements, store: Store, visits: Visits, zone: tzinfo) -> None:
        self._course = course
        self._store = store
        self._visits = visits
        self._zone = zone

    def element(self, course: CourseElements, learner: Learner) -> ReviewElement:
        """Return the learner's cards of one edition of the course."""
        return ReviewElement(course.deck, self._met(course, learner), self._zone)

    def reminder(self, learner: Learner, now: datetime) -> int | None:
        """Return how many cards wait, or ``None`` for a learner who has not asked to be told."""
        saved = self._store.saved(learner.id, [REVIEW]).get(REVIEW)
        # Few ask for it: the others' start page must not wait for what it does not show.
        if saved is None or not ReviewElement.is_reminder_wanted(saved.state):
            return None
        return self.element(self._course.now(), learner).waiting(saved.state, now)

    def _met(self, course: CourseElements, learner: Learner) -> frozenset[str]:
        """Return the ids of the cards whose question is answered or whose module was opened."""
        items: Mapping[str, ItemCard] = {
            one.element: one for one in course.deck.values() if isinstance(one, ItemCard)
        }
        saved = self._store.saved(learner.id, items)
        answered = {
            card.id
            for name, card in items.items()
            if name in saved and _is_answered(course.element(name), saved[name].state)
        }
        opened = self._visits.of(learner.id)
        terms = {
            one.id
            for one in course.deck.values()
            if isinstance(one, TermCard) and any(module.id in opened for module in one.modules)
        }
        return frozenset(answered | terms)


def _is_answered(element: Element, state: State) -> bool:
    return isinstance(element, QuizElement) and element.is_answered(state)
