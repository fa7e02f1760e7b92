"""The marking queue: reflections one by one across learners, the oldest first, without names.

Marks stand in nbgrader's gradebook alone. The store knows who has which answer before them, who
gave a mark, and what a mark replaced, so that it can be taken back.
"""

import logging
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from sqlalchemy import make_url

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.cohort.agreement import LARGE_DIFFERENCE, Agreement, agreement
from yongxin.cohort.written import Exemplars, read_written
from yongxin.grading.batch import GradingFailed
from yongxin.grading.exchange import nbgrader_configuration
from yongxin.grading.reflection_cell import FieldInWords, clean
from yongxin.items.reflection import PublicReflection
from yongxin.language import Language
from yongxin.store import (
    Answered,
    GivenMark,
    GradeState,
    InvalidName,
    Learner,
    Returned,
    SecondMark,
    Store,
)
from yongxin.store.given_marks import LEASE
from yongxin.store.names import username as checked_username

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from yongxin.cohort.gradebook_reflections import (
        Counts,
        GradebookAnswer,
        Place,
        ReflectionCell,
    )

#: In characters, as when a reflection is returned.
LONGEST_COMMENT = 2000
#: So long an overview counts before it shows what it has.
SECONDS_TO_COUNT = 0.5
#: Counts are good for so long, and as long as the file of the gradebook has not changed.
_COUNTS_ARE_FRESH = 10.0
#: Everybody's counts and those of some groups, for a course of forty modules.
_MOST_COUNTS = 2000


class NothingToUndo(Exception):
    """The trainer has given no mark that can be taken back."""


class ChangedSince(Exception):
    """Somebody has changed the mark meanwhile, here or in formgrader; nothing was written."""


class CommentTooLong(ValueError):
    """A comment of more than ``LONGEST_COMMENT`` characters."""


class UnknownAnswer(LookupError):
    """There is no such answer to mark."""


@dataclass(frozen=True)
class Waiting:
    """How the marking of one reflection stands; ``counts`` is ``None`` while nobody has counted."""

    module_id: str
    reflection: PublicReflection
    counts: "Counts | None"
    returned: int


@dataclass(frozen=True)
class Turn:
    """One answer to be marked; whose it is, is never shown unless somebody asks.

    ``marked`` of ``total`` are done. ``held_by`` is whoever else is looking at it. ``seen`` tells
    later whether the mark is still as it was then. Before a second mark ``state`` is ``None``.
    """

    answered: Answered
    handed_in: datetime | None
    fields: list[FieldInWords] | None
    exemplar: list[FieldInWords]
    maximum: float
    state: GradeState | None
    seen: str
    marked: int
    total: int
    previous: str | None
    following: str | None
    held_by: str | None
    returned: Returned | None


class Done(NamedTuple):
    """A queue in which nothing waits; ``with_learners`` answers were returned to be revised."""

    marked: int
    with_learners: int


class Difference(NamedTuple):
    """Two marks that are far apart; ``settled``: trainers have talked about them."""

    grade_id: str
    first: float
    second: float
    settled: datetime | None


@dataclass(frozen=True)
class Comparison:
    """What second marks of a reflection tell; ``open`` answers still wait for one."""

    agreement: Agreement
    differences: list[Difference]
    every: int | None
    open: int


@dataclass(frozen=True)
class _Gradebook:
    url: str
    course_id: str
    engine: "Engine"
    file: Path | None
    graded: Path


class _Counted(NamedTuple):
    """Counts, when they were made, and of which state of the gradebook."""

    at: float
    stamp: object
    counts: "Counts"


