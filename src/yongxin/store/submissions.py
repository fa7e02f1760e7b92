"""Hand-ins: numbered, delivered and recorded, each once.

A delivery copies files, perhaps over a network, so it happens outside any transaction:

1. *Reserve*, a transaction: the attempt gets its number, its time, whether it is late, and the
   snapshot of the answers. The row has no receipt yet, so nobody is shown it.
2. *Deliver*, no transaction.
3. *Confirm*, a transaction: the receipt is written. Only now the learner has handed in. If the
   delivery failed, the row is deleted instead.

A process that dies between 1 and 3, or cannot write in 3, leaves a row without a receipt, and
nobody else can know whether the delivery took place. For half a minute the row might be somebody's
who is still at it, so others wait, at most for the busy timeout (``StoreBusy``). After that

- the same event, which the learner's device goes on sending until it is acknowledged, is delivered
  again under the same number and with the time of the first try, so nobody is late because of us;
- another event takes the number over, as if the first had never been.

So a delivery can happen twice, with the same or newer answers, and the exchange takes the later
one; a submission is recorded once, and a lost one never uses up an attempt. Whoever replaces a row
inserts a new one: its id tells the two apart, and a process that wakes up after it was replaced
cannot confirm what is no longer its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from yongxin.store import json_text, names
from yongxin.store.database import Database
from yongxin.store.deadlines import deadline_for
from yongxin.store.delivering import receipt_of, reserved_in_turn
from yongxin.store.errors import NoAttemptsLeft, StoreBusy, UnknownSubmission
from yongxin.store.learners import lock
from yongxin.store.tables import learner, submission
from yongxin.store.values import JSON, Receipt, Submission

#: A delivery takes a few milliseconds; whoever needs this long has died or lost the exchange.
RESERVED_FOR = timedelta(seconds=30)

_COLUMNS = (
    submission.c.id,
    submission.c.module_id,
    submission.c.number,
    submission.c.at,
    submission.c.late,
    submission.c.receipt,
)
_SubmissionRow: TypeAlias = Row[int, str, int, datetime, bool, str | None]

# Built once: building them anew takes longer than the database does.
_IS_RECORDED = submission.c.receipt.is_not(None)
_OF_LEARNER = submission.c.learner_id == bindparam("learner")
_OF_MODULE = submission.c.module_id == bindparam("module")
_READ_ALL = (
    select(*_COLUMNS).where(_OF_LEARNER, _IS_RECORDED).order_by(submission.c.at, submission.c.id)
)
_READ_MODULE = _READ_ALL.where(_OF_MODULE)
_COUNT = (
    select(submission.c.module_id, func.count())
    .where(_OF_LEARNER, _IS_RECORDED)
    .group_by(submission.c.module_id)
)
_COUNT_ALL = (
    select(learner.c.username, submission.c.module_id, func.count())
    .join_from(submission, learner, learner.c.id == submission.c.learner_id)
    .where(_IS_RECORDED)
    .group_by(learner.c.username, submission.c.module_id)
)
_SAME_EVENT = select(*_COLUMNS).where(
    _OF_LEARNER, _OF_MODULE, submission.c.event_id == bindparam("event")
)
_UNDER_WAY = select(submission.c.id).where(
    _OF_LEARNER, _OF_MODULE, submission.c.reserved_until > bindparam("clock")
)
_CLEAR_AWAY = delete(submission).where(_OF_LEARNER, _OF_MODULE, submission.c.receipt.is_(None))
_LAST_NUMBER = select(func.max(submission.c.number)).where(_OF_LEARNER, _OF_MODULE)
_RESERVE = submission.insert().returning(submission.c.id)
_OF_RESERVATION = (submission.c.id == bindparam("reserved")) & submission.c.receipt.is_(None)
_RELEASE = delete(submission).where(_OF_RESERVATION)
_CONFIRM = (
    update(submission)
    .where(_OF_RESERVATION)
    .values(receipt=bindparam("delivered"), reserved_until=None)
)


@dataclass(frozen=True)
class _HandIn:
    """What somebody wants to hand in."""

    learner_id: int
    module_id: str
    event_id: str
    allowed_attempts: int
    now: datetime
    snapshot: str

    @property
    def key(self) -> dict[str, str | int]:
        """What the statements take."""
        return {
            "learner": self.learner_id,
            "module": self.module_id,
            "event": self.event_id,
        }


class Submissions:
    """Handing in, and reading what was handed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hand_in(
        self,
        learner_id: int,
        module_id: str,
        *,
        event_id: str,
        allowed_attempts: int,
        now: datetime,
        snapshot: JSON,
        deliver: Callable[[Submission], Receipt],
    ) -> Submission:
        """Hand the module in: give the attempt its number, deliver it, record the receipt.

        ``deliver`` gets the submission, still with an empty receipt, and returns the receipt, a
        JSON object. It may be called again for the same attempt after a crash (see the module).
        Whatever it raises leaves nothing recorded. The same ``event_id`` again returns the recorded
        submission and delivers nothing. ``snapshot``, the answers as JSON, is kept with it.

        Raises ``NoAttemptsLeft``; ``StoreBusy`` while the same learner is handing in the same
        module elsewhere; ``StateRefused``, ``InvalidName``, ``UnknownLearner`` and ``StoreError``.
        """
        hand_in = _HandIn(
            learner_id=learner_id,
            module_id=names.identifier(module_id, "module"),
            event_id=names.identifier(event_id, "event id"),
            allowed_attempts=allowed_attempts,
            now=now,
            snapshot=json_text.encode(snapshot),
        )
        reserved, recorded = reserved_in_turn(
            self._database, module_id, lambda connection: _reserve(connection, hand_in)
        )
        if recorded:
            return reserved
        receipt = receipt_of(lambda: deliver(reserved), lambda: self._release(hand_in, reserved))
        return self._confirm(hand_in, reserved, receipt)

    def submissions(self, learner_id: int, module_id: str | None = None) -> list[Submission]:
        """Return what the learner has handed in, of one module or of all, oldest first."""
        of: dict[str, str | int] = {"learner": learner_id}
        if module_id is not None:
            of["module"] = names.identifier(module_id, "module")
        with self._database.reading() as connection:
            rows = connection.execute(_READ_ALL if module_id is None else _READ_MODULE, of).all()
        return [_read(row) for row in rows]

    def hand_ins(self, learner_id: int) -> dict[str, int]:
        """Return how often the learner has handed each module in; of most modules nothing."""
        with self._database.reading() as connection:
            return dict(connection.execute(_COUNT, {"learner": learner_id}).all())

    def all_hand_ins(self) -> dict[tuple[str, str], int]:
        """Return how often each learner has handed each module in: (username, module) → number."""
        with self._database.reading() as connection:
            rows = connection.execute(_COUNT_ALL).all()
        return {(username, module_id): number for username, module_id, number in rows}

    def snapshot(self, submission_id: int) -> JSON:
        """Return the answers that were handed in. Raises ``UnknownSubmission``."""
        with self._database.reading() as connection:
            text = connection.scalar(
                select(submission.c.snapshot).where(
                    submission.c.id == submission_id, submission.c.receipt.is_not(None)
                )
            )
        if text is None:
            raise UnknownSubmission(f"there is no submission {submission_id}")
        return json_text.decode(text)

    def _release(self, hand_in: _HandIn, reserved: Submission) -> None:
        def write(connection: Connection) -> None:
            lock(connection, hand_in.learner_id)
            connection.execute(_RELEASE, {"reserved": reserved.id})

        self._database.write(write)

    def _confirm(self, hand_in: _HandIn, reserved: Submission, receipt: str) -> Submission:
        def write(connection: Connection) -> _SubmissionRow | None:
            lock(connection, hand_in.learner_id)
            connection.execute(_CONFIRM, {"reserved": reserved.id, "delivered": receipt})
            return _same_event(connection, hand_in)

        row = self._database.write(write)
        # It is another's when the delivery took so long that the reservation ran out.
        if row is None or row.receipt is None:
            raise StoreBusy(
                f"the delivery of {hand_in.module_id} took too long and was overtaken by another"
            )
        return _read(row)


