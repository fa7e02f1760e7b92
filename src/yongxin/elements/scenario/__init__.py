"""The scenario element: a branching case, played one choice at a time."""

from markupsafe import Markup

from yongxin.elements.contract import (
    Context,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.events import NOTHING, read_event
from yongxin.elements.markup import render
from yongxin.elements.quiz import Judge, QuizElement
from yongxin.items.scenario.paths import follow
from yongxin.items.scenario.public import PublicNode, PublicScenario, ScenarioVerdict, by_id
from yongxin.language import Language

_SHAPES = {"choose": frozenset({"option", "at"}), "replay": NOTHING}


class ScenarioElement(QuizElement):
    """One scenario. Its state is ``{"response": [[option, …], …]}``: a list for each time played.

    ``choose`` takes the step after the first ``at`` ones; ``replay`` begins again at the end. Of a
    graded scenario nothing can be taken back, and no meter shows before it is graded.
    """

    def __init__(self, scenario: PublicScenario, judge: Judge) -> None:
        super().__init__(scenario, judge)
        self.scenario = scenario
        self._nodes = by_id(scenario.nodes)
        self._endings = by_id(scenario.endings)

    def markup(self, language: Language) -> Markup:
        return render(
            "items/scenario/view.html",
            language,
            element=self,
            item=self.scenario,
            first=self._nodes[self.scenario.start],
            root=f"quiz-{self.id}",
        )

    def initial(self) -> State:
        return {"response": None}

    def present(self, state: State, context: Context) -> Presentation:
        language = context.language
        paths = self._paths(state)
        path, place = paths[-1], self._place(paths[-1])
        verdict = self._verdict_on(path, language)
        node = self._nodes.get(place)
        return {
            "at": len(path),
            "time": len(paths),
            "times": self.scenario.times,
            "story": self._story(path, verdict, language),
            "options": [
                {"id": one.id, "text": one.text.in_language(language)}
                for one in (node.options if node else ())
            ],
            "ending": self._ending(place, verdict, language),
            "meters": verdict and verdict.meters,
            "failed": verdict and verdict.failed,
            "earlier": [self._told(one, language) for one in paths[:-1]],
            "answered": self._is_finished(paths[0]),
            "locked": self._is_locked(context),
            "can_replay": node is None and self._may_replay(paths),
        }

    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        kind, event = read_event(event, _SHAPES)
        if self._is_locked(context):
            raise RefusedEvent("locked")
        paths = self._paths(state)
        if kind == "replay":
            if not self._is_finished(paths[-1]):
                return {"response": paths}, {}
            if not self._may_replay(paths):
                raise RefusedEvent("no-times-left")
            return {"response": [*self._kept(paths), []]}, {}
        path, option, at = paths[-1], event["option"], event["at"]
        if not isinstance(at, int) or isinstance(at, bool):
            raise RefusedEvent("malformed")
        node = self._nodes.get(self._place(path))
        if at != len(path) or node is None:
            raise RefusedEvent("moved-on")
        if option not in [one.id for one in node.options]:
            raise RefusedEvent("malformed")
        return {"response": [*paths[:-1], [*path, option]]}, {}

    def _paths(self, state: State) -> list[list[str]]:
        """Return what was played, as far as the scenario, which may have changed, still knows it.

        There is always a last path, if only one without a step.
        """
        return self._read(state)["response"] or [[]]

    def _may_replay(self, paths: list[list[str]]) -> bool:
        return self.scenario.use == "practice" or len(paths) < self.scenario.times

    def _kept(self, paths: list[list[str]]) -> list[list[str]]:
        """Return ``paths`` with room for one more: the first stays, which is what cohorts share."""
        return paths if len(paths) < self.scenario.times else [paths[0], *paths[2:]]

    def _place(self, path: list[str]) -> str:
        return follow(self.scenario.graph, self.scenario.start, path)[-1]

    def _is_finished(self, path: list[str]) -> bool:
        return self._place(path) in self._endings

    def _verdict_on(self, path: list[str], language: Language) -> ScenarioVerdict | None:
        if self.scenario.use != "practice":
            return None
        verdict = self._judged([path], language)
        return verdict if isinstance(verdict, ScenarioVerdict) else None

    def _story(
        self, path: list[str], verdict: ScenarioVerdict | None, language: Language
    ) -> list[Presentation]:
        """Return everything told so far: lines, and choices with what happened at once."""
        story: list[Presentation] = []
        places = follow(self.scenario.graph, self.scenario.start, path)
        steps = verdict.steps if verdict else ()
        for number, place in enumerate(places):
            node = self._nodes.get(place)
            if node is None:
                break
            story += _lines(node, language)
            if number < len(path):
                option = by_id(node.options)[path[number]]
                judged = steps[number] if number < len(steps) else None
                story.append(
                    {
                        "kind": "choice",
                        "text": option.text.in_language(language),
                        "reply": option.reply.in_language(language),
                        "effects": judged and judged.effects,
                        "feedback": judged and judged.feedback,
                        "mode": judged and judged.mode,
                        "skill": judged and judged.skill,
                    }
                )
        return story

    def _ending(
        self, place: str, verdict: ScenarioVerdict | None, language: Language
    ) -> Presentation | None:
        ending = self._endings.get(place)
        if ending is None:
            return None
        judged = verdict.ending if verdict else None
        return {
            "text": ending.text.in_language(language),
            "rating": judged and judged.rating,
            "chain": judged and judged.chain,
            "ratio": verdict and verdict.ratio,
            "explanation": verdict and verdict.explanation,
        }

    def _told(self, path: list[str], language: Language) -> Presentation:
        """Return an earlier time in short: what was chosen, and how it ended."""
        verdict = self._verdict_on(path, language)
        return {
            "steps": self.scenario.in_words([path], language)[0],
            "ending": self._endings[self._place(path)].text.in_language(language),
            "ratio": verdict and verdict.ratio,
        }


def _lines(node: PublicNode, language: Language) -> list[Presentation]:
    return [
        {
            "kind": "line",
            "speaker": line.speaker and line.speaker.in_language(language),
            "text": line.text.in_language(language),
        }
        for line in node.lines
    ]
