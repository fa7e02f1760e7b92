"""The tables. A change here needs a migration in ``migrations/versions``; a test compares the two.

Texts of bounded length are bounded by ``names`` and ``json_text`` before they come here; JSON is
kept as text, so that the bytes that were measured are the bytes that are kept, in both databases.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Named,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypedColumns,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on both sides, UTC in the database.

    PostgreSQL keeps ``timestamp with time zone``. SQLite keeps text without a zone that sorts by
    time. A naive datetime is refused: nobody could say which moment it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class LearnerColumns(TypedColumns):
    id = Column(Integer, primary_key=True)
    username: Named[str] = Column(Text)
    username_key: Named[str] = Column(Text, unique=True)
    name: Named[str] = Column(Text)
    language: Named[str] = Column(Text)
    role: Named[str] = Column(Text)
    active: Named[bool] = Column(Boolean)
    session_key: Named[str] = Column(Text)
    password: Named[str | None] = Column(Text)  # a hash, see passwords.py
    created: Named[datetime] = Column(UtcDateTime)


class LearningGroupColumns(TypedColumns):
    id = Column(Integer, primary_key=True)
    name: Named[str] = Column(Text, unique=True)


class MembershipColumns(TypedColumns):
    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    group_id: Named[int] = Column(ForeignKey("learning_group.id"), index=True)


class SignInTokenColumns(TypedColumns):
    token_hash: Named[str] = Column(Text, primary_key=True)
    learner_id: Named[int] = Column(ForeignKey("learner.id"), index=True)
    expires: Named[datetime] = Column(UtcDateTime)


class AnswerColumns(TypedColumns):
    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    name: Named[str] = Column(Text, index=True)  # of the element: quiz:chain-order
    state: Named[str] = Column(Text)  # JSON
    revision: Named[int] = Column(Integer)
    updated: Named[datetime] = Column(UtcDateTime)
    client: Named[str] = Column(Text)
    event_ids: Named[str] = Column(Text)  # JSON: a list of the last ones, oldest first


class VisitColumns(TypedColumns):
    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    module_id: Named[str] = Column(Text)
    at: Named[datetime] = Column(UtcDateTime)


class SubmissionColumns(TypedColumns):
    id = Column(Integer, primary_key=True)
    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    module_id: Named[str] = Column(Text)
    number: Named[int] = Column(Integer)
    event_id: Named[str] = Column(Text)
    at: Named[datetime] = Column(UtcDateTime)
    late: Named[bool] = Column(Boolean)
    snapshot: Named[str] = Column(Text)  # JSON
    receipt: Named[str | None] = Column(Text)  # JSON; null while the delivery is not confirmed
    reserved_until: Named[datetime | None] = Column(UtcDateTime)  # null once it is


class ScoredAttemptColumns(TypedColumns):
    """What an attempt is worth by the keys of a release: figures for a cohort, nobody's marks."""

    submission_id: Named[int] = Column(ForeignKey("submission.id"), primary_key=True)
    key_digest: Named[str] = Column(Text)  # of all keys of the module
    points: Named[str] = Column(Text)  # JSON: item → points
    responses: Named[str] = Column(Text)  # JSON: item → response


class ModuleMarkColumns(TypedColumns):
    """What the gradebook says of a learner's module; a copy, which ``cohort.marks`` keeps fresh."""

    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    module_id: Named[str] = Column(Text, index=True)
    handed_in: Named[datetime] = Column(UtcDateTime)
    points: Named[float] = Column(Double)
    maximum: Named[float] = Column(Double)
    waiting: Named[int] = Column(Integer)
    reflections: Named[float | None] = Column(Double[float]())


class CompletionRuleColumns(TypedColumns):
    """What a path has asked for, and since when; never changed, so that HR can tell later."""

    id = Column(Integer, primary_key=True)
    path_id: Named[str] = Column(Text)
    version: Named[int] = Column(Integer)
    digest: Named[str] = Column(Text)  # of the text
    text: Named[str] = Column(Text)  # JSON
    since: Named[datetime] = Column(UtcDateTime)


