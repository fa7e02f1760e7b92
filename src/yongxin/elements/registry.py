"""From the name of an element to the element."""

from collections.abc import Callable, Mapping

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.elements.assessment import AssessmentElement
from yongxin.elements.contract import Element
from yongxin.elements.kept import KeptElement
from yongxin.elements.progress import ProgressElement
from yongxin.elements.quiz import Judge, QuizElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.elements.scenario import ScenarioElement
from yongxin.elements.simulator import SimulatorElement
from yongxin.elements.submission import SubmissionElement
from yongxin.elements.withdrawn import WithdrawnElement
from yongxin.items import PublicItem
from yongxin.items.scenario.public import PublicScenario
from yongxin.items.withdrawn import PublicWithdrawn
from yongxin.simulators import find_simulator, simulator_ids


def item_element(item: PublicItem, judge: Judge) -> QuizElement:
    """Return the element that asks an item: a scenario is played, most others are answered."""
    if isinstance(item, PublicWithdrawn):
        return WithdrawnElement(item, judge)
    if isinstance(item, PublicScenario):
        return ScenarioElement(item, judge)
    return QuizElement(item, judge)


def _kept(element_id: str, catalogue: Catalogue) -> KeptElement:
    reflection = catalogue.reflection(element_id)
    module_id = catalogue.module_of(f"{ReflectionElement.kind}:{element_id}")
    return KeptElement(reflection, catalogue.course.modules[module_id])


def _simulator(element_id: str, catalogue: Catalogue) -> SimulatorElement:  # noqa: ARG001
    if element_id not in simulator_ids():
        raise UnknownId("simulator", element_id, simulator_ids())
    return SimulatorElement(find_simulator(element_id))


#: How an element is made of its id, by its kind.
_BY_KIND: Mapping[str, Callable[[str, Catalogue], Element]] = {
    QuizElement.kind: lambda one, catalogue: item_element(catalogue.item(one), catalogue.judge),
    ReflectionElement.kind: lambda one, catalogue: ReflectionElement(catalogue.reflection(one)),
    KeptElement.kind: _kept,
    SimulatorElement.kind: _simulator,
    AssessmentElement.kind: lambda one, catalogue: AssessmentElement(catalogue.assessment(one)),
}
#: The elements of which there is one, by name.
_SINGLE: Mapping[str, Callable[[Catalogue], Element]] = {
    SubmissionElement.full_name: lambda _: SubmissionElement(),
    ProgressElement.full_name: lambda catalogue: ProgressElement(catalogue.course),
}


def find_element(name: str, catalogue: Catalogue) -> Element:
    """Return the element ``name``, such as ``quiz:gap-sign``.

    Raises ``UnknownId``, whose kind is ``item``, ``reflection``, ``simulator``, ``assessment``
    or ``element``, and ``CatalogueError`` when the built course cannot be read.
    """
    kind, _, element_id = name.partition(":")
    if kind in _BY_KIND:
        return _BY_KIND[kind](element_id, catalogue)
    if name in _SINGLE:
        return _SINGLE[name](catalogue)
    kinds = [*_BY_KIND, SubmissionElement.kind, ProgressElement.kind]
    raise UnknownId("element", name, [f"{one}:" for one in kinds])
