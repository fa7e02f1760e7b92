"""The store: learners, answers, submissions and the audit log, in SQLite or PostgreSQL.

``Store`` is composed of one class for each purpose (``learners``, ``roster``, ``sign_in``,
``answers``, ``visits``, ``submissions``, ``scored``, ``marks``, ``standings``, ``returned``,
``deadlines``, ``audit``); they share a ``Database``, which knows how SQLite (``sqlite``) or
PostgreSQL (``postgresql``) is opened and what its errors mean.
"""

from yongxin.store.answers import StateCount
from yongxin.store.attention import CameBack, Silent, UsedUp, WaitingMarks
from yongxin.store.bank_comments import BankComment, BankFull
from yongxin.store.certificates import Certificate
from yongxin.store.completions import Facts, KeptRule, PathCompletion, Steps
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
    UnknownCertificate,
    UnknownGroup,
    UnknownLearner,
    UnknownSubmission,
    UsernameTaken,
)
from yongxin.store.given_marks import Answered, GivenMark, GradeState
from yongxin.store.module_state import MODULE_STATES, ModuleState, Standing
from yongxin.store.roster import RosterChange, RosterChangeKind, RosterEntry
from yongxin.store.scored import ScoredAttempt, Unscored
from yongxin.store.second_marks import MarkedAlready, SecondMark
from yongxin.store.standings import CohortOrder, CohortWish, ModuleFilter
from yongxin.store.store import Store
from yongxin.store.values import (
    AUDIT_ACTIONS,
    UNKNOWN_MOMENT,
    Applied,
    AuditAction,
    AuditCheck,
    AuditEntry,
    Backup,
    Deadline,
    Erasure,
    Learner,
    ModuleMark,
    Receipt,
    Returned,
    Revision,
    Role,
    Saved,
    Submission,
)

__all__ = [
    "AUDIT_ACTIONS",
    "MODULE_STATES",
    "UNKNOWN_MOMENT",
    "AlreadyReturned",
    "Answered",
    "Applied",
    "AuditAction",
    "AuditCheck",
    "AuditEntry",
    "Backup",
    "BankComment",
    "BankFull",
    "CameBack",
    "Certificate",
    "CohortOrder",
    "CohortWish",
    "Deadline",
    "Delivery",
    "Erasure",
    "Facts",
    "GivenMark",
    "GradeState",
    "InvalidName",
    "KeptRule",
    "Learner",
    "LearnerInactive",
    "MarkedAlready",
    "ModuleFilter",
    "ModuleMark",
    "ModuleState",
    "NoAttemptsLeft",
    "NotHandedIn",
    "NotReturned",
    "PathCompletion",
    "Receipt",
    "Returned",
    "Revision",
    "Role",
    "RosterChange",
    "RosterChangeKind",
    "RosterEntry",
    "Saved",
    "ScoredAttempt",
    "SecondMark",
    "Silent",
    "Standing",
    "StateCount",
    "StateRefused",
    "Steps",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreOutdated",
    "StoreUnavailable",
    "Submission",
    "UnknownCertificate",
    "UnknownGroup",
    "UnknownLearner",
    "UnknownSubmission",
    "Unscored",
    "UsedUp",
    "UsernameTaken",
    "WaitingMarks",
    "deliveries",
]
