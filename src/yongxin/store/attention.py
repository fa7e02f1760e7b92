"""What of a cohort needs somebody's attention: what waits, who is stuck, what came back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from yongxin.store.database import Database
from yongxin.store.standings import last_activity, of_hand_ins
from yongxin.store.tables import learner, module_mark, returned_reflection, submission, visit

#: A hair below a mark is the mark: points are sums of fractions.
_HAIR: Final = 1e-9

_IS_LEARNER = and_(learner.c.role == "learner", learner.c.active.is_(True))
_IS_RECORDED = submission.c.receipt.is_not(None)


class WaitingMarks(NamedTuple):
    """How many learners of a module wait for a mark, since when, and how many for long."""

    module_id: str
    learners: int
    long: int
    oldest: datetime


class Silent(NamedTuple):
    """A learner who has begun something and not been seen since."""

    learner_id: int
    last: datetime


class UsedUp(NamedTuple):
    """A learner who has handed a module in as often as may be, for too few points."""

    learner_id: int
    module_id: str
    points: float
    maximum: float


class CameBack(NamedTuple):
    """A reflection that was returned and has been revised, and is not marked again yet."""

    learner_id: int
    module_id: str
    reflection_id: str
    revised: datetime


class Attention:
    """Reading what needs attention. Learners are those who may sign in and have that role."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting_marks(self, *, long_before: datetime) -> list[WaitingMarks]:
        """Return what waits for a trainer's mark by module, what has waited longest first.

        ``long`` counts what was handed in before ``long_before``.
        """
        marks = module_mark.c
        is_long = case((marks.handed_in < long_before, 1), else_=0)
        oldest = func.min(marks.handed_in)
        statement = (
            select(marks.module_id, func.count(), func.sum(is_long), oldest)
            .join(learner, learner.c.id == marks.learner_id)
            .where(marks.waiting > 0, _IS_LEARNER)
            .group_by(marks.module_id)
            .order_by(oldest, marks.module_id)
        )
        with self._database.reading() as connection:
            return [WaitingMarks(*row) for row in connection.execute(statement)]

    def silent(
        self, modules: Collection[str], *, since: datetime, limit: int | None = None
    ) -> list[Silent]:
        """Return who has opened one of these modules, not handed it in, and not been seen since.

        Whoever was seen last comes first; of more than ``limit`` some are returned.
        """
        handed_in = of_hand_ins(
            select(submission.c.at).where(
                submission.c.learner_id == visit.c.learner_id,
                submission.c.module_id == visit.c.module_id,
                _IS_RECORDED,
            )
        )
        has_begun = select(visit.c.at).where(
            visit.c.learner_id == learner.c.id,
            visit.c.module_id.in_(modules),
            ~handed_in.exists(),
        )
        was_here = select(visit.c.at).where(visit.c.learner_id == learner.c.id, visit.c.at >= since)
        # A hand-in is a sign of life as well; the visit before it may be long ago.
        has_handed_in = of_hand_ins(
            select(submission.c.at).where(
                submission.c.learner_id == learner.c.id, submission.c.at >= since, _IS_RECORDED
            )
        )
        statement = (
            select(learner.c.id, last_activity())
            .where(_IS_LEARNER, ~was_here.exists(), ~has_handed_in.exists(), has_begun.exists())
            .limit(limit)
        )
        with self._database.reading() as connection:
            found = [Silent(*row) for row in connection.execute(statement)]
        return sorted(found, key=lambda one: (one.last, one.learner_id), reverse=True)

    def used_up(self, *, attempts: int, pass_mark: float, limit: int | None = None) -> list[UsedUp]:
        """Return who has no attempt left and less than this share of all points, marked whole.

        Of more than ``limit`` some are returned.
        """
        marks = module_mark.c
        of_module = and_(
            submission.c.learner_id == marks.learner_id,
            submission.c.module_id == marks.module_id,
            _IS_RECORDED,
        )
        count = of_hand_ins(select(func.count(submission.c.at)).where(of_module))
        newest = of_hand_ins(select(func.max(submission.c.at)).where(of_module))
        statement = (
            select(marks.learner_id, marks.module_id, marks.points, marks.maximum)
            .join(learner, learner.c.id == marks.learner_id)
            .where(
                _IS_LEARNER,
                marks.waiting == 0,
                marks.points < pass_mark * marks.maximum - _HAIR,
                count.scalar_subquery() >= attempts,
                marks.handed_in >= newest.scalar_subquery(),
            )
            .limit(limit)
        )
        with self._database.reading() as connection:
            found = [UsedUp(*row) for row in connection.execute(statement)]
        return sorted(found, key=lambda one: (one.module_id, one.learner_id))

    def came_back(self) -> list[CameBack]:
        """Return the revisions that no mark was given for yet, the oldest first."""
        returned, marks = returned_reflection.c, module_mark.c
        not_marked: ColumnElement[Any] = or_(
            marks.handed_in.is_(None), marks.handed_in < returned.delivered_as, marks.waiting > 0
        )
        statement = (
            select(
                returned.learner_id, returned.module_id, returned.reflection_id, returned.revised_at
            )
            .join(learner, learner.c.id == returned.learner_id)
            .outerjoin(
                module_mark,
                and_(
                    marks.learner_id == returned.learner_id, marks.module_id == returned.module_id
                ),
            )
            .where(_IS_LEARNER, returned.receipt.is_not(None), not_marked)
            .order_by(returned.revised_at, returned.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            CameBack(learner_id, module_id, reflection_id, revised)
            for learner_id, module_id, reflection_id, revised in rows
            if revised is not None
        ]
