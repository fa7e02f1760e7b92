"""Reflections that a trainer has returned, each once, and what was handed in of them again.

A revision is a delivery like a hand-in (see ``submissions``) and goes the same three steps; the row
of the return is reserved meanwhile. It differs in what it costs: no attempt, and nobody is late by
it. So it is delivered as if it had been made a microsecond after the delivery that it revises,
which is as early as can be for the exchange to take it instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, func, select, update

from yongxin.store import json_text, names
from yongxin.store.database import Database
from yongxin.store.delivering import receipt_of, reserved_in_turn
from yongxin.store.errors import (
    AlreadyReturned,
    NotHandedIn,
    NotReturned,
    StoreBusy,
)
from yongxin.store.learners import lock
from yongxin.store.submissions import RESERVED_FOR, under_way
from yongxin.store.tables import learner, submission
from yongxin.store.tables import returned_reflection as returned
from yongxin.store.values import JSON, Receipt, Returned, Revision

_COLUMNS = (
    returned.c.module_id,
    returned.c.reflection_id,
    returned.c.comment,
    returned.c.at,
    returned.c.revised_at,
    returned.c.delivered_as,
    returned.c.receipt,
    returned.c.id,
    returned.c.event_id,
    returned.c.reserved_until,
)
_ReturnedRow: TypeAlias = Row[
    str, str, str, datetime, datetime | None, datetime | None, str | None,
    int, str | None, datetime | None,
]  # fmt: skip

_OF_LEARNER = returned.c.learner_id == bindparam("learner")
_OF_MODULE = returned.c.module_id == bindparam("module")
_OF_REFLECTION = returned.c.reflection_id == bindparam("reflection")
_READ_ALL = select(*_COLUMNS).where(_OF_LEARNER).order_by(returned.c.at, returned.c.id)
_READ_ONE = select(*_COLUMNS).where(_OF_LEARNER, _OF_REFLECTION)
_UNDER_WAY = select(returned.c.id).where(
    _OF_LEARNER, _OF_MODULE, returned.c.reserved_until > bindparam("clock")
)
_HAND_INS = select(func.count()).where(
    submission.c.learner_id == bindparam("learner"),
    submission.c.module_id == bindparam("module"),
    submission.c.receipt.is_not(None),
)
_LAST_HAND_IN = (
    select(submission.c.at, submission.c.snapshot)
    .where(
        submission.c.learner_id == bindparam("learner"),
        submission.c.module_id == bindparam("module"),
        submission.c.receipt.is_not(None),
    )
    .order_by(submission.c.number.desc())
    .limit(1)
)
_LAST_REVISION = (
    select(returned.c.delivered_as, returned.c.snapshot)
    .where(_OF_LEARNER, _OF_MODULE, returned.c.receipt.is_not(None))
    .order_by(returned.c.delivered_as.desc())
    .limit(1)
)
_OF_RESERVATION = (
    (returned.c.id == bindparam("row"))
    & (returned.c.reserved_until == bindparam("token"))
    & returned.c.receipt.is_(None)
)
_RESERVE = (
    update(returned)
    .where(returned.c.id == bindparam("row"))
    .values(
        event_id=bindparam("event"),
        revised_at=bindparam("now"),
        delivered_as=bindparam("moment"),
        snapshot=bindparam("text"),
        reserved_until=bindparam("until"),
    )
)
# ``delivered_as`` stays: should anything have been delivered after all, the next is newer.
_RELEASE = (
    update(returned)
    .where(_OF_RESERVATION)
    .values(event_id=None, revised_at=None, snapshot=None, reserved_until=None)
)
_CONFIRM = (
    update(returned)
    .where(_OF_RESERVATION)
    .values(receipt=bindparam("delivered"), reserved_until=None)
)

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class _Revising:
    """What somebody wants to hand in again."""

    learner_id: int
    module_id: str
    reflection_id: str
    event_id: str
    now: datetime
    change: Callable[[JSON], JSON]

    @property
    def key(self) -> dict[str, str | int]:
        """What the statements take."""
        return {
            "learner": self.learner_id,
            "module": self.module_id,
            "reflection": self.reflection_id,
        }


@dataclass(frozen=True)
class _Reservation:
    """What is to be delivered; ``token`` tells the reservation from one that replaced it."""

    row: int
    token: datetime
    revision: Revision


class ReturnedReflections:
    """Returning a reflection, and handing it in again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def return_reflection(
        self, learner_id: int, module_id: str, reflection_id: str, *, comment: str, now: datetime
    ) -> Returned:
        """Return a reflection to be revised.

        Raises ``NotHandedIn`` when the learner has not handed in the module, ``AlreadyReturned``
        the second time, ``InvalidName``, ``UnknownLearner`` and ``StoreError``.
        """
        key = {
            "learner": learner_id,
            "module": names.identifier(module_id, "module"),
            "reflection": names.identifier(reflection_id, "reflection"),
        }

        def write(connection: Connection) -> Returned:
            lock(connection, learner_id)
            if not connection.scalar(_HAND_INS, key):
                raise NotHandedIn(f"{module_id} has not been handed in yet")
            earlier = _one(connection, key)
            if earlier is not None:
                raise AlreadyReturned(
                    f"{reflection_id} was returned on {earlier.at:%Y-%m-%d}; "
                    f"a reflection is returned once"
                )
            connection.execute(
                returned.insert().values(
                    learner_id=learner_id,
                    module_id=module_id,
                    reflection_id=reflection_id,
                    comment=comment,
                    at=now,
                )
            )
            return Returned(module_id, reflection_id, comment, now)

        return self._database.write(write)

    def returned(self, learner_id: int) -> list[Returned]:
        """Return what was returned to the learner, open or handed in again, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_READ_ALL, {"learner": learner_id}).all()
        return [_read(row) for row in rows]

    def returned_to(self, module_id: str, reflection_id: str) -> dict[str, Returned]:
        """Return to whom a reflection was returned, by username."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(learner.c.username, *_COLUMNS)
                .join(learner, learner.c.id == returned.c.learner_id)
                .where(returned.c.module_id == module_id, returned.c.reflection_id == reflection_id)
            ).all()
        return {row.username: _read(row) for row in rows}

    def revise(
        self,
        learner_id: int,
        module_id: str,
        reflection_id: str,
        *,
        event_id: str,
        now: datetime,
        change: Callable[[JSON], JSON],
        deliver: Callable[[Revision], Receipt],
    ) -> Returned:
        """Hand a returned reflection in again, with everything else as it was handed in.

        ``change`` makes the new snapshot from that of the last hand-in or revision of the module.
        ``deliver`` is called as in ``hand_in``, perhaps once more after a crash, and what it raises
        leaves nothing recorded. The same ``event_id`` again returns the recorded revision.

        Raises ``NotReturned`` when nothing is open to be revised; ``StoreBusy`` while the same
        learner is handing in the same module elsewhere; ``StateRefused``, ``InvalidName``,
        ``UnknownLearner`` and ``StoreError``.
        """
        revising = _Revising(
            learner_id=learner_id,
            module_id=names.identifier(module_id, "module"),
            reflection_id=names.identifier(reflection_id, "reflection"),
            event_id=names.identifier(event_id, "event id"),
            now=now,
            change=change,
        )
        found = reserved_in_turn(
            self._database, module_id, lambda connection: _reserve(connection, revising)
        )
        if isinstance(found, Returned):
            return found
        receipt = receipt_of(
            lambda: deliver(found.revision), lambda: _release(self._database, revising, found)
        )
        return _confirm(self._database, revising, found, receipt)


