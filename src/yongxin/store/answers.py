"""The state of every element for every learner: each change counted, none lost, none twice."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from yongxin.store import json_text, names
from yongxin.store.database import Database
from yongxin.store.learners import lock
from yongxin.store.tables import answer, learner, learning_group, membership
from yongxin.store.values import Applied, Reply, Saved, State

#: An event that comes again is recognised as long as it is among the last ones of its element. A
#: device sends one event at a time for an element, so only other devices can come in between.
_REMEMBERED_EVENTS = 16

# Built once: building them anew for each event took more than half of an event's time.
_THIS = (answer.c.learner_id == bindparam("learner")) & (answer.c.name == bindparam("element"))
_READ = select(
    answer.c.state, answer.c.revision, answer.c.updated, answer.c.client, answer.c.event_ids
).where(_THIS)
_INSERT = insert(answer)
_UPDATE = update(answer).where(_THIS)
_READ_ALL = select(
    answer.c.name, answer.c.state, answer.c.revision, answer.c.updated, answer.c.client
).where(
    answer.c.learner_id == bindparam("learner"),
    answer.c.name.in_(bindparam("elements", expanding=True)),
)
_STATES = (
    select(answer.c.state)
    .join(learner, learner.c.id == answer.c.learner_id)
    .where(answer.c.name == bindparam("element"), learner.c.role == "learner", learner.c.active)
)

_STATE_COUNTS = (
    select(answer.c.state, func.count(), func.sum(answer.c.revision))
    .join(learner, learner.c.id == answer.c.learner_id)
    .where(answer.c.name == bindparam("element"), learner.c.role == "learner", learner.c.active)
    .group_by(answer.c.state)
)

#: Everybody's group is the oldest of theirs: so no two groups have a member in common.
_GROUP_OF = (
    select(membership.c.learner_id, func.min(membership.c.group_id).label("group_id"))
    .group_by(membership.c.learner_id)
    .subquery()
)
_OWN_GROUP = (
    select(_GROUP_OF.c.group_id)
    .where(_GROUP_OF.c.learner_id == bindparam("learner"))
    .scalar_subquery()
)
_GROUP_STATES = (
    select(answer.c.state)
    .join(learner, learner.c.id == answer.c.learner_id)
    .join(_GROUP_OF, _GROUP_OF.c.learner_id == answer.c.learner_id)
    .where(
        answer.c.name == bindparam("element"),
        learner.c.role == "learner",
        _GROUP_OF.c.group_id == _OWN_GROUP,
    )
)
_STATES_BY_GROUP = (
    select(learning_group.c.name, answer.c.state)
    .join_from(answer, learner, learner.c.id == answer.c.learner_id)
    .join(_GROUP_OF, _GROUP_OF.c.learner_id == answer.c.learner_id)
    .join(learning_group, learning_group.c.id == _GROUP_OF.c.group_id)
    .where(answer.c.name == bindparam("element"), learner.c.role == "learner")
)


class StateCount(NamedTuple):
    """A state, in how many people's hands it is, and how many events led there altogether."""

    state: State
    people: int
    events: int


