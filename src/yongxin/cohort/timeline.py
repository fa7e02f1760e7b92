"""What one learner has done, and when. Counts and times: never the text of an answer.

What somebody did in a self-assessment is not in it: that is nobody's business but their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from yongxin.store import Certificate, Returned, Standing, Submission

#: ``worked-first`` and ``worked-last`` are the earliest and the latest of the last changes that
#: were made to a module's questions.
EventKind: TypeAlias = Literal[
    "opened",
    "worked-first",
    "worked-last",
    "handed-in",
    "returned",
    "revised",
    "certified",
    "revoked",
]


class Event(NamedTuple):
    """Something that happened.

    ``about`` is the id of a module or, of a certificate, that of a path. ``number`` counts hand-ins
    of a module, and ``late`` is of them.
    """

    at: datetime
    kind: EventKind
    about: str
    number: int = 0
    late: bool = False


@dataclass(frozen=True)
class Work:
    """How many of a module's questions were worked on, and when first and last; none, never."""

    touched: int = 0
    total: int = 0
    first: datetime | None = None
    last: datetime | None = None


def work_in(names: Sequence[str], changed: Mapping[str, datetime]) -> Work:
    """Return what was done of these questions; ``changed`` tells when each was changed last."""
    moments = [changed[one] for one in names if one in changed]
    if not moments:
        return Work(0, len(names))
    return Work(len(moments), len(names), min(moments), max(moments))


def events(
    standings: Mapping[str, Standing],
    work: Mapping[str, Work],
    submissions: Sequence[Submission],
    returned: Sequence[Returned],
    certificates: Sequence[Certificate],
) -> list[Event]:
    """Return everything that is known to have happened, the newest first."""
    found = [
        Event(one.opened, "opened", module_id)
        for module_id, one in standings.items()
        if one.opened is not None
    ]
    for module_id, one in work.items():
        if one.first is not None:
            found.append(Event(one.first, "worked-first", module_id))
        if one.last is not None and one.last != one.first:
            found.append(Event(one.last, "worked-last", module_id))
    found += [Event(one.at, "handed-in", one.module, one.number, one.late) for one in submissions]
    for one in returned:
        found.append(Event(one.at, "returned", one.module))
        if one.revised is not None:
            found.append(Event(one.revised, "revised", one.module))
    for one in certificates:
        found.append(Event(one.issued_at, "certified", one.path_id))
        if one.revoked_at is not None:
            found.append(Event(one.revoked_at, "revoked", one.path_id))
    return sorted(found, key=lambda one: one.at, reverse=True)
