"""Marks of a second person, who has not seen the first; kept beside the gradebook, never in it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from yongxin.store import names
from yongxin.store.audit import append
from yongxin.store.database import Database
from yongxin.store.given_marks import Answered, detail_of
from yongxin.store.insert import insert
from yongxin.store.tables import learner, second_mark, second_sample


class MarkedAlready(Exception):
    """Somebody else has given the second mark meanwhile."""


@dataclass(frozen=True)
class SecondMark:
    """A second mark, or the wish for one while ``points`` is ``None``.

    ``first_points`` is the first mark as it was when the second was given.
    """

    grade_id: str
    marker_id: int | None
    first_points: float | None
    points: float | None
    settled_at: datetime | None


class SecondMarks:
    """Asking for second marks, keeping them, and settling differences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def second_sample(self, module_id: str, reflection_id: str) -> int | None:
        """Return that about one in so many answers gets a second mark; ``None``: none does."""
        with self._database.reading() as connection:
            return connection.scalar(
                select(second_sample.c.every).where(
                    second_sample.c.module_id == module_id,
                    second_sample.c.reflection_id == reflection_id,
                )
            )

    def set_second_sample(self, module_id: str, reflection_id: str, every: int | None) -> None:
        """Let about one in ``every`` answers get a second mark. Raises ``ValueError`` below 1."""
        if every is not None and every < 1:
            raise ValueError(f"one in {every} answers cannot be marked")
        key = {
            "module_id": names.identifier(module_id, "module"),
            "reflection_id": names.identifier(reflection_id, "reflection"),
        }
        with self._database.writing() as connection:
            if every is None:
                connection.execute(
                    delete(second_sample).where(
                        second_sample.c.module_id == module_id,
                        second_sample.c.reflection_id == reflection_id,
                    )
                )
                return
            connection.execute(
                insert(connection, second_sample)
                .values(**key, every=every)
                .on_conflict_do_update(
                    index_elements=["module_id", "reflection_id"], set_={"every": every}
                )
            )

    def second_marks(self, module_id: str, reflection_id: str) -> dict[str, SecondMark]:
        """Return the second marks of a reflection and the wishes for them, by the grade's id."""
        columns = second_mark.c
        with self._database.reading() as connection:
            rows = connection.execute(
                select(
                    columns.grade_id,
                    columns.marker_id,
                    columns.first_points,
                    columns.points,
                    columns.settled_at,
                )
                .where(columns.module_id == module_id, columns.reflection_id == reflection_id)
                .order_by(columns.id)
            ).all()
        return {row.grade_id: SecondMark(*row) for row in rows}

    def ask_second(self, answered: Answered) -> None:
        """Ask for a second mark of one answer; harmless to repeat."""
        with self._database.writing() as connection:
            _ask(connection, answered)

    def keep_second(
        self, actor: str, answered: Answered, *, first_points: float, points: float
    ) -> None:
        """Keep a second mark. Raises ``MarkedAlready`` when there is one."""
        with self._database.writing() as connection:
            _ask(connection, answered)
            marker = select(learner.c.id).where(learner.c.username_key == names.username_key(actor))
            done = connection.execute(
                update(second_mark)
                .where(second_mark.c.grade_id == answered.grade_id, second_mark.c.points.is_(None))
                .values(
                    marker_id=marker.scalar_subquery(),
                    first_points=first_points,
                    points=points,
                    at=datetime.now(UTC),
                )
            )
            if not done.rowcount:
                raise MarkedAlready(f"{answered.grade_id} has a second mark")
            append(connection, actor, "second mark give", answered.username, detail_of(answered))

    def settle_second(self, actor: str, answered: Answered) -> None:
        """Keep that trainers have talked about a difference; what they agreed on is a mark."""
        with self._database.writing() as connection:
            connection.execute(
                update(second_mark)
                .where(
                    second_mark.c.grade_id == answered.grade_id,
                    second_mark.c.points.is_not(None),
                )
                .values(settled_at=datetime.now(UTC))
            )
            append(connection, actor, "second mark settle", answered.username, detail_of(answered))


def _ask(connection: Connection, answered: Answered) -> None:
    key = names.username_key(answered.username)
    owner = connection.scalar(select(learner.c.id).where(learner.c.username_key == key))
    connection.execute(
        insert(connection, second_mark)
        .values(
            learner_id=owner,
            module_id=names.identifier(answered.module_id, "module"),
            reflection_id=names.identifier(answered.reflection_id, "reflection"),
            grade_id=names.identifier(answered.grade_id, "grade"),
        )
        .on_conflict_do_nothing()
    )