class Marking:
    """Reflections to be marked. Threads may share an instance.

    ``folder`` is the trainers' course folder. Every method may raise ``GradingFailed`` when the
    gradebook cannot be used or does not know the reflection, and ``StoreError``.
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        store: Store,
        *,
        importing: AbstractContextManager[object],
        refresh: Callable[..., None],
    ) -> None:
        """``importing`` is held by whoever imports nbgrader; ``refresh`` is ``Marks.refresh``."""
        self._folder = folder
        self._catalogue = catalogue
        self._store = store
        self._importing = importing
        self._refresh = refresh
        self._exemplars = Exemplars(folder / "content")
        self._guard = threading.Lock()
        self._gradebook: _Gradebook | None = None
        self._counts: OrderedDict[tuple[str | None, str, str], _Counted] = OrderedDict()

    # -- what there is -----------------------------------------------------------------------

    def overview(
        self, group: str | None = None, seconds: float = SECONDS_TO_COUNT
    ) -> list[Waiting]:
        """Return all reflections that are marked, counted as far as there is time.

        The next call goes on. Modules that were not released are left out.
        """
        asked = [
            (module_id, self._graded(module_id)) for module_id in self._catalogue.built_modules()
        ]
        members = self._members(group)
        found: list[Waiting] = []
        with self._reading() as (rows, connection):
            stamp = self._stamp()
            end = time.monotonic() + seconds
            for module_id, reflections in asked:
                cells = rows.read_cells(connection, module_id) if reflections else {}
                for one in reflections:
                    if one.id not in cells:
                        continue
                    returned = self._store.returned_to(module_id, one.id)
                    counts = self._counted(group, module_id, one.id, stamp)
                    if counts is None and time.monotonic() < end:
                        away = self._away(connection, cells[one.id], returned)
                        counts = rows.count(connection, cells[one.id], usernames=members, but=away)
                        self._keep_counts(group, module_id, one.id, counts, stamp)
                    still = sum(
                        item.is_open and (members is None or username in members)
                        for username, item in returned.items()
                    )
                    found.append(Waiting(module_id, one, counts, still))
        return found

    def reflection(self, module_id: str, reflection_id: str) -> PublicReflection:
        """Return a reflection that is marked. Raises ``UnknownId``."""
        found = {one.id: one for one in self._graded(module_id)}
        if reflection_id not in found:
            raise UnknownId("reflection", reflection_id, list(found))
        return found[reflection_id]

    # -- one by one --------------------------------------------------------------------------

    def turn(
        self,
        module_id: str,
        reflection_id: str,
        marker: Learner,
        language: Language,
        *,
        group: str | None = None,
        grade_id: str | None = None,
        after: str | None = None,
    ) -> Turn | Done:
        """Return the answer ``grade_id``, or else the first that waits, ``after`` another.

        It is leased to ``marker``; what others are looking at comes last. Raises ``UnknownAnswer``.
        """
        reflection = self.reflection(module_id, reflection_id)
        is_asked_for = grade_id is not None
        members = self._members(group)
        returned = self._store.returned_to(module_id, reflection_id)
        with self._reading() as (rows, connection):
            cell = self._cell(rows, connection, module_id, reflection_id)
            away = self._away(connection, cell, returned)
            queue: list[Place] = [
                one
                for one in rows.read_waiting(connection, cell)
                if one.username not in away and (members is None or one.username in members)
            ]
            if members is None:
                marked = rows.count_marked(connection, cell)
            else:
                marked = rows.count(connection, cell, usernames=members).marked
            held_by: str | None = None
            if grade_id is None:
                if not queue:
                    return Done(marked, len(away if members is None else away & set(members)))
                last = rows.read_answer(connection, cell, after) if after else None
                turns = _from(queue, rows.place_of(last)) if last else queue
                grade_id, held_by = self._lease_next(turns, marker)
            answer = rows.read_answer(connection, cell, grade_id)
        if answer is None:
            raise UnknownAnswer(grade_id)
        if is_asked_for:
            held_by = self._lease(grade_id, marker)
        previous, following = _neighbours(queue, rows.place_of(answer))
        return Turn(
            answered=Answered(grade_id, answer.username, module_id, reflection_id),
            handed_in=answer.moment,
            fields=self._written(answer.username, module_id, reflection, language),
            exemplar=self._exemplars.of(module_id, reflection_id, language),
            maximum=answer.maximum,
            state=answer.state,
            seen=answer.seen,
            marked=marked,
            total=marked + len(queue),
            previous=previous,
            following=following,
            held_by=held_by,
            returned=returned.get(answer.username),
        )

    def answered(self, module_id: str, reflection_id: str, grade_id: str) -> Answered:
        """Return whose answer it is. Raises ``UnknownAnswer``."""
        answer = self._answer(module_id, reflection_id, grade_id)
        return Answered(grade_id, answer.username, module_id, reflection_id)

    def note_returned(self, module_id: str, reflection_id: str, grade_id: str) -> None:
        """Take an answer that was returned to its learner out of the queue."""
        self._forget_counts(module_id, reflection_id)
        self._store.end_lease(grade_id)

    def let_go(self, grade_id: str, marker: Learner) -> None:
        """Let others have the answer."""
        self._store.let_go(grade_id, marker.id)

    # -- marks -------------------------------------------------------------------------------

    def give(
        self,
        module_id: str,
        reflection_id: str,
        grade_id: str,
        marker: Learner,
        *,
        level: int,
        comment: str | None,
        seen: str | None,
    ) -> None:
        """Give the mark of a level of the rubric, and a comment; ``None`` leaves what stands.

        ``seen`` is that of the turn in which the trainer decided; ``None`` looks at nothing.
        Raises ``ChangedSince``, ``UnknownAnswer``, ``CommentTooLong``, and ``ValueError`` for a
        level that the rubric does not have.
        """
        reflection = self.reflection(module_id, reflection_id)
        words = None if comment is None else read_comment(comment)

        def new(answer: "GradebookAnswer") -> GradeState:
            if seen is not None and answer.seen != seen:
                raise ChangedSince(grade_id)
            points = points_of(reflection, level, answer.maximum)
            # As in formgrader: a comment that was never there stays away.
            stays = words is None or words == (answer.state.comment or "")
            return GradeState(points, False, answer.state.comment if stays else words)

        self._change(
            module_id,
            reflection_id,
            grade_id,
            new,
            lambda answered, before, after: self._store.keep_given(
                marker.username, answered, before, after
            ),
            lambda answered, given: self._store.keep_undone(marker.username, answered, given),
        )

    def undo(self, marker: Learner) -> GivenMark:
        """Take back the trainer's last mark: the gradebook says what it said before.

        Raises ``NothingToUndo``, and ``ChangedSince`` when somebody has changed the mark since;
        then it stays, and the next call looks at the mark before it.
        """
        given = self._store.last_given(marker.id)
        if given is None:
            raise NothingToUndo(marker.username)

        def new(answer: "GradebookAnswer") -> GradeState:
            if answer.state != given.after:
                raise ChangedSince(given.grade_id)
            return given.before

        def keep(answered: Answered, _before: GradeState, _after: GradeState) -> int:
            self._store.keep_undone(marker.username, answered, given.id)
            return given.id

        try:
            self._change(given.module_id, given.reflection_id, given.grade_id, new, keep, None)
        except (ChangedSince, UnknownAnswer) as error:
            self._store.forget_given(given.id)
            raise ChangedSince(given.grade_id) from error
        return given

    # -- a second person ---------------------------------------------------------------------

    def second_turn(
        self,
        module_id: str,
        reflection_id: str,
        marker: Learner,
        language: Language,
        *,
        after: str | None = None,
    ) -> Turn | Done:
        """Return a marked answer that ``marker`` is to mark too, without what it was given."""
        reflection = self.reflection(module_id, reflection_id)
        returned = self._store.returned_to(module_id, reflection_id)
        with self._reading() as (rows, connection):
            cell = self._cell(rows, connection, module_id, reflection_id)
            places = rows.read_marked(connection, cell)
            away = self._away(connection, cell, returned)
            wanted, done = self._second_queue(module_id, reflection_id, places, away)
            markers = self._store.markers(module_id, reflection_id)
            queue = [one for one in wanted if markers.get(one.grade_id) != marker.id]
            if not queue:
                return Done(done, 0)
            last = rows.read_answer(connection, cell, after) if after else None
            turns = _from(queue, rows.place_of(last)) if last else queue
            grade_id, held_by = self._lease_next(turns, marker)
            answer = rows.read_answer(connection, cell, grade_id)
        if answer is None:
            raise UnknownAnswer(grade_id)
        previous, following = _neighbours(queue, rows.place_of(answer))
        return Turn(
            answered=Answered(grade_id, answer.username, module_id, reflection_id),
            handed_in=answer.moment,
            fields=self._written(answer.username, module_id, reflection, language),
            exemplar=self._exemplars.of(module_id, reflection_id, language),
            maximum=answer.maximum,
            state=None,
            seen=answer.seen,
            marked=done,
            total=done + len(queue),
            previous=previous,
            following=following,
            held_by=held_by,
            returned=None,
        )

    def give_second(
        self,
        module_id: str,
        reflection_id: str,
        grade_id: str,
        marker: Learner,
        *,
        level: int,
        seen: str,
    ) -> None:
        """Keep a second mark; the gradebook stays as it is.

        Raises ``ChangedSince`` when the first mark is not what it was, or is the marker's own,
        ``MarkedAlready``, ``UnknownAnswer`` and ``ValueError``.
        """
        reflection = self.reflection(module_id, reflection_id)
        answer = self._answer(module_id, reflection_id, grade_id)
        first = answer.state.points
        is_own = self._store.markers(module_id, reflection_id).get(grade_id) == marker.id
        if answer.seen != seen or first is None or answer.state.waits or is_own:
            raise ChangedSince(grade_id)
        self._store.keep_second(
            marker.username,
            Answered(grade_id, answer.username, module_id, reflection_id),
            first_points=first,
            points=points_of(reflection, level, answer.maximum),
        )
        self._store.let_go(grade_id, marker.id)

    def ask_second(self, module_id: str, reflection_id: str, grade_id: str) -> None:
        """Ask for a second mark of one answer. Raises ``UnknownAnswer``."""
        self._store.ask_second(self.answered(module_id, reflection_id, grade_id))

    def comparison(self, module_id: str, reflection_id: str) -> Comparison:
        """Compare first and second marks as they were given; what was settled changes nothing."""
        self.reflection(module_id, reflection_id)
        seconds = self._store.second_marks(module_id, reflection_id)
        returned = self._store.returned_to(module_id, reflection_id)
        with self._reading() as (rows, connection):
            cell = self._cell(rows, connection, module_id, reflection_id)
            places = rows.read_marked(connection, cell)
            away = self._away(connection, cell, returned)
        still, _done = self._second_queue(module_id, reflection_id, places, away)
        pairs = [
            (one, one.first_points, one.points)
            for one in seconds.values()
            if one.first_points is not None and one.points is not None
        ]
        differences = [
            Difference(one.grade_id, first, second, one.settled_at)
            for one, first, second in pairs
            if abs(first - second) >= LARGE_DIFFERENCE
        ]
        return Comparison(
            agreement([(first, second) for _one, first, second in pairs]),
            sorted(differences, key=lambda one: one.settled is not None),
            self._store.second_sample(module_id, reflection_id),
            len(still),
        )

    def settle(
        self, module_id: str, reflection_id: str, grade_id: str, marker: Learner, *, level: int
    ) -> None:
        """Give the mark that trainers have agreed on. Raises as ``give``."""
        reflection = self.reflection(module_id, reflection_id)
        answer = self._answer(module_id, reflection_id, grade_id)
        points = points_of(reflection, level, answer.maximum)
        if points != answer.state.points or answer.state.waits:
            self.give(
                module_id,
                reflection_id,
                grade_id,
                marker,
                level=level,
                comment=None,
                seen=answer.seen,
            )
        answered = Answered(grade_id, answer.username, module_id, reflection_id)
        self._store.settle_second(marker.username, answered)

    def _second_queue(
        self,
        module_id: str,
        reflection_id: str,
        places: "list[Place]",
        away: Collection[str],
    ) -> "tuple[list[Place], int]":
        """Return what a second person is still to mark, and how much somebody has."""
        every = self._store.second_sample(module_id, reflection_id)
        seconds = self._store.second_marks(module_id, reflection_id)
        wanted = [
            one
            for one in places
            if one.username not in away
            and (one.grade_id in seconds or (every and is_sampled(one.grade_id, every)))
            and not _has_points(seconds.get(one.grade_id))
        ]
        return wanted, sum(map(_has_points, seconds.values()))

    # -- parts of these ----------------------------------------------------------------------

    def _change(
        self,
        module_id: str,
        reflection_id: str,
        grade_id: str,
        new: "Callable[[GradebookAnswer], GradeState]",
        keep: Callable[[Answered, GradeState, GradeState], int],
        take_back: Callable[[Answered, int], None] | None,
    ) -> None:
        kept: list[tuple[Answered, int]] = []

        def note(answer: "GradebookAnswer", state: GradeState) -> None:
            answered = Answered(grade_id, answer.username, module_id, reflection_id)
            kept.append((answered, keep(answered, answer.state, state)))

        gradebook = self._found()
        with self._reading() as (rows, connection):
            cell = self._cell(rows, connection, module_id, reflection_id)
            if rows.read_answer(connection, cell, grade_id) is None:
                raise UnknownAnswer(grade_id)
        try:
            rows.change(gradebook.url, gradebook.course_id, cell, grade_id, new, note)
        except GradingFailed:
            # The gradebook could not keep what was noted a moment ago.
            if take_back is not None:
                for answered, given in kept:
                    take_back(answered, given)
            raise
        self._forget_counts(module_id, reflection_id)
        try:
            self._refresh(modules=[module_id], usernames=[kept[0][0].username])
        except GradingFailed:
            # The mark is given; the copy of it is made later.
            logging.getLogger(__name__).warning("the marks of %s", module_id, exc_info=True)

    def _answer(self, module_id: str, reflection_id: str, grade_id: str) -> "GradebookAnswer":
        with self._reading() as (rows, connection):
            cell = self._cell(rows, connection, module_id, reflection_id)
            answer = rows.read_answer(connection, cell, grade_id)
        if answer is None:
            raise UnknownAnswer(grade_id)
        return answer

    def _lease_next(self, queue: "list[Place]", marker: Learner) -> tuple[str, str | None]:
        """Lease the first that nobody else has; when others have all, return who has the first."""
        others = self._store.leased_to_others(marker.id)
        for one in queue:
            if one.grade_id not in others and self._lease(one.grade_id, marker) is None:
                return one.grade_id, None
        return queue[0].grade_id, self._lease(queue[0].grade_id, marker)

    def _lease(self, grade_id: str, marker: Learner) -> str | None:
        return self._store.lease(grade_id, marker.id, until=datetime.now(UTC) + LEASE)

    def _away(
        self, connection: "Connection", cell: "ReflectionCell", returned: dict[str, Returned]
    ) -> set[str]:
        """Return those who revise their answer, or whose revision has not been graded yet."""
        rows = self._rows()
        still = {username for username, one in returned.items() if one.is_open}
        revised = {
            username: one.delivered_as
            for username, one in returned.items()
            if not one.is_open and one.delivered_as is not None
        }
        graded = rows.read_moments(connection, cell, revised) if revised else {}
        return still | {
            username
            for username, delivered in revised.items()
            if (moment := graded.get(username)) is not None and moment < delivered
        }

    def _graded(self, module_id: str) -> list[PublicReflection]:
        bank = self._catalogue.bank(module_id)
        return [
            one
            for one in bank.reflections
            if one.use == "graded" and f"reflect:{one.id}" in bank.exercise
        ]

    def _members(self, group: str | None) -> Collection[str] | None:
        if group is None:
            return None
        return {one.username for one in self._store.learners(group=group, active=None)}

    def _written(
        self, username: str, module_id: str, reflection: PublicReflection, language: Language
    ) -> list[FieldInWords] | None:
        try:
            folder = self._found().graded / checked_username(username) / module_id
        except InvalidName:
            return None
        return read_written(folder, username, reflection, language)

    def _cell(
        self, rows: Any, connection: "Connection", module_id: str, reflection_id: str
    ) -> "ReflectionCell":
        cells: dict[str, ReflectionCell] = rows.read_cells(connection, module_id)
        if reflection_id not in cells:
            raise GradingFailed(
                f"the gradebook has no reflection {reflection_id} of {module_id}; "
                f"release a module first: `yongxin release {module_id}`"
            )
        return cells[reflection_id]

    # -- counts ------------------------------------------------------------------------------

    def _counted(
        self, group: str | None, module_id: str, reflection_id: str, stamp: object
    ) -> "Counts | None":
        with self._guard:
            kept = self._counts.get((group, module_id, reflection_id))
        if kept is None:
            return None
        is_fresh = kept.stamp == stamp or time.monotonic() - kept.at < _COUNTS_ARE_FRESH
        return kept.counts if is_fresh else None

    def _keep_counts(
        self,
        group: str | None,
        module_id: str,
        reflection_id: str,
        counts: "Counts",
        stamp: object,
    ) -> None:
        with self._guard:
            self._counts[group, module_id, reflection_id] = _Counted(
                time.monotonic(), stamp, counts
            )
            while len(self._counts) > _MOST_COUNTS:
                self._counts.popitem(last=False)

    def _stamp(self) -> object:
        """Return what is another one after each change to the gradebook's file, or always."""
        file = self._found().file
        if file is None:
            return object()
        try:
            found = file.stat()
        except OSError:
            return object()
        log = file.with_name(f"{file.name}-wal")
        written = log.stat().st_mtime_ns if log.exists() else 0
        return found.st_ino, found.st_mtime_ns, found.st_size, written

    def _forget_counts(self, module_id: str, reflection_id: str) -> None:
        with self._guard:
            for key in [one for one in self._counts if one[1:] == (module_id, reflection_id)]:
                del self._counts[key]

    # -- the gradebook -----------------------------------------------------------------------

    def _rows(self) -> Any:
        with self._importing:  # nbgrader: by the first page that needs it, and by one at a time
            from yongxin.cohort import gradebook_reflections
        return gradebook_reflections

    @contextmanager
    def _reading(self) -> "Generator[tuple[Any, Connection]]":
        rows = self._rows()
        from yongxin.cohort.gradebook_marks import reading

        with reading(self._found().engine) as connection:
            yield rows, connection

    def _found(self) -> _Gradebook:
        with self._guard:
            found = self._gradebook
            if found is None:
                found = self._gradebook = self._open()
        if found.file is not None and not found.file.is_file():
            raise GradingFailed(f"there is no gradebook {found.file}; release a module first")
        return found

    def _open(self) -> _Gradebook:
        with self._importing:
            from yongxin.cohort.gradebook_marks import open_gradebook

            settings: Any = nbgrader_configuration(self._folder).CourseDirectory
        parsed = make_url(settings.db_url)
        is_file = parsed.get_backend_name() == "sqlite"
        return _Gradebook(
            settings.db_url,
            settings.course_id,
            open_gradebook(settings.db_url),
            Path(parsed.database or "") if is_file else None,
            Path(settings.root) / settings.autograded_directory,
        )


