"""The gradebook's tables as a batch uses them: nbgrader's own, of the one version that is known.

This module imports nbgrader, which takes seconds.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import nbgrader
from nbgrader import api
from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from yongxin.grading.batch.outcome import GradingFailed

#: The nbgrader whose rows a batch knows how to write, and the number of its gradebook's schema.
NBGRADER_VERSION = "0.9.6"
SCHEMA_VERSION = "e43177bfe90b"

_LOCK_SECONDS = 60


def _table(model: Any) -> Table:
    return cast("Table", model.__table__)


ASSIGNMENT = _table(api.Assignment)
NOTEBOOK = _table(api.Notebook)
BASE_CELL = _table(api.BaseCell)
GRADE_CELL = _table(api.GradeCell)
SOLUTION_CELL = _table(api.SolutionCell)
TASK_CELL = _table(api.TaskCell)
SOURCE_CELL = _table(api.SourceCell)
STUDENT = _table(api.Student)
SUBMITTED_ASSIGNMENT = _table(api.SubmittedAssignment)
SUBMITTED_NOTEBOOK = _table(api.SubmittedNotebook)
GRADE = _table(api.Grade)
COMMENT = _table(api.Comment)

#: The tables that a batch writes to, each after those that it refers to.
WRITTEN = (STUDENT, SUBMITTED_ASSIGNMENT, SUBMITTED_NOTEBOOK, GRADE, COMMENT)


@contextmanager
def open_gradebook(url: str) -> Generator[Engine]:
    """Open a gradebook of exactly the schema that is known here.

    Raises ``GradingFailed`` for another one, for none, and when the database fails meanwhile.
    """
    if nbgrader.__version__ != NBGRADER_VERSION:
        raise GradingFailed(
            f"`yongxin grade` writes the gradebook of nbgrader {NBGRADER_VERSION}, and here is "
            f"{nbgrader.__version__}; grade with `nbgrader autograde`"
        )
    parsed = make_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite and not Path(parsed.database or "").is_file():
        raise GradingFailed(f"there is no gradebook {parsed.database}; release a module first")
    arguments = {"timeout": _LOCK_SECONDS} if is_sqlite else {}
    engine = create_engine(parsed, connect_args=arguments)
    if is_sqlite:
        _begin_with_the_lock(engine)
    try:
        with engine.connect() as connection:
            _check_schema(connection)
        yield engine
    except SQLAlchemyError as error:
        raise GradingFailed(
            f"the gradebook {parsed.render_as_string()} failed: {_first_line(error)}; "
            "nothing is half written, grade again when that is mended"
        ) from error
    finally:
        engine.dispose()


def analyse(connection: Connection) -> None:
    """Let the database count its rows anew, so that it finds the best way to them."""
    for table in WRITTEN:
        connection.execute(text(f"ANALYZE {table.name}"))


def _begin_with_the_lock(engine: Engine) -> None:
    """Let every transaction take SQLite's lock at once: what it read holds until it has written."""

    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # else Python's driver begins transactions by itself

    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)


def _check_schema(connection: Connection) -> None:
    found = "none"
    if inspect(connection).has_table("alembic_version"):
        found = (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or found
        )
    if found != SCHEMA_VERSION:
        raise GradingFailed(
            f"the gradebook's schema is {found}, and `yongxin grade` knows {SCHEMA_VERSION}, that "
            f"of nbgrader {NBGRADER_VERSION}; back the gradebook up and run `nbgrader db upgrade`"
        )


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
