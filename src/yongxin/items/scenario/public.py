"""What a learner may see of a scenario: the story, the choices, and where each of them leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

from yongxin.items.base import JSON, MalformedResponse, Model, PublicItem, Real, Slug, Use, Verdict
from yongxin.items.scenario.paths import Graph, NotAPath, follow
from yongxin.language import Language, LocalizedText

Type = Literal["scenario"]

#: Six ways to respond to what somebody says (deck B, unit B-30).
ResponseMode = Literal["evaluating", "clashing", "diverting", "probing", "repeating", "calming"]
#: The five skills of somebody who serves (deck B, unit B-25).
Skill = Literal["looking", "listening", "moving", "speaking", "smiling"]
Rating = Literal["very-satisfied", "satisfied", "dissatisfied", "very-dissatisfied"]

#: How often a scenario may be played, an unfinished time included. Of a graded one the better time
#: counts; practice is kept as far as anybody will look back.
TIMES: Mapping[Use, int] = {"graded": 2, "practice": 20}
#: Nobody goes in circles, so that a way has at most as many steps as there are nodes.
MAXIMUM_STEPS = 30


class PublicMeter(Model):
    """Something that choices raise or lower, such as trust, within bounds."""

    id: Slug
    name: LocalizedText
    minimum: Real = -5
    maximum: Real = 5
    start: Real = 0


class Line(Model):
    """Something that is said or happens; without a speaker it is told."""

    speaker: LocalizedText | None = None
    text: LocalizedText


class PublicStep(Model):
    """Something that a learner can choose, what happens at once, and where it leads.

    ``reply`` is part of the story and is told in graded scenarios too; it judges nothing.
    """

    id: Slug
    text: LocalizedText
    reply: LocalizedText
    next: Slug


class PublicNode(Model):
    """A place in the story: what is said or happens there, and what can be chosen."""

    id: Slug
    lines: tuple[Line, ...]
    options: tuple[PublicStep, ...]


class PublicEnding(Model):
    """How a story ends."""

    id: Slug
    text: LocalizedText


Named = TypeVar("Named", PublicNode, PublicEnding, PublicStep)


def by_id(entries: Iterable[Named]) -> dict[str, Named]:
    """Return ``entries`` by their ids."""
    return {entry.id: entry for entry in entries}


def step_name(place: str, option: str) -> str:
    """Return the name of a choice: an option's id is its own only where it is on offer."""
    return f"{place}.{option}"


def read_paths(response: JSON, graph: Graph, start: str, times: int) -> list[list[str]]:
    """Return the paths of a response: lists of options, of which only the last may be unfinished.

    Raises ``MalformedResponse`` for anything else, and for more than ``times`` paths.
    """
    if not isinstance(response, list) or not 1 <= len(cast(list[JSON], response)) <= times:
        raise MalformedResponse("not-a-path")
    paths = [_read_path(path) for path in cast(list[JSON], response)]
    try:
        ends = [follow(graph, start, path)[-1] for path in paths]
    except NotAPath as error:
        raise MalformedResponse("not-a-path") from error
    if any(end in graph for end in ends[:-1]):
        raise MalformedResponse("not-a-path")
    return paths


def _read_path(path: JSON) -> list[str]:
    if not isinstance(path, list) or len(cast(list[JSON], path)) > MAXIMUM_STEPS:
        raise MalformedResponse("not-a-path")
    options = [one for one in cast(list[JSON], path) if isinstance(one, str)]
    if len(options) != len(cast(list[JSON], path)):
        raise MalformedResponse("not-a-path")
    return options


class PublicScenario(PublicItem):
    """Asked one choice at a time; the response lists the options of every time it was played.

    ``meters`` are empty in a graded scenario: their names would say what is looked at.
    """

    type: Type = "scenario"
    meters: tuple[PublicMeter, ...]
    start: Slug
    nodes: tuple[PublicNode, ...]
    endings: tuple[PublicEnding, ...]

    @property
    def rule(self) -> str:
        return "best-path"

    @property
    def times(self) -> int:
        """How often the scenario may be played."""
        return TIMES[self.use]

    @property
    def graph(self) -> dict[str, dict[str, str]]:
        """Where each option of each node leads."""
        return {node.id: {one.id: one.next for one in node.options} for node in self.nodes}

    def read(self, response: JSON) -> list[list[str]] | None:
        if response is None:
            return None
        paths = read_paths(response, self.graph, self.start, self.times)
        return None if paths == [[]] else paths

    def is_complete(self, response: JSON) -> bool:
        """As in the base class: it was played to an ending at least once."""
        return bool(response) and follow(self.graph, self.start, response[0])[-1] not in self.graph

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """Say what was chosen each time, one text a time."""
        nodes = by_id(self.nodes)
        told: list[str] = []
        for path in read_paths(response, self.graph, self.start, self.times):
            places = follow(self.graph, self.start, path)
            told.append(
                " → ".join(
                    by_id(nodes[place].options)[option].text.in_language(language)
                    for place, option in zip(places, path, strict=False)
                )
            )
        return tuple(told)

    def part_names(self) -> dict[str, LocalizedText]:
        """As in the base class: the choices by ``step_name``, and the endings."""
        steps = {
            step_name(node.id, one.id): one.text for node in self.nodes for one in node.options
        }
        return steps | {ending.id: ending.text for ending in self.endings}

    def left_out(self, response: JSON, part: str) -> bool:  # noqa: ARG002
        """As in the base class: a verdict speaks only of what was chosen."""
        return False


@dataclass(frozen=True)
class StepVerdict:
    """What one choice did, and why."""

    option: str
    effects: dict[str, float]
    feedback: str
    mode: ResponseMode | None
    skill: Skill | None


@dataclass(frozen=True)
class EndingVerdict:
    """How the customer rates what happened; ``chain`` goes by step, from expectation to action."""

    id: str
    rating: Rating
    chain: dict[str, str]


@dataclass(frozen=True)
class ScenarioVerdict(Verdict):
    """The verdict on one time that a practice scenario was played, step by step.

    ``meters`` stand as the steps so far left them; ``failed`` is the meter that fell too low.
    """

    steps: tuple[StepVerdict, ...] = ()
    meters: dict[str, float] | None = None
    failed: str | None = None
    ending: EndingVerdict | None = None
