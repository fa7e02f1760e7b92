"""The store: learners, answers, submissions and the audit log, in SQLite or PostgreSQL.

``Store`` is composed of one class for each purpose (``learners``, ``roster``, ``sign_in``,
``answers``, ``visits``, ``submissions``, ``returned``, ``deadlines``, ``audit``); they share a
``Database``, which knows how SQLite (``sqlite``) or PostgreSQL (``postgresql``) is opened and what
its errors mean.
"""

from yongxin.store.deliveries import Delivery, deliveries
from yongxin.store.errors import (
    AlreadyReturned,
    InvalidName,
    LearnerInactive,
    NoAttemptsLeft,
    NotHandedIn,
    NotReturned,
    StateRefused,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreOutdated,
    StoreUnavailable,
    UnknownGroup,
    UnknownLearner,
    UnknownSubmission,
    UsernameTaken,
)
from yongxin.store.roster import RosterChange, RosterChangeKind, RosterEntry
from yongxin.store.store import Store
from yongxin.store.values import (
    Applied,
    AuditEntry,
    Deadline,
    Learner,
    Receipt,
    Returned,
    Revision,
    Role,
    Saved,
    Submission,
)

__all__ = [
    "AlreadyReturned",
    "Applied",
    "AuditEntry",
    "Deadline",
    "Delivery",
    "InvalidName",
    "Learner",
    "LearnerInactive",
    "NoAttemptsLeft",
    "NotHandedIn",
    "NotReturned",
    "Receipt",
    "Returned",
    "Revision",
    "Role",
    "RosterChange",
    "RosterChangeKind",
    "RosterEntry",
    "Saved",
    "StateRefused",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreOutdated",
    "StoreUnavailable",
    "Submission",
    "UnknownGroup",
    "UnknownLearner",
    "UnknownSubmission",
    "UsernameTaken",
    "deliveries",
]
