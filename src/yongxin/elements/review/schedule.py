"""When a card comes again. Pure: moments come in, moments and days come out.

Every card that is right waits longer for the next time: one day, seven days, thirty days, and from
then on thirty days each time. A card that was wrong comes again the next day and starts over.

Moments are kept in UTC. Days are those of the course's time zone: a card that was answered in the
evening is there the next morning, and not only the next evening.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias, get_args

from yongxin.items.base import JSON

#: How a learner says how well a card was known. Only the last one lengthens the wait.
Grade: TypeAlias = Literal["again", "hard", "good"]
GRADES: tuple[Grade, ...] = get_args(Grade)

#: Days to wait after no right answer, one, two, three and more in a row.
WAITS = (1, 1, 7, 30)

#: Cards that are new on one day. Each comes back after 1, 7 and 30 days, so that somebody who
#: learns every day meets three to four times as many: some 35 short cards, five to ten minutes.
NEW_A_DAY = 10

#: Two servers may not agree on the time, and one may be set right. An answer from so many days
#: ahead is believed; one from later than that tells nothing about how long ago it was.
_BELIEVED_AHEAD = timedelta(days=1)
_LATEST_SECONDS = 2**33  # in the year 2242


@dataclass(frozen=True)
class Kept:
    """What is kept of a card: right answers in a row, as far as they count, and the last answer."""

    streak: int
    at: datetime

    def as_json(self) -> JSON:
        """Return it as short as it can be: a learner has hundreds of them in one state."""
        return [self.streak, int(self.at.timestamp())]


def read_kept(value: JSON) -> Kept | None:
    """Return what ``as_json`` wrote, or ``None`` for anything else."""
    match value:
        case [int(streak), int(seconds)] if 0 <= streak < len(WAITS) and (
            0 <= seconds < _LATEST_SECONDS
        ):
            return Kept(streak, datetime.fromtimestamp(seconds, UTC))
        case _:
            return None


def graded(kept: Kept | None, grade: Grade, now: datetime) -> Kept:
    """Return what is kept of a card after an answer; ``kept`` is ``None`` for a new one."""
    streak = kept.streak if kept else 0
    if grade == "again":
        streak = 0
    elif grade == "hard":
        streak = max(1, streak)
    else:
        streak = min(streak + 1, len(WAITS) - 1)
    return Kept(streak, now.replace(microsecond=0))


def day_of(moment: datetime, zone: tzinfo) -> date:
    """Return the day of a moment where the course is given."""
    return moment.astimezone(zone).date()


def due_day(kept: Kept, zone: tzinfo) -> date:
    """Return the first day on which the card is to be answered again."""
    return day_of(kept.at, zone) + timedelta(days=WAITS[kept.streak])


def is_due(kept: Kept, now: datetime, zone: tzinfo) -> bool:
    """Say whether the card is to be answered again.

    It is, too, if its last answer lies in a future that cannot be: a clock was wrong then, and the
    card must not stay away for as long as the clock was ahead.
    """
    today = day_of(now, zone)
    return day_of(kept.at, zone) > today + _BELIEVED_AHEAD or due_day(kept, zone) <= today


@dataclass(frozen=True)
class Queue:
    """What waits now: cards that are due, the longest overdue first, and then new ones.

    ``next_in`` is after how many days there will be more, once these are done; ``None`` if nobody
    can tell, since there is nothing to wait for.
    """

    due: tuple[str, ...]
    new: tuple[str, ...]
    next_in: int | None

    @property
    def cards(self) -> tuple[str, ...]:
        """The ids of all that waits, in order."""
        return self.due + self.new


def queue(
    deck: Iterable[str],
    met: Collection[str],
    kept: Mapping[str, Kept],
    *,
    allowed: int,
    now: datetime,
    zone: tzinfo,
) -> Queue:
    """Return what waits of the cards in ``deck``, whose order is that of new cards.

    ``met`` are those that may be asked a first time, ``allowed`` how many of them today.
    """
    today = day_of(now, zone)
    known = [one for one in deck if one in kept or one in met]
    waiting = [one for one in known if one in kept and is_due(kept[one], now, zone)]
    later = [due_day(kept[one], zone) for one in known if one in kept and one not in waiting]
    fresh = [one for one in known if one not in kept]
    new = fresh[: max(allowed, 0)]
    days = [(day - today).days for day in later] + [1] * (len(new) < len(fresh))
    return Queue(
        due=tuple(sorted(waiting, key=lambda one: kept[one].at)),
        new=tuple(new),
        next_in=min(days, default=None),
    )
