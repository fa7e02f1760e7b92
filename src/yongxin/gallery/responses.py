"""What the gallery's visitor answers: from ``docs/items/responses.yaml``, and from the keys."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from yongxin.gallery.copies import Copy
from yongxin.gallery.states import State
from yongxin.items import JSON, Item
from yongxin.items.calculated import Calculated
from yongxin.items.figure import plain
from yongxin.items.right_answer import right_response
from yongxin.language import FIRST_LANGUAGE

FILE = "responses.yaml"

#: In a response to an item whose numbers are the learner's own: the right number, and one that is
#: near enough for a part of the points.
ANSWER, NEAR = "{answer}", "{near}"

#: The states that need no response of their own in the file.
_ALWAYS: frozenset[State] = frozenset({"untouched", "answered", "refused", "right"})


class Responses:
    """The responses of one gallery, by the id of the element and the state."""

    def __init__(self, written: Mapping[str, Mapping[str, JSON]]) -> None:
        self._written = written

    @classmethod
    def read(cls, course: Path) -> "Responses":
        """Read the file of a course folder. Raises ``OSError`` and ``YAMLError``."""
        return cls(YAML(typ="safe", pure=True).load((course / FILE).read_text(encoding="utf-8")))

    def known(self, element_id: str, state: State) -> bool:
        """Say whether an element can be brought into a state; no single choice is partly right."""
        return state in _ALWAYS or state in self._written.get(element_id, {})

    def of(self, copy: Copy, learner: str) -> JSON:
        """Return what ``learner`` answers to a copy, or ``None`` where nothing is answered."""
        written = self._written.get(copy.original, {})
        if copy.state in {"untouched", "refused"}:
            return None
        if copy.state in written:
            return _filled(written[copy.state], copy.element, learner)
        if copy.state == "answered":
            given = written["partly" if "partly" in written else "wrong"]
            return _filled(given, copy.element, learner)
        if not isinstance(copy.element, Item):
            raise LookupError(f"{FILE}: nothing for {copy.original} in the state {copy.state}")
        return right_response(copy.element.for_learner(learner), FIRST_LANGUAGE)

    def of_simulator(self, simulator_id: str) -> Mapping[str, JSON] | None:
        """Return how a simulator's inputs are moved; ``None`` leaves it as it is."""
        found = self._written.get(simulator_id)
        return found["inputs"] if found else None


def _filled(response: JSON, element: object, learner: str) -> JSON:
    """Return a response with the learner's own numbers in the places of ``ANSWER`` and ``NEAR``."""
    if not isinstance(element, Calculated):
        return response
    if isinstance(response, dict):
        parts: dict[str, Any] = response
        return {name: _filled(part, element, learner) for name, part in parts.items()}
    item = element.for_learner(learner)
    answer = item.shown_answer(item.answer_key().value())
    near = answer + 2 * Decimal(repr(item.tolerance))
    return {ANSWER: plain(answer), NEAR: plain(near)}.get(response, response)
