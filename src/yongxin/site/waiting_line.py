"""The line of people who wait for a kernel."""

import time
from collections.abc import Callable


class WaitingLine:
    """Who waits, in the order in which they came.

    Whoever does not ask again for ``patience`` seconds has gone and is forgotten.
    """

    def __init__(self, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._asked: dict[int, float] = {}  # in the order in which they came

    def before(self, person: int) -> int:
        """Return how many stand before ``person``, who joins at the end or keeps the place."""
        now = self._clock()
        self._asked[person] = now
        for one, asked in list(self._asked.items()):
            if now - asked > self._patience:
                del self._asked[one]
        return list(self._asked).index(person)

    def leave(self, person: int) -> None:
        """Let ``person`` go, who need not stand in line."""
        self._asked.pop(person, None)

    def __len__(self) -> int:
        return len(self._asked)
