"""Marks that trainers gave in the marking queue, so that they can be taken back; and who is at it.

The marks themselves stand in nbgrader's gradebook. What is kept here of one is who gave it, and for
a while what the gradebook said before and after.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, Row, delete, select, update

from yongxin.store import json_text, names
from yongxin.store.audit import append
from yongxin.store.database import Database
from yongxin.store.insert import insert
from yongxin.store.tables import learner, mark_given, mark_lease
from yongxin.store.values import JSON

#: So many of a trainer's last marks can be taken back; of older ones their words are forgotten.
MARKS_TO_TAKE_BACK = 50

_COLUMNS = (
    mark_given.c.id,
    mark_given.c.module_id,
    mark_given.c.reflection_id,
    mark_given.c.grade_id,
    mark_given.c.at,
    mark_given.c.before,
    mark_given.c.after,
)
_GivenRow: TypeAlias = Row[int, str, str, str, datetime, str | None, str | None]


class GradeState(NamedTuple):
    """What a trainer can change of an answer in the gradebook.

    ``points`` and ``comment`` are those given by hand. ``waits``: somebody has still to mark it.
    """

    points: float | None
    waits: bool
    comment: str | None


class Answered(NamedTuple):
    """Whose answer to what: ``username`` as the gradebook has it, ``grade_id`` its row there."""

    grade_id: str
    username: str
    module_id: str
    reflection_id: str


@dataclass(frozen=True)
class GivenMark:
    """A mark that can be taken back."""

    id: int
    module_id: str
    reflection_id: str
    grade_id: str
    at: datetime
    before: GradeState
    after: GradeState


class GivenMarks:
    """Keeping what was marked, and leasing answers to whoever marks them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_given(
        self, actor: str, answered: Answered, before: GradeState, after: GradeState
    ) -> int:
        """Keep that ``actor`` has given a mark, and let go of the answer; return the row's id.

        The audit log tells who got how many points, and nothing of the comment.
        """

        def write(connection: Connection) -> int:
            now = datetime.now(UTC)
            marker_id = _id_of(connection, actor)
            given = connection.execute(
                mark_given.insert()
                .values(
                    learner_id=_id_of(connection, answered.username),
                    marker_id=marker_id,
                    module_id=names.identifier(answered.module_id, "module"),
                    reflection_id=names.identifier(answered.reflection_id, "reflection"),
                    grade_id=names.identifier(answered.grade_id, "grade"),
                    at=now,
                    before=json_text.encode(before._asdict()),
                    after=json_text.encode(after._asdict()),
                )
                .returning(mark_given.c.id)
            ).scalar_one()
            _forget_words(connection, marker_id)
            _let_go(connection, answered.grade_id)
            append(
                connection,
                actor,
                "mark give",
                answered.username,
                detail_of(answered),
            )
            return given

        return self._database.write(write)

    def last_given(self, marker_id: int) -> GivenMark | None:
        """Return the last mark of a trainer that can be taken back."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(*_COLUMNS)
                .where(
                    mark_given.c.marker_id == marker_id,
                    mark_given.c.undone_at.is_(None),
                    mark_given.c.before.is_not(None),
                )
                .order_by(mark_given.c.id.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else _read(row)

    def keep_undone(self, actor: str, answered: Answered, given_id: int) -> None:
        """Keep that a mark was taken back."""

        def write(connection: Connection) -> None:
            connection.execute(
                update(mark_given)
                .where(mark_given.c.id == given_id, mark_given.c.undone_at.is_(None))
                .values(undone_at=datetime.now(UTC), before=None, after=None)
            )
            append(connection, actor, "mark undo", answered.username, detail_of(answered))

        self._database.write(write)

    def forget_given(self, given_id: int) -> None:
        """Let a mark be taken back no more, because somebody has changed it since."""

        def write(connection: Connection) -> None:
            connection.execute(
                update(mark_given)
                .where(mark_given.c.id == given_id)
                .values(before=None, after=None)
            )

        self._database.write(write)

    def markers(self, module_id: str, reflection_id: str) -> dict[str, int | None]:
        """Return who has marked the answers to a reflection last, by the grade's id.

        Marks that were given in formgrader have nobody here.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                select(mark_given.c.grade_id, mark_given.c.marker_id)
                .where(
                    mark_given.c.module_id == module_id,
                    mark_given.c.reflection_id == reflection_id,
                    mark_given.c.undone_at.is_(None),
                )
                .order_by(mark_given.c.id)
            ).all()
        return dict(rows)

    # -- leases ------------------------------------------------------------------------------

    def lease(self, grade_id: str, marker_id: int, *, until: datetime) -> str | None:
        """Lease an answer to a trainer; return the name of whoever else has it, if anybody."""
        names.identifier(grade_id, "grade")

        def write(connection: Connection) -> str | None:
            now = datetime.now(UTC)
            connection.execute(delete(mark_lease).where(mark_lease.c.until <= now))
            # Two who come at once: the second waits here for the first, and then sees the lease.
            connection.execute(
                insert(connection, mark_lease)
                .values(grade_id=grade_id, marker_id=marker_id, until=until)
                .on_conflict_do_nothing()
            )
            holder, name = connection.execute(
                select(mark_lease.c.marker_id, learner.c.name)
                .outerjoin(learner, learner.c.id == mark_lease.c.marker_id)
                .where(mark_lease.c.grade_id == grade_id)
            ).one()
            if holder is not None and holder != marker_id:
                return name or ""
            connection.execute(
                update(mark_lease)
                .where(mark_lease.c.grade_id == grade_id)
                .values(marker_id=marker_id, until=until)
            )
            return None

        return self._database.write(write)

    def leased_to_others(self, marker_id: int) -> set[str]:
        """Return the answers that others are looking at."""
        with self._database.reading() as connection:
            return set(
                connection.scalars(
                    select(mark_lease.c.grade_id).where(
                        mark_lease.c.until > datetime.now(UTC), mark_lease.c.marker_id != marker_id
                    )
                )
            )

    def let_go(self, grade_id: str, marker_id: int) -> None:
        """End a trainer's lease."""

        def write(connection: Connection) -> None:
            connection.execute(
                delete(mark_lease).where(
                    mark_lease.c.grade_id == grade_id, mark_lease.c.marker_id == marker_id
                )
            )

        self._database.write(write)

    def end_lease(self, grade_id: str) -> None:
        """End whatever lease there is of an answer."""
        self._database.write(lambda connection: _let_go(connection, grade_id))

    def note_named(self, actor: str, answered: Answered) -> None:
        """Note in the audit log that a trainer asked whose answer it is."""

        def write(connection: Connection) -> None:
            append(connection, actor, "name show", answered.username, detail_of(answered))

        self._database.write(write)


