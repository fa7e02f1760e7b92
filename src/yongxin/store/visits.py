"""When a learner last opened a module."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, select

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.errors import UnknownLearner
from yongxin.store.insert import insert
from yongxin.store.tables import learner, visit

_READ = select(visit.c.module_id, visit.c.at).where(visit.c.learner_id == bindparam("learner"))
_KNOWN = select(learner.c.id).where(learner.c.id.in_(bindparam("learners", expanding=True)))


class Visits:
    """Recording and reading visits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_visit(self, learner_id: int, module_id: str) -> None:
        """Note that the learner opened the module now. Raises ``UnknownLearner``."""
        visits = {(learner_id, module_id): datetime.now(UTC)}
        if not self.record_visits(visits):
            raise UnknownLearner(f"there is no learner with the id {learner_id}")

    def record_visits(self, visits: Mapping[tuple[int, str], datetime]) -> int:
        """Note when learners have opened modules: (learner, module) → time. Return how many.

        Of a learner who does not exist nothing is noted.
        """
        # In one order for everybody, so that two who write the same visits cannot deadlock.
        rows = [
            {"learner_id": learner_id, "module_id": names.identifier(module_id, "module"), "at": at}
            for (learner_id, module_id), at in sorted(visits.items())
        ]

        def write(connection: Connection) -> int:
            wanted = {row["learner_id"] for row in rows}
            known = set(connection.scalars(_KNOWN, {"learners": sorted(wanted)}))
            of_known = [row for row in rows if row["learner_id"] in known]
            if of_known:
                statement = insert(connection, visit)
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["learner_id", "module_id"],
                        set_={"at": statement.excluded.at},
                    ),
                    of_known,
                )
            return len(of_known)

        return self._database.write(write)

    def visitors(self) -> dict[str, int]:
        """Return module → how many active learners have opened it; nobody's are left out."""
        statement = (
            select(visit.c.module_id, func.count())
            .join(learner, learner.c.id == visit.c.learner_id)
            .where(learner.c.role == "learner", learner.c.active)
            .group_by(visit.c.module_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return dict(rows)

    def visits(self, learner_id: int) -> dict[str, datetime]:
        """Return the last visit by module."""
        with self._database.reading() as connection:
            rows = connection.execute(_READ, {"learner": learner_id}).all()
        return dict(rows)
