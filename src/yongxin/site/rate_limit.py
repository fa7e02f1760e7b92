"""A limit on how often something may be tried, for each key on its own."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Bucket:
    tokens: float
    updated: float


class RateLimit:
    """Token buckets: ``tries`` at once, and then one more every ``seconds / tries``.

    Holds at most ``keys`` buckets and forgets the one that has not been used for longest, so that
    made-up keys cannot fill the memory. Not for use by several threads at a time.
    """

    def __init__(
        self,
        tries: int,
        seconds: float,
        *,
        keys: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tries = tries
        self._seconds_each = seconds / tries
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> float:
        """Use up one try and return 0; or return how many seconds to wait for the next one."""
        bucket = self._refilled(key)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) * self._seconds_each
        bucket.tokens -= 1
        return 0.0

    def give_back(self, key: str) -> None:
        """Return a try that should not have counted."""
        bucket = self._refilled(key)
        bucket.tokens = min(float(self._tries), bucket.tokens + 1)

    def forget(self, key: str) -> None:
        """Start afresh with this key."""
        self._buckets.pop(key, None)

    def __len__(self) -> int:
        return len(self._buckets)

    def _refilled(self, key: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(float(self._tries), now))
        gained = (now - bucket.updated) / self._seconds_each
        bucket.tokens = min(float(self._tries), bucket.tokens + gained)
        bucket.updated = now
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return bucket


def whole_minutes(seconds: float) -> int:
    """Return ``seconds`` as minutes to tell a person, rounded up and at least 1."""
    return max(1, math.ceil(seconds / 60))
