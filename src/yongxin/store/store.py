"""The store: everything that is kept about learners, in one database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Self

from sqlalchemy import text

from yongxin.store import schema
from yongxin.store.answers import Answers
from yongxin.store.attention import Attention
from yongxin.store.audit import Audit
from yongxin.store.backups import Backups
from yongxin.store.bank_comments import BankComments
from yongxin.store.certificates import Certificates
from yongxin.store.completions import Completions
from yongxin.store.connect import connect
from yongxin.store.copies import Copies
from yongxin.store.deadlines import Deadlines
from yongxin.store.erasures import Erasures
from yongxin.store.given_marks import GivenMarks
from yongxin.store.learners import Learners
from yongxin.store.marks import ModuleMarks
from yongxin.store.readings import Readings
from yongxin.store.retention import Retention
from yongxin.store.returned import ReturnedReflections
from yongxin.store.roster import Roster
from yongxin.store.scored import ScoredAttempts
from yongxin.store.search import Search
from yongxin.store.second_marks import SecondMarks
from yongxin.store.sign_in import SignIn
from yongxin.store.standings import Standings
from yongxin.store.submissions import Submissions
from yongxin.store.visits import Visits

_BUSY_TIMEOUT = timedelta(seconds=5)


class Store(
    Learners,
    Roster,
    SignIn,
    Answers,
    Visits,
    Submissions,
    ScoredAttempts,
    ModuleMarks,
    Standings,
    Attention,
    Readings,
    ReturnedReflections,
    GivenMarks,
    SecondMarks,
    BankComments,
    Deadlines,
    Completions,
    Certificates,
    Audit,
    Erasures,
    Backups,
    Search,
    Copies,
    Retention,
):
    """Learners and what they did. Safe to share among threads; open it again after a fork.

    Every method is one transaction that happened wholly when it returns and not at all when it
    raises, and any may raise ``StoreError``. (``hand_in`` and ``revise`` are two, see
    ``submissions``.) All times are aware, in UTC.
    """

    @classmethod
    def open(
        cls, url: str, *, migrate: bool = True, busy_timeout: timedelta = _BUSY_TIMEOUT
    ) -> Self:
        """Open the store at ``sqlite:///path/to/store.db`` or ``postgresql://user@host/database``.

        ``migrate`` makes or updates the tables (and makes a SQLite file, but not its folder); with
        ``migrate=False`` tables that are not up to date raise ``StoreOutdated``. Each wait for
        others ends after ``busy_timeout`` with ``StoreBusy``. Raises ``ValueError`` for a URL of
        another kind and ``StoreUnavailable`` when nothing can be opened there.
        """
        database = connect(url, busy_timeout=busy_timeout, create=migrate)
        try:
            schema.prepare(database, migrate=migrate)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def count_commits(self, committed: Callable[[int, float], None]) -> None:
        """Tell ``committed`` after each commit of short writes how many shared it, and its seconds.

        It is called in whatever thread has committed, and must neither raise nor wait.
        """
        self._database.committed = committed

    def ping(self) -> None:
        """Raise ``StoreError`` if the database does not answer."""
        with self._database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections; a later call would open them again."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
