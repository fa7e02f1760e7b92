"""What the handlers of one site share."""

import asyncio
import logging
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import ParamSpec, TypeVar

from yongxin.catalogue import Catalogue
from yongxin.cohort.completion import CompletionDesk
from yongxin.cohort.desk import TrainersDesk
from yongxin.cohort.erasure import Places
from yongxin.cohort.figures import CohortFigures
from yongxin.cohort.practice_desk import PracticeDesk
from yongxin.cohort.retention import Periods, read_periods
from yongxin.site.assets import Assets
from yongxin.site.audit_checks import AuditChecks
from yongxin.site.learning import Learning
from yongxin.site.overview import Overview
from yongxin.site.pages import Pages
from yongxin.site.paths import Paths
from yongxin.site.people import People
from yongxin.site.pictures import Pictures
from yongxin.site.rate_limit import RateLimit
from yongxin.site.rendering import Lessons
from yongxin.site.shells import Shells
from yongxin.store import Store

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

MINUTES = 60
_FEWEST_TRIES = 3


@dataclass(frozen=True)
class Limits:
    """How often one person, or one address, may try something."""

    sign_in_by_name: RateLimit
    sign_in_by_address: RateLimit
    events_by_learner: RateLimit
    files_by_learner: RateLimit
    checks_by_address: RateLimit

    @classmethod
    def for_processes(cls, processes: int) -> "Limits":
        """Return the limits of one of so many processes, each of which counts for itself.

        Who guesses passwords is sent to all of them in turns, so each lets its share through; but
        at least three tries, because a browser mostly stays with one process, and people mistype.
        (So more than two processes together allow a few more tries for one name than one does.)
        Events are limited to protect the site from a page gone wild, which stays with one process.
        """
        return cls(
            sign_in_by_name=RateLimit(_share(8, processes), 15 * MINUTES),
            # An office has one address for everybody in it.
            sign_in_by_address=RateLimit(_share(100, processes), 15 * MINUTES),
            events_by_learner=RateLimit(300, MINUTES),
            # Each takes a core for half a second.
            files_by_learner=RateLimit(10, MINUTES),
            # Of certificates, by people without a name: an office that hires looks at some.
            checks_by_address=RateLimit(_share(60, processes), 15 * MINUTES),
        )


def _share(tries: int, processes: int) -> int:
    return max(_FEWEST_TRIES, math.ceil(tries / processes))


@dataclass(frozen=True)
class Services:
    """Everything that a handler may need; made once when the server starts.

    ``catalogue``, ``store``, ``learning`` and ``lessons`` may wait for a disk, so handlers call
    them through ``in_thread``, ``for_event`` or ``for_hand_in``. The rest is for the event loop's
    own thread.
    """

    catalogue: Catalogue
    store: Store
    people: People
    learning: Learning
    lessons: Lessons
    shells: Shells
    pictures: Pictures
    pages: Pages
    assets: Assets
    paths: Paths
    threads: ThreadPoolExecutor
    # Whoever writes waits for the disk, with others whose changes share a transaction; whoever
    # hands in waits longer. Nobody who only reads waits behind them.
    event_threads: ThreadPoolExecutor
    hand_in_threads: ThreadPoolExecutor
    # Looking at a password takes a core for a third of a second: never many at a time.
    password_threads: ThreadPoolExecutor
    # A document takes one for half a second, too, and some memory.
    document_threads: ThreadPoolExecutor
    # The time zone in which people are told dates and times.
    zone: tzinfo
    # Where people's files are, and the gradebook if there is one here.
    places: Places
    # What is done in the lessons, for trainers.
    practice: PracticeDesk
    # How many learners are how far.
    figures: CohortFigures
    # Who has completed which path.
    completion: CompletionDesk
    #: Of a site that may use the trainers' gradebook.
    desk: TrainersDesk | None = None
    limits: Limits = field(default_factory=lambda: Limits.for_processes(1))
    # Whom to ask about personal data; empty where nobody was named.
    contact: str = ""
    # The site's address as the whole world knows it, with a slash at its end; empty if not told.
    public_address: str = ""
    audit_checks: AuditChecks = field(default_factory=AuditChecks)

    async def in_thread(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Return what ``function`` returns, without keeping the event loop from its work."""
        return await _run(self.threads, partial(function, *args, **kwargs))

    async def for_event(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run ``function``, which writes something short to the store."""
        return await _run(self.event_threads, partial(function, *args, **kwargs))

    async def for_hand_in(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run ``function``, which hands something in."""
        return await _run(self.hand_in_threads, partial(function, *args, **kwargs))

    async def with_password(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run ``function``, which hashes a password, after the others that do."""
        return await _run(self.password_threads, partial(function, *args, **kwargs))

    async def for_document(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run ``function``, which makes a document, after the others that do."""
        return await _run(self.document_threads, partial(function, *args, **kwargs))

    def periods(self) -> Periods:
        """Return how long what is kept about people is kept; reads a file."""
        return read_periods(self.places.state)

    @property
    def overview(self) -> Overview:
        """How far people are."""
        return self.learning.overview

    def in_background(self, function: Callable[[], object]) -> None:
        """Run ``function`` when there is time; nobody waits for it, and a failure is logged."""

        def run() -> None:
            try:
                function()
            except Exception:
                logging.getLogger(__name__).exception("in the background")

        self.threads.submit(run)

    def close(self) -> None:
        """Let running work end, then release the store."""
        if self.desk is not None:
            self.desk.close()
        self.completion.close()
        self.figures.close()
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.password_threads.shutdown(wait=True, cancel_futures=True)
        self.document_threads.shutdown(wait=True, cancel_futures=True)
        # What was sent to be kept is kept, also what has not begun.
        self.event_threads.shutdown(wait=True)
        self.hand_in_threads.shutdown(wait=True)
        self.learning.close()
        self.store.close()


async def _run(threads: ThreadPoolExecutor, function: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(threads, function)
