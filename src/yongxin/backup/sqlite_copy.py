"""A SQLite database in a backup: a copy of the whole file, taken while others read and write."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from yongxin.backup.errors import BackupFailed

#: So long somebody who writes to a gradebook may keep others away from it.
_PATIENCE = 60
#: What SQLite keeps beside a file.
BESIDE = ("-wal", "-shm", "-journal")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment. Raises ``BackupFailed``.

    In a file with a write-ahead log, as the store is, nobody waits for it. Who writes to another,
    as nbgrader's gradebook is, waits as long as the copying takes: it is done in one go, because
    in several it would begin anew whenever somebody writes.
    """
    try:
        with (
            closing(_open(source)) as connection,
            closing(sqlite3.connect(target)) as copy,
        ):
            connection.backup(copy)
            # Then the copy is one file, with nothing beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"{source} cannot be copied: {error}") from error


def require_sound(path: Path) -> None:
    """Raise ``BackupFailed`` unless SQLite finds everything in a file in order."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(3)").fetchall()
    except sqlite3.Error as error:
        raise BackupFailed(f"{path.name} is damaged: {error}") from error
    if found != [("ok",)]:
        raise BackupFailed(f"{path.name} is damaged: {found[0][0]}")


def require_unused(path: Path) -> None:
    """Raise ``BackupFailed`` while another process has a database open or writes to it."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            # Whoever has a file with a write-ahead log open holds a lock on it all the time.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise BackupFailed(
            f"somebody is using {path}: stop the site, and whatever grades, first ({error})"
        ) from error
    except sqlite3.DatabaseError:
        return  # too damaged to be used by anybody, which may be why it is replaced


@contextmanager
def reading_sqlite(path: Path) -> Generator[Connection]:
    """Open a copy that nobody else uses."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _open(path: Path) -> sqlite3.Connection:
    # Never made by opening it; but what a crash has left in its log is put in order.
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)
