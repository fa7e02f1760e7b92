"""PostgreSQL through psycopg 3: a server that many processes on many machines may share."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from sqlalchemy import URL, Connection, text

from yongxin.store.database import Database
from yongxin.store.errors import StoreBusy, StoreError, StoreFull, StoreUnavailable

_CONNECT_SECONDS = 5

# A server that vanished without a word (power, cable) is noticed in half a minute, not in hours.
_NOTICE_SILENCE = {
    "tcp_user_timeout": 15_000,  # milliseconds
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

#: Two processes that start at once must not both make the tables. Any number, but always this one.
_MIGRATION_LOCK = 0x796F6E67  # "yong"
_MIGRATION_WAIT = "60s"

# Codes and classes of appendix A of the PostgreSQL manual.
_FULL = {"53100"}  # disk_full
_BUSY = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "53300",  # too_many_connections
    "55P03",  # lock_not_available: the lock timeout passed
    "57014",  # query_canceled: a statement timeout of the server's passed
}
_OPERATOR_CLASSES = {
    "08",  # connection exceptions
    "28",  # invalid authorization
    "3D",  # no such database
    "53",  # insufficient resources
    "57",  # operator intervention: shut down, starting up
    "58",  # system errors
    "XX",  # internal errors, corrupted data
}
_READ_ONLY = "25006"  # a standby, or a server that was set to read only


class PostgreSQLDatabase(Database):
    """A database on a server. Reads are REPEATABLE READ, writes READ COMMITTED.

    What is written for one learner is put in order by a lock on the learner's row (see
    ``learners.lock``); no statement waits longer than the busy timeout for any lock. What a killed
    process or a power cut means is the server's to say: with its defaults (``fsync`` and
    ``synchronous_commit`` on) neither loses anything that was acknowledged.
    """

    def __init__(self, url: URL, busy_timeout: timedelta) -> None:
        milliseconds = round(busy_timeout.total_seconds() * 1000)
        super().__init__(
            url,
            busy_timeout,
            {
                "connect_timeout": _CONNECT_SECONDS,
                **_NOTICE_SILENCE,
                "options": f"-c lock_timeout={milliseconds} -c timezone=UTC",
            },
        )
        self._reading_engine = self.engine.execution_options(isolation_level="REPEATABLE READ")

    def reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(self._reading_engine)

    def writing(self) -> AbstractContextManager[Connection]:
        return self._transaction(self.engine)

    @contextmanager
    def migrating(self) -> Generator[Connection]:
        with self.writing() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_MIGRATION_WAIT}'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            yield connection

    def explain(self, error: BaseException) -> StoreError | None:
        code = getattr(error, "sqlstate", None)
        if code in _FULL:
            return StoreFull(f"the database server has no space left: {error}")
        if code in _BUSY:
            return StoreBusy(f"the database is busy: {error}")
        # Without a code the error comes from the client's side: no server, no network, a
        # connection that broke.
        driver = self.engine.dialect.loaded_dbapi
        unreachable = code is None and isinstance(
            error, (driver.OperationalError, driver.InterfaceError)
        )
        if unreachable or code == _READ_ONLY or (code and code[:2] in _OPERATOR_CLASSES):
            place = self.url.render_as_string(hide_password=True)
            return StoreUnavailable(f"{place} cannot be used: {error}")
        return None
