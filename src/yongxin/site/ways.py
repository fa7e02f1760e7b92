"""Which ways a cohort went through scenarios: counts without names, and none of a few people."""

from dataclasses import dataclass
from typing import Final

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.elements.scenario import ScenarioElement
from yongxin.elements.scenario.flows import Flow, Flows, first_ways
from yongxin.items.scenario.public import PublicScenario
from yongxin.language import Language
from yongxin.site.modules import built_modules, questions
from yongxin.site.sankey import Band, sankey
from yongxin.store import Store

#: Of fewer people nothing is shown: who knows them could tell who went which way.
FEWEST: Final = 5


@dataclass(frozen=True)
class Choice:
    """One row of the table: how many chose this, of all who came to this place."""

    text: str
    target: str
    count: int
    share: float | None


@dataclass(frozen=True)
class Place:
    """A place in the story, numbered as in the picture, and what was chosen there."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Ways:
    """The ways through one scenario; ``flows`` is ``None`` while too few have played."""

    module_id: str
    scenario: PublicScenario
    flows: Flows | None

    def places(self, language: Language) -> list[Place]:
        """Return the table: every node with all its options, those that nobody chose as well."""
        names = self._names(language)
        counts = {(one.source, one.option): one.count for one in self._flows}
        places: list[Place] = []
        for node in self.scenario.nodes:
            came = sum(counts.get((node.id, one.id), 0) for one in node.options)
            choices = tuple(
                Choice(
                    option.text.in_language(language),
                    names[option.next],
                    count := counts.get((node.id, option.id), 0),
                    count / came if came else None,
                )
                for option in node.options
            )
            places.append(Place(names[node.id], choices))
        return places

    def picture(self, language: Language, title: str) -> str:
        """Return the Sankey diagram as SVG."""
        texts = {
            (node.id, option.id): option.text.in_language(language)
            for node in self.scenario.nodes
            for option in node.options
        }
        bands = [
            Band(one.source, one.target, texts[one.source, one.option], one.count)
            for one in self._flows
        ]
        return sankey(self.scenario.start, bands, self._names(language), title)

    @property
    def _flows(self) -> tuple[Flow, ...]:
        return self.flows.flows if self.flows else ()

    def _names(self, language: Language) -> dict[str, str]:
        """Return what places are called: what is first said there, with a number before it."""
        texts = {node.id: node.lines[0].text for node in self.scenario.nodes}
        texts |= {ending.id: ending.text for ending in self.scenario.endings}
        return {
            place: f"{number}. {text.in_language(language)}"
            for number, (place, text) in enumerate(texts.items(), start=1)
        }


def ways_through(catalogue: Catalogue, store: Store, scenario_id: str) -> Ways:
    """Return the ways through one scenario. Raises ``UnknownId``."""
    scenarios = _scenarios(catalogue)
    if scenario_id not in scenarios:
        raise UnknownId("scenario", scenario_id, scenarios)
    scenario, module_id = scenarios[scenario_id]
    return _ways(module_id, scenario, store)


def _ways(module_id: str, scenario: PublicScenario, store: Store) -> Ways:
    states = store.states(f"{ScenarioElement.kind}:{scenario.id}")
    flows = first_ways(scenario, (state.get("response") for state in states))
    return Ways(module_id, scenario, flows if flows.played >= FEWEST else None)


def _scenarios(catalogue: Catalogue) -> dict[str, tuple[PublicScenario, str]]:
    return {
        element.id: (element.scenario, module_id)
        for module_id in built_modules(catalogue)
        for element in questions(catalogue, catalogue.bank(module_id).elements).values()
        if isinstance(element, ScenarioElement)
    }
