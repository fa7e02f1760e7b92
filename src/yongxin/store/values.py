"""What the store takes and returns: plain values that hold no connection and cannot change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

JSON: TypeAlias = Any  # what json.loads can return
State: TypeAlias = dict[str, JSON]
Reply: TypeAlias = dict[str, JSON]

#: What a delivery says about itself, as JSON; ``{}`` until the delivery is confirmed.
Receipt: TypeAlias = Mapping[str, JSON]

Role: TypeAlias = Literal["learner", "trainer", "hr", "admin"]


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
    """Who did what to whom or what, and when."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, JSON]
