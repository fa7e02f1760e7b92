"""Visits to modules, noted at once and written a moment later, many in one transaction."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeAlias

from yongxin.store import Store, StoreError

_log = logging.getLogger(__name__)

_Visits: TypeAlias = dict[tuple[int, str], datetime]


class Visits:
    """When learners have last opened modules. Threads may share an instance.

    A page does not wait until it is written that somebody has opened it. While one transaction
    writes what was noted before it, what comes meanwhile is collected for the next. What could not
    be written waits for the next visit, and for ``close``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()  # of the three below
        self._noted: _Visits = {}
        self._being_written: _Visits = {}
        self._is_writing = False
        self._writer = ThreadPoolExecutor(1, "yongxin-visits")

    def note(self, learner_id: int, module_id: str) -> None:
        """Note that the learner opened the module now; waits for nothing."""
        with self._guard:
            self._noted[learner_id, module_id] = datetime.now(UTC)
            if self._is_writing:
                return
            self._is_writing = True
        self._writer.submit(self._write_noted)

    def of(self, learner_id: int) -> dict[str, datetime]:
        """Return the last visit by module, those included that are not written yet."""
        # Looked at before the store: what is written in between is then in both, not in neither.
        with self._guard:
            unwritten = {**self._being_written, **self._noted}
        own = {module_id: at for (one, module_id), at in unwritten.items() if one == learner_id}
        return self._store.visits(learner_id) | own

    def close(self) -> None:
        """Write what is noted. Nothing may be noted afterwards."""
        self._writer.shutdown(wait=True)
        if self._noted:
            self._write_noted()
        if self._noted:
            _log.error("%d visits were not written", len(self._noted))

    def _write_noted(self) -> None:
        while True:
            with self._guard:
                self._being_written, self._noted = self._noted, {}
                self._is_writing = bool(self._being_written)
                if not self._is_writing:
                    return
            try:
                self._store.record_visits(self._being_written)
            except StoreError as error:
                _log.warning("%d visits wait to be written: %s", len(self._being_written), error)
                self._keep()
                return
            except BaseException:
                # Nobody waits for this thread's end, so nobody else would say it.
                _log.exception("%d visits wait to be written", len(self._being_written))
                self._keep()
                raise

    def _keep(self) -> None:
        with self._guard:
            self._noted = {**self._being_written, **self._noted}
            self._being_written = {}
            self._is_writing = False
