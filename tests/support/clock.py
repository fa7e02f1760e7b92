"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Clock:
    """Tells ``now``, which is ``NOON`` to begin with."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
