"""When a learner last opened a module."""

from datetime import UTC, datetime

from sqlalchemy import select

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.insert import insert
from yongxin.store.learners import lock
from yongxin.store.tables import visit


class Visits:
    """Recording and reading visits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_visit(self, learner_id: int, module_id: str) -> None:
        """Note that the learner opened the module now. Raises ``UnknownLearner``."""
        names.identifier(module_id, "module")
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            lock(connection, learner_id)
            connection.execute(
                insert(connection, visit)
                .values(learner_id=learner_id, module_id=module_id, at=now)
                .on_conflict_do_update(index_elements=["learner_id", "module_id"], set_={"at": now})
            )

    def visits(self, learner_id: int) -> dict[str, datetime]:
        """Return the last visit by module."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(visit.c.module_id, visit.c.at).where(visit.c.learner_id == learner_id)
            ).all()
        return dict(rows)
