"""What the store takes and returns: plain values that hold no connection and cannot change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

JSON: TypeAlias = Any  # what json.loads can return
State: TypeAlias = dict[str, JSON]
Reply: TypeAlias = dict[str, JSON]

#: What a delivery says about itself, as JSON; ``{}`` until the delivery is confirmed.
Receipt: TypeAlias = Mapping[str, JSON]

Role: TypeAlias = Literal["learner", "trainer", "hr", "admin"]

#: What the audit log tells of; there are words for each in ``text/audit``.
AuditAction: TypeAlias = Literal[
    "sign-in",
    "sign-in refused",
    "sign-in link",
    "password",
    "roster add",
    "roster import",
    "roster deactivate",
    "role change",
    "deadline set",
    "grades write",
    "regrade",
    "export",
    "xapi",
    "mark give",
    "mark undo",
    "second mark give",
    "second mark settle",
    "name show",
    "reflection return",
    "completion reach",
    "certificate issue",
    "certificate revoke",
    "personal export",
    "personal erase",
    "retention apply",
    "backup make",
    "backup restore",
]
AUDIT_ACTIONS: Final[tuple[AuditAction, ...]] = get_args(AuditAction)


@dataclass(frozen=True)
class Learner:
    """Somebody who may sign in.

    A session is good as long as it carries the ``session_key`` of this moment: the key changes
    with the password, on deactivation and when sessions are ended.
    """

    id: int
    username: str
    name: str
    language: str
    role: Role
    groups: tuple[str, ...]
    active: bool
    session_key: str


@dataclass(frozen=True)
class Saved:
    """The kept state of one element; ``revision`` counts the changes from 1.

    ``client`` names the tab or kernel that made the last change.
    """

    state: State
    revision: int
    updated: datetime
    client: str


@dataclass(frozen=True)
class Applied:
    """What became of an event.

    ``replayed``: the event had been applied before, nothing was changed and the reply is empty.
    ``overtaken``: another client had changed the element since the revision that was given; the
    event was applied all the same, to the newest state.
    """

    saved: Saved
    reply: Reply
    replayed: bool
    overtaken: bool


@dataclass(frozen=True)
class Submission:
    """One hand-in of a module; ``number`` counts the learner's attempts at it from 1."""

    id: int
    module: str
    number: int
    at: datetime
    late: bool
    receipt: Receipt


#: Older than any hand-in: of a submission that was put into the gradebook by hand, without a time.
UNKNOWN_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ModuleMark(NamedTuple):
    """What the gradebook says of one learner's module.

    ``handed_in`` is the moment of the submission that was graded, or ``UNKNOWN_MOMENT``. ``points``
    are what nbgrader shows: with extra credit, and without what is taken off for being late.
    ``waiting`` counts the cells that wait for a trainer. ``reflections`` is the lowest share, 0 to
    1, that any reflection got; ``None`` while one of them waits, or where there is none.
    """

    learner_id: int
    module_id: str
    handed_in: datetime
    points: float
    maximum: float
    waiting: int
    reflections: float | None


@dataclass(frozen=True)
class Returned:
    """A reflection that a trainer has returned to be revised, with a comment, at a time.

    Once it has been handed in again: when that was, the moment that the exchange knows it by, and
    the receipt.
    """

    module: str
    reflection: str
    comment: str
    at: datetime
    revised: datetime | None = None
    delivered_as: datetime | None = None
    receipt: Receipt = field(default_factory=dict[str, JSON])

    @property
    def is_open(self) -> bool:
        """Whether it may still be handed in again."""
        return self.revised is None


@dataclass(frozen=True)
class Revision:
    """A returned reflection that is handed in again, with all that was handed in with it before.

    ``moment`` is the one that the exchange is to know it by; see ``returned``.
    """

    moment: datetime
    snapshot: JSON


@dataclass(frozen=True)
class Deadline:
    """Until when a module is to be handed in, by a group or, without one, by everybody."""

    module: str
    group: str | None
    due: datetime


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to whom or what, and when; ``digest`` holds it to the entry before."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, JSON]
    digest: str


@dataclass(frozen=True)
class Erasure:
    """That somebody was erased, and by whom; ``name_digest`` says who to those who know the key.

    Without ``finished`` something may be left.
    """

    id: int
    at: datetime
    name_digest: str
    actor: str
    finished: datetime | None


class Backup(NamedTuple):
    """A backup that was made: what its file was called, and its SHA-256."""

    id: int
    made_at: datetime
    file_name: str
    digest: str


@dataclass(frozen=True)
class AuditCheck:
    """What was found when the audit log was checked.

    ``wiped`` counts the entries from which a person was erased. ``broken`` are the ids of entries
    that were changed, or before which one was put in or taken out. ``last`` is the digest of the
    last entry: whoever has written it down elsewhere can tell later whether entries are missing at
    the end (``known_at``: whether the digest that was asked for still stands in the log).
    """

    entries: int
    wiped: int
    broken: tuple[int, ...]
    last: str
    known_at: int | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was changed."""
        return not self.broken
