"""Attempts are scored with the released keys, some at a time, each once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yongxin.cohort import attempts as module
from yongxin.cohort.attempts import Attempts
from yongxin.items import Key, parse_key
from yongxin.store import Store

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def key(item_id: str, right: str, points: float = 1.0) -> Key:
    return parse_key(
        {
            "id": item_id,
            "type": "single-choice",
            "points": points,
            "options": ["yes", "no"],
            "key": right,
        }
    )


KEYS = {"first": key("first", "yes"), "second": key("second", "no", 2.0)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


def hand_in(store: Store, username: str, **responses: Any) -> None:
    learner = store.learner(username) or store.add_learner(username, username)
    number = len(store.submissions(learner.id))
    store.hand_in(
        learner.id,
        "a2-pickle",
        event_id=f"{username}-{number}",
        allowed_attempts=3,
        now=NOON,
        snapshot={"answers": {name: {"response": one} for name, one in responses.items()}},
        deliver=lambda _submission: {},
    )


def test_points_stand_in_the_order_of_the_items(store: Store) -> None:
    hand_in(store, "an", first="yes", second="no")
    hand_in(store, "bo", second="yes", third="of another release")
    hand_in(store, "chi", first={"no": "choice"})
    attempts = Attempts(store, "a2-pickle", KEYS)
    assert attempts.table().waiting == 3
    assert attempts.catch_up(0)
    table = attempts.table()
    assert table.items == ("first", "second")
    assert table.maxima == (1.0, 2.0)
    assert table.points.tolist() == [[1, 2], [0, 0], [0, 0]]
    assert table.waiting == 0
    assert attempts.responses("second") == ['"no"', '"yes"', None]


def test_only_first_attempts_unless_all_are_asked_for(store: Store) -> None:
    hand_in(store, "an", first="no")
    hand_in(store, "an", first="yes")
    attempts = Attempts(store, "a2-pickle", KEYS)
    attempts.catch_up(0)
    assert attempts.table().points.tolist() == [[0, 0]]
    assert attempts.table(only_first=False).points.tolist() == [[0, 0], [1, 0]]


def test_another_key_scores_anew(store: Store) -> None:
    hand_in(store, "an", first="yes")
    Attempts(store, "a2-pickle", KEYS).catch_up(0)
    corrected = Attempts(store, "a2-pickle", KEYS | {"first": key("first", "no")})
    assert corrected.table().waiting == 1
    corrected.catch_up(0)
    assert corrected.table().points.tolist() == [[0, 0]]


def test_a_call_scores_some_and_the_next_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    for name in ("an", "bo", "chi", "dong", "er"):
        hand_in(store, name, first="yes")
    attempts = Attempts(store, "a2-pickle", KEYS)
    waiting = []
    while not attempts.catch_up(0):
        waiting.append(attempts.table().waiting)
    assert waiting == [3, 1]
    assert attempts.table().waiting == 0


def test_nobody_has_handed_in(store: Store) -> None:
    attempts = Attempts(store, "a2-pickle", KEYS)
    assert attempts.catch_up(0)
    table = attempts.table()
    assert table.points.shape == (0, 2)
    assert table.waiting == 0
