"""Erasing somebody from the store, in steps that can be taken again after a kill.

The first step only notes that an erasure was begun, by a digest of the name, and lets the person in
no more; the person's files and marks go next, elsewhere (``yongxin.cohort.erasure``). Then all rows
go in one transaction, the person's own last, and the audit log forgets the name. The last step
notes that nothing is left. Whoever is killed in between begins anew with the same name.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, Row, select, update

from yongxin.store import audit, personal
from yongxin.store.database import Database
from yongxin.store.errors import StoreBusy
from yongxin.store.learners import (
    called,
    count_roster_change,
    find,
    lock,
    new_session_key,
    revoke_tokens,
)
from yongxin.store.tables import erasure, learner, returned_reflection, submission
from yongxin.store.values import Erasure


class Erasures:
    """Erasing people, and knowing of those who were erased no more than what finds them again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erasures(self) -> list[Erasure]:
        """Return all erasures, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(erasure).order_by(erasure.c.id)).all()
        return [_read(row) for row in rows]

    def keep_erasures(self, kept: list[Erasure]) -> int:
        """Note erasures that another copy of this store knows of; return how many are new here.

        They count as begun: what they erased may be here still.
        """
        with self._database.writing() as connection:
            known = set(connection.scalars(select(erasure.c.name_digest)))
            new = [one for one in kept if one.name_digest not in known]
            if new:
                connection.execute(
                    erasure.insert(),
                    [
                        {
                            "at": one.at,
                            "name_digest": one.name_digest,
                            "actor": one.actor,
                            "finished": None,
                        }
                        for one in new
                    ],
                )
        return len(new)

    def held(self, username: str) -> dict[str, int]:
        """Return how many rows of each table tell of somebody, those of the audit log included."""
        with self._database.reading() as connection:
            found = next(iter(find(connection, called(username))), None)
            counts = personal.count_rows(connection, found.id) if found else {}
            entries = personal.count_entries(connection, username)
        return counts | ({"audit_entry": entries} if entries else {})

    def begin_erasure(self, username: str, name_digest: str, actor: str) -> int:
        """Note that an erasure was begun, unless one is; sign the person out for good.

        Return its number. Nobody of this name need be left.
        """
        with self._database.writing() as connection:
            number = connection.scalar(
                select(erasure.c.id).where(
                    erasure.c.name_digest == name_digest, erasure.c.finished.is_(None)
                )
            )
            if number is None:
                number = connection.execute(
                    erasure.insert()
                    .values(at=datetime.now(UTC), name_digest=name_digest, actor=actor)
                    .returning(erasure.c.id)
                ).scalar_one()
            found = next(iter(find(connection, called(username))), None)
            if found is not None:
                lock(connection, found.id)
                revoke_tokens(connection, found.id)
                connection.execute(
                    update(learner)
                    .where(learner.c.id == found.id)
                    .values(active=False, session_key=new_session_key())
                )
                count_roster_change(connection)
        self._database.roster = object()
        return number

    def forget(self, username: str, *, number: int, actor: str) -> dict[str, int]:
        """Delete every row about somebody, and take the name out of the audit log.

        Return how many rows of each table. It is entered in the log under the erasure's number.
        Raises ``StoreBusy`` while something that the person handed in is being delivered.
        """
        with self._database.writing() as connection:
            found = next(iter(find(connection, called(username))), None)
            counts: dict[str, int] = {}
            if found is not None:
                lock(connection, found.id)
                _refuse_while_delivering(connection, found.id)
                counts = personal.delete_rows(connection, found.id)
                count_roster_change(connection)
            wiped = personal.wipe_name(connection, username)
            counts |= {"audit_entry": wiped} if wiped else {}
            subject = f"erasure {number}"
            audit.append(connection, actor, "personal erase", subject, {"rows": dict(counts)})
        self._database.roster = object()
        return counts

    def finish_erasure(self, number: int) -> None:
        """Note that nothing is left of whom the erasure was about."""
        with self._database.writing() as connection:
            connection.execute(
                update(erasure).where(erasure.c.id == number).values(finished=datetime.now(UTC))
            )
        self._database.settle()


def _refuse_while_delivering(connection: Connection, learner_id: int) -> None:
    now = datetime.now(UTC)
    for table in (submission, returned_reflection):
        under_way = select(table.c.id).where(
            table.c.learner_id == learner_id, table.c.reserved_until > now
        )
        if connection.scalar(under_way) is not None:
            raise StoreBusy("something that this person handed in is being delivered")


def _read(row: Row[*tuple[int, datetime, str, str, datetime | None]]) -> Erasure:
    return Erasure(*row)