class ModuleCompletionColumns(TypedColumns):
    """A module that somebody has completed, for one path; only ever added."""

    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    path_id: Named[str] = Column(Text)
    module_id: Named[str] = Column(Text)
    rule_id: Named[int] = Column(ForeignKey("completion_rule.id"))
    reached_at: Named[datetime] = Column(UtcDateTime)


class PathCompletionColumns(TypedColumns):
    """A path that somebody has completed; only ever added."""

    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    path_id: Named[str] = Column(Text, index=True)
    rule_id: Named[int] = Column(ForeignKey("completion_rule.id"))
    reached_at: Named[datetime] = Column(UtcDateTime)


class CertificateColumns(TypedColumns):
    """A certificate without its holder: this much stays when the holder is erased."""

    id = Column(Integer, primary_key=True)
    token: Named[str] = Column(Text, unique=True)
    path_id: Named[str] = Column(Text, index=True)
    rule_id: Named[int] = Column(ForeignKey("completion_rule.id"))
    printed: Named[str] = Column(Text)  # JSON: the titles as they were at issue
    language: Named[str] = Column(Text)
    reached_at: Named[datetime] = Column(UtcDateTime)
    issued_at: Named[datetime] = Column(UtcDateTime)
    issuer_id: Named[int | None] = Column(ForeignKey("learner.id"))
    revoked_at: Named[datetime | None] = Column(UtcDateTime)
    revoker_id: Named[int | None] = Column(ForeignKey("learner.id"))


class CertificateHolderColumns(TypedColumns):
    """All that a certificate holds about a person."""

    certificate_id: Named[int] = Column(ForeignKey("certificate.id"), primary_key=True)
    learner_id: Named[int] = Column(ForeignKey("learner.id"), index=True)
    name: Named[str] = Column(Text)  # as it is printed
    reason: Named[str | None] = Column(Text)  # for the revocation


class MarkGivenColumns(TypedColumns):
    """A mark that was given in the marking queue, as long as it can be taken back and after."""

    id = Column(Integer, primary_key=True)
    learner_id: Named[int | None] = Column(ForeignKey("learner.id"), index=True)  # of the answer
    marker_id: Named[int | None] = Column(ForeignKey("learner.id"), index=True)
    module_id: Named[str] = Column(Text)
    reflection_id: Named[str] = Column(Text)
    grade_id: Named[str] = Column(Text, index=True)  # the gradebook's
    at: Named[datetime] = Column(UtcDateTime)
    # What the gradebook said, as JSON; null once the mark can no longer be taken back.
    before: Named[str | None] = Column(Text)
    after: Named[str | None] = Column(Text)
    undone_at: Named[datetime | None] = Column(UtcDateTime)


class MarkLeaseColumns(TypedColumns):
    """Who is looking at an answer in order to mark it, so that nobody else begins with it."""

    grade_id: Named[str] = Column(Text, primary_key=True)
    marker_id: Named[int | None] = Column(ForeignKey("learner.id"))
    until: Named[datetime] = Column(UtcDateTime)


class SecondSampleColumns(TypedColumns):
    """Which share of a reflection's answers a second person marks: about one in ``every``."""

    module_id: Named[str] = Column(Text)
    reflection_id: Named[str] = Column(Text)
    every: Named[int] = Column(Integer)


class SecondMarkColumns(TypedColumns):
    """An answer that a second person is asked to mark, and has; never in the gradebook."""

    id = Column(Integer, primary_key=True)
    learner_id: Named[int | None] = Column(ForeignKey("learner.id"), index=True)  # of the answer
    module_id: Named[str] = Column(Text)
    reflection_id: Named[str] = Column(Text)
    grade_id: Named[str] = Column(Text, unique=True)
    marker_id: Named[int | None] = Column(ForeignKey("learner.id"))
    first_points: Named[float | None] = Column(Double[float]())  # as they were then
    points: Named[float | None] = Column(Double[float]())  # null: only asked for
    at: Named[datetime | None] = Column(UtcDateTime)
    settled_at: Named[datetime | None] = Column(UtcDateTime)


