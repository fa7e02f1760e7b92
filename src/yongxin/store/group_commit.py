"""Group commit for SQLite: what many threads write at one moment shares one transaction.

A commit waits for the disk, and its price is the same for one change as for fifty. So whoever
writes something short brings it as a *unit*: a function that works on a connection. The first
thread to come leads: it opens a transaction, runs its own unit and all that have been brought by
then, and commits, and only then does anybody hear what became of theirs. Who comes too late for it
is led by the first of those. Nobody waits for others to come: a unit that is alone is written at
once, in the thread that brought it.

Nobody's failure is another's: each unit has a savepoint, to which the transaction returns when the
unit raises. Where that is not enough, because the commit fails or SQLite gives the whole
transaction up (a full disk, an error of the disk), every unit of the group is run again in a
transaction of its own, and its owner hears what became of that.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from yongxin.store.errors import StoreBusy

Result = TypeVar("Result")
Writing = Callable[[], AbstractContextManager[Connection]]
Explaining = Callable[[], AbstractContextManager[None]]


class _GivenUp(Exception):
    """SQLite has undone the whole transaction."""


class _Unit(Generic[Result]):
    """Something to write, and what became of it."""

    def __init__(self, work: Callable[[Connection], Result]) -> None:
        self._work = work
        self._result: Result | None = None
        self._error: BaseException | None = None
        self.leads = False
        #: Set when its thread has to go on: the unit has an outcome, or leads.
        self.woken = threading.Event()

    def run(self, connection: Connection) -> None:
        """Do the work."""
        self._result = self._work(connection)
        self._error = None

    def fail(self, error: BaseException) -> None:
        """Let ``error`` be the outcome."""
        self._error = error

    def outcome(self) -> Result:
        """Return what the work returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return cast("Result", self._result)


class GroupCommit:
    """The queue of units before one database. Threads share it.

    ``writing`` opens a transaction that writes, and ``explaining`` turns errors of the driver into
    those of the store. ``committed`` is told after each commit how many units shared it and how
    many seconds it took.
    """

    def __init__(
        self,
        writing: Writing,
        explaining: Explaining,
        timeout_seconds: float,
        committed: Callable[[int, float], None],
    ) -> None:
        self._writing = writing
        self._explaining = explaining
        self._timeout_seconds = timeout_seconds
        self._committed = committed
        self._guard = threading.Lock()  # of the two below, and of every unit's ``leads``
        self._waiting: list[_Unit[Any]] = []
        self._is_led = False

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return what ``work`` returns once that is committed, or raise what it raises.

        ``work`` may run in another thread, and again if the first time was undone. Raises
        ``StoreBusy`` when its turn has not come within the timeout.
        """
        unit = _Unit(work)
        with self._guard:
            self._waiting.append(unit)
            unit.leads = not self._is_led
            self._is_led = True
        if not unit.leads:
            self._wait(unit)
        if unit.leads:
            self._lead(unit)
        return unit.outcome()

    def _wait(self, unit: _Unit[Any]) -> None:
        if unit.woken.wait(self._timeout_seconds):
            return
        with self._guard:
            if unit in self._waiting and not unit.leads:
                self._waiting.remove(unit)
                raise StoreBusy("other threads are writing to the store")
        unit.woken.wait()  # it is being written at this moment

    def _lead(self, own: _Unit[Any]) -> None:
        group = self._take()
        try:
            self._write(group)
        except BaseException:
            # Only what stops this very thread comes here; to the others it means: try again.
            for unit in group:
                unit.fail(StoreBusy("the thread that was writing to the store was stopped"))
            raise
        finally:
            self._appoint_next()
            for unit in group:
                if unit is not own:
                    unit.woken.set()

    def _take(self) -> list[_Unit[Any]]:
        with self._guard:
            taken, self._waiting = self._waiting, []
        return taken

    def _appoint_next(self) -> None:
        with self._guard:
            following = next(iter(self._waiting), None)
            self._is_led = following is not None
            if following is not None:
                following.leads = True
                following.woken.set()

    def _write(self, group: list[_Unit[Any]]) -> None:
        """Write ``group``, to which those are added who come while it waits for the lock."""
        is_open = False
        began = time.perf_counter()
        try:
            with self._writing() as connection:
                is_open = True
                group += self._take()
                if len(group) == 1:
                    group[0].run(connection)
                else:
                    self._run_each(group, connection)
            self._committed(len(group), time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001  (raised again in the owners' threads)
            if is_open and len(group) > 1:
                self._write_one_by_one(group)
                return
            for unit in group:
                unit.fail(error)

    def _run_each(self, group: list[_Unit[Any]], connection: Connection) -> None:
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        for unit in group:
            driver.execute("SAVEPOINT unit")
            try:
                with self._explaining():
                    unit.run(connection)
            except Exception as error:
                if not driver.in_transaction:
                    raise _GivenUp from error
                unit.fail(error)
                driver.execute("ROLLBACK TO unit")
            driver.execute("RELEASE unit")

    def _write_one_by_one(self, group: list[_Unit[Any]]) -> None:
        busy: StoreBusy | None = None
        for unit in group:
            if busy is not None:  # one has waited in vain; the others need not
                unit.fail(busy)
                continue
            try:
                with self._writing() as connection:
                    unit.run(connection)
            except Exception as error:  # noqa: BLE001  (raised again in the owner's thread)
                unit.fail(error)
                busy = error if isinstance(error, StoreBusy) else None
