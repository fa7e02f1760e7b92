"""How far everybody is, read for pages about a cohort: who stands on a page, and what of them.

A page shows some fifty learners out of perhaps ten thousand. Who they are is found in SQL, a number
for each; only of those on the page is everything read. Learners here are those who may sign in and
have the role of a learner.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVarTuple, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    null,
    outerjoin,
    select,
    union_all,
)

from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.learners import find
from yongxin.store.module_state import ModuleState, Standing, state_in_sql
from yongxin.store.tables import (
    answer,
    deadline,
    learner,
    learning_group,
    membership,
    module_mark,
    returned_reflection,
    submission,
    visit,
)
from yongxin.store.values import Learner, ModuleMark

#: By name; by how little was handed in; by the last sign of life, the newest or the oldest first.
CohortOrder: TypeAlias = Literal["name", "progress", "recent", "silent"]

_IS_RECORDED = submission.c.receipt.is_not(None)
_Ts = TypeVarTuple("_Ts")
_IS_REVISED = returned_reflection.c.receipt.is_not(None)


@dataclass(frozen=True)
class ModuleFilter:
    """Those in this state in a module. Without an exercise (``has_exercise``) nobody is late."""

    module_id: str
    state: ModuleState
    has_exercise: bool = True


@dataclass(frozen=True)
class CohortWish:
    """Whom a page is to show, and in which order. Whatever is ``None`` restricts nothing.

    ``search`` is looked for in names and usernames; width and case of letters do not count.
    """

    group: str | None = None
    search: str | None = None
    in_state: ModuleFilter | None = None
    order: CohortOrder = "name"


class Standings:
    """Reading how far people are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cohort_ids(self, wish: CohortWish, *, now: datetime) -> list[int]:
        """Return the ids of the learners that are wished for, in the order that is."""
        statement = select(learner.c.id, learner.c.username_key, learner.c.name)
        statement = statement.where(*_of(wish.group)).order_by(*_order(wish.order))
        if wish.in_state is not None:
            state = _state(wish.in_state.module_id, now, has_exercise=wish.in_state.has_exercise)
            statement = statement.select_from(_with_module(wish.in_state.module_id))
            statement = statement.where(state == wish.in_state.state)
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        if wish.search is None:
            return [learner_id for learner_id, _key, _name in rows]
        # Databases differ in what they take for the same letter, and SQLite knows only English.
        wanted = names.username_key(wish.search.strip())
        return [
            learner_id
            for learner_id, key, name in rows
            if wanted in key or wanted in names.username_key(name)
        ]

    def learners_of(self, learner_ids: Collection[int]) -> list[Learner]:
        """Return these learners, in the order of the ids. Not for thousands of them."""
        with self._database.reading() as connection:
            found = {one.id: one for one in find(connection, learner.c.id.in_(learner_ids))}
        return [found[one] for one in learner_ids if one in found]

    def standings(self, learner_ids: Collection[int]) -> dict[int, dict[str, Standing]]:
        """Return what is known of these learners, by module. Not for thousands of them.

        What is not in there nobody knows anything about.
        """
        found: dict[tuple[int, str], dict[str, Any]] = {}
        with self._database.reading() as connection:
            for key, values in _facts(connection, learner_ids):
                found.setdefault(key, {}).update(values)
        standings: dict[int, dict[str, Standing]] = {one: {} for one in learner_ids}
        for (learner_id, module_id), values in found.items():
            standings[learner_id][module_id] = Standing(**values)
        return standings

    def last_changes(self, learner_id: int) -> dict[str, datetime]:
        """Return when each element that the learner has used was changed last, by its name."""
        statement = select(answer.c.name, answer.c.updated).where(answer.c.learner_id == learner_id)
        with self._database.reading() as connection:
            return dict(connection.execute(statement).all())

    def count_states(
        self, module_id: str, *, now: datetime, has_exercise: bool = True
    ) -> dict[str | None, dict[ModuleState, int]]:
        """Return how many are in which state in a module: by group, and of everybody by ``None``.

        All is added up in the database, which keeps nobody else waiting meanwhile.
        """
        state = _state(module_id, now, has_exercise=has_exercise).label("state")
        each = (
            select(learner.c.id, state)
            .select_from(_with_module(module_id))
            .where(*_of(None))
            .cte("each")
        )
        everybody = select(null(), each.c.state, func.count()).group_by(each.c.state)
        groups = (
            select(learning_group.c.name, each.c.state, func.count())
            .join_from(each, membership, membership.c.learner_id == each.c.id)
            .join(learning_group, learning_group.c.id == membership.c.group_id)
            .group_by(learning_group.c.name, each.c.state)
        )
        found: dict[str | None, dict[ModuleState, int]] = {None: {}}
        with self._database.reading() as connection:
            for group, in_state, count in connection.execute(union_all(everybody, groups)).all():
                found.setdefault(group, {})[cast(ModuleState, in_state)] = count
        return found


def _of(group: str | None) -> list[ColumnElement[bool]]:
    conditions = [learner.c.role == "learner", learner.c.active.is_(True)]
    if group is not None:
        members = (
            select(membership.c.learner_id)
            .join(learning_group, learning_group.c.id == membership.c.group_id)
            .where(learning_group.c.name == group)
        )
        conditions.append(learner.c.id.in_(members))
    return conditions


