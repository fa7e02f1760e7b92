"""Who may sign in, and which groups they belong to."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from yongxin.language import FIRST_LANGUAGE, LANGUAGES
from yongxin.store import names, passwords
from yongxin.store.database import Database
from yongxin.store.errors import InvalidName, UnknownLearner, UsernameTaken
from yongxin.store.insert import insert
from yongxin.store.tables import (
    learner,
    learning_group,
    membership,
    roster_change,
    sign_in_token,
)
from yongxin.store.values import Learner, Role

_SESSION_KEY_BYTES = 16

#: Every learner as often as there are groups for them, or once without a group.
_FIND = (
    select(
        learner.c.username_key,
        learner.c.id,
        learner.c.username,
        learner.c.name,
        learner.c.language,
        learner.c.role,
        learner.c.active,
        learner.c.session_key,
        learning_group.c.name.label("group_name"),
    )
    .outerjoin_from(learner, membership, membership.c.learner_id == learner.c.id)
    .outerjoin(learning_group, learning_group.c.id == membership.c.group_id)
)
#: Composed once: composing it took longer than reading the answer.
_FIND_CALLED = _FIND.where(learner.c.username_key == bindparam("key"))

_ROSTER_CHANGES = select(roster_change.c.changes)
_COUNT_ROSTER_CHANGE = update(roster_change).values(changes=roster_change.c.changes + 1)

_LOCK = (
    select(learner.c.id).where(learner.c.id == bindparam("learner")).with_for_update(key_share=True)
)


class Learners:
    """Adding, finding and changing learners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_learner(
        self,
        username: str,
        name: str,
        *,
        role: Role = "learner",
        language: str = FIRST_LANGUAGE,
        groups: Iterable[str] = (),
        password: str | None = None,
    ) -> Learner:
        """Add somebody; groups that do not exist yet are made.

        Without a password only sign-in tokens let the learner in. Raises ``UsernameTaken``, and
        ``InvalidName`` for a username, name, role, language or group that cannot be.
        """
        values = {
            "username": names.username(username),
            "username_key": names.username_key(username),
            "name": names.line(name, "name"),
            "role": role_name(role),
            "language": language_name(language),
            "active": True,
            "session_key": new_session_key(),
            "password": None if password is None else passwords.hash_password(password),
            "created": datetime.now(UTC),
        }
        group_names = _group_names(groups)
        with self._database.writing() as connection:
            try:
                learner_id = connection.execute(
                    learner.insert().values(values).returning(learner.c.id)
                ).scalar_one()
            except IntegrityError as error:
                raise UsernameTaken(
                    f"{username!r} is taken, or reads the same as a username that is"
                ) from error
            _set_groups(connection, learner_id, group_names)
            return find_one(connection, learner.c.id == learner_id)

    def learner(self, username: str) -> Learner | None:
        """Return the learner; width and case of the letters do not count."""
        with self._database.reading() as connection:
            rows = connection.execute(_FIND_CALLED, {"key": names.username_key(username)}).all()
        return next(iter(_read(rows)), None)

    @property
    def roster(self) -> object:
        """Another object after each change that this process makes to anybody on the roster.

        So whoever remembers a learner for a moment knows whether that is still good.
        """
        return self._database.roster

    def roster_changes(self) -> int:
        """Return a number that is another one after each change by any process."""
        with self._database.reading() as connection:
            return connection.execute(_ROSTER_CHANGES).scalar_one()

    def learners(
        self, *, role: Role | None = None, group: str | None = None, active: bool | None = True
    ) -> list[Learner]:
        """Return all learners to whom this applies, by username; ``active=None`` means everybody.

        A group that does not exist has no members.
        """
        conditions: list[ColumnElement[bool]] = []
        if role is not None:
            conditions.append(learner.c.role == role)
        if active is not None:
            conditions.append(learner.c.active.is_(active))
        if group is not None:
            members = (
                select(membership.c.learner_id)
                .join(learning_group, learning_group.c.id == membership.c.group_id)
                .where(learning_group.c.name == names.line(group, "group"))
            )
            conditions.append(learner.c.id.in_(members))
        with self._database.reading() as connection:
            return find(connection, *conditions)

    def group_names(self) -> list[str]:
        """Return the names of the groups that active learners are in, in order."""
        statement = (
            select(learning_group.c.name)
            .where(
                exists()
                .where(membership.c.group_id == learning_group.c.id)
                .where(learner.c.id == membership.c.learner_id)
                .where(learner.c.role == "learner", learner.c.active)
            )
            .order_by(learning_group.c.name)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(statement))

    def update_learner(
        self,
        username: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        language: str | None = None,
        groups: Iterable[str] | None = None,
        active: bool | None = None,
    ) -> Learner:
        """Change what is given and leave the rest; ``groups`` replaces all groups.

        ``active=False`` does what ``deactivate`` does, ``active=True`` takes it back. Raises
        ``UnknownLearner`` and ``InvalidName``.
        """
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = names.line(name, "name")
        if role is not None:
            changes["role"] = role_name(role)
        if language is not None:
            changes["language"] = language_name(language)
        if active is not None:
            changes["active"] = active
        group_names = None if groups is None else _group_names(groups)
        with self._database.writing() as connection:
            found = find_one(connection, called(username), username=username)
            lock(connection, found.id)
            if active is False:
                changes["session_key"] = new_session_key()
                revoke_tokens(connection, found.id)
            if changes:
                connection.execute(update(learner).where(learner.c.id == found.id).values(changes))
            if group_names is not None:
                _set_groups(connection, found.id, group_names)
            count_roster_change(connection)
            changed = find_one(connection, learner.c.id == found.id)
        self._database.roster = object()
        return changed

    def deactivate(self, username: str) -> Learner:
        """Let the learner in no more: sessions and sign-in tokens end, nothing is deleted."""
        return self.update_learner(username, active=False)


