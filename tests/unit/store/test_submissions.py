"""Handing in: numbered, delivered and recorded, each once."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from yongxin.store import (
    InvalidName,
    Learner,
    NoAttemptsLeft,
    StateRefused,
    Store,
    StoreBusy,
    Submission,
    UnknownLearner,
    UnknownSubmission,
)

Sql = Callable[[], AbstractContextManager[Connection]]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Exchange:
    """Takes deliveries and remembers them."""

    def __init__(self) -> None:
        self.delivered: list[Submission] = []

    def deliver(self, submission: Submission) -> Mapping[str, Any]:
        self.delivered.append(submission)
        return {"directory": f"/收件/{len(self.delivered)}", "secret": "s"}


class Broken(Exception):
    pass


def break_down(_submission: Submission) -> Mapping[str, Any]:
    raise Broken


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def hand_in(store: Store, learner: Learner, exchange: Exchange) -> Callable[..., Submission]:
    def hand_in(event_id: str, *, store: Store = store, **changes: Any) -> Submission:
        arguments: dict[str, Any] = {
            "event_id": event_id,
            "allowed_attempts": 2,
            "now": NOON,
            "snapshot": {"answers": {"chain-order": ["a", "b"]}},
            "deliver": exchange.deliver,
        }
        return store.hand_in(learner.id, "a2-pickle", **{**arguments, **changes})

    return hand_in


def let_reservations_run_out(sql: Sql) -> None:
    """As if half a minute had passed."""
    with sql() as connection:
        connection.execute(
            text("UPDATE submission SET reserved_until = :past WHERE receipt IS NULL"),
            {"past": "2020-01-01 00:00:00.000000"},
        )


def test_a_hand_in_is_numbered_delivered_and_recorded(
    store: Store, learner: Learner, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    first = hand_in("one", snapshot={"answers": "first"})
    second = hand_in("two", now=NOON + timedelta(hours=1), snapshot={"answers": "second"})
    assert (first.module, first.number, first.at, first.late) == ("a2-pickle", 1, NOON, False)
    assert first.receipt == {"directory": "/收件/1", "secret": "s"}
    assert (second.number, second.receipt["directory"]) == (2, "/收件/2")
    assert [(one.number, one.at, dict(one.receipt)) for one in exchange.delivered] == [
        (1, first.at, {}),
        (2, second.at, {}),
    ]
    assert store.submissions(learner.id) == [first, second]
    assert store.submissions(learner.id, "a2-pickle") == [first, second]
    assert store.submissions(learner.id, "a1-start") == []
    assert store.snapshot(first.id) == {"answers": "first"}
    assert store.snapshot(second.id) == {"answers": "second"}


def test_the_same_event_hands_in_once(
    store: Store, learner: Learner, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    first = hand_in("one", allowed_attempts=1)
    assert hand_in("one", allowed_attempts=1, now=NOON + timedelta(days=1)) == first
    assert len(exchange.delivered) == 1
    assert store.submissions(learner.id) == [first]


def test_an_empty_receipt_is_a_receipt(exchange: Exchange, hand_in: Callable[..., Any]) -> None:
    first = hand_in("one", deliver=lambda _submission: {})
    assert hand_in("one") == first
    assert exchange.delivered == []


def test_attempts_run_out(
    store: Store, learner: Learner, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    recorded = [hand_in("one"), hand_in("two")]
    with pytest.raises(NoAttemptsLeft, match="handed in 2 times; 2 are allowed"):
        hand_in("three")
    assert store.submissions(learner.id) == recorded
    assert len(exchange.delivered) == 2
    assert hand_in("two") == recorded[1]  # not a third attempt


def test_learners_and_modules_are_counted_apart(
    store: Store, exchange: Exchange, hand_in: Callable[..., Submission], learner: Learner
) -> None:
    other = store.add_learner("b", "B")
    hand_in("one", allowed_attempts=1)
    for learner_id, module_id in [(other.id, "a2-pickle"), (learner.id, "a3-other")]:
        submission = store.hand_in(
            learner_id,
            module_id,
            event_id="one",
            allowed_attempts=1,
            now=NOON,
            snapshot=None,
            deliver=exchange.deliver,
        )
        assert submission.number == 1
        assert store.snapshot(submission.id) is None


def test_a_failed_delivery_records_nothing(
    store: Store, learner: Learner, hand_in: Callable[..., Submission], sql: Sql
) -> None:
    with pytest.raises(Broken):
        hand_in("one", allowed_attempts=1, deliver=break_down)
    assert store.submissions(learner.id) == []
    with sql() as connection:
        assert connection.scalar(text("SELECT count(*) FROM submission")) == 0
    assert hand_in("one", allowed_attempts=1).number == 1


def test_a_receipt_that_is_no_json_records_nothing(
    store: Store, learner: Learner, hand_in: Callable[..., Submission]
) -> None:
    with pytest.raises(StateRefused):
        hand_in("one", deliver=lambda _submission: {"at": NOON})
    assert store.submissions(learner.id) == []
    assert hand_in("one").number == 1


@pytest.mark.parametrize(
    ("general", "of_group", "late"),
    [
        (None, None, False),
        (NOON, None, False),
        (NOON - timedelta(microseconds=1), None, True),
        (NOON - timedelta(hours=1), NOON + timedelta(hours=1), False),
        (NOON + timedelta(hours=1), NOON - timedelta(hours=1), True),
    ],
    ids=["no deadline", "on the dot", "after it", "group has longer", "group has less"],
)
def test_late_is_after_the_deadline_that_counts(
    store: Store,
    hand_in: Callable[..., Submission],
    general: datetime | None,
    of_group: datetime | None,
    late: bool,
) -> None:
    store.update_learner("li.ming", groups=["night"])
    store.set_deadline("a2-pickle", general)
    store.set_deadline("a2-pickle", of_group, group="night")
    submission = hand_in("one")
    assert submission.late is late
    store.set_deadline("a2-pickle", NOON + timedelta(days=9), group="night")
    assert hand_in("one").late is late  # what was recorded stays


def test_a_delivery_does_not_hold_up_other_writers(
    store: Store, impatient_store: Store, learner: Learner, hand_in: Callable[..., Submission]
) -> None:
    other = store.add_learner("b", "B")

    def write_meanwhile(submission: Submission) -> Mapping[str, Any]:
        for learner_id in (learner.id, other.id):
            impatient_store.apply(
                learner_id,
                "quiz:a",
                event_id="e",
                client="c",
                revision=0,
                transition=lambda _: ({"written": True}, {}),
            )
        assert impatient_store.submissions(learner.id) == []  # not handed in before it is
        with pytest.raises(UnknownSubmission):
            impatient_store.snapshot(submission.id)
        return {"delivered": True}

    assert hand_in("one", deliver=write_meanwhile).receipt == {"delivered": True}
    assert store.saved(other.id, ["quiz:a"])["quiz:a"].state == {"written": True}


def test_the_same_event_sent_many_times_at_once_hands_in_once(
    store: Store, learner: Learner, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    threads = 6
    together = threading.Barrier(threads)

    def send(_thread: int) -> Submission:
        together.wait()
        return hand_in("one", allowed_attempts=1)

    with ThreadPoolExecutor(threads) as pool:
        submissions = list(pool.map(send, range(threads)))
    assert store.submissions(learner.id) == [submissions[0]]
    assert set(map(id_of, submissions)) == {submissions[0].id}
    assert len(exchange.delivered) == 1


def test_different_events_at_once_use_no_more_attempts_than_allowed(
    store: Store, learner: Learner, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    threads = 5
    together = threading.Barrier(threads)

    def send(thread: int) -> int | None:
        together.wait()
        try:
            return hand_in(f"event-{thread}", allowed_attempts=2).number
        except NoAttemptsLeft:
            return None

    with ThreadPoolExecutor(threads) as pool:
        numbers = [number for number in pool.map(send, range(threads)) if number]
    assert sorted(numbers) == [1, 2]
    assert [one.number for one in store.submissions(learner.id)] == [1, 2]
    assert len(exchange.delivered) == 2


def test_who_cannot_wait_for_a_delivery_under_way_is_told(
    impatient_store: Store, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    def hand_in_again(submission: Submission) -> Mapping[str, Any]:
        for event_id in ("one", "two"):
            with pytest.raises(StoreBusy, match="still under way"):
                hand_in(event_id, store=impatient_store)
        return exchange.deliver(submission)

    hand_in("one", deliver=hand_in_again)
    assert len(exchange.delivered) == 1


def test_a_slow_delivery_that_was_overtaken_by_its_own_retry_is_recorded_once(
    store: Store,
    learner: Learner,
    exchange: Exchange,
    hand_in: Callable[..., Submission],
    sql: Sql,
) -> None:
    retried: list[Submission] = []

    def sleep(submission: Submission) -> Mapping[str, Any]:
        let_reservations_run_out(sql)
        retried.append(hand_in("one", now=NOON + timedelta(minutes=5)))
        return exchange.deliver(submission)

    assert hand_in("one", deliver=sleep) == retried[0]
    assert store.submissions(learner.id) == retried
    assert [(one.number, one.at) for one in exchange.delivered] == [(1, NOON), (1, NOON)]


@pytest.mark.parametrize(
    ("deliver", "told"),
    [(lambda _submission: {}, StoreBusy), (break_down, Broken)],
    ids=["delivers", "fails"],
)
def test_a_slow_delivery_that_was_overtaken_by_another_does_not_count(
    store: Store, hand_in: Callable[..., Submission], sql: Sql, deliver: Any, told: Any
) -> None:
    other: list[Submission] = []

    def sleep(submission: Submission) -> Mapping[str, Any]:
        let_reservations_run_out(sql)
        other.append(hand_in("two"))
        return deliver(submission)

    with pytest.raises(told):
        hand_in("one", deliver=sleep)
    learner = store.learner("li.ming")
    assert learner is not None
    assert store.submissions(learner.id) == other
    assert other[0].number == 1


def test_what_cannot_be_handed_in_is_refused(
    store: Store, exchange: Exchange, hand_in: Callable[..., Submission]
) -> None:
    with pytest.raises(InvalidName):
        hand_in("no id")
    with pytest.raises(StateRefused):
        hand_in("one", snapshot=float("nan"))
    with pytest.raises(UnknownLearner):
        store.hand_in(
            404,
            "a2-pickle",
            event_id="one",
            allowed_attempts=1,
            now=NOON,
            snapshot={},
            deliver=exchange.deliver,
        )
    with pytest.raises(UnknownSubmission):
        store.snapshot(404)
    assert exchange.delivered == []


def id_of(submission: Submission) -> int:
    return submission.id
