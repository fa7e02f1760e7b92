"""How long what is kept about people is kept, and the deletion of what has been kept long enough.

The periods stand in ``retention.yaml`` in the state folder, where HR's administrator may change
them; what it does not name has the value of ``Periods``. Everything is first looked at (``look``)
and then deleted (``carry_out``), a bounded number of pieces at a time; whoever is interrupted
begins again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from yongxin.cohort.erasure import Places, TrainersSide, erase
from yongxin.store import Store

FILE_NAME = "retention.yaml"
NEVER = "never"
_DAYS_OF_A_MONTH = 30.4375
_LONGEST = 1200  # months
_LARGEST_FILE = 20_000
_ENTRIES_AT_ONCE = 500


class RetentionRefused(Exception):
    """``retention.yaml`` cannot be used; ``problems`` are lines that say where and why."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Periods:
    """Months for which each kind is kept; ``None`` means as long as the course exists."""

    #: Answers in lessons and pages opened, of people who may not sign in, after the last of them.
    inactive_learning: int | None = 12
    #: Hand-ins with their files, marks and comments, after a module was handed in last.
    hand_ins: int | None = 36
    #: The whole person, after they did something last; only people who may not sign in.
    account: int | None = 60
    #: Names and details in the audit log.
    audit: int | None = 36


class Due(NamedTuple):
    """How much of a kind has been kept long enough, and since when the oldest of it is there.

    ``kind`` is ``sign-in`` or the name of a period; ``limit`` is the moment before which it counts.
    """

    kind: str
    number: int
    oldest: datetime | None
    limit: datetime | None


def read_periods(folder: Path) -> Periods:
    """Read ``retention.yaml`` in the state folder. Raises ``RetentionRefused``; ``OSError``."""
    path = folder / FILE_NAME
    if not path.exists():
        return Periods()
    # Slow to import, and needed where there is such a file only.
    from yongxin.content.finding import Report
    from yongxin.content.yaml_file import parse_yaml

    report = Report()
    file = report.of(FILE_NAME)
    content = path.read_bytes()
    values: dict[str, int | None] = {}
    if len(content) > _LARGEST_FILE:
        file.add(1, "file", f"more than {_LARGEST_FILE} bytes")
    else:
        document = parse_yaml(content.decode("utf-8", "replace"), file)
        names = {one.name.replace("_", "-"): one.name for one in fields(Periods)}
        data = document.data if document else {}
        if not isinstance(data, dict):
            file.add(1, "file", "has to name periods, such as `hand-ins: 36`")
            data = {}
        for key, value in data.items():
            line = document.line((key,)) if document else 1
            if key not in names:
                file.add_unknown(line, str(key), key, names, "there is no such period")
            elif value == NEVER:
                values[names[key]] = None
            elif isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LONGEST:
                values[names[key]] = value
            else:
                file.add(line, key, f"has to be months from 1 to {_LONGEST}, or {NEVER}", value)
    problems = report.findings()
    if problems:
        raise RetentionRefused(str(one) for one in problems)
    return Periods(**values)


def look(store: Store, periods: Periods, now: datetime) -> list[Due]:
    """Return what has been kept long enough, in the order in which it would go."""
    tokens = store.expired_tokens(now)
    found = [Due("sign-in", tokens.number, tokens.oldest, now)]
    limit = _before(now, periods.inactive_learning)
    with_learning = store.inactive_people(limit, with_learning=True) if limit else []
    found.append(_due("inactive-learning", [one.last for one in with_learning], limit))
    limit = _before(now, periods.hand_ins)
    old = store.count_old_hand_ins(limit) if limit else None
    found.append(Due("hand-ins", old.number if old else 0, old.oldest if old else None, limit))
    limit = _before(now, periods.account)
    found.append(
        _due("account", [one.last for one in store.inactive_people(limit)] if limit else [], limit)
    )
    limit = _before(now, periods.audit)
    entries = store.old_entries(limit) if limit else None
    found.append(
        Due("audit", entries.number if entries else 0, entries.oldest if entries else None, limit)
    )
    return found


def carry_out(
    places: Places, store: Store, periods: Periods, now: datetime, *, actor: str, most: int
) -> dict[str, int]:
    """Delete what has been kept long enough, at most ``most`` of each kind; return how many.

    It is entered in the audit log. Raises ``ErasureStopped`` while the course is being graded or
    where something cannot be reached, and ``StoreError``; what is gone by then stays gone.
    """
    done = {"sign-in": store.drop_expired_tokens(now)}
    try:
        if limit := _before(now, periods.inactive_learning):
            people = store.inactive_people(limit, with_learning=True)
            done["inactive-learning"] = sum(
                bool(store.drop_learning(one.id)) for one in people[:most]
            )
        if limit := _before(now, periods.hand_ins):
            done["hand-ins"] = _drop_hand_ins(places, store, limit, most)
        if limit := _before(now, periods.account):
            done["account"] = 0
            for one in store.inactive_people(limit)[:most]:
                erase(places, store, one.username, actor)
                done["account"] += 1
        if limit := _before(now, periods.audit):
            done["audit"] = _wipe(store, limit, most * _ENTRIES_AT_ONCE)
    finally:
        done = {kind: number for kind, number in done.items() if number}
        if done:
            store.audit(actor, "retention apply", "what was kept long enough", **done)
    return done


def _drop_hand_ins(places: Places, store: Store, limit: datetime, most: int) -> int:
    side = TrainersSide(places)
    count = 0
    with side.nobody_grades():
        for old in store.old_hand_ins(limit, limit=most):
            side.remove_module(store, old.username, old.module_id)
            count += store.drop_hand_in(old, limit)
    return count


def _wipe(store: Store, limit: datetime, most: int) -> int:
    count = 0
    while count < most and (wiped := store.wipe_entries(limit, limit=_ENTRIES_AT_ONCE)):
        count += wiped
    return count


def _before(now: datetime, months: int | None) -> datetime | None:
    return None if months is None else now - timedelta(days=months * _DAYS_OF_A_MONTH)


def _due(kind: str, last: list[datetime], limit: datetime | None) -> Due:
    return Due(kind, len(last), min(last, default=None), limit)
