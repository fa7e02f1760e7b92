"""The self-assessment element: answered for oneself, as often as one likes, and never graded."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final, cast

from markupsafe import Markup

from yongxin.elements.assessment.words import Dated, result_words
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
from yongxin.items import JSON, MalformedResponse
from yongxin.items.assessment import STEP, Assessment, FirstResult, outcomes, spread
from yongxin.language import Language
from yongxin.text import interface_text

_SHAPES = {
    "mark": frozenset({"answers"}),
    "finish": NOTHING,
    "again": NOTHING,
    "back": NOTHING,
}

#: So many results are kept: the first one, and the latest.
MOST_RESULTS: Final = 24
#: Options of one or two words stand side by side.
_SHORT: dict[Language, int] = {"zh-CN": 8, "en": 18}


class AssessmentElement(Element):
    """One self-assessment.

    Its state is ``{"answers": {question: option}, "open": bool, "last": {question: option},
    "taken": [{"at": iso, "scores": {scale: [points, lowest, highest]}}]}``: the sheet under way and
    whether it is open, the answers of the latest result, and every result with its date. Of
    earlier results only what they came to is kept, not the single answers.

    ``mark`` carries the answers that have changed, ``finish`` turns a complete sheet into a result,
    ``again`` opens an empty one and ``back`` puts it away unfinished.
    """

    kind: ClassVar[str] = "assess"

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.id = assessment.id
        self._public = assessment.public()
        self._spreads = {one: spread(assessment, one) for one in assessment.scales()}

    def markup(self, language: Language) -> Markup:
        def is_short(question: JSON) -> bool:
            texts = [option.text.in_language(language) for option in question.options]
            return max(map(len, texts)) <= _SHORT[language]

        return render(
            "elements/assessment/view.html",
            language,
            element=self,
            assessment=self._public,
            limit=self.assessment.limit,
            has_scales=bool(self._spreads),
            is_short=is_short,
            step=STEP,
            root=f"assess-{self.id}",
        )

    def initial(self) -> State:
        return {"answers": {}, "open": True, "last": {}, "taken": []}

    def present(self, state: State, context: Context) -> Presentation:
        kept = self._read(state)
        result: Presentation | None = None
        if kept["last"]:
            figures = context.group(self) if self._spreads else None
            result = result_words(
                self.assessment,
                kept["last"],
                self._dated(kept),
                [one["at"] for one in kept["taken"]],
                figures,
                context.language,
            )
        return {
            "answers": kept["answers"],
            "answered": len(kept["answers"]),
            "total": len(self._public.questions),
            "open": kept["open"],
            "result": result,
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        kind, event = read_event(event, _SHAPES)
        kept = self._read(state)
        if kind == "mark":
            return self._marked(kept, event["answers"], context.language), {}
        if kind == "finish":
            return self._finished(kept, context), {}
        if kind == "again" and not kept["open"]:
            return {**kept, "answers": {}, "open": True}, {}
        if kind == "back" and kept["last"]:
            return {**kept, "answers": {}, "open": False}, {}
        # Asked for what is so already, by a second tab or a second press.
        return kept, {}

    def first_result(self, state: State) -> FirstResult | None:
        """Return the first result, if it is one of the scales as they are now."""
        taken = self._read(state)["taken"]
        scores = self._comparable(taken[0]["scores"]) if taken else {}
        if not scores or len(scores) < len(self._spreads):
            return None
        percents = {one: self._spreads[one].percent(points) for one, points in scores.items()}
        return FirstResult(datetime.fromisoformat(taken[0]["at"]), percents)

    def _marked(self, kept: State, changed: JSON, language: Language) -> State:
        if not kept["open"]:
            raise RefusedEvent("finished")
        try:
            answers = self._public.read({**kept["answers"], **self._public.read(changed)})
        except MalformedResponse as error:
            reason = interface_text(language)(f"response.{error.code}")
            raise RefusedEvent("response", reason=reason) from error
        return {**kept, "answers": answers}

    def _finished(self, kept: State, context: Context) -> State:
        if not kept["open"]:
            return kept
        try:
            found = outcomes(self.assessment, kept["answers"])
        except MalformedResponse as error:
            raise RefusedEvent("unfinished") from error
        scores = {
            one.scale_id: [one.points, one.spread.lowest, one.spread.highest] for one in found
        }
        taken = [*kept["taken"], {"at": context.now.isoformat(), "scores": scores}]
        if len(taken) > MOST_RESULTS:
            taken = [taken[0], *taken[1 - MOST_RESULTS :]]
        return {"answers": {}, "open": False, "last": kept["answers"], "taken": taken}

    def _read(self, state: State) -> State:
        """Return ``state`` as far as the assessment, which may have changed since, can read it."""
        last = self._readable(state.get("last"))
        if len(last) < len(self._public.questions):
            last = {}
        taken = state.get("taken")
        return {
            "answers": self._readable(state.get("answers")),
            "open": not last or state.get("open") is not False,
            "last": last,
            "taken": [
                {"at": one["at"], "scores": one["scores"]}
                for one in (taken if isinstance(taken, list) else ())
                if _is_result(one)
            ],
        }

    def _readable(self, answers: JSON) -> dict[str, str]:
        """Return those answers that are one of the options of a question that still stands."""
        readable: dict[str, str] = {}
        for question, option in answers.items() if isinstance(answers, dict) else ():
            try:
                readable |= self._public.read({question: option})
            except MalformedResponse:
                continue
        return self._public.read(readable)

    def _dated(self, kept: State) -> list[Dated]:
        """Return the results that can be compared with one of today, oldest first."""
        return [
            Dated(one["at"], scores)
            for one in kept["taken"]
            if len(scores := self._comparable(one["scores"])) == len(self._spreads)
        ]

    def _comparable(self, scores: JSON) -> dict[str, int]:
        """Return the points on those scales that go from and to where they went at the time."""
        kept = cast("Mapping[str, JSON]", scores)
        return {
            scale_id: kept[scale_id][0]
            for scale_id, width in self._spreads.items()
            if kept.get(scale_id, ())[1:] == [width.lowest, width.highest]
        }


def _is_result(one: JSON) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("scores"), dict):
        return False
    try:
        datetime.fromisoformat(one["at"])
    except (KeyError, TypeError, ValueError):
        return False
    return all(_is_score(score) for score in one["scores"].values())


def _is_score(score: JSON) -> bool:
    return (
        isinstance(score, list)
        and len(score) == 3
        and all(isinstance(one, int) and not isinstance(one, bool) for one in score)
        and score[1] <= score[0] <= score[2]
    )
