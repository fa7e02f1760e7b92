"""Backups that were made are noted, with an entry in the audit log."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from yongxin.store import InvalidName, Store

NIGHT = datetime(2026, 11, 22, 2, 30, tzinfo=timezone(timedelta(hours=8)))


def test_backups_are_listed_as_they_were_made(store: Store) -> None:
    assert store.backups() == []
    first = store.keep_backup("一.zip", "a" * 64, made_at=NIGHT, actor="guan")
    second = store.keep_backup("two.zip", "b" * 64, made_at=NIGHT, actor="guan")
    assert store.backups() == [first, second]
    assert (first.file_name, first.digest, first.made_at) == ("一.zip", "a" * 64, NIGHT)
    assert first.made_at.tzinfo is UTC


def test_a_backup_is_entered_in_the_audit_log(store: Store) -> None:
    store.keep_backup("one.zip", "a" * 64, made_at=NIGHT, actor="guan")
    (entry,) = store.audit_entries()
    assert (entry.actor, entry.action, entry.subject) == ("guan", "backup make", "one.zip")
    assert entry.detail == {"digest": "a" * 64}


def test_what_is_no_name_of_a_file_is_not_noted(store: Store) -> None:
    with pytest.raises(InvalidName):
        store.keep_backup("two\nlines.zip", "a" * 64, made_at=NIGHT, actor="guan")
    assert store.backups() == []
    assert store.audit_entries() == []