class BankCommentColumns(TypedColumns):
    """A comment that trainers use again."""

    id = Column(Integer, primary_key=True)
    learner_id: Named[int | None] = Column(ForeignKey("learner.id"), index=True)  # null: shared
    words: Named[str] = Column(Text)


class ReturnedReflectionColumns(TypedColumns):
    id = Column(Integer, primary_key=True)
    learner_id: Named[int] = Column(ForeignKey("learner.id"))
    module_id: Named[str] = Column(Text)
    reflection_id: Named[str] = Column(Text)
    comment: Named[str] = Column(Text)
    at: Named[datetime] = Column(UtcDateTime)
    # The revision; without a receipt it is only reserved, as a submission is.
    event_id: Named[str | None] = Column(Text)
    revised_at: Named[datetime | None] = Column(UtcDateTime)
    delivered_as: Named[datetime | None] = Column(UtcDateTime)  # for the exchange
    snapshot: Named[str | None] = Column(Text)  # JSON
    receipt: Named[str | None] = Column(Text)  # JSON
    reserved_until: Named[datetime | None] = Column(UtcDateTime)


class ReadingColumns(TypedColumns):
    """How many devices have come to a section of a lesson. There is no name in it."""

    module_id: Named[str] = Column(Text)
    section_id: Named[str] = Column(Text)
    readers: Named[int] = Column(Integer)


class DeadlineColumns(TypedColumns):
    id = Column(Integer, primary_key=True)
    module_id: Named[str] = Column(Text)
    group_id: Named[int | None] = Column(ForeignKey("learning_group.id"))  # null: for everybody
    due: Named[datetime] = Column(UtcDateTime)


class AuditEntryColumns(TypedColumns):
    id = Column(Integer, primary_key=True)
    at: Named[datetime] = Column(UtcDateTime)
    actor: Named[str] = Column(Text)
    action: Named[str] = Column(Text)
    subject: Named[str] = Column(Text)
    detail: Named[str] = Column(Text)  # JSON
    # See audit_chain.py; an entry without a salt was wiped, and its actor or subject erased.
    salt: Named[str | None] = Column(Text)
    commitment: Named[str] = Column(Text)
    digest: Named[str] = Column(Text)


class ErasureColumns(TypedColumns):
    """That somebody was erased, and never who; see ``yongxin.cohort.erasure``."""

    id = Column(Integer, primary_key=True)
    at: Named[datetime] = Column(UtcDateTime)  # when it was begun
    name_digest: Named[str] = Column(Text, index=True)  # says nothing without a key kept elsewhere
    actor: Named[str] = Column(Text)
    finished: Named[datetime | None] = Column(UtcDateTime)  # null while something may be left


class BackupColumns(TypedColumns):
    """That a backup was made; whether its file is still kept, nobody here knows."""

    id = Column(Integer, primary_key=True)
    made_at: Named[datetime] = Column(UtcDateTime)  # the moment of what is in it
    file_name: Named[str] = Column(Text)
    digest: Named[str] = Column(Text)  # SHA-256 of the file


class RosterChangeColumns(TypedColumns):
    """One row: how often anybody on the roster was changed."""

    id = Column(Integer, primary_key=True)
    changes: Named[int] = Column(Integer)