def called(username: str) -> ColumnElement[bool]:
    """Return the condition for the learner of this name."""
    return learner.c.username_key == names.username_key(username)


def find(connection: Connection, *conditions: ColumnElement[bool]) -> list[Learner]:
    """Return the learners that meet all conditions, by username, with their groups."""
    return _read(connection.execute(_FIND.where(*conditions)).all())


def find_one(
    connection: Connection, condition: ColumnElement[bool], *, username: str = ""
) -> Learner:
    """Return the one learner that meets the condition. Raises ``UnknownLearner``."""
    found = find(connection, condition)
    if not found:
        raise UnknownLearner(f"there is no learner {username!r}")
    return found[0]


def lock(connection: Connection, learner_id: int) -> None:
    """Make all others who write what belongs to this learner wait for this transaction.

    On PostgreSQL this is a lock on the learner's row; it must be a statement of its own, before
    whatever it protects is read, because a statement sees what was committed before it started,
    not before it had waited. In SQLite the whole transaction has the only write lock anyway.
    Raises ``UnknownLearner``.
    """
    if connection.scalar(_LOCK, {"learner": learner_id}) is None:
        raise UnknownLearner(f"there is no learner with the id {learner_id}")


def count_roster_change(connection: Connection) -> None:
    """Let every process know that what it remembers of people may have changed."""
    connection.execute(_COUNT_ROSTER_CHANGE)


def revoke_tokens(connection: Connection, learner_id: int) -> None:
    """Make the sign-in tokens that were issued to the learner worthless."""
    connection.execute(delete(sign_in_token).where(sign_in_token.c.learner_id == learner_id))


def new_session_key() -> str:
    """Return a key that no session was ever given."""
    return secrets.token_urlsafe(_SESSION_KEY_BYTES)


def group_ids(connection: Connection, group_names: Sequence[str]) -> dict[str, int]:
    """Return the ids of groups by name; those that do not exist yet are made.

    The names stand in alphabetical order, so that two writers of the same groups cannot deadlock.
    """
    connection.execute(
        insert(connection, learning_group).on_conflict_do_nothing(),
        [{"name": name} for name in group_names],
    )
    of_names = learning_group.c.name.in_(group_names)
    rows = connection.execute(select(learning_group.c.name, learning_group.c.id).where(of_names))
    return dict(rows.all())


def role_name(text: str) -> Role:
    """Return ``text`` if it is a role. Raises ``InvalidName``."""
    return cast("Role", _one_of(text, get_args(Role), "role"))


def language_name(text: str) -> str:
    """Return ``text`` if it is a language of the course. Raises ``InvalidName``."""
    return _one_of(text, LANGUAGES, "language")


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> str:
    if value not in allowed:
        raise InvalidName(f"{value!r} is no {what}; allowed are {', '.join(allowed)}")
    return value


def _group_names(groups: Iterable[str]) -> list[str]:
    if isinstance(groups, str):
        raise TypeError(f"groups is a list of names, not the one text {groups!r}")
    # In one order for everybody, so that two writers who make the same groups cannot deadlock.
    return sorted({names.line(group, "group") for group in groups})


def _read(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Learner]:
    groups: dict[int, list[str]] = {}
    for row in rows:
        groups.setdefault(row.id, []).extend([row.group_name] if row.group_name else [])
    return [
        Learner(
            id=row.id,
            username=row.username,
            name=row.name,
            language=row.language,
            role=cast("Role", row.role),
            groups=tuple(sorted(groups[row.id])),
            active=row.active,
            session_key=row.session_key,
        )
        # Sorted here, because databases differ in how they compare texts.
        for row in sorted({row.id: row for row in rows}.values(), key=lambda row: row.username_key)
    ]


def _set_groups(connection: Connection, learner_id: int, group_names: list[str]) -> None:
    connection.execute(delete(membership).where(membership.c.learner_id == learner_id))
    if not group_names:
        return
    ids = group_ids(connection, group_names)
    connection.execute(
        membership.insert(),
        [{"learner_id": learner_id, "group_id": ids[one]} for one in group_names],
    )
