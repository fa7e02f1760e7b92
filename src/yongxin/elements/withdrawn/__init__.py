"""The element in the place of a withdrawn question: it says so and takes no answer."""

from markupsafe import Markup

from yongxin.elements.contract import (
    Context,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.markup import render
from yongxin.elements.quiz import QuizElement
from yongxin.language import Language


class WithdrawnElement(QuizElement):
    """One withdrawn item. What a learner has answered before stays in the store, unread."""

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/withdrawn/view.html",
            language,
            element=self,
            item=self.item,
            root=f"quiz-{self.id}",
        )

    def present(self, state: State, context: Context) -> Presentation:  # noqa: ARG002
        return {}

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        """Refuse every event: an answer may have waited on a device since before."""
        del state, event, context
        raise RefusedEvent("withdrawn")
