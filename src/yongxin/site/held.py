"""What is kept about people, and how long, in words."""

from collections.abc import Mapping
from dataclasses import asdict

from yongxin.cohort.retention import Periods
from yongxin.text import InterfaceText


def rows_in_words(rows: Mapping[str, int], text: InterfaceText) -> list[tuple[str, int]]:
    """Return how many rows there are of what; a table that has no words is told by its name."""
    return [(_table(name, text), number) for name, number in rows.items()]


def periods_in_words(periods: Periods, text: InterfaceText) -> dict[str, str]:
    """Return each period as people say it, by its name."""
    return {name: period_in_words(months, text) for name, months in asdict(periods).items()}


def period_in_words(months: int | None, text: InterfaceText) -> str:
    """Return a number of months as people say it."""
    if months is None:
        return text("privacy.period.never")
    if months % 12:
        return text("privacy.period.one" if months == 1 else "privacy.period.many", months=months)
    years = months // 12
    return text("privacy.period.year" if years == 1 else "privacy.period.years", years=years)


def _table(name: str, text: InterfaceText) -> str:
    key = f"people.table-of.{name}"
    return text(key) if key in text else text("people.table-of.other", table=name)