class Answers:
    """Reading and changing the states of elements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def saved(self, learner_id: int, names_of_elements: Iterable[str]) -> dict[str, Saved]:
        """Return the kept states by name; an element that was never used is missing."""
        wanted = [names.identifier(name, "element") for name in names_of_elements]
        with self._database.reading() as connection:
            rows = connection.execute(_READ_ALL, {"learner": learner_id, "elements": wanted}).all()
        return {
            name: Saved(json_text.decode(state), revision, updated, client)
            for name, state, revision, updated, client in rows
        }

    def states(self, name: str) -> list[State]:
        """Return the kept states of one element, of all active learners, without saying whose."""
        element = names.identifier(name, "element")
        with self._database.reading() as connection:
            rows = connection.execute(_STATES, {"element": element}).all()
        return [json_text.decode(state) for (state,) in rows]

    def state_counts(self, name: str) -> list[StateCount]:
        """Return the kept states of one element, of active learners, each once with its count."""
        element = names.identifier(name, "element")
        with self._database.reading() as connection:
            rows = connection.execute(_STATE_COUNTS, {"element": element}).all()
        return [
            StateCount(json_text.decode(state), people, int(events))
            for state, people, events in rows
        ]

    def states_by_group(self, name: str) -> dict[str, list[State]]:
        """Return the kept states of one element by group, as ``group_states`` does of one."""
        element = names.identifier(name, "element")
        found: dict[str, list[State]] = {}
        with self._database.reading() as connection:
            for group, state in connection.execute(_STATES_BY_GROUP, {"element": element}):
                found.setdefault(group, []).append(json_text.decode(state))
        return found

    def group_states(self, learner_id: int, name: str) -> list[State]:
        """Return the kept states of one element, of a learner's group, without saying whose.

        Each learner belongs to one group here, the oldest of those that they are in, so that what
        is told of two groups never differs by the people who are in both. Whoever has left counts
        too: nobody's going shows in what is told of the others.
        """
        element = names.identifier(name, "element")
        with self._database.reading() as connection:
            given = {"element": element, "learner": learner_id}
            rows = connection.execute(_GROUP_STATES, given).all()
        return [json_text.decode(state) for (state,) in rows]

    def apply(
        self,
        learner_id: int,
        name: str,
        *,
        event_id: str,
        client: str,
        revision: int,
        transition: Callable[[State | None], tuple[State, Reply]],
    ) -> Applied:
        """Apply one event to the state of one element; return when that is committed.

        ``transition`` gets the kept state, or None before the first event, and returns the new
        state and the reply. It runs while the write lock is held, perhaps in another thread and
        more than once: it has to be quick and pure, and must not call the store. Whatever it raises
        leaves everything as it was. An ``event_id`` that is among the last 16 of the element is not
        applied again. ``revision`` is the one that the client has seen last, 0 if none; it decides
        nothing but ``Applied.overtaken``.

        Raises ``StateRefused`` for a state that is no JSON or larger than 64 KiB, ``InvalidName``,
        ``UnknownLearner`` and ``StoreError``.
        """
        names.identifier(name, "element")
        names.identifier(event_id, "event id")
        names.identifier(client, "client")

        def write(connection: Connection) -> Applied:
            lock(connection, learner_id)
            before, events = _read(connection, this)
            overtaken = (
                before is not None and revision < before.revision and client != before.client
            )
            if before is not None and event_id in events:
                return Applied(before, {}, replayed=True, overtaken=overtaken)

            state, reply = transition(before.state if before else None)
            text = json_text.encode(state, json_text.MAXIMUM_STATE_BYTES)
            after = Saved(
                json_text.decode(text),  # what will be read, not what happened to be written
                before.revision + 1 if before else 1,
                datetime.now(UTC),
                client,
            )
            values = {
                "state": text,
                "revision": after.revision,
                "updated": after.updated,
                "client": client,
                "event_ids": json_text.encode([*events, event_id][-_REMEMBERED_EVENTS:]),
            }
            if before is None:
                connection.execute(_INSERT, {"learner_id": learner_id, "name": name, **values})
            else:
                connection.execute(_UPDATE, {**this, **values})
            return Applied(after, reply, replayed=False, overtaken=overtaken)

        this: dict[str, int | str] = {"learner": learner_id, "element": name}
        return self._database.write(write)


def _read(connection: Connection, this: dict[str, int | str]) -> tuple[Saved | None, list[str]]:
    """Return the kept state, if any, and the events that it remembers."""
    row = connection.execute(_READ, this).one_or_none()
    if row is None:
        return None, []
    state, revision, updated, client, events = row
    saved = Saved(json_text.decode(state), revision, updated, client)
    return saved, json_text.decode(events)
