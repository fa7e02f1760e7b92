"""A PostgreSQL database in a backup: what ``pg_dump`` makes of its tables, in its own format."""

import os
import shutil
import subprocess
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import IO, Any, cast

from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from yongxin.backup.errors import BackupFailed

_AT_ONCE = 1024 * 1024
_LOCK_SECONDS = 10


@contextmanager
def reading_postgresql(url: str) -> Generator[Connection]:
    """Open a transaction that reads one state of the database. Raises ``BackupFailed``."""
    with _connected(url) as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        yield connection


def dump(connection: Connection, url: str, tables: Collection[str], file: Any) -> None:
    """Write ``tables`` as ``connection`` reads them to ``file``. Raises ``BackupFailed``."""
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    schema = connection.scalar(text("SELECT current_schema()"))
    command = [
        _program("pg_dump"),
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        *(f'--table="{schema}"."{name}"' for name in sorted(tables)),
        f"--dbname={_address(url)}",
    ]
    with _running(command, url, stdout=subprocess.PIPE) as process:
        output = cast("IO[bytes]", process.stdout)
        while content := output.read(_AT_ONCE):
            file.write(content)


def load(url: str, source: Any) -> None:
    """Put what ``dump`` wrote into a database that has none of its tables, or nothing at all.

    Raises ``BackupFailed``.
    """
    command = [
        _program("pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={_address(url)}",
    ]
    _feed(command, url, source)


def require_readable(url: str, source: Any) -> None:
    """Raise ``BackupFailed`` unless ``pg_restore`` can read a dump to its end."""
    _feed([_program("pg_restore"), "--file=/dev/null"], url, source)


def move_aside(url: str, tables: Collection[str], schema: str) -> None:
    """Move tables into a new schema, where nothing is lost and nobody looks."""
    with _connected(url) as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
        connection.execute(text(f'CREATE SCHEMA "{schema}"'))
        _move(connection, tables, schema)


def move_back(url: str, tables: Collection[str], schema: str) -> None:
    """Undo ``move_aside``, in place of whatever stands there of those names now."""
    with _connected(url) as connection:
        remove(connection, tables)
        _move(connection, tables, str(connection.scalar(text("SELECT current_schema()"))), schema)
        connection.execute(text(f'DROP SCHEMA "{schema}"'))


def remove_tables(url: str, tables: Collection[str]) -> None:
    """Remove what was restored."""
    with _connected(url) as connection:
        remove(connection, tables)


def remove(connection: Connection, tables: Collection[str]) -> None:
    """Remove those of ``tables`` that are there."""
    for name in sorted(tables):
        connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))


def _move(
    connection: Connection, tables: Collection[str], target: str, source: str | None = None
) -> None:
    there = set(inspect(connection).get_table_names(schema=source))
    for name in sorted(there & set(tables)):
        place = f'"{source}"."{name}"' if source else f'"{name}"'
        connection.execute(text(f'ALTER TABLE {place} SET SCHEMA "{target}"'))


@contextmanager
def _connected(url: str) -> Generator[Connection]:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SET TIME ZONE 'UTC'"))
            yield connection
    except DBAPIError as error:
        raise BackupFailed(f"{_shown(url)}: {str(error.orig).strip()}") from error


def _feed(command: Sequence[str], url: str, source: Any) -> None:
    with _running(command, url, stdin=subprocess.PIPE) as process:
        into = cast("IO[bytes]", process.stdin)
        try:
            while content := source.read(_AT_ONCE):
                into.write(content)
            into.close()
        except BrokenPipeError:
            pass  # its exit status and its words tell more


@contextmanager
def _running(
    command: Sequence[str], url: str, *, stdin: int | None = None, stdout: int | None = None
) -> Generator["subprocess.Popen[bytes]"]:
    """Run a program of PostgreSQL's to its end. Raises ``BackupFailed`` with what it says."""
    password = make_url(url).password
    # Not in the command line, which everybody on the machine can read.
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    process = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=os.environ | secret,
    )
    try:
        yield process
        if process.stdout is not None:
            process.stdout.close()
        told = cast("IO[bytes]", process.stderr).read().decode("utf-8", "replace").strip()
        if process.wait() != 0:
            raise BackupFailed(f"{command[0]} failed: {told[-2000:]}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None and not stream.closed:
                stream.close()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(
            f"{name} is not found: install PostgreSQL's client programs, of the server's version "
            "or a later one (on Debian and Ubuntu: apt-get install postgresql-client)"
        )
    return found


def _address(url: str) -> str:
    return make_url(url).set(drivername="postgresql", password=None).render_as_string()


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
