"""Checking the audit log beside the site's work, one check at a time."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from yongxin.store import AuditCheck, Store

#: So long a check counts; the next one of a long log takes a while.
GOOD_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Checked:
    """What a check has found, and when it came to its end."""

    found: AuditCheck
    at: datetime


class AuditChecks:
    """The last check of the log; threads may share an instance."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.last: Checked | None = None

    def run(self, store: Store) -> Checked | None:
        """Check the whole log, unless that is being done or was done within ``GOOD_FOR``.

        Return what the last check has found, ``None`` before the first has come to its end. Nobody
        waits for another's check.
        """
        if self._turn.acquire(blocking=False):
            try:
                if self.last is None or datetime.now(UTC) - self.last.at > GOOD_FOR:
                    found = store.check_audit()
                    self.last = Checked(found, datetime.now(UTC))
            finally:
                self._turn.release()
        return self.last
