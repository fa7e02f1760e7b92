"""Until when a module is to be handed in."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, text

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.errors import UnknownGroup
from yongxin.store.insert import insert
from yongxin.store.tables import deadline, learning_group, membership
from yongxin.store.values import Deadline


class Deadlines:
    """Setting and reading deadlines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_deadline(
        self, module_id: str, due: datetime | None, *, group: str | None = None
    ) -> None:
        """Set the deadline of a group, or without one of everybody; ``due=None`` takes it away.

        Raises ``UnknownGroup``: a deadline for a group with a mistyped name would bind nobody.
        """
        names.identifier(module_id, "module")
        with self._database.writing() as connection:
            group_id = None if group is None else _group_id(connection, group)
            if due is None:
                connection.execute(
                    delete(deadline).where(
                        deadline.c.module_id == module_id,
                        deadline.c.group_id.is_not_distinct_from(group_id),
                    )
                )
                return
            general = group_id is None
            connection.execute(
                insert(connection, deadline)
                .values(module_id=module_id, group_id=group_id, due=due)
                .on_conflict_do_update(
                    index_elements=["module_id"] if general else ["module_id", "group_id"],
                    index_where=text("group_id IS NULL") if general else None,
                    set_={"due": due},
                )
            )

    def deadline(self, module_id: str, learner_id: int) -> datetime | None:
        """Return when the learner has to hand in the module, or None if there is no deadline.

        A deadline of the learner's group beats the general one, be it earlier or later; of several
        groups' the latest counts.
        """
        names.identifier(module_id, "module")
        with self._database.reading() as connection:
            return deadline_for(connection, module_id, learner_id)

    def deadlines(self, module_id: str | None = None) -> list[Deadline]:
        """Return the deadlines of a module, or of all, by module; the general one comes first."""
        query = select(deadline.c.module_id, learning_group.c.name, deadline.c.due).outerjoin_from(
            deadline, learning_group, learning_group.c.id == deadline.c.group_id
        )
        if module_id is not None:
            query = query.where(deadline.c.module_id == names.identifier(module_id, "module"))
        with self._database.reading() as connection:
            found = [Deadline(*row) for row in connection.execute(query)]
        return sorted(found, key=lambda one: (one.module, one.group or ""))


def deadline_for(connection: Connection, module_id: str, learner_id: int) -> datetime | None:
    """Return the deadline that counts for the learner."""
    own_groups = select(membership.c.group_id).where(membership.c.learner_id == learner_id)
    rows = connection.execute(
        select(deadline.c.group_id, deadline.c.due).where(
            deadline.c.module_id == module_id,
            or_(deadline.c.group_id.is_(None), deadline.c.group_id.in_(own_groups)),
        )
    ).all()
    of_groups = [when for group_id, when in rows if group_id is not None]
    general = [when for group_id, when in rows if group_id is None]
    return max(of_groups or general, default=None)


def _group_id(connection: Connection, group: str) -> int:
    found = connection.scalar(
        select(learning_group.c.id).where(learning_group.c.name == names.line(group, "group"))
    )
    if found is None:
        existing = sorted(connection.scalars(select(learning_group.c.name)))
        raise UnknownGroup(
            f"there is no group {group!r}; there are: {', '.join(existing) or 'none'}"
        )
    return found
