"""How far lessons are read: counts of devices, and nobody's name."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.insert import insert
from yongxin.store.tables import reading

#: No lesson has as many sections.
MOST_SECTIONS = 100


class Readings:
    """Counting who has come to a section of a lesson, and telling how many have."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count_reading(self, module_id: str, section_ids: Iterable[str]) -> None:
        """Count one more reader who has come to each of these sections.

        Who has come there before is known to their device alone, which tells of a section once.
        Raises ``ValueError`` for more sections than any lesson has.
        """
        # In one order for everybody, so that two who count the same sections cannot deadlock.
        wanted = sorted({names.identifier(one, "section") for one in section_ids})
        if len(wanted) > MOST_SECTIONS:
            raise ValueError(f"{len(wanted)} sections of {module_id}")
        rows = [
            {
                "module_id": names.identifier(module_id, "module"),
                "section_id": one,
                "readers": 1,
            }
            for one in wanted
        ]
        if not rows:
            return

        def write(connection: Connection) -> None:
            connection.execute(
                insert(connection, reading).on_conflict_do_update(
                    index_elements=["module_id", "section_id"],
                    set_={"readers": reading.c.readers + 1},
                ),
                rows,
            )

        self._database.write(write)

    def readings(self) -> dict[str, dict[str, int]]:
        """Return module → section → how many have come there; where nobody has is left out."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(reading.c.module_id, reading.c.section_id, reading.c.readers)
            ).all()
        found: dict[str, dict[str, int]] = {}
        for module_id, section_id, readers in rows:
            found.setdefault(module_id, {})[section_id] = readers
        return found
