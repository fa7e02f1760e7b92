"""A scenario as it is written, with the consequences of every choice, and what is wrong with it."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Annotated, cast

from pydantic import Field, model_validator

from yongxin.items.base import JSON, Item, Model, OptionVerdict, Real, Slug
from yongxin.items.scenario.in_words import change_in_words, ending_in_words
from yongxin.items.scenario.key import MeterKey, ScenarioKey, StepKey
from yongxin.items.scenario.paths import MAXIMUM_PATHS, Path, examine, follow
from yongxin.items.scenario.public import (
    MAXIMUM_STEPS,
    TIMES,
    EndingVerdict,
    Line,
    PublicEnding,
    PublicMeter,
    PublicNode,
    PublicScenario,
    PublicStep,
    Rating,
    ResponseMode,
    ScenarioVerdict,
    Skill,
    StepVerdict,
    Type,
    step_name,
)
from yongxin.language import Language, LocalizedText
from yongxin.nearest import nearest


class Meter(PublicMeter):
    """A meter as it is written; falling below its ``floor`` fails the scenario, come what may."""

    floor: Real | None = None

    @model_validator(mode="after")
    def _start_within_bounds(self) -> "Meter":
        lowest = self.minimum if self.floor is None else max(self.minimum, self.floor)
        if not lowest <= self.start <= self.maximum or self.minimum >= self.maximum:
            raise ValueError(
                f"the start {self.start:g} must lie between {lowest:g} and {self.maximum:g}"
            )
        return self

    def public(self) -> PublicMeter:
        """Select what a learner may see before answering."""
        return PublicMeter(
            id=self.id,
            name=self.name,
            minimum=self.minimum,
            maximum=self.maximum,
            start=self.start,
        )


class Step(PublicStep):
    """A choice with its consequences: ``effects`` by meter, and why, which is the feedback."""

    effects: dict[Slug, Real] = Field(default_factory=dict[Slug, Real])
    mode: ResponseMode | None = None
    skill: Skill | None = None
    feedback: LocalizedText

    def public(self) -> PublicStep:
        """Select what a learner may see before answering."""
        return PublicStep(id=self.id, text=self.text, reply=self.reply, next=self.next)


class Node(Model):
    """A place in the story as it is written."""

    id: Slug
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=12)]
    options: Annotated[tuple[Step, ...], Field(min_length=2, max_length=6)]

    def public(self, item_id: str) -> PublicNode:
        """Select what a learner may see; the options stand in an order that says nothing."""
        shuffled = sorted(
            self.options,
            key=lambda one: hashlib.sha256(f"{item_id}/{self.id}/{one.id}".encode()).digest(),
        )
        return PublicNode(
            id=self.id, lines=self.lines, options=tuple(one.public() for one in shuffled)
        )


class Chain(Model):
    """The five steps in a customer's head, from what was hoped for to what is done (A-12)."""

    expectation: LocalizedText
    perception: LocalizedText
    thought: LocalizedText
    feeling: LocalizedText
    action: LocalizedText

    def steps(self) -> dict[str, LocalizedText]:
        """Return the five steps, in order, by name."""
        return {name: cast(LocalizedText, getattr(self, name)) for name in type(self).model_fields}

    def in_language(self, language: Language) -> dict[str, str]:
        """Return the five steps, in order, by name, as they are said in one language."""
        return {name: step.in_language(language) for name, step in self.steps().items()}


class Ending(PublicEnding):
    """An ending with the customer's rating, and the five steps that led to it."""

    rating: Rating
    chain: Chain

    def public(self) -> PublicEnding:
        """Select what a learner may see before answering."""
        return PublicEnding(id=self.id, text=self.text)


