"""Reading all that belongs to one person, row by row, for a copy that the person gets."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select

from yongxin.store import personal
from yongxin.store.database import Database
from yongxin.store.tables import audit_entry, certificate, learning_group
from yongxin.store.tables import metadata as tables

_AT_ONCE = 50
#: Where a name says more than the number that a row refers to it by.
_NAMES = {
    ("membership", "group_id"): (learning_group.c.name, learning_group.c.id),
    ("certificate_holder", "certificate_id"): (certificate.c.printed, certificate.c.id),
}


class Copies:
    """Rows of one person. Each method reads as it goes, and never holds all rows together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def personal_rows(
        self, learner_id: int, table: str, columns: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Yield what belongs to the learner in a table: these columns and no other.

        A group and a certificate are told by what they are called, not by number.
        """
        source = tables.tables[table]
        chosen: list[Any] = []
        joined: Any = source
        for name in columns:
            named = _NAMES.get((table, name))
            if named is None:
                chosen.append(source.columns[name])
            else:
                words, key = named
                joined = joined.join(key.table, key == source.columns[name])
                chosen.append(words.label(name))
        statement = (
            select(*chosen)
            .select_from(joined)
            .where(personal.belongs(source, learner_id))
            .order_by(*source.primary_key.columns)
        )
        with self._database.reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(statement)
            for row in rows:
                yield dict(zip(columns, row, strict=True))

    def entries_about(self, username: str) -> Iterator[dict[str, Any]]:
        """Yield the entries of the audit log in which somebody acts, or that are about them.

        Who else acted is not told, only whether it was the person.
        """
        columns = audit_entry.c
        with self._database.reading() as connection:
            called = personal.spellings(connection, username)
            statement = (
                select(columns.at, columns.actor, columns.action, columns.subject, columns.detail)
                .where(or_(columns.actor.in_(called), columns.subject.in_(called)))
                .order_by(columns.id)
            )
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(statement)
            for row in rows:
                own, about = row.actor in called, row.subject in called
                yield {
                    "at": row.at,
                    "action": row.action,
                    "by": "self" if own else "staff",
                    # What somebody did to another person is that person's affair.
                    "detail": row.detail if about else "{}",
                }
