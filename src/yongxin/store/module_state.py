"""How far a learner is in one module, in one word: for one learner, and for ten thousand in SQL.

A test holds the two to each other.
"""

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from sqlalchemy import ColumnElement, and_, case, or_

from yongxin.store.values import ModuleMark

#: From nothing to all. ``waiting``: the points for questions are there, and a reflection waits for
#: a trainer. ``done``: whatever was handed in last is graded. ``overdue``: nothing was handed in.
ModuleState: TypeAlias = Literal[
    "not-started", "in-progress", "overdue", "handed-in", "waiting", "done"
]
MODULE_STATES: Final[tuple[ModuleState, ...]] = get_args(ModuleState)


class Standing(NamedTuple):
    """What is known of one learner's module.

    ``opened`` is the last visit, ``delivered`` the newest hand-in or revision; ``late`` and
    ``hand_ins`` are of hand-ins. ``due`` is the deadline that counts for this learner.
    """

    opened: datetime | None = None
    delivered: datetime | None = None
    hand_ins: int = 0
    late: bool = False
    due: datetime | None = None
    mark: ModuleMark | None = None

    def state(self, now: datetime) -> ModuleState:
        """Return the state at this moment."""
        mark, delivered = self.mark, self.delivered
        # A mark without any hand-in is of one that a trainer has put in place by hand.
        if mark is not None and (delivered is None or mark.handed_in >= delivered):
            return "waiting" if mark.waiting else "done"
        if delivered is not None:
            return "handed-in"
        if self.due is not None and self.due < now:
            return "overdue"
        return "not-started" if self.opened is None else "in-progress"

    @property
    def counted_mark(self) -> ModuleMark | None:
        """The mark of what was delivered last; an older one tells nothing about that."""
        mark, delivered = self.mark, self.delivered
        if mark is None or (delivered is not None and mark.handed_in < delivered):
            return None
        return mark


def state_in_sql(
    *,
    opened: ColumnElement[Any],
    delivered: ColumnElement[Any],
    marked: ColumnElement[Any],
    waiting: ColumnElement[Any],
    due: ColumnElement[Any],
    now: datetime,
) -> ColumnElement[str]:
    """Return ``Standing.state`` as an expression; ``marked`` is the mark's ``handed_in``."""
    counts = and_(marked.is_not(None), or_(delivered.is_(None), marked >= delivered))
    return case(
        (and_(counts, waiting > 0), "waiting"),
        (counts, "done"),
        (delivered.is_not(None), "handed-in"),
        (due < now, "overdue"),
        (opened.is_not(None), "in-progress"),
        else_="not-started",
    )