class Scenario(Item):
    """A setting (the stem), meters, the places of a story with its choices, and rated endings.

    Every place and every ending can be reached, nobody can go round in circles, no path takes a
    meter out of its bounds, and at least one path keeps above every floor.
    """

    type: Type
    meters: Annotated[tuple[Meter, ...], Field(min_length=1, max_length=5)]
    start: Slug
    nodes: Annotated[tuple[Node, ...], Field(min_length=1, max_length=MAXIMUM_STEPS)]
    endings: Annotated[tuple[Ending, ...], Field(min_length=2, max_length=8)]

    @model_validator(mode="after")
    def _can_be_played(self) -> "Scenario":
        _require_unique(self)
        _require_sound_graph(self)
        _require_sound_meters(self)
        return self

    def public(self) -> PublicScenario:
        shows_meters = self.use == "practice"
        return PublicScenario(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            meters=tuple(meter.public() for meter in self.meters) if shows_meters else (),
            start=self.start,
            nodes=tuple(node.public(self.id) for node in self.nodes),
            endings=tuple(ending.public() for ending in self.endings),
        )

    @cached_property
    def _answer_key(self) -> ScenarioKey:
        return _key(self, *_worst_and_best(_key(self, 0, 1)))

    def answer_key(self) -> ScenarioKey:
        return self._answer_key

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Say of every choice of the time that counts what it changed and why, then how it ended.

        None of them is right or wrong: each has its consequences.
        """
        key = self.answer_key()
        paths = key.read(response)
        counted = key.counted(paths)
        told = self._told(paths[counted], language)
        places = follow(key.graph, self.start, paths[counted])
        names = {meter.id: meter.name.in_language(language) for meter in self.meters}
        space = " " if language == "en" else ""
        verdicts = [
            OptionVerdict(
                step_name(place, step.option),
                None,
                change_in_words(step.effects, names, language) + space + step.feedback,
            )
            for place, step in zip(places, told.steps, strict=False)
        ]
        if told.ending:
            number = counted + 1 if len(paths) > 1 else None
            words = ending_in_words(told.ending, told, names, language, counted=number)
            verdicts.append(OptionVerdict(told.ending.id, None, words))
        return verdicts

    def verdict(self, response: JSON, language: Language) -> ScenarioVerdict:
        """Judge the last time the scenario was played, whether it has ended or not."""
        return self._told(self.answer_key().read(response)[-1], language)

    def _told(self, path: Path, language: Language) -> ScenarioVerdict:
        key = self.answer_key()
        places = follow(key.graph, self.start, path)
        standing = key.play(path)
        nodes = {node.id: {one.id: one for one in node.options} for node in self.nodes}
        steps = [nodes[place][option] for place, option in zip(places, path, strict=False)]
        ending = next((one for one in self.endings if one.id == standing.place), None)
        return ScenarioVerdict(
            ratio=key.path_ratio(path),
            explanation=self.explanation.in_language(language),
            steps=tuple(
                StepVerdict(
                    step.id,
                    step.effects,
                    step.feedback.in_language(language),
                    step.mode,
                    step.skill,
                )
                for step in steps
            ),
            meters=standing.meters,
            failed=standing.failed,
            ending=ending
            and EndingVerdict(ending.id, ending.rating, ending.chain.in_language(language)),
        )


def _key(scenario: Scenario, worst: float, best: float) -> ScenarioKey:
    return ScenarioKey(
        id=scenario.id,
        points=scenario.points,
        times=TIMES[scenario.use],
        meters=tuple(
            MeterKey(id=meter.id, start=meter.start, floor=meter.floor) for meter in scenario.meters
        ),
        start=scenario.start,
        nodes={
            node.id: {one.id: StepKey(next=one.next, effects=one.effects) for one in node.options}
            for node in scenario.nodes
        },
        worst=worst,
        best=best,
    )


def _worst_and_best(key: ScenarioKey) -> tuple[float, float]:
    """Return the lowest total of any ending, and the highest of those that nothing failed."""
    ends = list(key.ends())
    worst = min(end.total for end in ends)
    return worst, max((end.total for end in ends if end.failed is None), default=worst)


def _require_unique(scenario: Scenario) -> None:
    _require_different("meters", [meter.id for meter in scenario.meters])
    places = [one.id for one in (*scenario.nodes, *scenario.endings)]
    _require_different("nodes and endings", places)
    for node in scenario.nodes:
        _require_different(f"options of {node.id}", [one.id for one in node.options])


def _require_different(what: str, ids: Sequence[str]) -> None:
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise ValueError(f"the ids of {what} must differ; repeated: {', '.join(repeated)}")


def _require_sound_graph(scenario: Scenario) -> None:
    graph = {node.id: {one.id: one.next for one in node.options} for node in scenario.nodes}
    endings = [ending.id for ending in scenario.endings]
    problems = examine(graph, scenario.start, endings)
    told: list[str] = []
    if problems.unknown:
        known = (*graph, *endings)
        told.append(
            f"start or next names {', '.join(problems.unknown)}; there are {', '.join(known)}; "
            f"nearest: {nearest(problems.unknown[0], known, count=1)[0]}"
        )
    if problems.unreachable:
        told.append(f"nothing leads to {', '.join(problems.unreachable)}")
    if problems.in_circles:
        told.append(f"one can go round in circles through {', '.join(problems.in_circles)}")
    if problems.too_many:
        told.append(f"more than {MAXIMUM_PATHS} ways through it; join some branches")
    if told:
        raise ValueError("; ".join(told))


def _require_sound_meters(scenario: Scenario) -> None:
    meters = {meter.id: meter for meter in scenario.meters}
    for node in scenario.nodes:
        for option in node.options:
            unknown = sorted(set(option.effects) - set(meters))
            if unknown:
                raise ValueError(
                    f"the effects of {option.id} name {', '.join(unknown)}; "
                    f"the meters are {', '.join(meters)}; "
                    f"nearest: {nearest(unknown[0], meters, count=1)[0]}"
                )
    key = _key(scenario, 0, 1)
    for standing in key.standings():
        for meter, value in standing.meters.items():
            bounds = meters[meter]
            if not bounds.minimum <= value <= bounds.maximum:
                raise ValueError(
                    f"the path {' → '.join(standing.path)} takes {meter} to {value:g}; "
                    f"it goes from {bounds.minimum:g} to {bounds.maximum:g}"
                )
    worst, best = _worst_and_best(key)
    if best <= worst:
        raise ValueError(
            "no path earns more than the worst one without falling below a floor; "
            "vary the effects, or leave a path on which nothing fails"
        )
