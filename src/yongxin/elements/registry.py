"""From the name of an element to the element."""

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

_KINDS = ("quiz", "reflect", "kept", "simulate", "assess", "submit", "progress")


def item_element(item: PublicItem, judge: Judge) -> QuizElement:
    """Return the element that asks an item: a scenario is played, most others are answered."""
    if isinstance(item, PublicWithdrawn):
        return WithdrawnElement(item, judge)
    if isinstance(item, PublicScenario):
        return ScenarioElement(item, judge)
    return QuizElement(item, judge)


def find_element(name: str, catalogue: Catalogue) -> Element:
    """Return the element ``name``, such as ``quiz:gap-sign``.

    Raises ``UnknownId``, whose kind is ``item``, ``reflection``, ``simulator``, ``assessment``
    or ``element``, and ``CatalogueError`` when the built course cannot be read.
    """
    kind, _, element_id = name.partition(":")
    if kind == QuizElement.kind:
        return item_element(catalogue.item(element_id), catalogue.judge)
    if kind == ReflectionElement.kind:
        return ReflectionElement(catalogue.reflection(element_id))
    if kind == KeptElement.kind:
        reflection = catalogue.reflection(element_id)
        module_id = catalogue.module_of(f"{ReflectionElement.kind}:{element_id}")
        return KeptElement(reflection, catalogue.course.modules[module_id])
    if kind == SimulatorElement.kind:
        if element_id not in simulator_ids():
            raise UnknownId("simulator", element_id, simulator_ids())
        return SimulatorElement(find_simulator(element_id))
    if kind == AssessmentElement.kind:
        return AssessmentElement(catalogue.assessment(element_id))
    if name == SubmissionElement.full_name:
        return SubmissionElement()
    if name == ProgressElement.full_name:
        return ProgressElement(catalogue.course)
    raise UnknownId("element", name, [f"{one}:" for one in _KINDS])