def _release(database: Database, revising: _Revising, reservation: _Reservation) -> None:
    def write(connection: Connection) -> None:
        lock(connection, revising.learner_id)
        connection.execute(_RELEASE, {"row": reservation.row, "token": reservation.token})

    database.write(write)


def _confirm(
    database: Database, revising: _Revising, reservation: _Reservation, receipt: str
) -> Returned:
    def write(connection: Connection) -> _ReturnedRow | None:
        lock(connection, revising.learner_id)
        connection.execute(
            _CONFIRM,
            {"row": reservation.row, "token": reservation.token, "delivered": receipt},
        )
        return _one(connection, revising.key)

    row = database.write(write)
    # It is another's when the delivery took so long that the reservation ran out.
    if row is None or row.receipt is None or row.event_id != revising.event_id:
        raise StoreBusy(
            f"the delivery of {revising.reflection_id} took too long and was overtaken by another"
        )
    return _read(row)


def _reserve(connection: Connection, revising: _Revising) -> Returned | _Reservation | None:
    """Return what was recorded before or what is reserved now; None means: wait for another."""
    lock(connection, revising.learner_id)
    row = _one(connection, revising.key)
    if row is None or row.module_id != revising.module_id:
        raise NotReturned(f"{revising.reflection_id} was not returned")
    same_event = row.event_id == revising.event_id
    if row.receipt is not None:
        if same_event:
            return _read(row)
        raise NotReturned(f"{revising.reflection_id} was handed in again already")

    clock = datetime.now(UTC)
    if connection.scalar(_UNDER_WAY, {**revising.key, "clock": clock}) or under_way(
        connection, revising.learner_id, revising.module_id, clock
    ):
        return None
    handed_in, text = _last_delivery(connection, revising)
    # What a process that died may have delivered has to be older too.
    moment = max(handed_in, row.delivered_as or handed_in) + _MICROSECOND
    snapshot = revising.change(json_text.decode(text))
    until = clock + RESERVED_FOR
    connection.execute(
        _RESERVE,
        {
            "row": row.id,
            "event": revising.event_id,
            "now": row.revised_at if same_event else revising.now,
            "moment": moment,
            "text": json_text.encode(snapshot),
            "until": until,
        },
    )
    return _Reservation(row.id, until, Revision(moment, snapshot))


def _last_delivery(connection: Connection, revising: _Revising) -> tuple[datetime, str]:
    """Return the moment and the snapshot of what counts now: a hand-in or a revision."""
    hand_ins = connection.execute(_LAST_HAND_IN, revising.key).all()
    revisions = connection.execute(_LAST_REVISION, revising.key).all()
    deliveries = [(at, text) for at, text in hand_ins]
    deliveries += [(at, text) for at, text in revisions if at is not None and text is not None]
    return max(deliveries)


def _one(connection: Connection, key: dict[str, str | int]) -> _ReturnedRow | None:
    return connection.execute(_READ_ONE, key).one_or_none()


def _read(row: Row[*tuple[Any, ...]]) -> Returned:
    if row.receipt is None:
        return Returned(row.module_id, row.reflection_id, row.comment, row.at)
    return Returned(
        row.module_id,
        row.reflection_id,
        row.comment,
        row.at,
        row.revised_at,
        row.delivered_as,
        json_text.decode(row.receipt),
    )
