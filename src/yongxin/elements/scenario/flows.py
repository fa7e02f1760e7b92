"""How many went which way through a scenario: what a trainer sees of a cohort, without names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from yongxin.items import JSON, MalformedResponse
from yongxin.items.scenario.paths import follow
from yongxin.items.scenario.public import PublicScenario


@dataclass(frozen=True)
class Flow:
    """How many chose ``option`` at ``source`` and so came to ``target``."""

    source: str
    option: str
    target: str
    count: int


@dataclass(frozen=True)
class Flows:
    """The ways of a cohort: one for each learner who began, and who has not come to an ending.

    ``unreadable`` counts answers to an earlier version of the scenario.
    """

    flows: tuple[Flow, ...]
    played: int
    unfinished: int
    unreadable: int


def first_ways(scenario: PublicScenario, responses: Iterable[JSON]) -> Flows:
    """Count the first time that each learner played: later ones know how it goes.

    ``flows`` stand in the order of the scenario, options that nobody chose left out.
    """
    chosen: Counter[tuple[str, str]] = Counter()
    played = unfinished = unreadable = 0
    graph = scenario.graph
    for response in responses:
        try:
            paths = scenario.read(response)
        except MalformedResponse:
            unreadable += 1
            continue
        if not paths or not paths[0]:
            continue
        places = follow(graph, scenario.start, paths[0])
        chosen.update(zip(places, paths[0], strict=False))
        played += 1
        unfinished += places[-1] in graph
    flows = tuple(
        Flow(node, option, target, chosen[node, option])
        for node, options in graph.items()
        for option, target in options.items()
        if chosen[node, option]
    )
    return Flows(flows, played, unfinished, unreadable)