def _reserve(connection: Connection, hand_in: _HandIn) -> tuple[Submission, bool] | None:
    """Return a submission and whether it was recorded before; None means: wait for another."""
    lock(connection, hand_in.learner_id)
    row = _same_event(connection, hand_in)
    if row is not None and row.receipt is not None:
        return _read(row), True

    clock = datetime.now(UTC)
    if under_way(connection, hand_in.learner_id, hand_in.module_id, clock):
        return None
    connection.execute(_CLEAR_AWAY, hand_in.key)

    used = connection.scalar(_LAST_NUMBER, hand_in.key) or 0
    if used >= hand_in.allowed_attempts:
        raise NoAttemptsLeft(
            f"{hand_in.module_id} was handed in {used} times; "
            f"{hand_in.allowed_attempts} are allowed"
        )
    due = deadline_for(connection, hand_in.module_id, hand_in.learner_id)
    at = hand_in.now if row is None else row.at
    late = (due is not None and at > due) if row is None else row.late
    number = used + 1
    new_id = connection.execute(
        _RESERVE,
        {
            "learner_id": hand_in.learner_id,
            "module_id": hand_in.module_id,
            "number": number,
            "event_id": hand_in.event_id,
            "at": at,
            "late": late,
            "snapshot": hand_in.snapshot,
            "reserved_until": clock + RESERVED_FOR,
        },
    ).scalar_one()
    return Submission(new_id, hand_in.module_id, number, at, late, {}), False


def under_way(connection: Connection, learner_id: int, module_id: str, clock: datetime) -> bool:
    """Say whether somebody is delivering a hand-in of the learner's module at this moment."""
    of = {"learner": learner_id, "module": module_id, "clock": clock}
    return connection.scalar(_UNDER_WAY, of) is not None


def _same_event(connection: Connection, hand_in: _HandIn) -> _SubmissionRow | None:
    return connection.execute(_SAME_EVENT, hand_in.key).one_or_none()


def _read(row: _SubmissionRow) -> Submission:
    identity, module, number, at, late, receipt = row
    return Submission(identity, module, number, at, late, json_text.decode(receipt or "{}"))
