"""What the handlers of one site share."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from yongxin.catalogue import Catalogue
from yongxin.site.assets import Assets
from yongxin.site.learning import Learning
from yongxin.site.overview import Overview
from yongxin.site.pages import Pages
from yongxin.site.paths import Paths
from yongxin.site.rate_limit import RateLimit
from yongxin.site.rendering import Lessons
from yongxin.store import Store

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

MINUTES = 60


@dataclass(frozen=True)
class Limits:
    """How often one person, or one address, may try something."""

    sign_in_by_name: RateLimit = field(default_factory=lambda: RateLimit(8, 15 * MINUTES))
    # An office has one address for everybody in it.
    sign_in_by_address: RateLimit = field(default_factory=lambda: RateLimit(100, 15 * MINUTES))
    events_by_learner: RateLimit = field(default_factory=lambda: RateLimit(300, MINUTES))


@dataclass(frozen=True)
class Services:
    """Everything that a handler may need; made once when the server starts.

    ``catalogue``, ``store``, ``learning`` and ``lessons`` may wait for a disk, so handlers call
    them through ``in_thread``. The rest is for the event loop's own thread.
    """

    catalogue: Catalogue
    store: Store
    learning: Learning
    lessons: Lessons
    pages: Pages
    assets: Assets
    paths: Paths
    threads: ThreadPoolExecutor
    # Looking at a password takes a core for a third of a second: never many at a time.
    password_threads: ThreadPoolExecutor
    limits: Limits = field(default_factory=Limits)

    async def in_thread(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Return what ``function`` returns, without keeping the event loop from its work."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, partial(function, *args, **kwargs))

    async def with_password(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run ``function``, which hashes a password, after the others that do."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.password_threads, partial(function, *args, **kwargs))

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
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.password_threads.shutdown(wait=True, cancel_futures=True)
        self.store.close()
