"""A database: the only two ways to a connection, and errors that say what happened."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy import exc as sqlalchemy_errors

from yongxin.store.errors import StoreBusy, StoreError

Result = TypeVar("Result")

#: Connections that stay open, and those that may come on top in a rush. Each serves one thread.
_POOL_SIZE = 8
_POOL_OVERFLOW = 24


class Database(ABC):
    """A pool of connections to one database; safe to share among threads, not across a fork.

    All errors of the driver that have a cause outside the program leave ``reading`` and ``writing``
    as a ``StoreError``; any other (a violated constraint, a mistake in a statement) stays as it is.
    """

    def __init__(
        self, url: URL, busy_timeout: timedelta, connect_arguments: Mapping[str, Any]
    ) -> None:
        self.url = url
        self.busy_timeout = busy_timeout
        #: Another object after each change that this process makes to who may sign in, and as whom.
        self.roster: object = object()
        #: Told after each commit of ``write`` how much shared it and how many seconds it took.
        self.committed: Callable[[int, float], None] = _nobody_counts
        self.engine: Engine = create_engine(
            url,
            hide_parameters=True,  # an error must not carry somebody's answer into a log
            connect_args=dict(connect_arguments),
            pool_size=_POOL_SIZE,
            max_overflow=_POOL_OVERFLOW,
            pool_timeout=busy_timeout.total_seconds(),
            # A server that was restarted leaves dead connections in the pool; a file never does.
            pool_pre_ping=url.get_backend_name() != "sqlite",
        )

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction whose statements all read the same state of the database."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction that writes: committed at the end, undone by any exception."""

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Return what ``work`` returns, which writes something short, once that is committed.

        ``work`` happens wholly or not at all: what it raises undoes it. It may share a transaction
        with the work of other threads, run in one of those, and run again if the first time was
        undone. So it has to be quick, and must not call the store.
        """
        began = time.perf_counter()
        with self.writing() as connection:
            result = work(connection)
        self.committed(1, time.perf_counter() - began)
        return result

    @abstractmethod
    def migrating(self) -> AbstractContextManager[Connection]:
        """Open a transaction in which tables may be changed, by one process at a time."""

    @abstractmethod
    def explain(self, error: BaseException) -> StoreError | None:
        """Return what an error of the driver means to a caller, or None if it is a mistake."""

    def settle(self) -> None:  # noqa: B027  (only some databases keep a log in the way)
        """Take what was deleted out of the database's own log too, as far as that can be done now.

        Nobody waits for it: a reader who is still at it keeps it until the next time.
        """

    def close(self) -> None:
        """Close the connections that nobody uses at the moment."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Generator[Connection]:
        with self._explaining(), engine.begin() as connection:
            yield connection

    @contextmanager
    def _explaining(self) -> Generator[None]:
        try:
            yield
        except sqlalchemy_errors.TimeoutError as error:
            raise StoreBusy("all connections to the store are in use") from error
        except sqlalchemy_errors.DBAPIError as error:
            explanation = self.explain(error.orig) if error.orig else None
            if explanation is None:
                raise
            raise explanation from error


def _nobody_counts(_shared: int, _seconds: float) -> None:
    pass
