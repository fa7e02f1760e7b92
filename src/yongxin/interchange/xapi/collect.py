"""Finding what learners did: in the store, and in the feedback that was released to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yongxin.catalogue import Catalogue, NotPractice, UnknownId
from yongxin.catalogue.models import PublicModule
from yongxin.grading import feedback as feedback_file
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.feedback import Feedback, UnreadableFeedback
from yongxin.interchange.xapi.accounts import Accounts
from yongxin.interchange.xapi.activities import Activities, is_free_text, response_text
from yongxin.interchange.xapi.statements import Context, Statement, Verb, score, statement
from yongxin.items import JSON, MalformedResponse, PublicItem
from yongxin.language import FIRST_LANGUAGE
from yongxin.store import Learner, Store, Submission, deliveries


@dataclass(frozen=True)
class Scope:
    """What to tell: ``since`` when, and whether with what people wrote in their own words."""

    site: str
    since: datetime | None
    free_texts: bool
    exchange: ExchangeSettings


def collect(
    catalogue: Catalogue, store: Store, accounts: Accounts, scope: Scope
) -> Iterator[Statement]:
    """Yield the statements of all learners, learner by learner, in the order of time.

    People of other roles try things out; nothing is told of them. Raises what the store and the
    catalogue raise.
    """
    for learner in store.learners(role="learner", active=None):
        teller = _Teller(catalogue, store, accounts.actor(learner.username), learner, scope)
        found = [one for one in teller.all() if one is not None]
        yield from sorted(found, key=lambda one: (one["timestamp"], one["id"]))


class _Teller:
    """Tells of one learner."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: Store,
        actor: dict[str, Any],
        learner: Learner,
        scope: Scope,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._actor = actor
        self._learner = learner
        self._scope = scope
        self._activities = Activities(scope.site)
        self._course = self._activities.course(catalogue.course)

    def all(self) -> Iterator[Statement | None]:
        """Yield everything; ``None`` for what happened before the scope begins."""
        built = self._catalogue.built_modules()
        for module_id, at in self._store.visits(self._learner.id).items():
            if module_id in built:
                yield self._tell("attempted", self._activities.module(self._module(module_id)), at)
        for module_id in built:
            yield from self._practice(module_id)
        for submission in self._store.submissions(self._learner.id):
            if submission.module in built:
                yield from self._submission(submission)

    def _module(self, module_id: str) -> PublicModule:
        return self._catalogue.course.modules[module_id]

    def _tell(
        self,
        verb: Verb,
        activity: dict[str, Any],
        at: datetime,
        result: dict[str, Any] | None = None,
        *,
        parent: dict[str, Any] | None = None,
        attempt: str | None = None,
    ) -> Statement | None:
        if self._scope.since is not None and at < self._scope.since:
            return None
        context = Context(parent, self._course, attempt)
        return statement(self._actor, verb, activity, at, context, result)

    # -- practice ----------------------------------------------------------------------------------

    def _practice(self, module_id: str) -> Iterator[Statement | None]:
        """Yield the practice items that were checked and reflections that hold something."""
        bank = self._catalogue.bank(module_id)
        parent = self._activities.module(self._module(module_id))
        items = {f"quiz:{one.id}": one.public() for one in bank.practice}
        reflections = {
            f"reflect:{one.id}": one for one in bank.reflections if one.use == "practice"
        }
        saved = self._store.saved(self._learner.id, [*items, *reflections])
        for name, kept in saved.items():
            if name in reflections:
                fields: Mapping[str, str] = kept.state.get("fields", {})
                if any(text.strip() for text in fields.values()):
                    activity = self._activities.reflection(reflections[name])
                    result = self._written(fields)
                    yield self._tell("answered", activity, kept.updated, result, parent=parent)
            # Before it is checked, an answer is nobody's business; a scenario checks itself.
            elif kept.state.get("checked", items[name].type == "scenario"):
                result = self._judged(items[name], kept.state.get("response"))
                if result is not None:
                    activity = self._activities.item(items[name].for_learner(self._username))
                    yield self._tell("answered", activity, kept.updated, result, parent=parent)

    @property
    def _username(self) -> str:
        return self._learner.username

    def _judged(self, item: PublicItem, response: JSON) -> dict[str, Any] | None:
        """Return the result of a practice item, or ``None`` where there is none any more."""
        try:
            verdict = self._catalogue.judge(item.id, response, FIRST_LANGUAGE, self._username)
        except (MalformedResponse, NotPractice, UnknownId):
            return None  # the item has changed since it was answered
        result: dict[str, Any] = {
            "score": {"scaled": round(verdict.ratio, 4)},
            "success": verdict.ratio == 1,
        }
        return result | self._response(item, response)

    def _response(self, item: PublicItem, response: JSON) -> dict[str, Any]:
        if is_free_text(item) and not self._scope.free_texts:
            return {}
        try:
            read = item.read(response)
        except MalformedResponse:
            return {}
        return {} if read is None else {"response": response_text(item, read)}

    def _written(self, fields: Mapping[str, str]) -> dict[str, Any] | None:
        if not self._scope.free_texts:
            return None
        return {"response": "\n\n".join(text for text in fields.values() if text.strip())}

    # -- handing in --------------------------------------------------------------------------------

    def _submission(self, submission: Submission) -> Iterator[Statement | None]:
        """Yield the answers of an exercise, its hand-in, and the marks once they are released."""
        module = self._module(submission.module)
        exercise = self._activities.exercise(module)
        attempt = f"{submission.module}\n{submission.number}"
        known = self._graded(submission.module)
        snapshot = self._store.snapshot(submission.id)
        for item_id, answer in snapshot.get("answers", {}).items():
            item = known.get(item_id)
            if item is not None and answer["response"] is not None:
                yield self._tell(
                    "answered",
                    self._activities.item(item.for_learner(self._username)),
                    datetime.fromisoformat(answer["saved"]),
                    self._response(item, answer["response"]),
                    parent=exercise,
                    attempt=attempt,
                )
        for reflection_id, written in snapshot.get("reflections", {}).items():
            if any(text.strip() for text in written["fields"].values()):
                try:
                    reflection = self._catalogue.reflection(reflection_id)
                except UnknownId:
                    continue  # it has left the course since
                yield self._tell(
                    "answered",
                    self._activities.reflection(reflection),
                    datetime.fromisoformat(written["saved"]),
                    self._written(written["fields"]),
                    parent=exercise,
                    attempt=attempt,
                )
        yield self._tell(
            "completed",
            exercise,
            submission.at,
            {"completion": True},
            parent=self._activities.module(module),
            attempt=attempt,
        )
        marks = self._marks(submission)
        if marks is not None:
            yield from self._scored(marks, module, known, attempt)

    def _graded(self, module_id: str) -> dict[str, PublicItem]:
        return {one.id: one for one in self._catalogue.bank(module_id).graded}

    def _marks(self, submission: Submission) -> Feedback | None:
        """Return the newest feedback on a submission, or a revision of it, that has every mark."""
        module_id = submission.module
        found_in = deliveries(
            self._store.submissions(self._learner.id, module_id),
            [one for one in self._store.returned(self._learner.id) if one.module == module_id],
        )
        for one in found_in:
            if one.submission != submission:
                continue
            try:
                receipt = Receipt(**one.receipt)
                found = feedback_file.read(self._scope.exchange, module_id, receipt)
            except (TypeError, UnreadableFeedback):
                continue  # handed in elsewhere, or a file that the trainers' side reports
            if found is not None and not found.waiting:
                return found
        return None

    def _scored(
        self, marks: Feedback, module: PublicModule, known: Mapping[str, PublicItem], attempt: str
    ) -> Iterator[Statement | None]:
        exercise = self._activities.exercise(module)
        for one in marks.items:
            if one.id in known and one.points is not None:
                yield self._tell(
                    "scored",
                    self._activities.item(known[one.id].for_learner(self._username)),
                    marks.generated,
                    {"score": score(one.points, one.max), "success": one.points == one.max},
                    parent=exercise,
                    attempt=attempt,
                )
        total = score(marks.score, marks.max_score)
        passed = total["scaled"] >= self._catalogue.course.pass_mark
        yield self._tell(
            "scored",
            exercise,
            marks.generated,
            {"score": total, "success": passed},
            parent=self._activities.module(module),
            attempt=attempt,
        )