# Ids are never used twice: a device keeps what was not sent yet under its learner's id, and whoever
# gets the name of somebody who was erased must not inherit it.
learner = Table("learner", metadata, LearnerColumns, sqlite_autoincrement=True)
backup = Table("backup", metadata, BackupColumns)
learning_group = Table("learning_group", metadata, LearningGroupColumns)
roster_change = Table("roster_change", metadata, RosterChangeColumns)
membership = Table(
    "membership", metadata, MembershipColumns, PrimaryKeyConstraint("learner_id", "group_id")
)
sign_in_token = Table("sign_in_token", metadata, SignInTokenColumns)
answer = Table("answer", metadata, AnswerColumns, PrimaryKeyConstraint("learner_id", "name"))
visit = Table("visit", metadata, VisitColumns, PrimaryKeyConstraint("learner_id", "module_id"))
Index("ix_visit_learner_id_at", visit.c.learner_id, visit.c.at)
submission = Table(
    "submission",
    metadata,
    SubmissionColumns,
    UniqueConstraint("learner_id", "module_id", "number"),
    UniqueConstraint("learner_id", "module_id", "event_id"),
    # Ids are never used twice: an id is what tells a reservation from the one that replaced it.
    sqlite_autoincrement=True,
)
# What a page about ten thousand learners asks, without reading what they have handed in.
Index(
    "ix_submission_recorded",
    submission.c.learner_id,
    submission.c.module_id,
    submission.c.at,
    sqlite_where=text("receipt IS NOT NULL"),
    postgresql_where=text("receipt IS NOT NULL"),
)
# What is old is found without reading what is not.
Index("ix_submission_at", submission.c.at, submission.c.learner_id, submission.c.module_id)
scored_attempt = Table("scored_attempt", metadata, ScoredAttemptColumns)
module_mark = Table(
    "module_mark",
    metadata,
    ModuleMarkColumns,
    PrimaryKeyConstraint("learner_id", "module_id"),
    sqlite_with_rowid=False,
)
completion_rule = Table(
    "completion_rule",
    metadata,
    CompletionRuleColumns,
    UniqueConstraint("path_id", "version", "digest"),
)
module_completion = Table(
    "module_completion",
    metadata,
    ModuleCompletionColumns,
    PrimaryKeyConstraint("learner_id", "path_id", "module_id"),
)
path_completion = Table(
    "path_completion",
    metadata,
    PathCompletionColumns,
    PrimaryKeyConstraint("learner_id", "path_id"),
)
# Ids are never used twice: a certificate's number is made of its id.
certificate = Table("certificate", metadata, CertificateColumns, sqlite_autoincrement=True)
certificate_holder = Table("certificate_holder", metadata, CertificateHolderColumns)
returned_reflection = Table(
    "returned_reflection",
    metadata,
    ReturnedReflectionColumns,
    UniqueConstraint("learner_id", "reflection_id"),
)
mark_given = Table("mark_given", metadata, MarkGivenColumns, sqlite_autoincrement=True)
mark_lease = Table("mark_lease", metadata, MarkLeaseColumns)
second_sample = Table(
    "second_sample",
    metadata,
    SecondSampleColumns,
    PrimaryKeyConstraint("module_id", "reflection_id"),
)
second_mark = Table("second_mark", metadata, SecondMarkColumns)
bank_comment = Table("bank_comment", metadata, BankCommentColumns, sqlite_autoincrement=True)
reading = Table(
    "reading", metadata, ReadingColumns, PrimaryKeyConstraint("module_id", "section_id")
)
deadline = Table("deadline", metadata, DeadlineColumns, UniqueConstraint("module_id", "group_id"))
# Null is never equal to null in a unique constraint: the general deadline needs its own.
Index(
    "uq_deadline_general",
    deadline.c.module_id,
    unique=True,
    sqlite_where=text("group_id IS NULL"),
    postgresql_where=text("group_id IS NULL"),
)
erasure = Table("erasure", metadata, ErasureColumns, sqlite_autoincrement=True)
audit_entry = Table(
    "audit_entry",
    metadata,
    AuditEntryColumns,
    *(Index(None, name, "id") for name in ("actor", "action", "subject")),
    sqlite_autoincrement=True,
)
