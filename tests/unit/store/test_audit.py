"""Who did what."""

import inspect
from datetime import UTC, datetime

import pytest

from yongxin.store import InvalidName, StateRefused, Store


def test_entries_are_kept_with_their_detail_newest_first(store: Store) -> None:
    before = datetime.now(UTC)
    store.audit("wu.jing", "deactivate", "李明", reason="离职", actor="also a detail")
    store.audit("chen.min", "export", "a2-pickle", rows=12, formats=["xlsx"])
    newest, oldest = store.audit_entries()
    assert (newest.actor, newest.action, newest.subject) == ("chen.min", "export", "a2-pickle")
    assert newest.detail == {"rows": 12, "formats": ["xlsx"]}
    assert oldest.detail == {"reason": "离职", "actor": "also a detail"}
    assert before.replace(microsecond=0) <= oldest.at <= newest.at <= datetime.now(UTC)
    assert newest.id > oldest.id


def test_as_many_entries_are_read_as_asked_for(store: Store) -> None:
    for number in range(5):
        store.audit("a", "count", str(number))
    assert [one.subject for one in store.audit_entries(limit=2)] == ["4", "3"]
    assert len(store.audit_entries()) == 5


def test_an_entry_that_nobody_could_read_is_refused(store: Store) -> None:
    with pytest.raises(InvalidName):
        store.audit("", "act", "subject")
    with pytest.raises(InvalidName):
        store.audit("a", "act\0", "subject")
    with pytest.raises(StateRefused):
        store.audit("a", "act", "subject", at=datetime.now(UTC))
    assert store.audit_entries() == []


def test_nothing_changes_or_removes_an_entry() -> None:
    about_audit = {name for name, _ in inspect.getmembers(Store) if "audit" in name}
    assert about_audit == {"audit", "audit_entries"}
