"""What attempts are worth is kept with the keys that it was reckoned by."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from yongxin.store import ScoredAttempt, Store

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HandIn = Callable[[str, str], None]


@pytest.fixture
def hand_in(store: Store) -> HandIn:
    """Hand an answer in for somebody of a group."""
    people = {
        name: store.add_learner(name, name, groups=[group])
        for name, group in (("an", "east"), ("bo", "east"), ("chi", "west"))
    }
    count = iter(range(100))

    def hand_in(username: str, response: str) -> None:
        store.hand_in(
            people[username].id,
            "a2-pickle",
            event_id=f"event-{next(count)}",
            allowed_attempts=2,
            now=NOON,
            snapshot={"answers": {"one": {"response": response, "saved": NOON.isoformat()}}},
            deliver=lambda _submission: {},
        )

    return hand_in


def score_all(store: Store, key_digest: str, limit: int = 10) -> int:
    found = store.unscored("a2-pickle", key_digest, limit=limit)
    store.keep_scored(
        key_digest,
        {
            one.submission_id: ScoredAttempt(
                {"one": float(one.responses["one"] == "right")},
                {"one": json.dumps(one.responses["one"])},
            )
            for one in found
        },
    )
    return len(found)


def test_each_attempt_is_scored_once_for_the_same_keys(store: Store, hand_in: HandIn) -> None:
    for username in ("an", "bo", "chi"):
        hand_in(username, "right")
    assert [one.username for one in store.unscored("a2-pickle", "k", limit=2)] == ["an", "bo"]
    assert [score_all(store, "k", limit=2) for _ in range(3)] == [2, 1, 0]
    hand_in("an", "wrong")
    assert score_all(store, "k") == 1
    assert store.unscored("a1-look-twice", "k", limit=9) == []


def test_other_keys_score_everything_anew(store: Store, hand_in: HandIn) -> None:
    hand_in("an", "right")
    score_all(store, "before")
    assert score_all(store, "after") == 1
    assert store.points("a2-pickle", "before") == []
    assert store.points("a2-pickle", "after") == [{"one": 1.0}]


def test_first_attempts_alone_and_one_group(store: Store, hand_in: HandIn) -> None:
    hand_in("an", "wrong")
    hand_in("an", "right")
    hand_in("chi", "right")
    score_all(store, "k")
    counted: list[tuple[dict[str, Any], int]] = [
        ({}, 2),
        ({"only_first": False}, 3),
        ({"group": "east"}, 1),
        ({"group": "west", "only_first": False}, 1),
        ({"group": "nobody"}, 0),
    ]
    for choice, number in counted:
        assert store.count_attempts("a2-pickle", **choice) == number
        assert len(store.points("a2-pickle", "k", **choice)) == number
    assert store.points("a2-pickle", "k", group="east") == [{"one": 0.0}]
    assert store.responses("a2-pickle", "k", "one") == ['"wrong"', '"right"']
    assert store.responses("a2-pickle", "k", "another") == [None, None]


def test_what_is_being_handed_in_is_not_counted(store: Store, hand_in: HandIn) -> None:
    hand_in("an", "right")
    bo = store.learner("bo")
    assert bo

    def deliver(_submission: object) -> dict[str, Any]:
        assert store.count_attempts("a2-pickle") == 1
        assert len(store.unscored("a2-pickle", "k", limit=9)) == 1
        return {}

    store.hand_in(
        bo.id,
        "a2-pickle",
        event_id="b",
        allowed_attempts=1,
        now=NOON,
        snapshot={"answers": {}},
        deliver=deliver,
    )
    assert store.count_attempts("a2-pickle") == 2
