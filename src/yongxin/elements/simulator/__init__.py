"""The simulator element: inputs that the learner moves, and what the model makes of them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import ClassVar

from markupsafe import Markup

from yongxin.elements.contract import (
    Context,
    Element,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.events import NOTHING, read_event, read_mapping
from yongxin.elements.markup import render
from yongxin.items import JSON
from yongxin.language import Language
from yongxin.simulators import ChoiceInput, Results, Simulator, UnusableInput
from yongxin.simulators.base import Value
from yongxin.simulators.numerals import plain

_SHAPES = {"set": frozenset({"inputs"}), "reset": NOTHING}
_DIGITS = 3


class SimulatorElement(Element):
    """One simulator. Its state is ``{"inputs": {id: value}}``, only those that were moved.

    ``set`` carries the inputs that have changed; ``reset`` brings back all defaults, and is counted
    as ``{"resets": n}``.
    """

    kind: ClassVar[str] = "simulate"

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.id = simulator.id
        self._inputs = {one.id: one for one in simulator.inputs()}

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/simulator/view.html",
            language,
            element=self,
            simulator=self.simulator,
            results=self.simulator.show(self.simulator.defaults(), language),
            is_choice=lambda one: isinstance(one, ChoiceInput),
            plain=lambda value: plain(value, _DIGITS),
            root=f"simulate-{self.id}",
        )

    def initial(self) -> State:
        return {"inputs": {}}

    def present(self, state: State, context: Context) -> Presentation:
        inputs = self.simulator.defaults() | self._read(state)
        results = self.simulator.show(inputs, context.language)
        return {
            "inputs": inputs,
            "defaults": self.simulator.defaults(),
            "untouched": inputs == self.simulator.defaults(),
            "summary": results.summary,
            "table": _table(results),
            "figure": results.figure,
            "pace": _pace(results),
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        kind, event = read_event(event, _SHAPES)
        if kind == "reset":
            return {**self.initial(), "resets": self.resets(state) + 1}, {}
        changed = self._read_inputs(read_mapping(event["inputs"]), context.language)
        moved = {**self._read(state), **changed}
        defaults = self.simulator.defaults()
        return {
            "inputs": {
                one: moved[one]
                for one in defaults
                if moved.get(one, defaults[one]) != defaults[one]
            },
            **({"resets": resets} if (resets := self.resets(state)) else {}),
        }, {}

    @staticmethod
    def resets(state: State) -> int:
        """Return how often the learner has brought back the defaults."""
        kept = state.get("resets")
        return kept if isinstance(kept, int) and not isinstance(kept, bool) else 0

    def _read_inputs(self, inputs: Mapping[str, JSON], language: Language) -> dict[str, Value]:
        unknown = inputs.keys() - self._inputs.keys()
        if unknown:
            raise RefusedEvent("malformed")
        try:
            return {one: self._inputs[one].read(value) for one, value in inputs.items()}
        except UnusableInput as error:
            one = error.input
            label = one.label.in_language(language)
            if error.code == "out-of-range" and not isinstance(one, ChoiceInput):
                raise RefusedEvent(
                    "out-of-range",
                    label=label,
                    minimum=plain(one.minimum, _DIGITS),
                    maximum=plain(one.maximum, _DIGITS),
                ) from error
            raise RefusedEvent("not-a-value", label=label) from error

    def _read(self, state: State) -> dict[str, Value]:
        """Return the kept inputs that the simulator, which may have changed since, still takes."""
        kept = state.get("inputs")
        readable: dict[str, Value] = {}
        for name, value in kept.items() if isinstance(kept, dict) else ():
            if name in self._inputs:
                try:
                    readable[name] = self._inputs[name].read(value)
                except UnusableInput:
                    continue
        return readable


def _table(results: Results) -> Presentation:
    table = results.table
    return {
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "marked": list(table.marked),
        "has_total": table.has_total,
    }


def _pace(results: Results) -> Presentation | None:
    pace = results.pace
    if pace is None:
        return None
    return {
        "beats": [asdict(one) for one in pace.beats],
        "done": pace.done,
        "moves": pace.moves,
    }
