"""Until when a module is to be handed in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select, text

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.errors import UnknownGroup
from yongxin.store.insert import insert
from yongxin.store.tables import deadline, learning_group, membership
from yongxin.store.values import Deadline

_OWN_GROUPS = select(membership.c.group_id).where(membership.c.learner_id == bindparam("learner"))
_FOR_ALL = select(deadline.c.module_id, deadline.c.group_id, deadline.c.due).where(
    or_(deadline.c.group_id.is_(None), deadline.c.group_id.in_(_OWN_GROUPS))
)
_FOR = _FOR_ALL.with_only_columns(deadline.c.group_id, deadline.c.due).where(
    deadline.c.module_id == bindparam("module")
)


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

    def deadlines_for(self, learner_id: int) -> dict[str, datetime]:
        """Return the deadlines that count for the learner, by module; see ``deadline``."""
        with self._database.reading() as connection:
            rows = connection.execute(_FOR_ALL, {"learner": learner_id}).all()
        found: dict[str, list[tuple[int | None, datetime]]] = {}
        for module_id, group_id, due in rows:
            found.setdefault(module_id, []).append((group_id, due))
        return {module_id: _which_counts(those) for module_id, those in found.items()}

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
    rows = connection.execute(_FOR, {"module": module_id, "learner": learner_id}).all()
    return _which_counts([(group_id, due) for group_id, due in rows]) if rows else None


def _which_counts(deadlines: Sequence[tuple[int | None, datetime]]) -> datetime:
    of_groups = [due for group_id, due in deadlines if group_id is not None]
    return max(of_groups or [due for _, due in deadlines])


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
