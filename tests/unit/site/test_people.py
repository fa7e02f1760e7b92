"""Remembering who somebody is: never past a change of our own, and two seconds past another's."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.site_here import Site
from yongxin.site import people as people_module
from yongxin.site.people import LOOK_AFTER_SECONDS, TRUSTED_SECONDS, People
from yongxin.store import RosterEntry, Store, StoreBusy


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        store.add_learner("lin", "林夏")
        yield store


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nobody_is_remembered_before_being_looked_up(store: Store) -> None:
    people = People(store)
    assert people.remembered("lin") is None
    assert people.look_up("lin") == store.learner("lin")
    assert people.remembered("lin") == store.learner("lin")
    assert people.look_up("nobody") is None
    assert people.remembered("nobody") is None


def test_a_change_in_this_process_is_seen_at_once(store: Store) -> None:
    people = People(store)
    people.look_up("lin")
    store.deactivate("lin")
    assert people.remembered("lin") is None
    found = people.look_up("lin")
    assert found is not None
    assert not found.active


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.deactivate("lin"),
        lambda store: store.update_learner("lin", role="trainer"),
        lambda store: store.set_password("lin", "a long sentence"),
        lambda store: store.end_sessions("lin"),
        lambda store: store.update_roster([RosterEntry("lin", groups=("east",))]),
    ],
)
def test_a_change_in_another_process_is_seen_within_two_seconds(
    store: Store, url: str, change: Callable[[Store], object]
) -> None:
    clock = Clock()
    people = People(store, clock=clock)
    before = people.look_up("lin")
    with Store.open(url) as other:
        change(other)
    clock.now += TRUSTED_SECONDS
    assert people.remembered("lin") is None
    assert people.look_up("lin") == store.learner("lin") != before
    assert TRUSTED_SECONDS <= 2


def test_one_of_those_who_ask_looks_for_changes_and_the_others_need_not_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    people = People(store, clock=clock)
    people.look_up("lin")
    read: list[str] = []
    monkeypatch.setattr(store, "learner", read.append)
    clock.now += LOOK_AFTER_SECONDS
    assert people.remembered("lin") is None
    assert people.remembered("lin") is not None, "somebody is looking already"
    assert people.look_up("lin") is not None
    assert read == [], "nobody was changed, so nobody is read again"
    clock.now += LOOK_AFTER_SECONDS - 0.01
    assert people.remembered("lin") is not None


def test_a_look_that_fails_is_tried_again_by_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    people = People(store, clock=clock)
    people.look_up("lin")
    clock.now += LOOK_AFTER_SECONDS

    def fail() -> int:
        raise StoreBusy("for a moment")

    with monkeypatch.context() as broken:
        broken.setattr(store, "roster_changes", fail)
        assert people.remembered("lin") is None
        with pytest.raises(StoreBusy):
            people.look_up("lin")
    assert people.remembered("lin") is None
    assert people.look_up("lin") == store.learner("lin")
    assert people.remembered("lin") is not None


def test_what_was_read_before_a_change_is_not_remembered_after_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = People(store)
    read = store.learner

    def read_then_change(username: str) -> object:
        found = read(username)
        store.deactivate(username)
        return found

    monkeypatch.setattr(store, "learner", read_then_change)
    people.look_up("lin")
    assert people.remembered("lin") is None


def test_many_people_do_not_fill_the_memory(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_module, "_MOST_PEOPLE", 2)
    people = People(store)
    for username in ("chen", "zhou", "wang"):
        store.add_learner(username, username)
    for username in ("chen", "zhou", "wang"):
        people.look_up(username)
    found = [people.remembered(username) is not None for username in ("chen", "zhou", "wang")]
    assert found == [False, True, True]


def test_whoever_is_deactivated_is_out_with_the_next_request(site: Site) -> None:
    store = site.store
    store.add_learner("leaving", "离开")
    client = site.client("leaving")
    assert client.get("en/").status_code == 200
    store.deactivate("leaving")
    assert client.get("en/").status_code == 302
