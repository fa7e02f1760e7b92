"""What nbgrader takes off a late hand-in.

Moments are UTC without a zone, as the gradebook has them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

#: Username, score and seconds late → what is taken off; ``None`` is nothing.
Penalty: TypeAlias = Callable[[str, float, float], float | None]


def seconds_late(
    timestamp: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """Return by how many seconds a hand-in came late, 0 or less for one in time.

    Without a time of either there is no saying, and nobody is late.
    """
    if timestamp is None or due is None:
        return 0.0
    return (timestamp - due - (extension or timedelta())).total_seconds()


def late_penalty(penalty: Penalty, username: str, points: float, seconds: float) -> float | None:
    """Return what is taken off, never more than there is; ``None`` where no rule applies."""
    taken_off = penalty(username, points, seconds) if seconds > 0 else None
    return None if taken_off is None else min(max(taken_off, 0.0), points)
