"""The gallery's visitor: a learner whose every answer is given as any learner gives one."""

from collections.abc import Iterable, Iterator
from typing import Any

from yongxin.gallery.copies import Copy
from yongxin.gallery.states import State
from yongxin.items import JSON
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection
from yongxin.items.scenario import Scenario
from yongxin.language import FIRST_LANGUAGE
from yongxin.site.learning import ElementEvent, Learning
from yongxin.store import Learner

USERNAME = "visitor"

#: The states in which a practice question has been checked.
_CHECKED: frozenset[State] = frozenset({"right", "partly", "wrong"})


def events(copy: Copy, response: JSON) -> Iterator[dict[str, Any]]:
    """Yield the events with which a page would bring a copy into its state."""
    element = copy.element
    if response is None:
        return
    if isinstance(element, Reflection):
        yield {"type": "write", "fields": response}
    elif isinstance(element, Assessment):
        for number, sheet in enumerate(response):
            yield from [{"type": "again"}] if number else []
            yield {"type": "mark", "answers": sheet}
            yield from [{"type": "finish"}] if copy.state == "complete" else []
    elif isinstance(element, Scenario):
        for number, path in enumerate(response):
            yield from [{"type": "replay"}] if number else []
            yield from (
                {"type": "choose", "option": option, "at": step} for step, option in enumerate(path)
            )
    else:
        yield {"type": "answer", "response": response}
        if element.use == "practice" and copy.state in _CHECKED:
            yield {"type": "check"}


class Visitor:
    """Somebody who answers; the same events again change nothing."""

    def __init__(self, learner: Learner, learning: Learning) -> None:
        self.learner = learner
        self._learning = learning

    def send(self, name: str, events: Iterable[dict[str, Any]]) -> None:
        """Let an element take events, in order. Raises what ``Learning.apply_event`` raises."""
        for number, event in enumerate(events):
            sent = ElementEvent(name, f"{name}-{number}", USERNAME, number, event)
            self._learning.apply_event(self.learner, sent, FIRST_LANGUAGE)

    def hand_in(self, module_id: str) -> None:
        """Hand an exercise in, with what is left open. Raises what ``Learning.hand_in`` raises."""
        self._learning.hand_in(
            self.learner, module_id, event_id=module_id, language=FIRST_LANGUAGE, confirmed=True
        )
