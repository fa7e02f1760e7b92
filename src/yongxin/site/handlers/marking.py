"""The marking queue: an overview, one reflection after another, a second person, comments."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from yongxin.cohort.agreement import ENOUGH_PAIRS, LARGE_DIFFERENCE
from yongxin.cohort.marking import (
    LONGEST_COMMENT,
    ChangedSince,
    CommentTooLong,
    Done,
    Marking,
    NothingToUndo,
    Turn,
    UnknownAnswer,
    level_of,
    points_of,
)
from yongxin.grading.batch import GradingFailed
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.modules import require_module
from yongxin.site.refusals import Refusal
from yongxin.site.returning import CommentRefused, return_reflection
from yongxin.store import (
    AlreadyReturned,
    BankFull,
    InvalidName,
    MarkedAlready,
    NotHandedIn,
    UnknownLearner,
)
from yongxin.store.bank_comments import LONGEST_BANK_COMMENT

Answer = TypeVar("Answer")

#: What a page may say was done before it was shown: ``marking.told.<word>``.
_TOLD = frozenset(
    {"given", "returned", "undone", "changed-since", "nothing-to-undo", "second", "settled", "kept"}
)
_SAMPLES = (1, 2, 3, 5, 10, 20)


class Draft(NamedTuple):
    """What a trainer has chosen and written, and what is in the way of keeping it."""

    level: int | None
    comment: str
    problem: str | None = None


class _MarkingHandler(PageHandler):
    """What the pages of the queue share."""

    async def ask(
        self, function: Callable[..., Answer], *arguments: object, **options: object
    ) -> Answer:
        """Return what ``function`` finds, which may take a while. Raises ``Refusal``."""
        try:
            return await self.services.in_thread(function, *arguments, **options)
        except GradingFailed as error:
            raise Refusal(503, "not-in-gradebook", reason=str(error)) from error
        except UnknownAnswer as error:
            raise Refusal(404, "no-such-answer") from error

    @property
    def marking(self) -> Marking:
        """The queue. Raises ``Refusal`` where there is no gradebook."""
        if self.services.desk is None:
            raise Refusal(404, "no-gradebook")
        return self.services.desk.marking

    @property
    def told(self) -> str | None:
        """What was done before this page was shown, if it was one of the known things."""
        word = self.get_query_argument("told", None)
        return word if word in _TOLD else None

    def sent(self, name: str) -> str:
        """Return a field of the form that was sent; an empty one if it was not."""
        return self.get_body_argument(name, "", strip=False)

    def sent_level(self) -> int | None:
        """Return the chosen level of the rubric. Raises ``Refusal`` for one that is no number."""
        text = self.sent("level")
        if not text:
            return None
        if not text.isascii() or not text.isdigit():
            raise Refusal(400, "malformed")
        return int(text[:4])

    def go(self, address: str, **query: str | None) -> None:
        """Go on to another page of the queue, as is done after something was sent."""
        wanted = {name: value for name, value in query.items() if value}
        self.redirect(f"{address}?{urlencode(wanted)}" if wanted else address, status=303)


class MarkingHandler(_MarkingHandler):
    """How many answers wait, module by module."""

    route = "marking"

    async def get(self, language: Language) -> None:  # noqa: ARG002  (the page is in it)
        group = self.get_query_argument("group", None) or None
        rows = await self.ask(self.marking.overview, group)
        self.show(
            "marking.html",
            rows=rows,
            course=self.services.catalogue.course,
            group=group,
            groups=await self.services.in_thread(self.services.store.group_names),
            is_counting=any(one.counts is None for one in rows),
            told=self.told,
            place="marking",
        )


class _TurnHandler(_MarkingHandler):
    is_second = False

    async def show_turn(
        self,
        module_id: str,
        found: Turn | Done,
        *,
        group: str | None = None,
        draft: Draft | None = None,
        told: str | None = None,
        name: str | None = None,
    ) -> None:
        """Show an answer, or that there is none to mark."""
        services = self.services
        module = services.catalogue.course.modules[module_id]
        if isinstance(found, Done):
            self.show(
                "marking-done.html",
                module=module,
                reflection_id=self.path_kwargs["reflection_id"],
                done=found,
                is_second=self.is_second,
                group=group,
                told=told,
                place="marking",
            )
            return
        reflection = self.marking.reflection(module_id, found.answered.reflection_id)
        if draft is None:
            draft = Draft(None, "")
            if found.state is not None:
                points = found.state.points
                level = None if points is None else level_of(reflection, points, found.maximum)
                draft = Draft(level, found.state.comment or "")
        self.show(
            "marking-turn.html",
            module=module,
            reflection=reflection,
            levels=[
                (one, points_of(reflection, one.level, found.maximum)) for one in reflection.rubric
            ],
            turn=found,
            draft=draft,
            bank=await services.in_thread(services.store.bank_comments, self.learner.id),
            is_second=self.is_second,
            group=group,
            told=told,
            name=name,
            longest=LONGEST_COMMENT,
            place="marking",
        )


class MarkingQueueHandler(_TurnHandler):
    """One answer: read, mark, comment, return, skip, undo."""

    route = "marking-queue"

    async def get(self, language: Language, module_id: str, reflection_id: str) -> None:
        require_module(self.services.catalogue, module_id)
        group = self.get_query_argument("group", None) or None
        found = await self.ask(
            self.marking.turn,
            module_id,
            reflection_id,
            self.learner,
            language,
            group=group,
            grade_id=self.get_query_argument("entry", None) or None,
            after=self.get_query_argument("after", None) or None,
        )
        await self.show_turn(module_id, found, group=group, told=self.told)

    async def post(self, language: Language, module_id: str, reflection_id: str) -> None:
        require_module(self.services.catalogue, module_id)
        action, _, number = self.sent("do").partition(":")
        acts: dict[str, Callable[..., Any]] = {
            "give": self._give,
            "return": self._return,
            "skip": self._leave,
            "previous": self._leave,
            "undo": self._undo,
            "name": self._show_name,
            "insert": self._insert,
            "second": self._ask_second,
        }
        if action not in acts:
            raise Refusal(400, "malformed")
        await acts[action](language, module_id, reflection_id, number)

    async def _give(self, language: Language, module_id: str, reflection_id: str, _: str) -> None:
        level, comment = self.sent_level(), self.sent("comment")
        if level is None:
            await self._again(language, module_id, reflection_id, "choose-level", 400)
            return
        try:
            await self.ask(
                self.marking.give,
                module_id,
                reflection_id,
                self.sent("entry"),
                self.learner,
                level=level,
                comment=comment,
                seen=self.sent("seen"),
            )
        except ChangedSince:
            await self._again(language, module_id, reflection_id, "changed-since", 409)
        except CommentTooLong:
            await self._again(language, module_id, reflection_id, "comment-too-long", 400)
        except ValueError:
            await self._again(language, module_id, reflection_id, "choose-level", 400)
        else:
            self._on(language, module_id, reflection_id, told="given", after=self.sent("entry"))

    async def _return(self, language: Language, module_id: str, reflection_id: str, _: str) -> None:
        services, entry = self.services, self.sent("entry")
        answered = await self.ask(self.marking.answered, module_id, reflection_id, entry)
        try:
            await services.in_thread(
                return_reflection,
                services.catalogue,
                services.store,
                module_id=module_id,
                username=answered.username,
                reflection_id=reflection_id,
                comment=self.sent("comment"),
                actor=self.learner.username,
            )
        except CommentRefused:
            await self._again(language, module_id, reflection_id, "return-needs-comment", 400)
        except AlreadyReturned:
            await self._again(language, module_id, reflection_id, "returned-already", 409)
        except (NotHandedIn, UnknownLearner):
            # Put into the gradebook by hand: there is nobody here to revise it.
            await self._again(language, module_id, reflection_id, "cannot-return", 409)
        else:
            await self.ask(self.marking.note_returned, module_id, reflection_id, entry)
            self._on(language, module_id, reflection_id, told="returned", after=entry)

    async def _leave(self, language: Language, module_id: str, reflection_id: str, _: str) -> None:
        entry = self.sent("entry")
        await self.ask(self.marking.let_go, entry, self.learner)
        if self.sent("do") == "previous":
            self._on(language, module_id, reflection_id, entry=self.sent("previous"))
        else:
            self._on(language, module_id, reflection_id, after=entry)

    async def _undo(self, language: Language, module_id: str, reflection_id: str, _: str) -> None:
        try:
            given = await self.ask(self.marking.undo, self.learner)
        except NothingToUndo:
            self._on(language, module_id, reflection_id, told="nothing-to-undo")
        except ChangedSince:
            self._on(language, module_id, reflection_id, told="changed-since")
        else:
            self._on(
                language, given.module_id, given.reflection_id, told="undone", entry=given.grade_id
            )

    async def _show_name(
        self, language: Language, module_id: str, reflection_id: str, _: str
    ) -> None:
        services = self.services
        answered = await self.ask(
            self.marking.answered, module_id, reflection_id, self.sent("entry")
        )
        await services.in_thread(services.store.note_named, self.learner.username, answered)
        person = await services.in_thread(services.store.learner, answered.username)
        name = person.name if person else answered.username
        await self._again(language, module_id, reflection_id, name=name)

    async def _insert(
        self, language: Language, module_id: str, reflection_id: str, number: str
    ) -> None:
        services = self.services
        bank = await services.in_thread(services.store.bank_comments, self.learner.id)
        words = next((one.words for one in bank if str(one.id) == number), "")
        before = self.sent("comment").rstrip()
        comment = "\n".join(one for one in (before, words) if one)
        await self._again(language, module_id, reflection_id, comment=comment)

    async def _ask_second(
        self, language: Language, module_id: str, reflection_id: str, _: str
    ) -> None:
        await self.ask(self.marking.ask_second, module_id, reflection_id, self.sent("entry"))
        await self._again(language, module_id, reflection_id, told="second")

    async def _again(
        self,
        language: Language,
        module_id: str,
        reflection_id: str,
        problem: str | None = None,
        status: int = 200,
        *,
        comment: str | None = None,
        told: str | None = None,
        name: str | None = None,
    ) -> None:
        """Show the same answer again, with all that was chosen and written."""
        self.set_status(status)
        group = self.sent("group") or None
        found = await self.ask(
            self.marking.turn,
            module_id,
            reflection_id,
            self.learner,
            language,
            group=group,
            grade_id=self.sent("entry"),
        )
        draft = Draft(
            self.sent_level(), self.sent("comment") if comment is None else comment, problem
        )
        await self.show_turn(module_id, found, group=group, draft=draft, told=told, name=name)

    def _on(
        self, language: Language, module_id: str, reflection_id: str, **query: str | None
    ) -> None:
        address = self.services.paths.marking_queue(language, module_id, reflection_id)
        self.go(address, group=self.sent("group"), **query)


class SecondHandler(_TurnHandler):
    """One answer for a second person, who does not see the first mark."""

    route = "marking-second"
    is_second = True

    async def get(self, language: Language, module_id: str, reflection_id: str) -> None:
        require_module(self.services.catalogue, module_id)
        after = self.get_query_argument("after", None) or None
        await self._show(language, module_id, reflection_id, after=after, told=self.told)

    async def post(self, language: Language, module_id: str, reflection_id: str) -> None:
        require_module(self.services.catalogue, module_id)
        entry, level = self.sent("entry"), self.sent_level()
        address = self.services.paths.marking_second(language, module_id, reflection_id)
        if self.sent("do") != "give":
            await self.ask(self.marking.let_go, entry, self.learner)
            self.go(address, after=entry)
            return
        if level is None:
            self.set_status(400)
            draft = Draft(None, "", "choose-level")
            await self._show(language, module_id, reflection_id, draft=draft)
            return
        try:
            await self.ask(
                self.marking.give_second,
                module_id,
                reflection_id,
                entry,
                self.learner,
                level=level,
                seen=self.sent("seen"),
            )
        except (ChangedSince, MarkedAlready):
            self.go(address, after=entry, told="changed-since")
        except ValueError as error:
            raise Refusal(400, "malformed") from error
        else:
            self.go(address, after=entry, told="given")

    async def _show(
        self,
        language: Language,
        module_id: str,
        reflection_id: str,
        *,
        after: str | None = None,
        draft: Draft | None = None,
        told: str | None = None,
    ) -> None:
        found = await self.ask(
            self.marking.second_turn, module_id, reflection_id, self.learner, language, after=after
        )
        await self.show_turn(module_id, found, draft=draft, told=told)


class AgreementHandler(_MarkingHandler):
    """How far two markers agree, and what they should talk about."""

    route = "marking-agreement"

    async def get(self, language: Language, module_id: str, reflection_id: str) -> None:  # noqa: ARG002
        module = require_module(self.services.catalogue, module_id)
        found = await self.ask(self.marking.comparison, module_id, reflection_id)
        counts = found.agreement.counts
        reflection = self.marking.reflection(module_id, reflection_id)
        self.show(
            "marking-agreement.html",
            module=module,
            reflection=reflection,
            comparison=found,
            marks=sorted({mark for pair in counts for mark in pair}),
            samples=_SAMPLES,
            enough=ENOUGH_PAIRS,
            large=LARGE_DIFFERENCE,
            told=self.told,
            place="marking",
        )

    async def post(self, language: Language, module_id: str, reflection_id: str) -> None:
        require_module(self.services.catalogue, module_id)
        address = self.services.paths.marking_agreement(language, module_id, reflection_id)
        if self.sent("do") == "sample":
            await self._sample(module_id, reflection_id)
            self.go(address, told="kept")
            return
        level = self.sent_level()
        if level is None:
            raise Refusal(400, "malformed")
        try:
            await self.ask(
                self.marking.settle,
                module_id,
                reflection_id,
                self.sent("entry"),
                self.learner,
                level=level,
            )
        except ChangedSince:
            self.go(address, told="changed-since")
        except ValueError as error:
            raise Refusal(400, "malformed") from error
        else:
            self.go(address, told="settled")

    async def _sample(self, module_id: str, reflection_id: str) -> None:
        every = self.sent("every")
        if every not in ("", *map(str, _SAMPLES)):
            raise Refusal(400, "malformed")
        await self.services.in_thread(
            self.services.store.set_second_sample,
            module_id,
            reflection_id,
            int(every) if every else None,
        )


class CommentBankHandler(_MarkingHandler):
    """Comments to use again: add, put into other words, remove."""

    route = "marking-comments"

    async def get(self, language: Language) -> None:  # noqa: ARG002  (the page is in it)
        await self._show()

    async def post(self, language: Language) -> None:
        store, trainer = self.services.store, self.learner.id
        action, _, number = self.sent("do").partition(":")
        comment_id = int(number) if number.isascii() and number.isdigit() else 0
        words = self.sent("words")
        try:
            if action == "add":
                shared = self.sent("shared") == "yes"
                await self.services.in_thread(store.add_bank_comment, trainer, words, shared=shared)
            elif action == "change":
                await self.services.in_thread(store.change_bank_comment, trainer, comment_id, words)
            elif action == "remove":
                await self.services.in_thread(store.remove_bank_comment, trainer, comment_id)
            else:
                raise Refusal(400, "malformed")
        except (InvalidName, BankFull) as error:
            self.set_status(400)
            problem = "full" if isinstance(error, BankFull) else "words"
            await self._show(problem, words if action == "add" else "")
        else:
            self.go(self.services.paths.marking_comments(language), told="kept")

    async def _show(self, problem: str | None = None, words: str = "") -> None:
        bank = await self.services.in_thread(self.services.store.bank_comments, self.learner.id)
        self.show(
            "marking-comments.html",
            bank=bank,
            problem=problem,
            words=words,
            longest=LONGEST_BANK_COMMENT,
            told=self.told,
            place="marking",
        )