def read_comment(comment: str) -> str:
    """Return a comment as it is kept. Raises ``CommentTooLong``."""
    words = clean(comment).strip()
    if len(words) > LONGEST_COMMENT:
        raise CommentTooLong(f"{len(words)} characters; {LONGEST_COMMENT} are allowed")
    return words


def points_of(reflection: PublicReflection, level: int, maximum: float) -> float:
    """Return the points of a level: the highest earns what the gradebook has for the answer.

    Raises ``ValueError`` for a level that the rubric does not have.
    """
    levels = [one.level for one in reflection.rubric]
    if level not in levels:
        raise ValueError(f"{level} is none of {levels}")
    return level * maximum / max(levels)


def level_of(reflection: PublicReflection, points: float, maximum: float) -> int | None:
    """Return the level that earns exactly these points, if one does."""
    for one in reflection.rubric:
        if points_of(reflection, one.level, maximum) == points:
            return one.level
    return None


def is_sampled(grade_id: str, every: int) -> bool:
    """Say whether an answer is among the one in ``every`` that a second person marks.

    The choice stays the same, and nobody's place in the queue or name has a part in it.
    """
    return crc32(grade_id.encode()) % every == 0


def _has_points(second: SecondMark | None) -> bool:
    return second is not None and second.points is not None


def _from(queue: "list[Place]", place: tuple[datetime, str]) -> "list[Place]":
    """Return the queue from after a place on, and then what is before it."""
    start = bisect_right(queue, place, key=lambda one: one.order)
    return queue[start:] + queue[:start]


def _neighbours(queue: "list[Place]", place: tuple[datetime, str]) -> tuple[str | None, str | None]:
    """Return what waits before an answer and after it, round and round."""
    others = [one.grade_id for one in _from(queue, place) if one.order != place]
    return (others[-1], others[0]) if others else (None, None)
