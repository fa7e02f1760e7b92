"""Who has completed which module and path, by which rule. What was reached is never taken away.

What a rule asks for is decided elsewhere (``yongxin.cohort.completion``). Here are the facts that
it is decided by, for many learners at a time, and what was reached.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    exists,
    func,
    select,
)

from yongxin.store import json_text, names
from yongxin.store.audit import append
from yongxin.store.database import Database
from yongxin.store.insert import insert
from yongxin.store.tables import (
    completion_rule,
    learner,
    learning_group,
    membership,
    module_completion,
    module_mark,
    path_completion,
    returned_reflection,
    submission,
    visit,
)
from yongxin.store.values import JSON

#: A learner and a module.
Pair = tuple[int, str]

#: Points are sums of fractions: a hair below the mark is the mark.
HAIR = 1e-9
_SEPARATOR = " "  # stands in no id
_AT_ONCE = 500


class KeptRule(NamedTuple):
    """A rule as it was when it was first used; ``text`` is JSON."""

    id: int
    path_id: str
    version: int
    text: JSON
    since: datetime


class Facts(NamedTuple):
    """What some learners have done in some modules, as far as it does not stand in their marks.

    ``returned``: a reflection was returned and not handed in again.
    """

    visited: set[Pair]
    handed_in: set[Pair]
    returned: set[Pair]


class Reached(NamedTuple):
    """How much was added."""

    modules: int
    paths: int


class PathCompletion(NamedTuple):
    """When somebody reached a path, and by which version of its rule."""

    rule_id: int
    version: int
    at: datetime


class OnRoster(NamedTuple):
    """A learner, as lists of very many need one; ``groups`` are in alphabetical order."""

    id: int
    username: str
    name: str
    language: str
    groups: tuple[str, ...]


class Steps(NamedTuple):
    """How far somebody is: bit ``n`` of each number is about the module at place ``n``."""

    visited: int
    handed_in: int
    reached: int


NO_STEPS = Steps(0, 0, 0)


class Completions:
    """Adding and reading completions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_rule(self, path_id: str, version: int, text: JSON, now: datetime) -> KeptRule:
        """Keep a rule unless it is kept already, and return it.

        A version whose text has changed is another rule, so that nothing is ever told wrongly.
        """
        encoded = json_text.encode(text)
        values = {
            "path_id": names.identifier(path_id, "path"),
            "version": version,
            "digest": hashlib.sha256(encoded.encode()).hexdigest(),
        }
        columns = completion_rule.c
        same = select(columns.id, columns.since).where(
            *(columns[name] == value for name, value in values.items())
        )
        with self._database.reading() as connection:
            found = connection.execute(same).one_or_none()
        if found is None:
            with self._database.writing() as connection:
                connection.execute(
                    insert(connection, completion_rule)
                    .values(**values, text=encoded, since=now)
                    .on_conflict_do_nothing()
                )
                found = connection.execute(same).one()
        return KeptRule(found.id, path_id, version, text, found.since)

    def rules(self, path_id: str) -> list[KeptRule]:
        """Return all rules that a path ever had here, oldest first."""
        statement = (
            select(completion_rule)
            .where(completion_rule.c.path_id == path_id)
            .order_by(completion_rule.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            KeptRule(row.id, row.path_id, row.version, json_text.decode(row.text), row.since)
            for row in rows
        ]

    def learner_slice(self, after: int, limit: int) -> list[int]:
        """Return the ids of the next learners after an id, trainers and the like left out."""
        statement = (
            select(learner.c.id)
            .where(learner.c.id > after, learner.c.role == "learner")
            .order_by(learner.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(statement))

    def active_learners(self) -> list[OnRoster]:
        """Return all learners who may sign in; for 10,000 much quicker than ``learners``."""
        is_active = (learner.c.role == "learner", learner.c.active)
        columns = (learner.c.id, learner.c.username, learner.c.name, learner.c.language)
        members = (
            select(membership.c.learner_id, learning_group.c.name)
            .join(learning_group, learning_group.c.id == membership.c.group_id)
            .order_by(membership.c.learner_id)
        )
        groups: dict[int, list[str]] = {}
        with self._database.reading() as connection:
            for learner_id, name in connection.execute(members):
                groups.setdefault(learner_id, []).append(name)
            return [
                OnRoster(number, username, name, language, tuple(sorted(groups.get(number, ()))))
                for number, username, name, language in connection.execute(
                    select(*columns).where(*is_active)
                )
            ]

    def perhaps_completed(
        self,
        path_id: str,
        learner_ids: Sequence[int],
        *,
        exercises: Collection[str],
        others: Collection[str],
        pass_mark: float,
    ) -> list[Pair]:
        """Return what may have been completed and is not noted for the path yet.

        That is every module of ``exercises`` in which somebody's marks reach ``pass_mark``, and
        every one of ``others`` that somebody has opened. ``learner_ids`` are sorted.
        """
        if not learner_ids:
            return []
        enough = module_mark.c.points >= pass_mark * module_mark.c.maximum - HAIR
        statements = (
            _not_noted(module_mark, path_id, exercises, learner_ids).where(enough),
            _not_noted(visit, path_id, others, learner_ids),
        )
        wanted = set(learner_ids)
        with self._database.reading() as connection:
            return [
                (learner_id, module_id)
                for statement in statements
                for learner_id, module_id in connection.execute(statement)
                if learner_id in wanted
            ]

    def completion_facts(self, learner_ids: Collection[int], module_ids: Collection[str]) -> Facts:
        """Return what these learners have done in these modules."""
        facts = Facts(set(), set(), set())
        with self._database.reading() as connection:
            for some in _slices(sorted(learner_ids)):
                facts.visited.update(_pairs(connection, visit, some, module_ids))
                recorded = submission.c.receipt.is_not(None)
                facts.handed_in.update(_pairs(connection, submission, some, module_ids, recorded))
                is_open = returned_reflection.c.receipt.is_(None)
                facts.returned.update(
                    _pairs(connection, returned_reflection, some, module_ids, is_open)
                )
        return facts

    def add_completions(
        self,
        rule: KeptRule,
        learner_ids: Sequence[int],
        modules: Collection[Pair],
        *,
        required: Collection[str] | None,
        actor: str,
        now: datetime,
    ) -> Reached:
        """Note modules that were completed, and then whoever of ``learner_ids`` has all required.

        ``required=None``: nobody can complete the path now. What was noted before stays as it was.
        """
        if not learner_ids or not (modules or self._has_news(rule, learner_ids, required)):
            return Reached(0, 0)
        with self._database.writing() as connection:
            known = _held(connection, learner_ids)
            common: dict[str, Any] = {"path_id": rule.path_id, "rule_id": rule.id}
            common["reached_at"] = now
            new_modules = _add(
                connection,
                module_completion,
                [
                    {"learner_id": learner_id, "module_id": module_id, **common}
                    for learner_id, module_id in sorted(modules)
                    if learner_id in known
                ],
            )
            complete = (
                _complete(connection, rule.path_id, learner_ids, required)
                if required is not None
                else []
            )
            new_paths = _add(
                connection,
                path_completion,
                [{"learner_id": one, **common} for one in sorted(complete) if one in known],
            )
            if new_modules or new_paths:
                append(
                    connection,
                    actor,
                    "completion reach",
                    rule.path_id,
                    {"version": rule.version, "modules": new_modules, "paths": new_paths},
                )
        return Reached(new_modules, new_paths)

    def _has_news(
        self, rule: KeptRule, learner_ids: Sequence[int], required: Collection[str] | None
    ) -> bool:
        """Say whether somebody has completed the path: mostly not, and then nobody has to wait."""
        if required is None:
            return False
        with self._database.reading() as connection:
            return bool(_complete(connection, rule.path_id, learner_ids, required))

    def path_completions(
        self, path_id: str, learner_id: int | None = None
    ) -> dict[int, PathCompletion]:
        """Return who has completed a path, by the learner's id; perhaps only one learner."""
        statement = (
            select(
                path_completion.c.learner_id,
                path_completion.c.rule_id,
                completion_rule.c.version,
                path_completion.c.reached_at,
            )
            .join(completion_rule, completion_rule.c.id == path_completion.c.rule_id)
            .where(path_completion.c.path_id == path_id)
        )
        if learner_id is not None:
            statement = statement.where(path_completion.c.learner_id == learner_id)
        with self._database.reading() as connection:
            return {
                one: PathCompletion(rule_id, version, at)
                for one, rule_id, version, at in connection.execute(statement)
            }

    def completed_modules(self, path_id: str, learner_ids: Collection[int]) -> set[Pair]:
        """Return which modules these learners have completed for a path."""
        of_path = module_completion.c.path_id == path_id
        found: set[Pair] = set()
        with self._database.reading() as connection:
            for some in _slices(sorted(learner_ids)):
                found.update(_pairs(connection, module_completion, some, None, of_path))
        return found

    def steps(self, path_id: str, module_ids: Sequence[str]) -> dict[int, Steps]:
        """Return how far everybody is in these modules; who has done nothing at all is missing."""
        bits = {module_id: 1 << place for place, module_id in enumerate(module_ids)}
        sources = (
            (visit, None),
            (submission, submission.c.receipt.is_not(None)),
            (module_completion, module_completion.c.path_id == path_id),
        )
        found: dict[int, list[int]] = {}
        with self._database.reading() as connection:
            for place, (table, which) in enumerate(sources):
                for learner_id, listed in connection.execute(_listed(table, which)):
                    number = 0
                    for module_id in listed.split(_SEPARATOR):
                        number |= bits.get(module_id, 0)
                    if number:
                        found.setdefault(learner_id, [0, 0, 0])[place] = number
        return {learner_id: Steps(*numbers) for learner_id, numbers in found.items()}


def _not_noted(
    table: Table[Any], path_id: str, module_ids: Collection[str], learner_ids: Sequence[int]
) -> Select[int, str]:
    noted = exists().where(
        module_completion.c.learner_id == table.c.learner_id,
        module_completion.c.path_id == path_id,
        module_completion.c.module_id == table.c.module_id,
    )
    return select(table.c.learner_id, table.c.module_id).where(
        table.c.learner_id.between(learner_ids[0], learner_ids[-1]),
        table.c.module_id.in_(sorted(module_ids)),
        ~noted,
    )


def _pairs(
    connection: Connection,
    table: Table[Any],
    learner_ids: Sequence[int],
    module_ids: Collection[str] | None,
    which: ColumnElement[bool] | None = None,
) -> Iterator[Pair]:
    statement = select(table.c.learner_id, table.c.module_id).where(
        table.c.learner_id.in_(learner_ids)
    )
    if module_ids is not None:
        statement = statement.where(table.c.module_id.in_(sorted(module_ids)))
    if which is not None:
        statement = statement.where(which)
    for row in connection.execute(statement):
        yield row[0], row[1]


def _listed(table: Table[Any], which: ColumnElement[bool] | None) -> Select[int, str]:
    """Return a row a learner: adding up in the database is fast, and reading many rows is not."""
    modules = func.aggregate_strings(table.c.module_id, _SEPARATOR)
    statement = select(table.c.learner_id, modules).group_by(table.c.learner_id)
    return statement if which is None else statement.where(which)


def _held(connection: Connection, learner_ids: Sequence[int]) -> set[int]:
    """Return which of these exist, and keep those from being erased until the transaction ends."""
    known: set[int] = set()
    for some in _slices(learner_ids):
        known.update(
            connection.scalars(
                select(learner.c.id)
                .where(learner.c.id.in_(some))
                .order_by(learner.c.id)
                .with_for_update(read=True, key_share=True)
            )
        )
    return known


def _complete(
    connection: Connection, path_id: str, learner_ids: Sequence[int], required: Collection[str]
) -> list[int]:
    """Return who has all modules and is not noted for the path."""
    columns = module_completion.c
    noted = exists().where(
        path_completion.c.learner_id == columns.learner_id, path_completion.c.path_id == path_id
    )
    return list(
        connection.scalars(
            select(columns.learner_id)
            .where(
                columns.learner_id.between(learner_ids[0], learner_ids[-1]),
                columns.path_id == path_id,
                columns.module_id.in_(sorted(required)),
                ~noted,
            )
            .group_by(columns.learner_id)
            .having(func.count() == len(set(required)))
        )
    )


def _add(connection: Connection, table: Table[Any], rows: list[dict[str, Any]]) -> int:
    """Add rows and return how many of them are new."""
    if not rows:
        return 0
    # Drivers differ in how they count rows of many inserts; what is returned was inserted.
    statement = insert(connection, table).on_conflict_do_nothing().returning(table.c.learner_id)
    return sum(len(connection.execute(statement, some).all()) for some in _slices(rows))


def _slices(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
