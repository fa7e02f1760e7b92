"""The quiz element: one item, for practice with a verdict at once or graded after hand-in."""

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from markupsafe import Markup

from yongxin.catalogue import NotPractice
from yongxin.elements.contract import (
    Context,
    Element,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.events import NOTHING, read_event
from yongxin.elements.markup import render
from yongxin.items import JSON, MalformedResponse, PublicItem, Verdict
from yongxin.language import Language
from yongxin.text import interface_text

#: Gives the verdict on a response to the item with this id, in this language, for this learner.
Judge: TypeAlias = Callable[[str, JSON, Language, str], Verdict]

_SHAPES = {"answer": frozenset({"response"}), "check": NOTHING, "retry": NOTHING}


class QuizElement(Element):
    """One item. Its state is ``{"response": …, "checked": bool}``.

    ``answer`` keeps a response; ``check`` and ``retry`` ask for the verdict of a practice item and
    put it away again. What was checked first stays in the state as ``{"first": {"response": …,
    "ratio": …}}``: later answers, which have seen the explanation, say little about the item.
    """

    kind: ClassVar[str] = "quiz"

    def __init__(self, item: PublicItem, judge: Judge) -> None:
        self.item = item
        self.id = item.id
        self._judge = judge

    @property
    def is_personal(self) -> bool:
        return self.item.is_personal

    def markup(self, language: Language) -> Markup:
        return render(
            "elements/quiz/view.html",
            language,
            element=self,
            item=self.item,
            root=f"quiz-{self.id}",
            item_view=f"items/{self.item.type.replace('-', '_')}/view.html",
        )

    def initial(self) -> State:
        return {"response": None, "checked": False}

    def is_answered(self, state: State) -> bool:
        """Say whether ``state`` holds a response that this item can still read, and all of it."""
        return self.item.is_complete(self._read(state)["response"])

    def present(self, state: State, context: Context) -> Presentation:
        readable = self._read(state)
        verdict = self._verdict(readable, context)
        variant = self.item.for_learner(context.learner).variant
        return {
            **({"variant": variant} if variant else {}),
            "response": readable["response"],
            "checked": verdict is not None,
            "locked": self._is_locked(context),
            "answered": readable["response"] is not None,
            "complete": self.item.is_complete(readable["response"]),
            "verdict": verdict,
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        kind, event = read_event(event, _SHAPES)
        if self._is_locked(context):
            raise RefusedEvent("locked")
        first = {"first": state["first"]} if "first" in state else {}
        if kind == "answer":
            return {
                "response": self._read_response(event["response"], context),
                "checked": False,
                **first,
            }, {}
        if self.item.use != "practice":
            raise RefusedEvent("not-practice")
        readable = self._read(state)
        if kind == "check" and readable["response"] is None:
            raise RefusedEvent("not-answered")
        if kind == "check" and not first:
            first = self._first(readable["response"], context)
        return {"response": readable["response"], "checked": kind == "check", **first}, {}

    def _first(self, response: JSON, context: Context) -> State:
        verdict = self._judged(response, context.language, context.learner)
        return {"first": {"response": response, "ratio": verdict.ratio}} if verdict else {}

    def _is_locked(self, context: Context) -> bool:
        return context.locked and self.item.use == "graded"

    def _read_response(self, response: JSON, context: Context) -> JSON:
        try:
            return self.item.read(response)
        except MalformedResponse as error:
            reason = interface_text(context.language)(f"response.{error.code}")
            raise RefusedEvent("response", reason=reason) from error

    def _read(self, state: State) -> State:
        """Return ``state`` as far as the item, which may have changed since, can still read it."""
        try:
            response = self.item.read(state.get("response"))
        except MalformedResponse:
            response = None
        return {
            "response": response,
            "checked": response is not None and state.get("checked") is True,
        }

    def _verdict(self, state: State, context: Context) -> Presentation | None:
        if not state["checked"] or self.item.use != "practice":
            return None
        verdict = self._judged(state["response"], context.language, context.learner)
        return verdict and {
            "ratio": verdict.ratio,
            "explanation": verdict.explanation,
            "options": [
                {"id": one.id, "right": one.right, "text": one.text} for one in verdict.options
            ],
        }

    def _judged(self, response: JSON, language: Language, learner: str = "") -> Verdict | None:
        try:
            return self._judge(self.id, response, language, learner)
        except (MalformedResponse, NotPractice):
            # The course was built anew between reading the item and judging the response.
            return None
