"""Who somebody is, remembered until somebody on the roster is changed."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from yongxin.store import Learner, Store

#: After so long one of those who ask looks whether another process has changed the roster …
LOOK_AFTER_SECONDS = 1.0
#: … and after so long everybody waits for that.
TRUSTED_SECONDS = 2.0
_MOST_PEOPLE = 4096


@dataclass(frozen=True)
class _Remembered:
    learner: Learner
    roster: object


class People:
    """The learners of a store by username, each looked up once.

    A change that this process makes to the roster is seen at once, another's within two seconds.
    Threads may share an instance.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds, from any start."""
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()  # of changes to what follows
        self._known: OrderedDict[str, _Remembered] = OrderedDict()
        self._changes = -1
        self._looked = -TRUSTED_SECONDS
        self._is_looking = False

    def remembered(self, username: str) -> Learner | None:
        """Return the learner, or ``None`` if that has to be looked up; waits for nothing."""
        known = self._known.get(username)
        if known is None or known.roster is not self._store.roster:
            return None
        age = self._clock() - self._looked
        if age >= TRUSTED_SECONDS or (age >= LOOK_AFTER_SECONDS and self._is_first_to_look()):
            return None
        return known.learner

    def look_up(self, username: str) -> Learner | None:
        """Return the learner as the store knows them, and remember. Raises ``StoreError``."""
        if self._clock() - self._looked >= LOOK_AFTER_SECONDS:
            self._look_for_changes()
        known = self._known.get(username)
        roster = self._store.roster  # before reading: a change in between makes this one worthless
        if known is not None and known.roster is roster:
            return known.learner
        changes = self._changes
        learner = self._store.learner(username)
        if learner is not None:
            self._remember(username, _Remembered(learner, roster), changes)
        return learner

    def _is_first_to_look(self) -> bool:
        with self._guard:
            is_first = not self._is_looking
            self._is_looking = True
        return is_first

    def _look_for_changes(self) -> None:
        began = self._clock()
        try:
            changes = self._store.roster_changes()
            with self._guard:
                if changes != self._changes:
                    self._known.clear()
                self._changes, self._looked = changes, began
        finally:
            self._is_looking = False

    def _remember(self, username: str, found: _Remembered, changes: int) -> None:
        with self._guard:
            if changes != self._changes:
                return  # it may have been read before the change
            self._known[username] = found
            if len(self._known) > _MOST_PEOPLE:
                self._known.popitem(last=False)
