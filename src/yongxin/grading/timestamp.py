"""Moments as nbgrader writes them into the names of submissions and into ``timestamp.txt``."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"


def format_timestamp(moment: datetime) -> str:
    """Return a moment that knows its time zone as ``2026-01-01 00:00:00.000000 UTC``.

    Always UTC, and in letters: a zone such as ``+0800`` would put a plus sign, which separates the
    parts of a submission's name, where nbgrader does not expect one.
    """
    return moment.astimezone(UTC).strftime(_FORMAT)


def parse_timestamp(timestamp: str) -> datetime:
    """Return the moment that ``format_timestamp`` wrote. Raises ``ValueError``."""
    return datetime.strptime(timestamp, _FORMAT).replace(tzinfo=UTC)
