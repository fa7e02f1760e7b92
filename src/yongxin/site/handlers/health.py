"""Whether this process is alive, and whether it can do its work. For monitors and balancers."""

import asyncio
import logging
from collections.abc import Awaitable

from yongxin.catalogue import CatalogueError
from yongxin.site.handlers.base import ProgramHandler
from yongxin.site.refusals import answer_to
from yongxin.store import StoreError

#: A store or a disk that takes longer is as good as not there.
SECONDS_TO_ANSWER = 5


class LivenessHandler(ProgramHandler):
    """Says that the process answers, whatever else is wrong: starting it anew would not help."""

    route = "live"
    asks_who = False

    async def get(self) -> None:
        self.send({"status": "ok"} | self.settings["yongxin_process"].described())


class HealthHandler(LivenessHandler):
    """Says whether people may be sent to this process; if not, 503 and why."""

    route = "health"

    async def get(self) -> None:
        services, process = self.services, self.settings["yongxin_process"]
        reasons = {
            "store": await _problem(services.in_thread(services.store.ping)),
            "course": await _problem(services.in_thread(lambda: services.catalogue.course)),
            "process": "stopping" if process.stopping else None,
        }
        reasons = {part: reason for part, reason in reasons.items() if reason is not None}
        if reasons:
            self.set_status(503)
        told = {"status": "failing", "reasons": reasons} if reasons else {"status": "ok"}
        self.send(told | process.described())


async def _problem(check: Awaitable[object]) -> str | None:
    """Return the code of what is wrong, if anything; the log tells more than strangers may read."""
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            await check
    except TimeoutError:
        return "too-slow"
    except (CatalogueError, StoreError, OSError) as error:
        logging.getLogger(__name__).warning("not healthy: %s: %s", type(error).__name__, error)
        return answer_to(error, 503).code
    return None
