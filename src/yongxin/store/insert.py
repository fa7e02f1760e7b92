"""INSERT … ON CONFLICT, which both databases have but the general SQL toolkit does not."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table[Any]) -> postgresql.Insert | sqlite.Insert:
    """Return an insert into ``table`` that knows what to do about a row that is already there."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
