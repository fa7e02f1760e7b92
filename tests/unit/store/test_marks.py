"""Copies of marks: kept, replaced, dropped, and written only when something has changed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from yongxin.store import UNKNOWN_MOMENT, ModuleMark, Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def people(store: Store) -> dict[str, int]:
    return {name: store.add_learner(name, name).id for name in ("an", "bo", "chi")}


def mark(learner_id: int, module_id: str = "a2-pickle", *, points: float = 7.5) -> ModuleMark:
    return ModuleMark(learner_id, module_id, NOON, points, 10, 1, None)


def test_only_what_is_new_or_different_counts_as_changed(
    store: Store, people: dict[str, int]
) -> None:
    first = [mark(people["an"]), mark(people["bo"]), mark(people["an"], "a1-look-twice")]
    assert store.keep_marks(first) == 3
    assert store.keep_marks(first) == 0
    accepted = mark(people["an"])._replace(waiting=0, reflections=1.0)
    assert store.keep_marks([accepted, *first[1:]]) == 1
    assert store.keep_marks([accepted._replace(reflections=None)]) == 1
    assert store.keep_marks([]) == 0


def test_marks_come_back_as_they_were_kept(store: Store, people: dict[str, int]) -> None:
    in_shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    kept = ModuleMark(people["bo"], "a2-pickle", in_shanghai, 1 / 3, 10.5, 0, 2 / 3)
    store.keep_marks([kept])
    (found,) = store.marks()
    assert found == kept
    assert found.handed_in.tzinfo is UTC
    store.keep_marks([kept._replace(handed_in=UNKNOWN_MOMENT)])
    assert store.marks()[0].handed_in == UNKNOWN_MOMENT


def test_marks_of_some_learners_and_of_one_module(store: Store, people: dict[str, int]) -> None:
    everything = [
        mark(people[name], module) for name in ("an", "bo") for module in ("a1-look-twice", "a2")
    ]
    store.keep_marks(reversed(everything))
    assert store.marks() == everything
    assert store.marks(learner_ids=[people["bo"]]) == everything[2:]
    assert store.marks(module_id="a2") == everything[1::2]
    assert store.marks(learner_ids=[people["an"]], module_id="a2") == [everything[1]]
    assert store.marks(learner_ids=[]) == []


def test_many_are_kept_and_found_in_slices(store: Store, people: dict[str, int]) -> None:
    many = [mark(people["an"], f"m{number:04}") for number in range(1203)]
    assert store.keep_marks(many) == 1203
    assert store.marks(learner_ids=[*range(5000, 7000), *people.values()]) == many


def test_what_the_gradebook_no_longer_has_is_dropped(store: Store, people: dict[str, int]) -> None:
    store.keep_marks([mark(people["an"]), mark(people["bo"]), mark(people["an"], "a1-look-twice")])
    store.drop_marks("a2-pickle", [people["an"], people["chi"]])
    assert [(one.learner_id, one.module_id) for one in store.marks()] == [
        (people["an"], "a1-look-twice"),
        (people["bo"], "a2-pickle"),
    ]


def test_a_mark_of_nobody_is_left_out(store: Store, people: dict[str, int]) -> None:
    assert store.keep_marks([mark(4711), mark(people["chi"])]) == 1
    assert store.keep_marks([mark(4711)]) == 0
    assert [one.learner_id for one in store.marks()] == [people["chi"]]


def test_ids_by_username(store: Store, people: dict[str, int]) -> None:
    assert store.learner_ids() == people
    assert store.learner_ids(["bo", "nobody"]) == {"bo": people["bo"]}
