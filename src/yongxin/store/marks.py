"""Marks as the gradebook has them, beside the learners they belong to.

The gradebook is nbgrader's: it knows no ids of ours, and cannot be joined with what is here. So
``cohort.marks`` copies what is needed of it into the store, again and again. Nothing here is the
source of a mark.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from sqlalchemy import bindparam, delete, or_, select

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.insert import insert
from yongxin.store.tables import learner, module_mark
from yongxin.store.values import ModuleMark

Value = TypeVar("Value")

#: So many rows are written in one transaction, for which an answer may have to wait.
_AT_ONCE = 500
_VALUES = ("handed_in", "points", "maximum", "waiting", "reflections")
_KNOWN = select(learner.c.id).where(learner.c.id.in_(bindparam("learners", expanding=True)))


class ModuleMarks:
    """Keeping and reading copies of marks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_marks(self, marks: Iterable[ModuleMark]) -> int:
        """Keep marks in place of what was kept before; return how many are new or different.

        A mark of a learner who does not exist is left out.
        """
        # In one order for everybody, so that two who write the same marks cannot deadlock.
        in_order = sorted(marks, key=lambda one: (one.learner_id, one.module_id))
        return sum(self._keep(some) for some in _batches(in_order))

    def drop_marks(self, module_id: str, learner_ids: Iterable[int]) -> None:
        """Forget the marks of these learners in a module: the gradebook has none of them."""
        for some in _batches(sorted(learner_ids)):
            with self._database.writing() as connection:
                connection.execute(
                    delete(module_mark).where(
                        module_mark.c.module_id == module_id, module_mark.c.learner_id.in_(some)
                    )
                )

    def marks(
        self, *, learner_ids: Collection[int] | None = None, module_id: str | None = None
    ) -> list[ModuleMark]:
        """Return the marks of these learners or of all, in one module or in all.

        They stand by learner and module. Without any restriction that may be very many.
        """
        statement = select(module_mark)
        if module_id is not None:
            statement = statement.where(
                module_mark.c.module_id == names.identifier(module_id, "module")
            )
        statement = statement.order_by(module_mark.c.learner_id, module_mark.c.module_id)
        found: list[ModuleMark] = []
        with self._database.reading() as connection:
            if learner_ids is None:
                return [ModuleMark(*row) for row in connection.execute(statement)]
            for some in _batches(sorted(learner_ids)):
                rows = connection.execute(statement.where(module_mark.c.learner_id.in_(some)))
                found.extend(ModuleMark(*row) for row in rows)
        return found

    def learner_ids(self, usernames: Collection[str] | None = None) -> dict[str, int]:
        """Return the ids of these learners or of everybody on the roster, by username."""
        statement = select(learner.c.username, learner.c.id)
        with self._database.reading() as connection:
            if usernames is None:
                return dict(connection.execute(statement).all())
            found: dict[str, int] = {}
            for some in _batches(sorted(usernames)):
                those = statement.where(learner.c.username.in_(some))
                found |= dict(connection.execute(those).all())
        return found

    def _keep(self, marks: list[ModuleMark]) -> int:
        wanted = sorted({one.learner_id for one in marks})
        with self._database.writing() as connection:
            known = set(connection.scalars(_KNOWN, {"learners": wanted}))
            rows = [one._asdict() for one in marks if one.learner_id in known]
            if not rows:
                return 0
            statement = insert(connection, module_mark)
            new = statement.excluded
            # What has not changed is not written, so that looking again costs next to nothing.
            differs = or_(*(module_mark.c[name].is_distinct_from(new[name]) for name in _VALUES))
            written = connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["learner_id", "module_id"],
                    set_={name: new[name] for name in _VALUES},
                    where=differs,
                ).returning(module_mark.c.learner_id),
                rows,
            )
            return len(written.all())


def _batches(values: list[Value]) -> Iterator[list[Value]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
