"""Returned reflections: returned once, handed in again once, at the cost of no attempt."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from yongxin.store import (
    AlreadyReturned,
    Learner,
    NotHandedIn,
    NotReturned,
    Returned,
    Revision,
    StateRefused,
    Store,
    StoreBusy,
    UnknownLearner,
    deliveries,
    migrations,
)

Sql = Callable[[], AbstractContextManager[Connection]]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MODULE, LOG, DIARY = "a2-pickle", "own-customer-log", "own-diary"
MIGRATIONS = Path(migrations.__file__).parent
SNAPSHOT = {
    "answers": {"chain-order": ["a", "b"]},
    "reflections": {LOG: "short", DIARY: "short"},
}


class Exchange:
    """Takes revisions and remembers them."""

    def __init__(self) -> None:
        self.delivered: list[Revision] = []

    def deliver(self, revision: Revision) -> Mapping[str, Any]:
        self.delivered.append(revision)
        return {"directory": f"/收件/{len(self.delivered)}"}


class Broken(Exception):
    pass


def break_down(_revision: Revision) -> Mapping[str, Any]:
    raise Broken


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


def hand_in(store: Store, learner: Learner, event_id: str = "one", **changes: Any) -> None:
    arguments: dict[str, Any] = {
        "event_id": event_id,
        "allowed_attempts": 2,
        "now": NOON,
        "snapshot": SNAPSHOT,
        "deliver": lambda _: {"directory": event_id},
    }
    store.hand_in(learner.id, MODULE, **{**arguments, **changes})


def give_back(store: Store, learner: Learner, reflection: str = LOG) -> Returned:
    return store.return_reflection(
        learner.id, MODULE, reflection, comment="再写具体一点。", now=NOON + timedelta(days=1)
    )


@pytest.fixture
def revise(store: Store, learner: Learner, exchange: Exchange) -> Callable[..., Returned]:
    def revise(
        event_id: str, reflection: str = LOG, *, store: Store = store, **changes: Any
    ) -> Returned:
        def change(snapshot: Any) -> Any:
            return {**snapshot, "reflections": {**snapshot["reflections"], reflection: "longer"}}

        arguments: dict[str, Any] = {
            "event_id": event_id,
            "now": NOON + timedelta(days=2),
            "change": change,
            "deliver": exchange.deliver,
        }
        return store.revise(learner.id, MODULE, reflection, **{**arguments, **changes})

    return revise


def let_reservations_run_out(sql: Sql) -> None:
    """As if half a minute had passed."""
    with sql() as connection:
        connection.execute(
            text("UPDATE returned_reflection SET reserved_until = :past WHERE receipt IS NULL"),
            {"past": "2020-01-01 00:00:00.000000"},
        )


# -- returning -----------------------------------------------------------------------------------


def test_a_reflection_is_returned_with_a_comment(store: Store, learner: Learner) -> None:
    hand_in(store, learner)
    found = give_back(store, learner)
    assert found.is_open
    assert found.comment == "再写具体一点。"
    assert store.returned(learner.id) == [found]


def test_what_was_never_handed_in_cannot_be_returned(store: Store, learner: Learner) -> None:
    with pytest.raises(NotHandedIn, match="has not been handed in"):
        give_back(store, learner)
    with pytest.raises(Broken):
        hand_in(store, learner, deliver=break_down)
    with pytest.raises(NotHandedIn):
        give_back(store, learner)
    assert store.returned(learner.id) == []


def test_a_reflection_is_returned_once(
    store: Store, learner: Learner, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)
    with pytest.raises(AlreadyReturned, match=r"returned on 2026-12-02.*once"):
        give_back(store, learner)
    revise("again")
    with pytest.raises(AlreadyReturned):
        give_back(store, learner)
    give_back(store, learner, DIARY)
    assert [one.reflection for one in store.returned(learner.id)] == [LOG, DIARY]


def test_two_trainers_at_once_return_once(store: Store, learner: Learner) -> None:
    hand_in(store, learner)
    start = threading.Barrier(4)

    def try_it(_: int) -> bool:
        start.wait()
        try:
            give_back(store, learner)
        except AlreadyReturned:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(try_it, range(4))) == [False, False, False, True]


def test_of_somebody_unknown_nothing_can_be_returned(store: Store) -> None:
    with pytest.raises(UnknownLearner):
        store.return_reflection(4711, MODULE, LOG, comment="?", now=NOON)


# -- handing in again ----------------------------------------------------------------------------


def test_a_revision_carries_everything_else_as_it_was_handed_in(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)
    found = revise("again")
    assert not found.is_open
    assert found.revised == NOON + timedelta(days=2)
    assert found.receipt == {"directory": "/收件/1"}
    assert store.returned(learner.id) == [found]
    (delivered,) = exchange.delivered
    assert delivered.snapshot == {
        "answers": SNAPSHOT["answers"],
        "reflections": {LOG: "longer", DIARY: "short"},
    }


def test_a_revision_costs_no_attempt_and_nobody_is_late_by_it(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    store.set_deadline(MODULE, NOON + timedelta(hours=1))
    hand_in(store, learner)
    give_back(store, learner)
    revise("again")
    assert exchange.delivered[0].moment == NOON + MICROSECOND
    assert store.hand_ins(learner.id) == {MODULE: 1}
    assert [one.late for one in store.submissions(learner.id)] == [False]
    hand_in(store, learner, "two")
    assert store.hand_ins(learner.id) == {MODULE: 2}


def test_a_second_revision_keeps_the_first(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner, LOG)
    give_back(store, learner, DIARY)
    revise("log", LOG)
    revise("diary", DIARY)
    first, second = exchange.delivered
    assert second.snapshot["reflections"] == {LOG: "longer", DIARY: "longer"}
    assert first.moment < second.moment == NOON + 2 * MICROSECOND


def test_a_revision_after_another_hand_in_revises_that(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner, LOG)
    give_back(store, learner, DIARY)
    revise("log", LOG)
    later = NOON + timedelta(days=3)
    hand_in(store, learner, "two", now=later, snapshot={**SNAPSHOT, "answers": {"other": 1}})
    revise("diary", DIARY)
    assert exchange.delivered[-1].moment == later + MICROSECOND
    assert exchange.delivered[-1].snapshot["answers"] == {"other": 1}


def test_the_same_revision_twice_is_one_and_another_is_refused(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)
    assert revise("again") == revise("again")
    assert len(exchange.delivered) == 1
    with pytest.raises(NotReturned, match="handed in again already"):
        revise("once-more")


def test_what_was_not_returned_cannot_be_revised(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    other = store.add_learner("zhou", "周远")
    hand_in(store, learner)
    hand_in(store, other)
    give_back(store, other)
    give_back(store, learner, DIARY)
    with pytest.raises(NotReturned):
        revise("again")
    assert exchange.delivered == []


def test_many_at_once_hand_in_again_once(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)
    start = threading.Barrier(4)

    def try_it(number: int) -> bool:
        start.wait()
        try:
            revise(f"event-{number}")
        except NotReturned:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(try_it, range(4))) == [False, False, False, True]
    assert len(exchange.delivered) == 1


def test_a_delivery_that_fails_leaves_it_open(
    store: Store, learner: Learner, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    returned = give_back(store, learner)
    with pytest.raises(Broken):
        revise("again", deliver=break_down)
    with pytest.raises(StateRefused):
        revise("again", change=lambda _: float("nan"))
    assert store.returned(learner.id) == [returned]
    revise("another")
    assert len(exchange.delivered) == 1


def test_while_one_is_being_delivered_others_wait(
    store: Store, impatient_store: Store, learner: Learner, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)

    def deliver(_: Revision) -> Mapping[str, Any]:
        with pytest.raises(StoreBusy, match="still under way"):
            revise("other", store=impatient_store)
        return {}

    revise("again", deliver=deliver)


def test_while_a_hand_in_is_being_delivered_a_revision_waits(
    store: Store, impatient_store: Store, learner: Learner, revise: Callable[..., Returned]
) -> None:
    """Otherwise it would revise what no longer counts."""
    hand_in(store, learner)
    give_back(store, learner)

    def deliver(_: object) -> Mapping[str, Any]:
        with pytest.raises(StoreBusy, match="still under way"):
            revise("again", store=impatient_store)
        return {}

    hand_in(store, learner, "two", deliver=deliver)


def test_after_a_crash_the_same_event_is_delivered_again_and_is_the_newer(
    store: Store, learner: Learner, sql: Sql, exchange: Exchange, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)

    def die(revision: Revision) -> Mapping[str, Any]:
        exchange.deliver(revision)
        let_reservations_run_out(sql)
        found = revise("again", now=NOON + timedelta(days=9))
        assert found.revised == NOON + timedelta(days=2), "when it was first tried"
        return {"directory": "lost"}

    found = revise("again", deliver=die)
    assert found.receipt == {"directory": "/收件/2"}
    assert exchange.delivered[1].moment > exchange.delivered[0].moment


def test_whoever_was_overtaken_cannot_confirm(
    store: Store, learner: Learner, sql: Sql, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner)

    def too_slow(_: Revision) -> Mapping[str, Any]:
        let_reservations_run_out(sql)
        revise("faster")
        return {"directory": "late"}

    with pytest.raises(StoreBusy, match="overtaken"):
        revise("slow", deliver=too_slow)
    (found,) = store.returned(learner.id)
    assert found.receipt == {"directory": "/收件/1"}


# -- the migration -------------------------------------------------------------------------------


@pytest.fixture
def migrate_down(store_url: str) -> Callable[[str], None]:
    """Take the tables of ``store_url`` back to an earlier version."""

    def migrate_down(revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with Store.open(store_url) as store, store._database.migrating() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, revision)

    return migrate_down


def test_the_table_comes_and_goes_and_what_was_there_stays(
    store_url: str, sql: Sql, migrate_down: Callable[[str], None]
) -> None:
    with Store.open(store_url) as store:
        learner = store.add_learner("lin", "林夏")
        hand_in(store, learner)
    migrate_down("0001")
    with sql() as connection:
        assert "returned_reflection" not in inspect(connection).get_table_names()
    with Store.open(store_url) as store:
        assert store.learner("lin") == learner
        assert len(store.submissions(learner.id)) == 1
        give_back(store, learner)
        assert len(store.returned(learner.id)) == 1


# -- what counts ---------------------------------------------------------------------------------


def test_the_newest_delivery_comes_first_and_knows_its_hand_in(
    store: Store, learner: Learner, revise: Callable[..., Returned]
) -> None:
    hand_in(store, learner)
    give_back(store, learner, LOG)
    give_back(store, learner, DIARY)
    revise("log", LOG)
    hand_in(store, learner, "two", now=NOON + timedelta(days=3))
    found = deliveries(store.submissions(learner.id), store.returned(learner.id))
    assert [(one.submission.number, one.receipt["directory"]) for one in found] == [
        (2, "two"),
        (1, "/收件/1"),
        (1, "one"),
    ]
    revise("diary", DIARY)
    newest, *_ = deliveries(store.submissions(learner.id), store.returned(learner.id))
    assert (newest.submission.number, newest.receipt["directory"]) == (2, "/收件/2")
