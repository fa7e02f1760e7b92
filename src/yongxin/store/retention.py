"""What has been kept long enough: found, counted, and deleted piece by piece."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, update

from yongxin.store import json_text
from yongxin.store.audit import ERASED
from yongxin.store.database import Database
from yongxin.store.learners import lock
from yongxin.store.personal import belongs
from yongxin.store.tables import (
    answer,
    audit_entry,
    learner,
    mark_given,
    module_mark,
    returned_reflection,
    scored_attempt,
    second_mark,
    sign_in_token,
    submission,
    visit,
)

_ANY_NUMBER = 2**62
_LEARNING = (answer, visit)
#: What hangs on the hand-ins of a learner's module, each before what it refers to.
_OF_MODULE = (module_mark, mark_given, second_mark, returned_reflection)


class Aged(NamedTuple):
    """How much of a kind is older than a moment, and since when the oldest of it is there."""

    number: int
    oldest: datetime | None


class Inactive(NamedTuple):
    """Somebody who may not sign in any more, and when they did something last."""

    id: int
    username: str
    last: datetime


class OldHandIn(NamedTuple):
    """A learner's module that was handed in last at a time, and how often."""

    learner_id: int
    username: str
    module_id: str
    last: datetime
    attempts: int


class Retention:
    """What is older than a moment, and its deletion. All moments have to be aware."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def expired_tokens(self, before: datetime) -> Aged:
        """Return how many sign-in tokens ran out before a moment."""
        return self._aged(sign_in_token, sign_in_token.c.expires, before)

    def drop_expired_tokens(self, before: datetime) -> int:
        """Delete them; return how many."""
        with self._database.writing() as connection:
            return connection.execute(
                delete(sign_in_token).where(sign_in_token.c.expires < before)
            ).rowcount

    def inactive_people(self, before: datetime, *, with_learning: bool = False) -> list[Inactive]:
        """Return the deactivated people who have done nothing since, longest ago first.

        ``with_learning``: only those of whom there are answers or visits.
        """
        # Person by person: those who may not sign in are few, and their colleagues' answers many.
        answered, visited, handed_in = (
            select(func.max(column))
            .where(table.columns["learner_id"] == learner.c.id)
            .scalar_subquery()
            for table, column in (
                (answer, answer.c.updated),
                (visit, visit.c.at),
                (submission, submission.c.at),
            )
        )
        rows_of = select(
            learner.c.id, learner.c.username, learner.c.created, answered, visited, handed_in
        )
        statement = rows_of.where(learner.c.active.is_(False), learner.c.created < before)
        if with_learning:
            statement = statement.where(or_(answered.is_not(None), visited.is_not(None)))
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        found = [Inactive(row[0], row[1], max(_moments(row[2:]))) for row in rows]
        return sorted((one for one in found if one.last < before), key=lambda one: one.last)

    def learning_of(self, learner_id: int) -> int:
        """Return how many answers and visits there are of a learner."""
        with self._database.reading() as connection:
            return sum(
                connection.scalar(
                    select(func.count()).select_from(table).where(belongs(table, learner_id))
                )
                or 0
                for table in _LEARNING
            )

    def drop_learning(self, learner_id: int) -> int:
        """Delete the answers and visits of somebody who may not sign in; return how many.

        Whoever was let in again meanwhile loses nothing.
        """
        with self._database.writing() as connection:
            lock(connection, learner_id)
            is_active = connection.scalar(
                select(learner.c.active).where(learner.c.id == learner_id)
            )
            if is_active:
                return 0
            return sum(
                connection.execute(delete(table).where(belongs(table, learner_id))).rowcount
                for table in _LEARNING
            )

    def old_hand_ins(self, before: datetime, *, limit: int) -> list[OldHandIn]:
        """Return what was handed in last before a moment, longest ago first."""
        old = _old(before)
        statement = (
            select(
                old.c.learner_id, learner.c.username, old.c.module_id, old.c.last, old.c.attempts
            )
            .join(learner, learner.c.id == old.c.learner_id)
            .order_by(old.c.last, old.c.learner_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [OldHandIn(*row) for row in rows]

    def count_old_hand_ins(self, before: datetime) -> Aged:
        """Return how many there are of them."""
        old = _old(before)
        with self._database.reading() as connection:
            row = connection.execute(select(func.count(), func.min(old.c.last))).one()
        return Aged(row[0], row[1])

    def drop_hand_in(self, old: OldHandIn, before: datetime) -> bool:
        """Delete a learner's hand-ins of a module with all that hangs on them.

        Return whether it was done; it is not if the learner has handed in again meanwhile.
        """
        with self._database.writing() as connection:
            lock(connection, old.learner_id)
            mine = _of_module(submission, old)
            last = connection.scalar(select(func.max(submission.c.at)).where(mine))
            if last is None or last >= before:
                return False
            attempts = select(submission.c.id).where(mine)
            connection.execute(
                delete(scored_attempt).where(scored_attempt.c.submission_id.in_(attempts))
            )
            for table in _OF_MODULE:
                connection.execute(delete(table).where(_of_module(table, old)))
            connection.execute(delete(submission).where(mine))
        return True

    def old_entries(self, before: datetime) -> Aged:
        """Return how many entries of the audit log still name somebody after so long."""
        return self._aged(audit_entry, audit_entry.c.at, before, audit_entry.c.salt.is_not(None))

    def wipe_entries(self, before: datetime, *, limit: int) -> int:
        """Take names and details out of at most so many of them; return of how many.

        The chain holds.
        """
        columns = audit_entry.c
        with self._database.writing() as connection:
            old = (
                select(columns.id)
                .where(columns.at < before, columns.salt.is_not(None))
                .order_by(columns.id)
                .limit(limit)
            )
            return connection.execute(
                update(audit_entry)
                .where(columns.id.in_(old))
                .values(actor=ERASED, subject=ERASED, detail=json_text.encode({}), salt=None)
            ).rowcount

    def _aged(
        self, table: Table[Any], column: Any, before: datetime, *conditions: ColumnElement[bool]
    ) -> Aged:
        statement: Any = (
            select(func.count(), func.min(column))
            .select_from(table)
            .where(column < before, *conditions)
        )
        with self._database.reading() as connection:
            return next(Aged(*row) for row in connection.execute(statement))


def _old(before: datetime) -> Any:
    """Select what was handed in before a moment and never since."""
    newer = submission.alias("newer")
    aged = (
        select(submission.c.learner_id, submission.c.module_id, submission.c.at)
        .where(submission.c.at < before)
        # Without a limit SQLite goes by the index that groups, and reads everything there is.
        .limit(_ANY_NUMBER)
        .subquery("aged")
    )
    return (
        select(
            aged.c.learner_id,
            aged.c.module_id,
            func.max(aged.c.at).label("last"),
            func.count().label("attempts"),
        )
        .where(
            ~exists().where(
                newer.c.learner_id == aged.c.learner_id,
                newer.c.module_id == aged.c.module_id,
                newer.c.at >= before,
            )
        )
        .group_by(aged.c.learner_id, aged.c.module_id)
        .subquery()
    )


def _of_module(table: Table[Any], old: OldHandIn) -> ColumnElement[bool]:
    return and_(
        table.columns["learner_id"] == old.learner_id,
        table.columns["module_id"] == old.module_id,
    )


def _moments(values: Any) -> list[datetime]:
    return [one for one in values if one is not None]
