"""Who did what."""

import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from yongxin.store import AuditCheck, AuditEntry, InvalidName, StateRefused, Store
from yongxin.store.audit import wipe
from yongxin.store.audit_chain import NO_DIGEST
from yongxin.store.schema import upgrade

Sql = Callable[[], AbstractContextManager[Connection]]


def test_entries_are_kept_with_their_detail_newest_first(store: Store) -> None:
    before = datetime.now(UTC)
    store.audit("wu.jing", "roster deactivate", "李明", reason="离职", actor="also a detail")
    store.audit("chen.min", "export", "a2-pickle", rows=12, formats=["xlsx"])
    newest, oldest = store.audit_entries()
    assert (newest.actor, newest.action, newest.subject) == ("chen.min", "export", "a2-pickle")
    assert newest.detail == {"rows": 12, "formats": ["xlsx"]}
    assert oldest.detail == {"reason": "离职", "actor": "also a detail"}
    assert before.replace(microsecond=0) <= oldest.at <= newest.at <= datetime.now(UTC)
    assert newest.id > oldest.id


def test_as_many_entries_are_read_as_asked_for(store: Store) -> None:
    for number in range(5):
        store.audit("a", "export", str(number))
    assert [one.subject for one in store.audit_entries(limit=2)] == ["4", "3"]
    assert len(store.audit_entries()) == 5


def test_pages_of_entries_by_what_somebody_looks_for(store: Store) -> None:
    for number in range(7):
        store.audit("wu" if number % 2 else "chen", "export", f"module-{number % 3}")
    newest = store.audit_entries(limit=3)
    older = store.audit_entries(limit=3, before=newest[-1].id)
    assert [one.id for one in newest + older] == [7, 6, 5, 4, 3, 2]
    assert store.audit_entries(limit=3, after=older[0].id) == newest
    assert [one.id for one in store.audit_entries(actor="wu")] == [6, 4, 2]
    assert [one.id for one in store.audit_entries(subject="module-1", action="export")] == [5, 2]
    assert store.audit_entries(action="import") == []
    moment = newest[0].at
    assert [one.id for one in store.audit_entries(since=moment)] == [7]
    assert 7 not in [one.id for one in store.audit_entries(until=moment)]
    assert store.audit_entry_of(newest[1].digest) == 6
    assert store.audit_entry_of("0" * 64) is None


def test_an_entry_that_nobody_could_read_is_refused(store: Store) -> None:
    with pytest.raises(InvalidName):
        store.audit("", "export", "subject")
    with pytest.raises(InvalidName):
        store.audit("a", "export", "subject\0")
    with pytest.raises(StateRefused):
        store.audit("a", "export", "subject", at=datetime.now(UTC))
    assert store.audit_entries() == []


def test_nothing_changes_or_removes_an_entry() -> None:
    about_audit = {name for name, _ in inspect.getmembers(Store) if "audit" in name}
    assert about_audit == {"audit", "audit_entries", "audit_entry_of", "check_audit"}


def fill(store: Store) -> list[AuditEntry]:
    for number in range(4):
        store.audit("wu.jing", "export", f"lin.xia-{number}", rows=number)
    return store.audit_entries()[::-1]


def test_a_log_that_nobody_touched_is_sound(store: Store) -> None:
    assert store.check_audit() == AuditCheck(0, 0, (), NO_DIGEST, None)
    entries = fill(store)
    found = store.check_audit(known=entries[1].digest)
    assert found == AuditCheck(4, 0, (), entries[-1].digest, entries[1].id)
    assert found.is_sound
    assert store.check_audit(known="0" * 64).known_at is None


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody'",
        "action = 'import'",
        "subject = 'somebody'",
        "detail = '{}'",
        "at = '2026-01-01 00:00:00'",
        "commitment = digest",
        "digest = commitment",
    ],
)
def test_a_changed_entry_is_found(store: Store, sql: Sql, change: str) -> None:
    second = fill(store)[1].id
    with sql() as connection:
        connection.execute(text(f"UPDATE audit_entry SET {change} WHERE id = {second}"))
    assert second in store.check_audit().broken


def test_an_entry_that_was_taken_out_is_missed_by_the_next(store: Store, sql: Sql) -> None:
    entries = fill(store)
    with sql() as connection:
        connection.execute(text(f"DELETE FROM audit_entry WHERE id = {entries[1].id}"))
    assert store.check_audit().broken == (entries[2].id,)


def test_entries_missing_at_the_end_are_missed_by_whoever_knows_the_last(
    store: Store, sql: Sql
) -> None:
    entries = fill(store)
    with sql() as connection:
        connection.execute(text(f"DELETE FROM audit_entry WHERE id = {entries[3].id}"))
    found = store.check_audit(known=entries[3].digest)
    assert found.is_sound
    assert found.known_at is None


def test_somebody_is_wiped_out_and_the_chain_holds(store: Store, sql: Sql) -> None:
    fill(store)
    store.audit("lin.xia-1", "sign-in", "lin.xia-1")
    with sql() as connection:
        assert wipe(connection, "lin.xia-1") == 2
    found = store.check_audit()
    assert found.is_sound
    assert found.wiped == 2
    assert "lin.xia-1" not in str(store.audit_entries())
    assert store.audit_entries(limit=1)[0].action == "sign-in"
    store.audit("wu.jing", "personal erase", "a learner")
    assert store.check_audit().is_sound


def test_entries_of_many_at_once_stand_in_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.audit("a", "export", str(number)), range(40)))
    found = store.check_audit()
    assert (found.entries, found.broken) == (40, ())


def test_entries_from_before_the_chain_are_held_together_too(store_url: str, sql: Sql) -> None:
    with sql() as connection:
        upgrade(connection, "0003")
        connection.execute(
            text(
                "INSERT INTO audit_entry (at, actor, action, subject, detail) VALUES "
                "('2026-11-01 08:00:00', 'a', 'act', 's', '{}'), "
                "('2026-11-02 08:00:00.5', 'b', 'act', 't', '{\"rows\": 2}')"
            )
        )
    with Store.open(store_url) as store:
        store.audit("c", "export", "u")
        found = store.check_audit()
        assert (found.entries, found.broken) == (3, ())
        assert [one.actor for one in store.audit_entries()] == ["c", "b", "a"]
