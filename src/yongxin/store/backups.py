"""Which backups were made of this store: a list for whoever has to know what they still hold."""

from datetime import UTC, datetime

from sqlalchemy import select

from yongxin.store import audit, names
from yongxin.store.database import Database
from yongxin.store.tables import backup
from yongxin.store.values import Backup


class Backups:
    """Noting and reading which backups there are. None is in the list that it is itself in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_backup(self, file_name: str, digest: str, *, made_at: datetime, actor: str) -> Backup:
        """Note that a backup was made; it is entered in the audit log with it.

        ``digest`` is that of the whole file, ``made_at`` the moment of the data in it. Raises
        ``InvalidName`` for a name that is no line of text.
        """
        file_name = names.line(file_name, "name of a file")
        moment = made_at.astimezone(UTC)
        with self._database.writing() as connection:
            number = connection.execute(
                backup.insert()
                .values(made_at=moment, file_name=file_name, digest=digest)
                .returning(backup.c.id)
            ).scalar_one()
            audit.append(connection, actor, "backup make", file_name, {"digest": digest})
        return Backup(number, moment, file_name, digest)

    def backups(self) -> list[Backup]:
        """Return all backups that were noted, oldest first, whether they are still kept or not."""
        with self._database.reading() as connection:
            rows = connection.execute(select(backup).order_by(backup.c.id)).all()
        return [Backup(*row) for row in rows]
