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
        self._catching_up = threading.Lock()
        self._closing = threading.Event()
        self._kept: dict[str, _Kept] = {}

    def of(self, modules: Mapping[str, bool], *, seconds: float = 0.3) -> dict[str, ModuleFigures]:
        """Return what is known of modules: id → whether there is an exercise to hand in.

        Counts for so many seconds; a module that nobody has had the time to count is left out.
        """
        end = time.monotonic() + seconds
        if self._counting.acquire(timeout=seconds):
            try:
                for module_id in self._due(modules):
                    if time.monotonic() >= end:
                        break
                    self._count(module_id, has_exercise=modules[module_id])
            finally:
                self._counting.release()
        return {one: self._kept[one].figures for one in modules if one in self._kept}

    def catch_up(self, modules: Mapping[str, bool]) -> None:
        """Count what is due, module by module; at once if another thread is at it.

        Between two modules whoever waits for a page has the machine alone for as long as the last
        one took.
        """
        if not self._catching_up.acquire(blocking=False):
            return
        try:
            for module_id in self._due(modules):
                began = time.monotonic()
                with self._counting:
                    self._count(module_id, has_exercise=modules[module_id])
                if self._closing.wait(time.monotonic() - began):
                    return
        finally:
            self._catching_up.release()

    def close(self) -> None:
        """Let ``catch_up`` come to an end."""
        self._closing.set()

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

    def _count(self, module_id: str, *, has_exercise: bool) -> None:
        worked = time.thread_time()
        now = datetime.now(UTC)
        counts = self._store.count_states(module_id, now=now, has_exercise=has_exercise)
        groups = {name: of_group for name, of_group in counts.items() if name is not None}
        figures = ModuleFigures(now, counts[None], groups)
        # Not by the clock, which counts what others do meanwhile as well.
        took = time.thread_time() - worked
        is_quick = took <= _QUICK_SECONDS
        until = time.monotonic() + (0.0 if is_quick else _GOOD_FOR * took)
        self._kept[module_id] = _Kept(figures, until, is_quick)
