"""The store: learners, answers, submissions and the audit log, in SQLite or PostgreSQL.

``Store`` is composed of one class for each purpose (``learners``, ``sign_in``, ``answers``,
``visits``, ``submissions``, ``deadlines``, ``audit``); they share a ``Database``, which knows how
SQLite (``sqlite``) or PostgreSQL (``postgresql``) is opened and what its errors mean.
"""

from yongxin.store.errors import (
    InvalidName,
    LearnerInactive,
    NoAttemptsLeft,
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
from yongxin.store.store import Store
from yongxin.store.values import (
    Applied,
    AuditEntry,
    Deadline,
    Learner,
    Receipt,
    Role,
    Saved,
    Submission,
)

__all__ = [
    "Applied",
    "AuditEntry",
    "Deadline",
    "InvalidName",
    "Learner",
    "LearnerInactive",
    "NoAttemptsLeft",
    "Receipt",
    "Role",
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
]
