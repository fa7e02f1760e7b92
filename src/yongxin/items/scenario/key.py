"""What it takes to score a scenario: the effects of every choice, floors, and the best way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from yongxin.items.base import JSON, Key, Model, Real, Slug
from yongxin.items.scenario.paths import NotAPath, Path, follow
from yongxin.items.scenario.public import Type, read_paths
from yongxin.scoring import scaled


@dataclass(frozen=True)
class Standing:
    """How things stand after some choices: the place reached, every meter, what fell too low."""

    path: tuple[str, ...]
    place: str
    meters: dict[str, float]
    failed: str | None = None

    @property
    def total(self) -> float:
        """The meters' sum, by which paths are compared."""
        return round(sum(self.meters.values()), 9)


class MeterKey(Model):
    """A meter's start and the floor below which the scenario fails."""

    id: Slug
    start: Real
    floor: Real | None = None

    def is_too_low(self, meters: Mapping[str, float]) -> bool:
        """Say whether this one of the ``meters`` is below its floor."""
        return self.floor is not None and meters[self.id] < self.floor


class StepKey(Model):
    """Where an option leads, and what it does to the meters."""

    next: Slug
    effects: dict[Slug, Real] = Field(default_factory=dict[Slug, Real])


class ScenarioKey(Key):
    """The graph with the effects of every option, and between which totals a path is placed.

    ``times`` is how often the scenario may be played: a response with more was not played here.
    """

    type: Type = "scenario"
    times: Annotated[int, Field(ge=1)]
    meters: tuple[MeterKey, ...]
    start: Slug
    nodes: dict[Slug, dict[Slug, StepKey]]
    worst: Real
    best: Real

    @property
    def graph(self) -> dict[str, dict[str, str]]:
        """Where each option of each node leads."""
        return {
            node: {option: step.next for option, step in steps.items()}
            for node, steps in self.nodes.items()
        }

    def ratio(self, response: JSON) -> float:
        """Return what the time that counts earns; one that falls below a floor earns nothing."""
        paths = self.read(response)
        return self.path_ratio(paths[self.counted(paths)])

    def read(self, response: JSON) -> list[list[str]]:
        """Return the paths of a response. Raises ``MalformedResponse``."""
        return read_paths(response, self.graph, self.start, self.times)

    def counted(self, paths: list[list[str]]) -> int:
        """Return the place of the path that counts: the best, of equals one that has an ending."""
        graph = self.graph
        return max(
            range(len(paths)),
            key=lambda one: (
                self.path_ratio(paths[one]),
                follow(graph, self.start, paths[one])[-1] not in graph,
            ),
        )

    def path_ratio(self, path: Path) -> float:
        """Return what a path earns by itself; one without an ending earns nothing."""
        end = self.play(path)
        if end.failed or end.place in self.nodes:
            return 0.0
        return scaled(end.total, self.worst, self.best)

    def play(self, path: Path) -> Standing:
        """Return how things stand after ``path``. Raises ``NotAPath``."""
        standing = self.beginning()
        for option in path:
            if option not in self.nodes.get(standing.place, {}):
                raise NotAPath(option)
            standing = self.choose(standing, option)
        return standing

    def beginning(self) -> Standing:
        """Return how things stand before the first choice."""
        return Standing((), self.start, {meter.id: float(meter.start) for meter in self.meters})

    def choose(self, standing: Standing, option: str) -> Standing:
        """Return how things stand after one more choice, which must be on offer."""
        step = self.nodes[standing.place][option]
        # Tenths add up to what they look like, so that no floor and no bound is missed by a hair.
        meters = {
            meter: round(value + step.effects.get(meter, 0), 9)
            for meter, value in standing.meters.items()
        }
        too_low = [one.id for one in self.meters if one.is_too_low(meters)]
        failed = standing.failed or next(iter(too_low), None)
        return Standing((*standing.path, option), step.next, meters, failed)

    def best_path(self) -> tuple[str, ...]:
        """Return a path that earns everything."""
        return max(self.ends(), key=lambda end: self.path_ratio(end.path)).path

    def ends(self) -> Iterator[Standing]:
        """Yield how things may stand at an ending."""
        return (one for one in self.standings() if one.place not in self.nodes)

    def standings(self) -> Iterator[Standing]:
        """Yield how things may stand, after every sequence of choices; nobody goes in circles."""
        waiting = [self.beginning()]
        while waiting:
            standing = waiting.pop()
            yield standing
            waiting += [self.choose(standing, one) for one in self.nodes.get(standing.place, {})]
