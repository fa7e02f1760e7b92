"""What the ids in somebody's copy stand for: titles, questions, and answers in words."""

from collections.abc import Mapping
from typing import Any

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.elements.assessment import AssessmentElement
from yongxin.elements.kept import KeptElement
from yongxin.elements.quiz import QuizElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.elements.simulator import SimulatorElement
from yongxin.items import MalformedResponse
from yongxin.language import LANGUAGES, Language
from yongxin.simulators import find_simulator, simulator_ids

_BETWEEN = " · "


class CopyWords:
    """Looks up what stands in a copy, in the course as it is when this is made."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._course = catalogue.edition()

    def of(self, table: str, column: str, row: Mapping[str, Any]) -> dict[Language, str]:
        """Return what a value of a row stands for, in each language.

        Empty for what speaks for itself, and for what the course has no longer. Raises
        ``CatalogueError``.
        """
        try:
            return {
                one: words for one in LANGUAGES if (words := self._words(table, column, row, one))
            }
        except (UnknownId, MalformedResponse):
            return {}

    def _words(self, table: str, column: str, row: Mapping[str, Any], language: Language) -> str:
        value = row[column]
        structure = self._course.course
        match table, column:
            case "answer", "name":
                return self._asked(value, language)
            case "answer", "state":
                return self._answered(row["name"], value, language)
            case _, "module_id" | "module" if value in structure.modules:
                return structure.modules[value].title.in_language(language)
            case _, "path_id":
                titles = {one.id: one.title for one in structure.paths}
                return titles[value].in_language(language) if value in titles else ""
            case _, "reflection_id":
                return self._course.reflection(value).prompt.in_language(language)
            case _:
                return ""

    def _asked(self, name: str, language: Language) -> str:
        kind, _, element_id = name.partition(":")
        if kind == QuizElement.kind:
            return self._course.item(element_id).stem_in_words(language)
        if kind in (ReflectionElement.kind, KeptElement.kind):
            return self._course.reflection(element_id).prompt.in_language(language)
        if kind == AssessmentElement.kind:
            return self._course.assessment(element_id).title.in_language(language)
        if kind == SimulatorElement.kind and element_id in simulator_ids():
            return find_simulator(element_id).title.in_language(language)
        return ""

    def _answered(self, name: str, state: Mapping[str, Any], language: Language) -> str:
        kind, _, element_id = name.partition(":")
        if kind != QuizElement.kind or state.get("response") is None:
            return ""
        return _BETWEEN.join(self._course.item(element_id).in_words(state["response"], language))
