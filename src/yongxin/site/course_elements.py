"""The elements of the course, each made once for as long as the course stays as it is."""

from dataclasses import dataclass, field
from functools import cached_property

from yongxin.catalogue import Bank, Catalogue, UnknownId
from yongxin.elements import Context, Element, Presentation, find_element
from yongxin.elements.review import Deck, make_deck
from yongxin.language import Language
from yongxin.site.modules import Question, built_modules, questions, require_module


@dataclass(frozen=True)
class CourseElements:
    """What can be worked with in one edition of the course. Threads may share an instance."""

    edition: Catalogue
    _elements: dict[str, Element] = field(default_factory=dict[str, Element])
    _untouched: dict[tuple[str, Language, bool], Presentation] = field(
        default_factory=dict[tuple[str, Language, bool], Presentation]
    )
    _questions: dict[tuple[str, bool], dict[str, Question]] = field(
        default_factory=dict[tuple[str, bool], dict[str, Question]]
    )

    def element(self, name: str) -> Element:
        """Return an element of a module that can be learned.

        Raises ``UnknownId`` and ``InPreparation``.
        """
        found = self._elements.get(name)
        if found is None:
            require_module(self.edition, self.edition.module_of(name))
            found = self._elements[name] = find_element(name, self.edition)
        return found

    def untouched(self, element: Element, context: Context) -> Presentation:
        """Return what the element shows to whoever has not touched it; not to be changed.

        That does not depend on the time, and seldom on the learner, so it is made once for all.
        """
        if element.is_personal or context.returned is not None:
            return element.present(element.initial(), context)
        key = (element.name, context.language, context.locked)
        found = self._untouched.get(key)
        if found is None:
            found = self._untouched[key] = element.present(element.initial(), context)
        return found

    @cached_property
    def deck(self) -> Deck:
        """The flash cards of the course."""
        return make_deck(self.edition)

    def exercise(self, module_id: str) -> dict[str, Question]:
        """Return what is handed in with a module; not to be changed.

        Raises ``UnknownId`` also for a module without an exercise, and ``InPreparation``.
        """
        require_module(self.edition, module_id)
        exercise = self._asked(self.edition.bank(module_id), of_exercise=True)
        if not exercise:
            raise UnknownId("exercise", module_id, ())
        return exercise

    def all_questions(self) -> dict[str, dict[str, Question]]:
        """Return what is asked in each module that can be learned; not to be changed."""
        return {
            module_id: self._asked(self.edition.bank(module_id), of_exercise=False)
            for module_id in built_modules(self.edition)
        }

    def _asked(self, bank: Bank, *, of_exercise: bool) -> dict[str, Question]:
        key = (bank.module, of_exercise)
        found = self._questions.get(key)
        if found is None:
            names = bank.exercise if of_exercise else bank.elements
            found = self._questions[key] = questions(self.edition, names)
        return found


class CurrentElements:
    """The elements of the course as it is. Threads may share an instance."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._current: CourseElements | None = None

    def now(self) -> CourseElements:
        """Return the elements of this moment; one request asks once, so that all fits together.

        Raises ``CatalogueError``.
        """
        edition = self._catalogue.edition()
        current = self._current
        if current is None or current.edition is not edition:
            current = self._current = CourseElements(edition)
        return current
