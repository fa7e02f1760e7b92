"""Somebody is erased from the store: everything goes, nothing of anybody else does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, Table, Text, select

from yongxin.store import Learner, Store, StoreBusy, UnknownLearner
from yongxin.store.audit import ERASED
from yongxin.store.personal import (
    OWNER,
    belongs,
    columns_of_doers,
    columns_of_names,
    tables_of_people,
)
from yongxin.store.tables import UtcDateTime, metadata
from yongxin.store.tables import learner as learner_table

Sql = Callable[[], AbstractContextManager[Connection]]
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Filler:
    """Puts a row of ``owner`` into every table whose rows belong to people."""

    def __init__(self, connection: Connection, owner: int, other: int) -> None:
        self._connection = connection
        self._owner = owner
        self._other = other
        self._rows: dict[Table[Any], Any] = {}

    def fill(self) -> None:
        for table in tables_of_people():
            if table is not learner_table:
                self._row(table)

    def _row(self, table: Table[Any]) -> Any:
        """Return the id of a row of ``table``, made now and with what it refers to."""
        if table not in self._rows:
            values = {
                column.name: self._value(column)
                for column in table.columns
                if not _numbers_itself(column)
            }
            done = self._connection.execute(table.insert().values(values))
            self._rows[table] = done.inserted_primary_key[0] if done.inserted_primary_key else None
        return self._rows[table]

    def _value(self, column: Any) -> Any:
        for key in column.foreign_keys:
            if key.column.table is learner_table:
                return self._owner if column.name == OWNER else self._other
            return self._row(key.column.table)
        if isinstance(column.type, UtcDateTime):
            return NOW - timedelta(days=1)
        if isinstance(column.type, Text):
            return f'"{self._owner}"'  # JSON, and another one for each person
        return 0


def _numbers_itself(column: Any) -> bool:
    return (
        column.primary_key
        and not column.foreign_keys
        and isinstance(column.type, Integer)
        and len(column.table.primary_key) == 1
    )


def test_every_reference_to_a_learner_is_understood() -> None:
    """A new table that hangs on people is either theirs, or forgets who has done something."""
    people = tables_of_people()
    assert {"answer", "submission", "scored_attempt", "membership", "sign_in_token"} <= {
        one.name for one in people
    }
    looked = 0
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is learner_table.c.id for key in column.foreign_keys):
                looked += 1
                assert (column.name == OWNER and table in people) or (
                    column in columns_of_doers() and column.nullable
                ), f"{table.name}.{column.name} would keep somebody who is erased"
    assert looked >= 7


def test_every_table_forgets_and_nothing_of_others_goes(store: Store, sql: Sql) -> None:
    lin, zhou = (store.add_learner(one, one) for one in ("lin", "zhou"))
    with sql() as connection:
        Filler(connection, lin.id, zhou.id).fill()
        Filler(connection, zhou.id, lin.id).fill()
    held = store.held("lin")
    assert set(held) == {one.name for one in tables_of_people()}
    before = store.held("zhou")
    number = store.begin_erasure("lin", "digest", "wu")
    held.pop("sign_in_token")  # has gone before, so that nobody signs in meanwhile
    assert store.forget("lin", number=number, actor="wu") == held
    assert store.held("lin") == {}
    assert store.held("zhou") == before
    with sql() as connection:
        for column in columns_of_doers():
            assert connection.scalars(select(column).where(column == lin.id)).all() == []
        for table in tables_of_people():
            assert connection.execute(select(table).where(belongs(table, lin.id))).all() == []


def test_the_log_forgets_the_name_however_it_was_typed_and_holds(store: Store) -> None:
    store.add_learner("lin", "林夏")
    store.audit("wu", "password", "LIN")
    store.audit("lin", "sign-in", "lin")
    store.audit("wu", "roster import", "list.csv", new=2)
    assert store.held("lin") == {"learner": 1, "audit_entry": 2}
    store.forget("lin", number=store.begin_erasure("lin", "d", "wu"), actor="wu")
    check = store.check_audit()
    assert check.is_sound
    assert check.wiped == 2
    entries = store.audit_entries()
    assert not [one for one in entries if "lin" in f"{one.actor} {one.subject}".lower().split()]
    assert entries[0].action == "personal erase"
    assert entries[0].subject == "erasure 1"
    assert entries[0].detail == {"rows": {"learner": 1, "audit_entry": 2}}
    assert [one.actor for one in entries][1] == "wu"


def test_an_erasure_is_noted_without_a_name_and_taken_up_again(store: Store) -> None:
    store.add_learner("lin", "林夏", password="a long password")
    first = store.begin_erasure("lin", "digest", "wu")
    assert store.begin_erasure("lin", "digest", "guan") == first
    found = store.learner("lin")
    assert found is not None
    assert not found.active
    (begun,) = store.erasures()
    assert (begun.id, begun.name_digest, begun.actor, begun.finished) == (
        first, "digest", "wu", None,
    )  # fmt: skip
    store.forget("lin", number=first, actor="wu")
    store.finish_erasure(first)
    (done,) = store.erasures()
    assert done.finished is not None
    assert store.begin_erasure("lin", "digest", "wu") != first


def test_somebody_who_erased_others_is_forgotten_too(store: Store) -> None:
    store.add_learner("wu", "吴静", role="hr")
    store.begin_erasure("lin", "digest", "wu")
    store.forget("wu", number=store.begin_erasure("wu", "other", "guan"), actor="guan")
    assert [one.actor for one in store.erasures()] == [ERASED, "guan"]
    assert {f"{one.table.name}.{one.name}" for one in columns_of_names()} >= {"erasure.actor"}


def test_nobody_is_erased_while_something_is_being_delivered(
    store: Store, learner: Learner
) -> None:
    def erase_meanwhile(_submission: Any) -> dict[str, str]:
        with pytest.raises(StoreBusy):
            store.forget(learner.username, number=1, actor="wu")
        return {}

    store.hand_in(
        learner.id,
        "a2-pickle",
        event_id="e",
        allowed_attempts=1,
        now=NOW,
        snapshot={},
        deliver=erase_meanwhile,
    )
    assert store.held(learner.username)["submission"] == 1


def test_the_name_may_be_given_anew_and_inherits_nothing(store: Store) -> None:
    """SQLite once gave the id of the last learner, erased, to the next."""
    first = store.add_learner("lin", "林夏", groups=["east"])
    store.forget("lin", number=1, actor="wu")
    again = store.add_learner("lin", "林夏")
    assert again.id > first.id
    assert again.groups == ()
    assert again.session_key != first.session_key
    with pytest.raises(UnknownLearner):
        store.record_visit(first.id, "a2-pickle")


def test_erasures_of_another_copy_are_noted_once(store: Store) -> None:
    store.begin_erasure("lin", "known", "wu")
    kept = store.erasures()
    assert store.keep_erasures(kept) == 0
    new = [*kept, type(kept[0])(7, NOW, "new", "wu", NOW)]
    assert store.keep_erasures(new) == 1
    assert store.keep_erasures(new) == 0
    assert [one.name_digest for one in store.erasures()] == ["known", "new"]
    assert store.erasures()[1].finished is None


def test_nothing_is_left_in_the_files_of_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url) as store:
        store.add_learner("lin.xia.unique", "Unmistakable", groups=["east"])
        store.audit("wu", "password", "lin.xia.unique")
        number = store.begin_erasure("lin.xia.unique", "digest", "wu")
        store.forget("lin.xia.unique", number=number, actor="wu")
        store.finish_erasure(number)
        for path in tmp_path.glob("store.db*"):
            content = path.read_bytes()
            assert b"lin.xia.unique" not in content, path
            assert b"Unmistakable" not in content, path
