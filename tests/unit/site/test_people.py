"""Remembering who somebody is: never longer than two seconds, never past a change of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.site_here import Site
from yongxin.site.people import REMEMBERED_SECONDS, People
from yongxin.store import Store


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


def test_a_change_in_another_process_is_seen_within_two_seconds(store: Store, url: str) -> None:
    clock = Clock()
    people = People(store, clock=clock)
    people.look_up("lin")
    with Store.open(url) as other:
        other.deactivate("lin")
    clock.now += REMEMBERED_SECONDS - 0.01
    assert people.remembered("lin") is not None
    clock.now += 0.02
    assert people.remembered("lin") is None
    assert REMEMBERED_SECONDS <= 2


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


def test_many_people_do_not_fill_the_memory(store: Store) -> None:
    people = People(store)
    for number in range(5000):
        people.look_up(f"nobody-{number}")
    assert len(people._known) <= 4096


def test_whoever_is_deactivated_is_out_with_the_next_request(site: Site) -> None:
    store = site.store
    store.add_learner("leaving", "离开")
    client = site.client("leaving")
    assert client.get("en/").status_code == 200
    store.deactivate("leaving")
    assert client.get("en/").status_code == 302
