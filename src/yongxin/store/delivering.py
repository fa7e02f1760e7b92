"""The steps that a hand-in and a revision share: wait for one's turn, deliver, or let go again.

The row that is reserved and what it then says are their own; see ``submissions`` and ``returned``.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from sqlalchemy import Connection

from yongxin.store import json_text
from yongxin.store.database import Database
from yongxin.store.errors import StoreBusy, StoreError
from yongxin.store.values import Receipt

Found = TypeVar("Found")

#: How long to wait before looking again whether another's delivery has ended.
WAIT_SECONDS: Final = 0.05


def reserved_in_turn(
    database: Database, module_id: str, reserve: Callable[[Connection], Found | None]
) -> Found:
    """Return what ``reserve`` returns as soon as that is not None, which means: wait for another.

    Raises ``StoreBusy`` when the turn has not come within the database's timeout.
    """
    give_up = time.monotonic() + database.busy_timeout.total_seconds()
    while True:
        found = database.write(reserve)
        if found is not None:
            return found
        if time.monotonic() > give_up:
            raise StoreBusy(f"a hand-in of {module_id} by the same learner is still under way")
        time.sleep(WAIT_SECONDS)


def receipt_of(deliver: Callable[[], Receipt], release: Callable[[], None]) -> str:
    """Deliver, and return the receipt as JSON; whatever that raises, ``release`` comes before."""
    try:
        return json_text.encode(dict(deliver()))
    except BaseException:
        # If this fails too, the reservation runs out; the caller must see the first error.
        with suppress(StoreError):
            release()
        raise
