"""Small questions about modules and their elements that several services ask."""

from collections.abc import Iterable
from typing import TypeAlias

from yongxin.catalogue import Catalogue, PublicModule, UnknownId
from yongxin.elements import find_element
from yongxin.elements.quiz import QuizElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.store import Submission

#: An element that counts as work to be done; a simulator is there to be played with.
Question: TypeAlias = QuizElement | ReflectionElement


class InPreparation(Exception):
    """The module is announced, and there is nothing in it yet."""

    def __init__(self, module_id: str) -> None:
        super().__init__(f"{module_id} is still in preparation")
        self.module_id = module_id


def require_module(catalogue: Catalogue, module_id: str) -> PublicModule:
    """Return a module that can be learned. Raises ``UnknownId`` and ``InPreparation``."""
    modules = catalogue.course.modules
    if module_id not in modules:
        raise UnknownId("module", module_id, modules)
    if modules[module_id].status != "released":
        raise InPreparation(module_id)
    return modules[module_id]


def built_modules(catalogue: Catalogue) -> list[str]:
    """Return the ids of the modules that can be learned, in the order of the course."""
    modules = catalogue.course.modules
    return [one for one in catalogue.built_modules() if modules[one].status == "released"]


def neighbours(catalogue: Catalogue, module_id: str) -> tuple[str | None, str | None]:
    """Return the ids of the modules before and after this one, among those that can be learned."""
    modules = built_modules(catalogue)
    place = modules.index(module_id)
    before = modules[place - 1] if place > 0 else None
    after = modules[place + 1] if place + 1 < len(modules) else None
    return before, after


def questions(catalogue: Catalogue, names: Iterable[str]) -> dict[str, Question]:
    """Return those of the named elements that count as work, in their order."""
    elements = {name: find_element(name, catalogue) for name in names}
    return {name: one for name, one in elements.items() if isinstance(one, Question)}


def by_module(submissions: Iterable[Submission]) -> dict[str, list[Submission]]:
    """Return ``submissions`` sorted into their modules, each list in its order."""
    found: dict[str, list[Submission]] = {}
    for one in submissions:
        found.setdefault(one.module, []).append(one)
    return found
