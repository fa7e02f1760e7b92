"""What has been kept long enough is found and goes; nothing that is younger does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from yongxin.store import Learner, Store

Sql = Callable[[], AbstractContextManager[Connection]]
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=500)
LIMIT = NOW - timedelta(days=365)


@pytest.fixture
def busy(store: Store, learner: Learner) -> Learner:
    """Somebody with a visit, an answer and two hand-ins."""
    store.record_visit(learner.id, "a2-pickle")
    store.apply(
        learner.id,
        "quiz:gap-sign",
        event_id="e",
        client="c",
        revision=0,
        transition=lambda _before: ({"a": 1}, {}),
    )
    for number, moment in enumerate((OLD, OLD + timedelta(days=1))):
        store.hand_in(
            learner.id,
            "a2-pickle",
            event_id=f"e{number}",
            allowed_attempts=2,
            now=moment,
            snapshot={},
            deliver=lambda _submission: {},
        )
    return learner


def let_all_be_old(sql: Sql) -> None:
    moment = f"{OLD:%Y-%m-%d %H:%M:%S.%f}"
    with sql() as connection:
        zone = "+00" if connection.dialect.name == "postgresql" else ""
        for column in ("learner.created", "visit.at", "answer.updated", "audit_entry.at"):
            table, name = column.split(".")
            connection.execute(text(f"UPDATE {table} SET {name} = '{moment}{zone}'"))


def test_only_people_who_left_long_ago_lose_what_they_learned(
    store: Store, busy: Learner, sql: Sql
) -> None:
    assert store.inactive_people(LIMIT) == []
    let_all_be_old(sql)
    assert store.inactive_people(LIMIT) == []  # still here
    store.deactivate(busy.username)
    (found,) = store.inactive_people(LIMIT)
    assert found.username == busy.username
    assert abs(found.last - (OLD + timedelta(days=1))) < timedelta(seconds=1)
    assert store.inactive_people(OLD) == []
    assert store.learning_of(busy.id) == 2
    store.update_learner(busy.username, active=True)
    assert store.drop_learning(busy.id) == 0  # let in again meanwhile
    store.deactivate(busy.username)
    assert store.drop_learning(busy.id) == 2
    assert store.learning_of(busy.id) == 0
    assert len(store.submissions(busy.id)) == 2


def test_a_module_goes_with_all_its_hand_ins_and_not_before_the_last_is_old(
    store: Store, busy: Learner
) -> None:
    between = OLD + timedelta(hours=12)
    assert store.old_hand_ins(between, limit=9) == []
    assert store.count_old_hand_ins(between).number == 0
    (old,) = store.old_hand_ins(LIMIT, limit=9)
    assert (old.module_id, old.attempts) == ("a2-pickle", 2)
    assert store.count_old_hand_ins(LIMIT) == (1, old.last)
    assert not store.drop_hand_in(old, between)  # as if handed in again meanwhile
    assert store.drop_hand_in(old, LIMIT)
    assert store.submissions(busy.id) == []
    assert not store.drop_hand_in(old, LIMIT)
    assert store.visits(busy.id)


def test_old_entries_lose_their_names_and_the_chain_holds(store: Store) -> None:
    for number in range(5):
        store.audit("wu", "export", f"subject-{number}", rows=number)
    limit = store.audit_entries()[1].at
    assert store.old_entries(limit).number == 3
    assert store.wipe_entries(limit, limit=2) == 2
    assert store.wipe_entries(limit, limit=9) == 1
    assert store.wipe_entries(limit, limit=9) == 0
    subjects = [one.subject for one in store.audit_entries()]
    assert subjects == ["subject-4", "subject-3", "[erased]", "[erased]", "[erased]"]
    assert store.check_audit().is_sound


def test_links_that_ran_out_go(store: Store, learner: Learner) -> None:
    store.issue_sign_in_token(learner.username, timedelta(days=1))
    assert store.expired_tokens(NOW).number == 0
    later = NOW + timedelta(days=2)
    assert store.expired_tokens(later).number == 1
    assert store.drop_expired_tokens(NOW) == 0
    assert store.drop_expired_tokens(later) == 1
