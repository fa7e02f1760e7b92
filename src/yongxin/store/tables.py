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
    name: Named[str] = Column(Text)  # of the element: quiz:chain-order
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


class RosterChangeColumns(TypedColumns):
    """One row: how often anybody on the roster was changed."""

    id = Column(Integer, primary_key=True)
    changes: Named[int] = Column(Integer)


learner = Table("learner", metadata, LearnerColumns)
learning_group = Table("learning_group", metadata, LearningGroupColumns)
roster_change = Table("roster_change", metadata, RosterChangeColumns)
membership = Table(
    "membership", metadata, MembershipColumns, PrimaryKeyConstraint("learner_id", "group_id")
)
sign_in_token = Table("sign_in_token", metadata, SignInTokenColumns)
answer = Table("answer", metadata, AnswerColumns, PrimaryKeyConstraint("learner_id", "name"))
visit = Table("visit", metadata, VisitColumns, PrimaryKeyConstraint("learner_id", "module_id"))
submission = Table(
    "submission",
    metadata,
    SubmissionColumns,
    UniqueConstraint("learner_id", "module_id", "number"),
    UniqueConstraint("learner_id", "module_id", "event_id"),
    # Ids are never used twice: an id is what tells a reservation from the one that replaced it.
    sqlite_autoincrement=True,
)
returned_reflection = Table(
    "returned_reflection",
    metadata,
    ReturnedReflectionColumns,
    UniqueConstraint("learner_id", "reflection_id"),
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
audit_entry = Table("audit_entry", metadata, AuditEntryColumns, sqlite_autoincrement=True)
