"""What hangs on one person in the store: found by the tables' references, counted and deleted.

A row belongs to a learner when its ``learner_id`` says so, or when it refers to a row that does. A
reference to a learner by any other name (``marker_id``, ``issued_by``) says who has done something
with what belongs to somebody else: that row stays, and forgets who it was.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    func,
    or_,
    select,
    update,
)

from yongxin.store import names
from yongxin.store.audit import ERASED, wipe
from yongxin.store.tables import audit_entry, learner, metadata

OWNER = "learner_id"


def tables_of_people() -> list[Table[Any]]:
    """Return the tables whose rows belong to learners, each after those that it refers to."""
    found: list[Table[Any]] = [learner]
    for table in metadata.sorted_tables:
        if table is not learner and any(True for _ in _ways_to_owner(table, found)):
            found.append(table)
    return found


def columns_of_doers() -> list[Column[Any]]:
    """Return the columns that refer to whoever did something with what belongs to others."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column is learner.c.id for key in column.foreign_keys) and column.name != OWNER
    ]


def columns_of_names() -> list[Column[Any]]:
    """Return the columns that hold usernames without a reference, the audit log's left out.

    They are called ``actor`` wherever they stand.
    """
    return [
        table.columns["actor"]
        for table in metadata.sorted_tables
        if table is not audit_entry and "actor" in table.columns
    ]


def belongs(table: Table[Any], learner_id: int) -> ColumnElement[bool]:
    """Return the condition for the rows of ``table`` that belong to the learner.

    Raises ``ValueError`` for a table that is none of ``tables_of_people``.
    """
    if table is learner:
        return learner.c.id == learner_id
    ways = [
        column == learner_id
        if parent is learner
        else column.in_(select(referred).where(belongs(parent, learner_id)))
        for column, parent, referred in _ways_to_owner(table, tables_of_people())
    ]
    if not ways:
        raise ValueError(f"no row of {table.name} belongs to a learner")
    return or_(*ways)


def count_rows(connection: Connection, learner_id: int) -> dict[str, int]:
    """Return how many rows of each table belong to the learner; a table without any is missing."""
    counts: dict[str, int] = {}
    for table in tables_of_people():
        number = connection.scalar(
            select(func.count()).select_from(table).where(belongs(table, learner_id))
        )
        if number:
            counts[table.name] = number
    return counts


def delete_rows(connection: Connection, learner_id: int) -> dict[str, int]:
    """Delete all that belongs to the learner, the learner last; return how many rows of what."""
    counts: dict[str, int] = {}
    for column in columns_of_doers():
        connection.execute(
            update(column.table).where(column == learner_id).values({column.name: None})
        )
    for table in reversed(tables_of_people()):
        done = connection.execute(delete(table).where(belongs(table, learner_id)))
        if done.rowcount:
            counts[table.name] = done.rowcount
    return counts


def spellings(connection: Connection, username: str) -> list[str]:
    """Return how the audit log spells somebody: commands take names as they are typed."""
    key = names.username_key(username)
    found = {
        text
        for column in (audit_entry.c.actor, audit_entry.c.subject)
        for text in connection.scalars(_distinct(column))
        if text is not None and names.username_key(text) == key
    }
    return sorted(found)


def _distinct(column: Column[str]) -> Select[Any]:
    """Return a query for the different values of an indexed column, and null.

    From each value it goes to the next in the index: as many steps as there are people, however
    many entries tell of them. A plain DISTINCT reads every entry.
    """
    step = select(func.min(column).label("value")).cte("step", recursive=True)
    following = select(func.min(column)).where(column > step.c.value).scalar_subquery()
    return select(step.union_all(select(following).where(step.c.value.is_not(None))).c.value)


def count_entries(connection: Connection, username: str) -> int:
    """Return how many entries of the audit log name somebody."""
    called = spellings(connection, username)
    return connection.execute(
        select(func.count())
        .select_from(audit_entry)
        .where(or_(audit_entry.c.actor.in_(called), audit_entry.c.subject.in_(called)))
    ).scalar_one()


def wipe_name(connection: Connection, username: str) -> int:
    """Take a name out of the audit log and out of ``columns_of_names``; return from how many rows.

    A name as it is typed by mistake is wiped too, as long as it reads the same.
    """
    count = sum(wipe(connection, one) for one in spellings(connection, username))
    for column in columns_of_names():
        done = connection.execute(
            update(column.table).where(column == username).values({column.name: ERASED})
        )
        count += done.rowcount
    return count


def _ways_to_owner(
    table: Table[Any], owned: list[Table[Any]]
) -> Iterator[tuple[Column[Any], Table[Any], Column[Any]]]:
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent is learner and column.name != OWNER:
                continue
            if parent is not table and any(parent is one for one in owned):
                yield column, parent, key.column
