"""Bringing the roster up to date with a list of people, wholly or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from yongxin.language import FIRST_LANGUAGE
from yongxin.store import names
from yongxin.store.database import Database
from yongxin.store.errors import UsernameTaken
from yongxin.store.learners import (
    count_roster_change,
    find,
    group_ids,
    language_name,
    new_session_key,
    role_name,
)
from yongxin.store.tables import learner, membership, sign_in_token
from yongxin.store.values import Learner, Role

RosterChangeKind = Literal["new", "changed", "reactivated", "deactivated", "unchanged"]

_LOCK_ALL = select(learner.c.id).order_by(learner.c.id).with_for_update(key_share=True)
_CHANGE = update(learner).where(learner.c.id == bindparam("changed"))
_REVOKE = delete(sign_in_token).where(sign_in_token.c.learner_id == bindparam("changed"))
_LEAVE_GROUPS = delete(membership).where(membership.c.learner_id == bindparam("changed"))


@dataclass(frozen=True)
class RosterEntry:
    """Somebody as a list has them. What is ``None`` the list does not say, and it stays as it is.

    For somebody new that means: the username for a name, a learner, the first language, no group.
    """

    username: str
    name: str | None = None
    role: Role | None = None
    language: str | None = None
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RosterChange:
    """What a list means for one person: who they were (``None``: nobody yet) and who they become.

    In ``after`` nothing is ``None``.
    """

    kind: RosterChangeKind
    before: Learner | None
    after: RosterEntry


class Roster:
    """Comparing the roster with a list, and changing it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def compare_roster(
        self, entries: Iterable[RosterEntry], *, deactivate_missing: bool = False
    ) -> list[RosterChange]:
        """Return what ``update_roster`` would do, and change nothing. Raises as that does."""
        with self._database.reading() as connection:
            return compare(find(connection), entries, deactivate_missing=deactivate_missing)

    def update_roster(
        self, entries: Iterable[RosterEntry], *, deactivate_missing: bool = False
    ) -> list[RosterChange]:
        """Add, change and let in again whoever is listed, and return what was done to each.

        With ``deactivate_missing`` active learners who are not listed are let in no more; people
        of other roles stay, so that a list of learners locks no trainer out. Nothing is deleted.
        Raises ``InvalidName`` and ``UsernameTaken``, and then nothing was changed.
        """
        with self._database.writing() as connection:
            connection.execute(_LOCK_ALL)  # see learners.lock
            changes = compare(find(connection), entries, deactivate_missing=deactivate_missing)
            try:
                _carry_out(connection, changes)
            except IntegrityError as error:
                raise UsernameTaken("somebody else has just added one of these people") from error
            count_roster_change(connection)
        self._database.roster = object()
        return changes


def compare(
    people: Iterable[Learner], entries: Iterable[RosterEntry], *, deactivate_missing: bool
) -> list[RosterChange]:
    """Return what the list means for everybody in it, and then for the learners who are missing.

    Raises ``InvalidName``, and ``UsernameTaken`` for two entries that mean the same person.
    """
    known = {names.username_key(one.username): one for one in people}
    changes: dict[str, RosterChange] = {}
    for entry in entries:
        key = names.username_key(entry.username)
        if key in changes:
            raise UsernameTaken(f"{entry.username!r} stands twice in the list")
        changes[key] = _change(known.get(key), _checked(entry))
    listed = list(changes.values())
    if not deactivate_missing:
        return listed
    return listed + [
        RosterChange("deactivated", one, _as_entry(one))
        for key, one in known.items()
        if key not in changes and one.active and one.role == "learner"
    ]


def _checked(entry: RosterEntry) -> RosterEntry:
    return RosterEntry(
        username=names.username(entry.username),
        name=None if entry.name is None else names.line(entry.name, "name"),
        role=None if entry.role is None else role_name(entry.role),
        language=None if entry.language is None else language_name(entry.language),
        groups=None
        if entry.groups is None
        else tuple(sorted({names.line(one, "group") for one in entry.groups})),
    )


def _change(before: Learner | None, entry: RosterEntry) -> RosterChange:
    if before is None:
        new = RosterEntry(
            username=entry.username,
            name=entry.name or entry.username,
            role=entry.role or "learner",
            language=entry.language or FIRST_LANGUAGE,
            groups=entry.groups or (),
        )
        return RosterChange("new", None, new)
    after = RosterEntry(
        username=before.username,  # folders of hand-ins are called after it
        name=entry.name or before.name,
        role=entry.role or before.role,
        language=entry.language or before.language,
        groups=before.groups if entry.groups is None else entry.groups,
    )
    if not before.active:
        return RosterChange("reactivated", before, after)
    return RosterChange("unchanged" if after == _as_entry(before) else "changed", before, after)


def _as_entry(person: Learner) -> RosterEntry:
    return RosterEntry(person.username, person.name, person.role, person.language, person.groups)


def _carry_out(connection: Connection, changes: Sequence[RosterChange]) -> None:
    added = [one for one in changes if one.before is None]
    kept = [(one.before.id, one) for one in changes if one.before and one.kind != "unchanged"]
    if added:
        connection.execute(learner.insert(), [_new_row(one.after) for one in added])
    changed = [_changed_row(number, one) for number, one in kept if one.kind != "deactivated"]
    if changed:
        connection.execute(_CHANGE, changed)
    out = [number for number, one in kept if one.kind == "deactivated"]
    if out:
        keys = [
            {"changed": number, "active": False, "session_key": new_session_key()} for number in out
        ]
        connection.execute(_CHANGE, keys)
        connection.execute(_REVOKE, [{"changed": number} for number in out])
    if added or changed:
        _set_groups(connection, added, kept)


def _new_row(entry: RosterEntry) -> dict[str, object]:
    return {
        "username": entry.username,
        "username_key": names.username_key(entry.username),
        "name": entry.name,
        "role": entry.role,
        "language": entry.language,
        "active": True,
        "session_key": new_session_key(),
        "password": None,
        "created": datetime.now(UTC),
    }


def _changed_row(number: int, change: RosterChange) -> dict[str, object]:
    return {
        "changed": number,
        "name": change.after.name,
        "role": change.after.role,
        "language": change.after.language,
        "active": True,
    }


def _set_groups(
    connection: Connection, added: list[RosterChange], kept: list[tuple[int, RosterChange]]
) -> None:
    moved = {
        number: one.after.groups or ()
        for number, one in kept
        if one.before and one.after.groups != one.before.groups
    }
    if moved:
        connection.execute(_LEAVE_GROUPS, [{"changed": number} for number in moved])
    if added:
        ids = dict(connection.execute(select(learner.c.username_key, learner.c.id)).all())
        moved |= {
            ids[names.username_key(one.after.username)]: one.after.groups or () for one in added
        }
    wanted = sorted({group for groups in moved.values() for group in groups})
    ids_of_groups = group_ids(connection, wanted) if wanted else {}
    rows = [
        {"learner_id": number, "group_id": ids_of_groups[group]}
        for number, groups in moved.items()
        for group in groups
    ]
    if rows:
        connection.execute(membership.insert(), rows)
