"""Every row of a table, told as digests, so that two databases can be compared.

The rows of a table are read in the order of its primary key and cut into runs of a thousand. Each
run has a digest of everything in it. Of two databases that differ it is then known in which run.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Inspector, inspect
from sqlalchemy.types import String

#: Rows of one run. Each is in memory once.
RUN = 1000


class Run(NamedTuple):
    """A thousand rows: the key of the first as JSON, and the SHA-256 of all."""

    first: str
    digest: str


@dataclass(frozen=True)
class TableRows:
    """What was in a table."""

    columns: tuple[str, ...]
    rows: int
    runs: tuple[Run, ...]

    def as_json(self) -> dict[str, Any]:
        """Return this for a manifest."""
        return {"columns": self.columns, "rows": self.rows, "runs": self.runs}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "TableRows":
        """Return what a manifest says."""
        runs = tuple(Run(str(first), str(digest)) for first, digest in told["runs"])
        return cls(tuple(map(str, told["columns"])), int(told["rows"]), runs)


@dataclass(frozen=True)
class Comparison:
    """What came of comparing one table; ``problem`` is ``None`` when every row is the same."""

    table: str
    rows: int
    problem: str | None


def read_tables(
    connection: Connection, columns: Mapping[str, Sequence[str] | None]
) -> dict[str, TableRows]:
    """Return the rows of tables; ``columns`` names those to read, ``None`` all.

    A table or a column that is not there leaves its table out.
    """
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    found: dict[str, TableRows] = {}
    for table, wanted in sorted(columns.items()):
        if table not in there:
            continue
        known = {one["name"]: one["type"] for one in inspector.get_columns(table)}
        chosen = tuple(known) if wanted is None else tuple(wanted)
        if set(chosen) <= set(known):
            found[table] = _read(connection, inspector, table, chosen, known)
    return found


def compare(expected: Mapping[str, TableRows], found: Mapping[str, TableRows]) -> list[Comparison]:
    """Compare every table of ``expected``, by name."""
    return [
        Comparison(name, one.rows, _difference(one, found.get(name)))
        for name, one in sorted(expected.items())
    ]


def table_names(connection: Connection) -> set[str]:
    """Return the names of all tables of a database."""
    return set(inspect(connection).get_table_names())


def _read(
    connection: Connection,
    inspector: Inspector,
    table: str,
    columns: tuple[str, ...],
    types: Mapping[str, Any],
) -> TableRows:
    quote = connection.dialect.identifier_preparer.quote
    key = [
        one for one in inspector.get_pk_constraint(table)["constrained_columns"] if one in columns
    ] or list(columns)
    # Another server may sort texts in another way.
    collate = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    order = ", ".join(
        quote(one) + (collate if isinstance(types[one], String) else "") for one in key
    )
    chosen = ", ".join(map(quote, columns))
    statement = f"SELECT {chosen} FROM {quote(table)} ORDER BY {order}"  # noqa: S608  (quoted names)
    places = [columns.index(one) for one in key]
    count, runs = 0, list[Run]()
    result = connection.execution_options(stream_results=True).exec_driver_sql(statement)
    for rows in result.yield_per(RUN).partitions(RUN):
        count += len(rows)
        first = _line([rows[0][place] for place in places])
        runs.append(Run(first, _digest(map(_line, map(list, rows)))))
    return TableRows(columns, count, tuple(runs))


def _line(values: list[Any]) -> str:
    return _ENCODER.encode(values)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()


def _plain(value: Any) -> str:
    """Return a value that JSON has none for, the same for the same: moments, spans, bytes."""
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_plain)


def _difference(expected: TableRows, found: TableRows | None) -> str | None:
    if found is None:
        return "the table, or a column of it, is missing"
    pairs = zip(expected.runs, found.runs, strict=False)
    for number, (before, after) in enumerate(pairs):
        if before != after:
            first, last = number * RUN + 1, min((number + 1) * RUN, expected.rows)
            return f"rows {first:,} to {last:,}, from {before.first} on, are not the same"
    if expected.rows != found.rows:
        return f"{found.rows:,} rows in place of {expected.rows:,}"
    return None