#: How long an answer stays with whoever opened it; long enough to read it and to write about it.
LEASE = timedelta(minutes=10)


def detail_of(answered: Answered) -> dict[str, JSON]:
    """Return what the audit log says of an answer that is marked; never the points."""
    return {"module": answered.module_id, "reflection": answered.reflection_id}


def _id_of(connection: Connection, username: str) -> int | None:
    """Return the id of somebody, who may have been put into the gradebook by hand."""
    key = names.username_key(username)
    return connection.scalar(select(learner.c.id).where(learner.c.username_key == key))


def _forget_words(connection: Connection, marker_id: int | None) -> None:
    oldest = (
        select(mark_given.c.id)
        .where(mark_given.c.marker_id == marker_id, mark_given.c.before.is_not(None))
        .order_by(mark_given.c.id.desc())
        .offset(MARKS_TO_TAKE_BACK)
        .limit(1)
    )
    last = connection.scalar(oldest)
    if last is not None:
        connection.execute(
            update(mark_given)
            .where(mark_given.c.marker_id == marker_id, mark_given.c.id <= last)
            .values(before=None, after=None)
        )


def _let_go(connection: Connection, grade_id: str) -> None:
    connection.execute(delete(mark_lease).where(mark_lease.c.grade_id == grade_id))


def _read(row: _GivenRow) -> GivenMark:
    before, after = (json_text.decode(text or "") for text in (row.before, row.after))
    return GivenMark(
        row.id,
        row.module_id,
        row.reflection_id,
        row.grade_id,
        row.at,
        GradeState(**before),
        GradeState(**after),
    )
