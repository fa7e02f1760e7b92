"""Who somebody is, remembered for a moment, because one page makes many requests."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from yongxin.store import Learner, Store

#: So long another process's change to the roster may stay unnoticed.
REMEMBERED_SECONDS = 2.0
_MOST_PEOPLE = 4096


@dataclass(frozen=True)
class _Remembered:
    learner: Learner | None
    roster: object
    until: float


class People:
    """The learners of a store by username, each looked up at most once in two seconds.

    A change that this process makes to the roster is seen at once. Threads may share an instance.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds, from any start."""
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()  # of changes to what follows
        self._known: OrderedDict[str, _Remembered] = OrderedDict()

    def remembered(self, username: str) -> Learner | None:
        """Return the learner, or ``None`` if that has to be looked up; waits for nothing."""
        known = self._known.get(username)
        if known is None or known.roster is not self._store.roster or self._clock() > known.until:
            return None
        return known.learner

    def look_up(self, username: str) -> Learner | None:
        """Return the learner as the store knows them, and remember. Raises ``StoreError``."""
        roster = self._store.roster  # before reading: a change in between makes this one worthless
        learner = self._store.learner(username)
        remembered = _Remembered(learner, roster, self._clock() + REMEMBERED_SECONDS)
        with self._guard:
            self._known[username] = remembered
            self._known.move_to_end(username)
            if len(self._known) > _MOST_PEOPLE:
                self._known.popitem(last=False)
        return learner
