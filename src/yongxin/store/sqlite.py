"""SQLite: one file, one writer at a time, readers that never wait."""

import os
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, event

from yongxin.store.database import Database
from yongxin.store.errors import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreOutdated,
    StoreUnavailable,
)
from yongxin.store.group_commit import GroupCommit

Result = TypeVar("Result")

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_OPERATOR = {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_PRIMARY_CODE = 0xFF  # the other bits of an extended code say which kind of it

#: Below this SQLite cannot grow its write-ahead log or the index of it (32 KiB a step).
_LEAST_SPACE_BYTES = 64 * 1024

#: A log that one long reader made grow is cut back to this size afterwards.
_LOG_BYTES = 64 * 1024 * 1024

_RETRY_SECONDS = 0.02
_WRITING_RETRY_SECONDS = (0.0005, 0.0025)  # from, to

_BEGIN_WRITING = "BEGIN IMMEDIATE"


class SQLiteDatabase(Database):
    """A file in write-ahead-log mode, beside it ``-wal`` and ``-shm`` files.

    Transactions that write start with BEGIN IMMEDIATE, so they wait for the lock before they read:
    a transaction that read first and wanted to write later could only be told to start again.

    ``synchronous=FULL``: a commit returns when the log is on the disk. A killed process would lose
    nothing with NORMAL either, because the log is with the operating system by then; but a power
    cut would take the commits of the last moments with it (without harm to the file). The learner's
    device forgets an answer as soon as it is acknowledged, so an acknowledgement must hold through
    a power cut too. The price is one fsync a commit: 0.1 ms to a few ms on solid-state disks,
    shared by all threads that write at that moment (``group_commit``). With FULL a power cut loses
    what was not acknowledged yet, and that waits on the devices.
    """

    def __init__(self, url: URL, busy_timeout: timedelta, *, create: bool) -> None:
        """Open the file. Raises ``StoreError``; a missing file is only made if ``create``."""
        self.path = _path(url)
        super().__init__(
            url,
            busy_timeout,
            {"timeout": busy_timeout.total_seconds(), "isolation_level": None},
        )
        self._turn = threading.Lock()
        self._group = GroupCommit(
            self.writing,
            self._explaining,
            busy_timeout.total_seconds(),
            self._tell_committed,
        )
        self._writing_engine = self.engine.execution_options(begin=_BEGIN_WRITING)
        event.listen(self.engine, "connect", _prepare_connection)
        event.listen(self.engine, "begin", self._begin)
        _require_file(self.path, create=create)
        self._use_write_ahead_log()

    def _tell_committed(self, shared: int, seconds: float) -> None:
        self.committed(shared, seconds)

    def reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(self.engine)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        # Threads of one process queue here: with eight of them that write without pause the longest
        # wait falls below 0.1 s. Only other processes are waited for at SQLite's own lock.
        if not self._turn.acquire(timeout=self.busy_timeout.total_seconds()):
            raise StoreBusy("other threads are writing to the store")
        try:
            with self._transaction(self._writing_engine) as connection:
                yield connection
        finally:
            self._turn.release()

    def write(self, work: Callable[[Connection], Result]) -> Result:
        return self._group.run(work)

    @contextmanager
    def migrating(self) -> Generator[Connection]:
        # Changing a table in SQLite means making it anew under another name; with foreign keys
        # on, dropping the old one would take the rows that point to it along. The switch works
        # outside a transaction only, hence on the driver's connection, which is closed afterwards.
        with self._explaining(), self._writing_engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise StoreUnavailable(f"the migration would break references: {broken}")
            finally:
                connection.invalidate()

    def settle(self) -> None:
        with self._explaining(), self._writing_engine.connect() as connection:
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def explain(self, error: BaseException) -> StoreError | None:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return None
        primary = code & _PRIMARY_CODE
        if primary in _BUSY:
            return StoreBusy(f"{self.path} is locked by another writer")
        if primary == sqlite3.SQLITE_FULL:
            return StoreFull(f"no space is left to write {self.path}")
        if primary in _OPERATOR:
            # SQLite says "full" of the database and of the log, but calls it an I/O error when
            # there is no room for the log's index.
            if _free_bytes(self.path) < _LEAST_SPACE_BYTES:
                return StoreFull(f"no space is left beside {self.path}")
            return StoreUnavailable(f"{self.path} cannot be used: {error}")
        return None

    def _begin(self, connection: Connection) -> None:
        if connection.get_execution_options().get("begin") != _BEGIN_WRITING:
            connection.exec_driver_sql("BEGIN")
            return
        # SQLite's own waiting is a poll with pauses that grow to 0.1 s: beside another process that
        # writes without pause it waits for seconds. Short, irregular pauses find the gaps.
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        driver.execute("PRAGMA busy_timeout=0")
        try:
            give_up = time.monotonic() + self.busy_timeout.total_seconds()
            while time.monotonic() < give_up:
                try:
                    driver.execute(_BEGIN_WRITING)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & _PRIMARY_CODE not in _BUSY:
                        break
                    time.sleep(random.uniform(*_WRITING_RETRY_SECONDS))  # noqa: S311
                else:
                    return
            connection.exec_driver_sql(_BEGIN_WRITING)  # whose error says what is the matter
        finally:
            driver.execute(f"PRAGMA busy_timeout={round(self.busy_timeout.total_seconds() * 1000)}")

    def _use_write_ahead_log(self) -> None:
        """Turn the log on; the file remembers it. Raises ``StoreUnavailable`` where it cannot be.

        The busy timeout does not cover this statement, so two processes that open a new file at the
        same time have to be patient themselves.
        """
        give_up = time.monotonic() + self.busy_timeout.total_seconds()
        while True:
            try:
                with closing(sqlite3.connect(self.path)) as connection:
                    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
                break
            except sqlite3.Error as error:
                explanation = self.explain(error)
                if explanation is None:
                    raise
                if not isinstance(explanation, StoreBusy) or time.monotonic() > give_up:
                    raise explanation from error
            time.sleep(_RETRY_SECONDS)
        if mode != "wal":
            raise StoreUnavailable(
                f"{self.path} is on a disk where SQLite cannot keep a write-ahead log "
                f"(journal mode {mode}); choose a folder on a local disk"
            )


def _path(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError(f"{url} names no file; write sqlite:///path/to/store.db")
    return Path(url.database).absolute()


def _require_file(path: Path, *, create: bool) -> None:
    if not create and not path.exists():
        raise StoreOutdated(
            f"there is no store at {path}; open it once with migrate=True to make it"
        )
    try:
        # It holds password hashes and answers: nobody else on the machine may read it. SQLite
        # gives the files beside it the same mode.
        #
        # Only a file that is not there is opened. To close one that another connection of this
        # process has open would drop that connection's locks; other processes would then take the
        # log away from under it, and what it writes from then on would be lost.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            raise StoreUnavailable(f"{path} cannot be opened for writing") from None
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be opened for writing: {error.strerror}") from error


def _free_bytes(path: Path) -> int:
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return _LEAST_SPACE_BYTES  # the folder is gone, which is another trouble than being full


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # What is deleted is overwritten: whoever was erased is not to be found in the file.
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA journal_size_limit={_LOG_BYTES}")
