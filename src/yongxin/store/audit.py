"""Who did what. Entries are added and read; all that can be taken out of one is a person's name."""

from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select, text, update

from yongxin.store import audit_chain, json_text, names
from yongxin.store.database import Database
from yongxin.store.tables import audit_entry
from yongxin.store.values import JSON, AuditAction, AuditCheck, AuditEntry

#: What stands in an entry in place of somebody who was erased.
ERASED = "[erased]"


class Audit:
    """The audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def audit(self, actor: str, action: AuditAction, subject: str, /, **detail: JSON) -> None:
        """Add an entry; ``detail`` is JSON. Never put an answer, a password or a token into it."""
        # What many tell at the same time, as everybody's sign-in on a morning, shares a commit.
        self._database.write(lambda connection: append(connection, actor, action, subject, detail))

    def audit_entries(
        self,
        *,
        limit: int = 100,
        before: int | None = None,
        after: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[AuditEntry]:
        """Return the last entries to which all of this applies, newest first.

        ``before`` and ``after`` are ids; with ``after`` they are the entries that come next. A time
        has to be aware; ``until`` itself does not count.
        """
        columns = audit_entry.c
        conditions = [
            column == wanted
            for column, wanted in (
                (columns.actor, actor),
                (columns.action, action),
                (columns.subject, subject),
            )
            if wanted is not None
        ]
        if before is not None:
            conditions.append(columns.id < before)
        if after is not None:
            conditions.append(columns.id > after)
        if since is not None:
            conditions.append(columns.at >= since)
        if until is not None:
            conditions.append(columns.at < until)
        order = columns.id.desc() if after is None else columns.id
        with self._database.reading() as connection:
            rows = connection.execute(
                select(
                    columns.id,
                    columns.at,
                    columns.actor,
                    columns.action,
                    columns.subject,
                    columns.detail,
                    columns.digest,
                )
                .where(*conditions)
                .order_by(order)
                .limit(limit)
            ).all()
        entries = [
            AuditEntry(number, at, actor, action, subject, json_text.decode(detail), digest)
            for number, at, actor, action, subject, detail, digest in rows
        ]
        return entries if after is None else entries[::-1]

    def audit_entry_of(self, digest: str) -> int | None:
        """Return the id of the entry with this digest, or None if there is none."""
        with self._database.reading() as connection:
            return connection.scalar(select(audit_entry.c.id).where(audit_entry.c.digest == digest))

    def check_audit(self, *, known: str | None = None) -> AuditCheck:
        """Read the whole log and say whether every entry is as it was written.

        ``known`` is the digest of an entry that has to be there.
        """
        entries = wiped = 0
        broken: list[int] = []
        known_at: int | None = None
        previous = audit_chain.NO_DIGEST
        with self._database.reading() as connection:
            statement = select(audit_entry).order_by(audit_entry.c.id)
            for row in connection.execution_options(yield_per=1000).execute(statement):
                entries += 1
                wiped += row.salt is None
                committed = (
                    row.commitment
                    if row.salt is None
                    else audit_chain.commitment(row.salt, row.actor, row.subject, row.detail)
                )
                expected = audit_chain.digest(previous, row.at, row.action, row.commitment)
                if committed != row.commitment or expected != row.digest:
                    broken.append(row.id)
                if row.digest == known:
                    known_at = row.id
                previous = row.digest
        return AuditCheck(entries, wiped, tuple(broken), previous, known_at)


def append(
    connection: Connection,
    actor: str,
    action: AuditAction,
    subject: str,
    detail: dict[str, JSON],
) -> None:
    """Add an entry within a transaction, so that it stands if and only if what it tells of does."""
    if connection.dialect.name == "postgresql":
        # One after another, as in SQLite: each has to know the one before it.
        connection.execute(text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))
    columns = audit_entry.c
    previous = connection.scalar(select(columns.digest).order_by(columns.id.desc()).limit(1))
    at = datetime.now(UTC)
    actor = names.line(actor, "actor")
    subject = names.line(subject, "subject")
    encoded = json_text.encode(detail)
    salt = audit_chain.new_salt()
    committed = audit_chain.commitment(salt, actor, subject, encoded)
    connection.execute(
        audit_entry.insert().values(
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=encoded,
            salt=salt,
            commitment=committed,
            digest=audit_chain.digest(previous or audit_chain.NO_DIGEST, at, action, committed),
        )
    )


def wipe(connection: Connection, name: str) -> int:
    """Take somebody out of the log within a transaction; return from how many entries.

    What was done and when stays, and the chain holds. Gone are who did it and to whom, and the
    detail, in every entry in which ``name`` is the actor or the subject.
    """
    columns = audit_entry.c
    done = connection.execute(
        update(audit_entry)
        .where(or_(columns.actor == name, columns.subject == name))
        .values(actor=ERASED, subject=ERASED, detail=json_text.encode({}), salt=None)
    )
    return done.rowcount
