"""How many learners are in which state, module by module and group by group.

For some hundreds of learners that is counted whenever somebody looks. For ten thousand it takes a
tenth of a second a module, so a look counts for as long as a page may wait, and what was counted
before is shown of the rest.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from yongxin.store import ModuleState, Store

#: A count that was that quick is made anew at every look …
_QUICK_SECONDS = 0.02
#: … and any other is good for this many times as long as it took.
_GOOD_FOR = 20


@dataclass(frozen=True)
class ModuleFigures:
    """How many are in which state in one module, when that was ``counted``."""

    counted: datetime
    everybody: Mapping[ModuleState, int]
    groups: Mapping[str, Mapping[ModuleState, int]]

    def of(self, group: str | None) -> Mapping[ModuleState, int]:
        """Return how many of a group are in which state; without a group, of everybody."""
        return self.everybody if group is None else self.groups.get(group, {})


@dataclass(frozen=True)
class _Kept:
    figures: ModuleFigures
    until: float
    is_quick: bool


class CohortFigures:
    """Counts learners. Threads may share an instance; it keeps one count for each module."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counting = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def of(self, modules: Mapping[str, bool], *, seconds: float = 0.3) -> dict[str, ModuleFigures]:
        """Return what is known of modules: id → whether there is an exercise to hand in.

        Counts for so many seconds; a module that nobody has had the time to count is left out.
        """
        end = time.monotonic() + seconds
        if self._counting.acquire(timeout=seconds):
            try:
                self._count(modules, end)
            finally:
                self._counting.release()
        return {one: self._kept[one].figures for one in modules if one in self._kept}

    def is_behind(self, modules: Mapping[str, bool]) -> bool:
        """Whether there is something to count for which the next look may have no time."""
        now = time.monotonic()
        for one in modules:
            kept = self._kept.get(one)
            if kept is None or (kept.until <= now and not kept.is_quick):
                return True
        return False

    def _due(self, modules: Mapping[str, bool]) -> list[str]:
        """Return the modules whose count is too old, the oldest first."""
        now = time.monotonic()
        until = {one: self._kept[one].until if one in self._kept else 0.0 for one in modules}
        return sorted((one for one in modules if until[one] <= now), key=lambda one: until[one])

    def _count(self, modules: Mapping[str, bool], end: float) -> None:
        for module_id in self._due(modules):
            if time.monotonic() >= end:
                return
            worked = time.thread_time()
            now = datetime.now(UTC)
            counts = self._store.count_states(module_id, now=now, has_exercise=modules[module_id])
            groups = {name: of_group for name, of_group in counts.items() if name is not None}
            figures = ModuleFigures(now, counts[None], groups)
            # Not by the clock, which counts what others do meanwhile as well.
            took = time.thread_time() - worked
            is_quick = took <= _QUICK_SECONDS
            until = time.monotonic() + (0.0 if is_quick else _GOOD_FOR * took)
            self._kept[module_id] = _Kept(figures, until, is_quick)
