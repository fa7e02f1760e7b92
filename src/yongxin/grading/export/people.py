"""Whom an export tells of: the roster of the store, and whoever the gradebook knows besides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from yongxin.nearest import nearest
from yongxin.store import Store


class UnknownName(LookupError):
    """A group or a module was asked for that does not exist; the message names the nearest."""


@dataclass(frozen=True)
class Person:
    """Somebody with marks, or who should have some: ``is_expected`` tells the latter."""

    username: str
    name: str
    groups: tuple[str, ...] = ()
    is_expected: bool = True


@dataclass(frozen=True)
class People:
    """Everybody there is to tell of, by username, and how often each handed in each module."""

    by_username: Mapping[str, Person]
    hand_ins: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def selected(self, groups: Collection[str], usernames: Collection[str]) -> "People":
        """Return those who are in one of ``groups`` and one of ``usernames``; none means all.

        Raises ``UnknownName``.
        """
        known = {group for one in self.by_username.values() for group in one.groups}
        require_known("group", groups, known)
        require_known("learner", usernames, self.by_username)
        chosen = {
            username: one
            for username, one in self.by_username.items()
            if (not groups or not set(groups).isdisjoint(one.groups))
            and (not usernames or username in usernames)
        }
        return People(chosen, self.hand_ins)


def read_people(store: Store | None, gradebook_names: Mapping[str, str]) -> People:
    """Return the people of ``store``, in its order, and then whoever only the gradebook knows.

    A row without marks is expected of active learners, and of those whom no roster knows.
    """
    listed = store.learners(active=None) if store else []
    people = {
        one.username: Person(
            one.username, one.name, one.groups, is_expected=one.active and one.role == "learner"
        )
        for one in listed
    }
    people |= {
        username: Person(username, name)
        for username, name in gradebook_names.items()
        if username not in people
    }
    return People(people, store.all_hand_ins() if store else {})


def require_known(what: str, wanted: Collection[str], known: Collection[str]) -> None:
    """Raise ``UnknownName`` for the first of ``wanted`` that is not ``known``."""
    for one in wanted:
        if one not in known:
            close = ", ".join(nearest(one, known)) or "none at all"
            raise UnknownName(f"there is no {what} {one!r}; there are, among others: {close}")
