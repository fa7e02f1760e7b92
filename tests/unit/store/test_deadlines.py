"""Until when modules are handed in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from yongxin.store import Deadline, InvalidName, Store, UnknownGroup

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_without_a_deadline_there_is_none(store: Store) -> None:
    learner = store.add_learner("a", "A")
    assert store.deadline("a2-pickle", learner.id) is None


@pytest.mark.parametrize("group_due", [NOON - HOUR, NOON + HOUR], ids=["earlier", "later"])
def test_the_deadline_of_a_group_beats_the_general_one(store: Store, group_due: datetime) -> None:
    member = store.add_learner("a", "A", groups=["night"])
    other = store.add_learner("b", "B", groups=["day"])
    store.set_deadline("a2-pickle", NOON)
    store.set_deadline("a2-pickle", group_due, group="night")
    store.set_deadline("a3-other", NOON + 9 * HOUR, group="night")
    assert store.deadline("a2-pickle", member.id) == group_due
    assert store.deadline("a2-pickle", other.id) == NOON


def test_of_several_groups_the_latest_deadline_counts(store: Store) -> None:
    member = store.add_learner("a", "A", groups=["one", "two", "three"])
    store.set_deadline("a2-pickle", NOON, group="one")
    store.set_deadline("a2-pickle", NOON + HOUR, group="two")
    assert store.deadline("a2-pickle", member.id) == NOON + HOUR


def test_a_deadline_is_replaced_and_taken_away(store: Store) -> None:
    member = store.add_learner("a", "A", groups=["one"])
    for group in (None, "one"):
        store.set_deadline("a2-pickle", NOON, group=group)
        store.set_deadline("a2-pickle", NOON + HOUR, group=group)
    assert store.deadlines() == [
        Deadline("a2-pickle", None, NOON + HOUR),
        Deadline("a2-pickle", "one", NOON + HOUR),
    ]
    assert store.deadlines("a3-other") == []
    store.set_deadline("a2-pickle", None, group="one")
    assert store.deadline("a2-pickle", member.id) == NOON + HOUR
    store.set_deadline("a2-pickle", None)
    assert store.deadline("a2-pickle", member.id) is None


def test_a_deadline_is_one_moment_in_every_zone(store: Store) -> None:
    learner = store.add_learner("a", "A")
    store.set_deadline("a2-pickle", NOON.astimezone(timezone(timedelta(hours=8))))
    kept = store.deadline("a2-pickle", learner.id)
    assert kept is not None
    assert kept == NOON
    assert kept.tzinfo is UTC
    with pytest.raises(StatementError, match="no time zone"):
        store.set_deadline("a2-pickle", NOON.replace(tzinfo=None))


def test_a_deadline_for_a_mistyped_group_is_refused(store: Store) -> None:
    store.add_learner("a", "A", groups=["night shift", "day shift"])
    with pytest.raises(UnknownGroup, match="'nigth shift'; there are: day shift, night shift"):
        store.set_deadline("a2-pickle", NOON, group="nigth shift")
    with pytest.raises(InvalidName):
        store.set_deadline("no module", NOON)
    assert store.deadlines() == []


def test_all_deadlines_of_a_learner_are_those_of_each_module(store: Store) -> None:
    early, late = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    learner = store.add_learner("many.groups", "n", groups=["a", "b"])
    store.add_learner("other", "n", groups=["c"])
    for module_id, group, due in (
        ("both", None, late),
        ("both", "a", early),
        ("two", "a", early),
        ("two", "b", late),
        ("general", None, early),
        ("others", "c", late),
    ):
        store.set_deadline(module_id, due, group=group)
    found = store.deadlines_for(learner.id)
    assert found == {"both": early, "two": late, "general": early}
    assert found == {one: store.deadline(one, learner.id) for one in found}