def _order(order: CohortOrder) -> list[ColumnElement[Any]]:
    by_name: list[ColumnElement[Any]] = [learner.c.name, learner.c.username_key]
    match order:
        case "name":
            return by_name
        case "progress":
            handed_in = of_hand_ins(
                select(func.count(submission.c.module_id.distinct())).where(
                    submission.c.learner_id == learner.c.id, _IS_RECORDED
                )
            )
            return [handed_in.scalar_subquery(), *by_name]
        case "recent":
            return [last_activity().desc().nulls_last(), *by_name]
        case "silent":
            return [last_activity().asc().nulls_first(), *by_name]


def of_hand_ins(statement: Select[*_Ts]) -> Select[*_Ts]:
    """Return the query of somebody's recorded hand-ins so that SQLite reads them from the index.

    It would rather take the one that is unique, and then read every row, with all that was handed
    in; PostgreSQL knows better.
    """
    return statement.with_hint(submission, "INDEXED BY ix_submission_recorded", "sqlite")


def last_activity() -> ColumnElement[Any]:
    """Return when a learner last opened a module or handed one in, as part of a query of them."""
    opened = select(func.max(visit.c.at)).where(visit.c.learner_id == learner.c.id)
    handed_in = of_hand_ins(
        select(func.max(submission.c.at)).where(
            submission.c.learner_id == learner.c.id, _IS_RECORDED
        )
    )
    return _later(opened.scalar_subquery(), handed_in.scalar_subquery())


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the later of two moments, or the one that there is."""
    return case((other > one, other), else_=func.coalesce(one, other))


def _with_module(module_id: str) -> FromClause:
    """Return the learners with what ``_state`` needs of them."""
    names.identifier(module_id, "module")
    of_visit = and_(visit.c.learner_id == learner.c.id, visit.c.module_id == module_id)
    of_mark = and_(module_mark.c.learner_id == learner.c.id, module_mark.c.module_id == module_id)
    return outerjoin(outerjoin(learner, visit, of_visit), module_mark, of_mark)


def _state(module_id: str, now: datetime, *, has_exercise: bool) -> ColumnElement[str]:
    handed_in = of_hand_ins(
        select(func.max(submission.c.at)).where(
            submission.c.learner_id == learner.c.id,
            submission.c.module_id == module_id,
            _IS_RECORDED,
        )
    )
    revised = select(func.max(returned_reflection.c.delivered_as)).where(
        returned_reflection.c.learner_id == learner.c.id,
        returned_reflection.c.module_id == module_id,
        _IS_REVISED,
    )
    of_groups = (
        select(func.max(deadline.c.due))
        .join(membership, membership.c.group_id == deadline.c.group_id)
        .where(membership.c.learner_id == learner.c.id, deadline.c.module_id == module_id)
    )
    general = select(deadline.c.due).where(
        deadline.c.module_id == module_id, deadline.c.group_id.is_(None)
    )
    due: ColumnElement[Any] = func.coalesce(of_groups.scalar_subquery(), general.scalar_subquery())
    return state_in_sql(
        opened=visit.c.at,
        delivered=_later(handed_in.scalar_subquery(), revised.scalar_subquery()),
        marked=module_mark.c.handed_in,
        waiting=module_mark.c.waiting,
        due=due if has_exercise else null(),
        now=now,
    )


_Facts: TypeAlias = tuple[tuple[int, str], dict[str, Any]]


def _facts(connection: Connection, learner_ids: Collection[int]) -> Iterator[_Facts]:
    """Yield what is known, by learner and module; what is newer comes later."""
    columns = visit.c
    opened = select(columns.learner_id, columns.module_id, columns.at)
    of_these = opened.where(columns.learner_id.in_(learner_ids))
    for learner_id, module_id, at in connection.execute(of_these).all():
        yield (learner_id, module_id), {"opened": at}
    columns = submission.c
    hand_ins = (
        select(columns.learner_id, columns.module_id, columns.at, columns.number, columns.late)
        .where(columns.learner_id.in_(learner_ids), _IS_RECORDED)
        .order_by(columns.number)
    )
    newest: dict[tuple[int, str], datetime] = {}
    for learner_id, module_id, at, number, late in connection.execute(hand_ins).all():
        newest[learner_id, module_id] = at
        yield (learner_id, module_id), {"delivered": at, "hand_ins": number, "late": late}
    columns = returned_reflection.c
    revisions = (
        select(columns.learner_id, columns.module_id, func.max(columns.delivered_as))
        .where(columns.learner_id.in_(learner_ids), _IS_REVISED)
        .group_by(columns.learner_id, columns.module_id)
    )
    for learner_id, module_id, at in connection.execute(revisions):
        handed_in = newest.get((learner_id, module_id))
        if at is not None and (handed_in is None or at > handed_in):
            yield (learner_id, module_id), {"delivered": at}
    marks = select(module_mark).where(module_mark.c.learner_id.in_(learner_ids))
    for row in connection.execute(marks).all():
        mark = ModuleMark(*row)
        yield (mark.learner_id, mark.module_id), {"mark": mark}
    yield from _deadlines(connection, learner_ids)


def _deadlines(connection: Connection, learner_ids: Collection[int]) -> Iterator[_Facts]:
    general = select(deadline.c.module_id, deadline.c.due).where(deadline.c.group_id.is_(None))
    for module_id, due in connection.execute(general).all():
        for learner_id in learner_ids:
            yield (learner_id, module_id), {"due": due}
    of_groups = (
        select(membership.c.learner_id, deadline.c.module_id, func.max(deadline.c.due))
        .join(deadline, deadline.c.group_id == membership.c.group_id)
        .where(membership.c.learner_id.in_(learner_ids))
        .group_by(membership.c.learner_id, deadline.c.module_id)
    )
    for learner_id, module_id, due in connection.execute(of_groups):
        yield (learner_id, module_id), {"due": due}
