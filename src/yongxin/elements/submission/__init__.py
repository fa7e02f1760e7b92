"""The hand-in element of an exercise: what is answered, what is left, and what was handed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from yongxin.elements.markup import render
from yongxin.elements.quiz import QuizElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.language import Language
from yongxin.text import interface_text


@dataclass(frozen=True)
class HandIn:
    """One hand-in that was made; ``number`` counts from 1."""

    number: int
    at: datetime
    late: bool


class SubmissionElement(Element):
    """The end of every exercise. The module is the page's or the kernel's, never the element's.

    No learner's event changes it: handing in is done by the host (the site or the kernel), which
    alone knows the learner. The host builds the state with ``state``, from what the store keeps.
    """

    kind: ClassVar[str] = "submit"
    full_name: ClassVar[str] = "submit:exercise"
    id = "exercise"

    @staticmethod
    def state(
        exercise: Iterable[Element],
        states: Mapping[str, State],
        *,
        attempts_allowed: int,
        handed_in: Sequence[HandIn],
        due: datetime | None,
    ) -> State:
        """Return the state for ``present``, from the exercise's elements in their order.

        ``states`` are the learner's own, by element name; an element without one is untouched.
        """
        return {
            "attempts_allowed": attempts_allowed,
            "due": due.isoformat() if due else None,
            "handed_in": [
                {"number": one.number, "at": one.at.isoformat(), "late": one.late}
                for one in handed_in
            ],
            "exercise": [
                {
                    "name": element.name,
                    "answered": element.is_answered(states.get(element.name, element.initial())),
                }
                for element in exercise
                if isinstance(element, QuizElement | ReflectionElement)
            ],
        }

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/submission/view.html", language, element=self, root="submit-exercise"
        )

    def initial(self) -> State:
        return self.state([], {}, attempts_allowed=0, handed_in=[], due=None)

    def present(self, state: State, context: Context) -> Presentation:
        text = interface_text(context.language)
        asked = state["exercise"]
        due = state["due"]
        return {
            "attempts_used": len(state["handed_in"]),
            "attempts_allowed": state["attempts_allowed"],
            "due": due,
            "late": due is not None and context.now > datetime.fromisoformat(due),
            "handed_in": state["handed_in"],
            "missing": [
                {"name": one["name"], "label": text("element.submit.question", number=number)}
                for number, one in enumerate(asked, start=1)
                if not one["answered"]
            ],
            "answered": sum(one["answered"] for one in asked),
            "total": len(asked),
            "can_hand_in": len(state["handed_in"]) < state["attempts_allowed"],
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        """Refuse every event: see the class."""
        del state, event, context
        raise RefusedEvent("malformed")
