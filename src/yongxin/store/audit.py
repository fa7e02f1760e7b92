"""Who did what. Entries are added and read; there is no way to change or remove one."""

from datetime import UTC, datetime

from sqlalchemy import select

from yongxin.store import json_text, names
from yongxin.store.database import Database
from yongxin.store.tables import audit_entry
from yongxin.store.values import JSON, AuditEntry


class Audit:
    """The audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def audit(self, actor: str, action: str, subject: str, /, **detail: JSON) -> None:
        """Add an entry; ``detail`` is JSON. Never put an answer, a password or a token into it."""
        values = {
            "at": datetime.now(UTC),
            "actor": names.line(actor, "actor"),
            "action": names.line(action, "action"),
            "subject": names.line(subject, "subject"),
            "detail": json_text.encode(detail),
        }
        with self._database.writing() as connection:
            connection.execute(audit_entry.insert().values(values))

    def audit_entries(self, *, limit: int = 100) -> list[AuditEntry]:
        """Return the last entries, newest first."""
        columns = audit_entry.c
        with self._database.reading() as connection:
            rows = connection.execute(
                select(
                    columns.id,
                    columns.at,
                    columns.actor,
                    columns.action,
                    columns.subject,
                    columns.detail,
                )
                .order_by(columns.id.desc())
                .limit(limit)
            ).all()
        return [
            AuditEntry(number, at, actor, action, subject, json_text.decode(detail))
            for number, at, actor, action, subject, detail in rows
        ]
