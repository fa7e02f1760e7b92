"""Indexes on nbgrader's gradebook, which has none on its foreign keys, nor for what is to mark.

With thousands of learners formgrader's pages and nbgrader's export take minutes without them, and
the marking queue seconds. nbgrader neither needs nor minds them, and they can be removed at any
time.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool


class NoGradebook(Exception):
    """There is no gradebook of nbgrader's in this database."""


class GradebookIndex(NamedTuple):
    """An index on one column, or on several with commas between them."""

    name: str
    table: str
    column: str


_FOREIGN_KEYS = (
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
    ("submitted_notebook", "notebook_id"),
    ("submitted_assignment", "assignment_id"),
    ("submitted_assignment", "student_id"),
)
#: Tells what of a reflection waits and what is marked without a look at the grades themselves.
MARKING = GradebookIndex(
    "yongxin_grade_marking", "grade", "cell_id, needs_manual_grade, manual_score"
)
INDEXES = (
    *(
        GradebookIndex(f"yongxin_{table}_{column}", table, column)
        for table, column in _FOREIGN_KEYS
    ),
    MARKING,
)


def add_indexes(url: str) -> list[str]:
    """Make the indexes that are missing and let the database count its rows; return their names.

    On PostgreSQL nobody can write marks while an index is made, which takes seconds. Raises
    ``NoGradebook`` and ``sqlalchemy.exc.SQLAlchemyError``.
    """
    with _gradebook(url) as connection:
        missing = [one for one in INDEXES if one.name not in _names(connection)]
        for one in missing:
            connection.execute(text(f"CREATE INDEX {one.name} ON {one.table} ({one.column})"))
        # Without counts SQLite does not know which of two indexes tells more rows apart.
        for table in sorted({one.table for one in INDEXES}):
            connection.execute(text(f"ANALYZE {table}"))
    return [one.name for one in missing]


def remove_indexes(url: str) -> list[str]:
    """Remove those of the indexes that are there; return their names. Raises as ``add_indexes``."""
    with _gradebook(url) as connection:
        there = [one.name for one in INDEXES if one.name in _names(connection)]
        for name in there:
            connection.execute(text(f"DROP INDEX {name}"))
    return there


@contextmanager
def _gradebook(url: str) -> Generator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        missing = {one.table for one in INDEXES} - set(inspect(connection).get_table_names())
        if missing:
            raise NoGradebook(
                f"{engine.url.render_as_string()} is no gradebook of nbgrader's: it has no table "
                f"{', '.join(sorted(missing))}; release a module first"
            )
        yield connection


def _names(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    return {
        str(index["name"])
        for table in {one.table for one in INDEXES}
        for index in inspector.get_indexes(table)
    }
