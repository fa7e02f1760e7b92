"""What learners did: saved, counted, and applied once."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yongxin.store import InvalidName, Learner, StateRefused, Store, UnknownLearner

MAXIMUM = 64 * 1024


def test_an_answer_is_there_when_the_store_is_opened_again(
    store: Store, store_url: str, learner: Learner, apply: Any
) -> None:
    state = {"response": ["顺序", "b"], "checked": True, "note": "客户说：“谢谢”\n\0😀", "n": 1.5}
    before = datetime.now(UTC)
    applied = apply(state, client="phone", transition=lambda _: (state, {"say": "saved"}))
    assert applied.reply == {"say": "saved"}
    assert (applied.replayed, applied.overtaken) == (False, False)
    store.close()

    with Store.open(store_url, migrate=False) as again:
        kept = again.saved(learner.id, ["quiz:gap-sign", "quiz:never-touched"])
    assert kept == {"quiz:gap-sign": applied.saved}
    saved = kept["quiz:gap-sign"]
    assert (saved.state, saved.revision, saved.client) == (state, 1, "phone")
    assert saved.updated.tzinfo is UTC
    assert before - timedelta(milliseconds=1) <= saved.updated <= datetime.now(UTC)


def test_a_transition_gets_the_state_that_was_left(apply: Any) -> None:
    seen: list[Any] = []

    def transition(before: Any) -> Any:
        seen.append(before)
        return {"n": len(seen)}, {}

    for revision in range(3):
        applied = apply({}, transition=transition, revision=revision)
        assert applied.saved.revision == revision + 1
    assert seen == [None, {"n": 1}, {"n": 2}]


def test_what_is_returned_is_what_was_stored(apply: Any, store: Store, learner: Learner) -> None:
    applied = apply({"pair": (1, 2), 3: "number as name"})
    assert applied.saved.state == {"pair": [1, 2], "3": "number as name"}
    assert store.saved(learner.id, ["quiz:gap-sign"])["quiz:gap-sign"] == applied.saved


def test_an_event_is_applied_once(apply: Any) -> None:
    def count(before: Any) -> Any:
        return {"n": (before or {"n": 0})["n"] + 1}, {"say": "counted"}

    first = apply({}, event_id="one", transition=count)
    again = apply({}, event_id="one", transition=count)
    assert (first.replayed, first.reply) == (False, {"say": "counted"})
    assert (again.replayed, again.reply) == (True, {})
    assert again.saved == first.saved


def test_an_event_is_recognised_among_the_last_sixteen(apply: Any) -> None:
    for number in range(17):
        apply({"n": number}, event_id=f"e{number}")
    replayed = apply({"n": "again"}, event_id="e1")  # the sixteenth from the end
    assert replayed.replayed
    assert replayed.saved.state == {"n": 16}
    forgotten = apply({"n": "again"}, event_id="e0")
    assert not forgotten.replayed
    assert forgotten.saved.revision == 18


def test_the_later_change_wins_and_the_earlier_client_is_told(apply: Any) -> None:
    assert not apply({"from": "phone"}, client="phone", revision=0).overtaken
    desk = apply({"from": "desk"}, client="desk", revision=1)
    assert not desk.overtaken
    phone = apply({"from": "phone again"}, client="phone", revision=1)
    assert phone.overtaken
    assert phone.saved.state == {"from": "phone again"}
    assert phone.saved.revision == 3


def test_a_client_does_not_overtake_itself(apply: Any) -> None:
    apply({"n": 1}, client="phone", revision=0)
    assert not apply({"n": 2}, client="phone", revision=0).overtaken


def test_a_replayed_event_tells_that_others_went_on(apply: Any) -> None:
    apply({"n": 1}, client="phone", revision=0, event_id="lost-answer")
    apply({"n": 2}, client="desk", revision=1)
    replayed = apply({"n": 1}, client="phone", revision=0, event_id="lost-answer")
    assert (replayed.replayed, replayed.overtaken) == (True, True)
    assert replayed.saved.state == {"n": 2}


def test_a_transition_that_raises_leaves_everything_as_it_was(
    apply: Any, store: Store, learner: Learner
) -> None:
    class Refused(Exception):
        pass

    def refuse(before: Any) -> Any:
        if before is not None:
            before["n"] = "changed in place"
        raise Refused

    with pytest.raises(Refused):
        apply({}, transition=refuse)
    assert store.saved(learner.id, ["quiz:gap-sign"]) == {}

    applied = apply({"n": 1})
    with pytest.raises(Refused):
        apply({}, transition=refuse, event_id="refused")
    assert store.saved(learner.id, ["quiz:gap-sign"]) == {"quiz:gap-sign": applied.saved}
    assert not apply({"n": 2}, event_id="refused").replayed  # it was not remembered either


def test_a_state_of_64_kib_is_kept_and_a_larger_one_refused(apply: Any) -> None:
    frame = len(json.dumps({"t": ""}, separators=(",", ":")))
    largest = {"t": "服" * ((MAXIMUM - frame) // 3) + "x" * ((MAXIMUM - frame) % 3)}
    assert apply(largest).saved.state == largest
    with pytest.raises(StateRefused, match="65537 bytes of JSON are too many; 65536"):
        apply({"t": largest["t"] + "x"})
    assert apply({}, event_id="event-0").saved.state == largest


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1, 2}, b"bytes", "\ud800"], ids=repr
)
def test_a_state_that_is_no_json_is_refused(
    apply: Any, store: Store, learner: Learner, value: object
) -> None:
    with pytest.raises(StateRefused, match="not JSON that can be kept"):
        apply({"value": value})
    assert store.saved(learner.id, ["quiz:gap-sign"]) == {}


def test_a_bottomless_state_is_refused(apply: Any) -> None:
    bottomless: dict[str, Any] = {}
    bottomless["again"] = bottomless
    with pytest.raises(StateRefused):
        apply(bottomless)


def test_learners_and_elements_do_not_mix(store: Store, learner: Learner, apply: Any) -> None:
    other = store.add_learner("b", "B")
    apply({"mine": True})
    assert store.saved(other.id, ["quiz:gap-sign"]) == {}
    assert store.saved(learner.id, ["quiz:gap"]) == {}
    assert store.saved(learner.id, []) == {}
    for name in ("quiz:other", "reflect:gap-sign"):
        store.apply(
            learner.id,
            name,
            event_id="event-0",  # ids count for one element only
            client="phone",
            revision=0,
            transition=lambda before: ({"before": before}, {}),
        )
    kept = store.saved(learner.id, ["quiz:other", "reflect:gap-sign", "quiz:gap-sign"])
    assert [kept[name].state for name in sorted(kept)] == [
        {"mine": True},
        {"before": None},
        {"before": None},
    ]


@pytest.mark.parametrize(
    "change",
    [{"event_id": ""}, {"event_id": "a b"}, {"event_id": "x" * 129}, {"client": "\0"}],
)
def test_ids_are_checked_before_anything_happens(apply: Any, change: dict[str, str]) -> None:
    with pytest.raises(InvalidName):
        apply({}, **change)


def test_an_unknown_learner_has_no_answers(store: Store) -> None:
    with pytest.raises(UnknownLearner):
        store.apply(
            404, "quiz:a", event_id="e", client="c", revision=0, transition=lambda _: ({}, {})
        )
    with pytest.raises(UnknownLearner):
        store.record_visit(404, "a2-pickle")
    assert store.saved(404, ["quiz:a"]) == {}
    with pytest.raises(InvalidName):
        store.saved(404, ["quiz:\0"])


def test_a_visit_is_the_last_one(store: Store, learner: Learner) -> None:
    assert store.visits(learner.id) == {}
    store.record_visit(learner.id, "a2-pickle")
    first = store.visits(learner.id)["a2-pickle"]
    store.record_visit(learner.id, "a1-start")
    store.record_visit(learner.id, "a2-pickle")
    visits = store.visits(learner.id)
    assert sorted(visits) == ["a1-start", "a2-pickle"]
    assert first < visits["a1-start"] < visits["a2-pickle"] <= datetime.now(UTC)


def test_the_states_of_all_active_learners_come_without_names(
    store: Store, learner: Learner, apply: Any
) -> None:
    apply({"n": 1})
    other = store.add_learner("somebody-else", "Somebody Else")
    for person, name in ((other, "quiz:gap-sign"), (other, "quiz:another")):
        store.apply(
            person.id,
            name,
            event_id="1",
            client="tab",
            revision=0,
            transition=lambda _: ({"n": 2}, {}),
        )
    assert sorted(store.states("quiz:gap-sign"), key=str) == [{"n": 1}, {"n": 2}]
    store.deactivate("somebody-else")
    assert store.states("quiz:gap-sign") == [{"n": 1}]
    store.update_learner(learner.username, role="trainer")
    assert store.states("quiz:gap-sign") == []
    assert store.states("quiz:never-touched") == []


# -- a group's states ---------------------------------------------------------------------------

ASSESSMENT = "assess:water-day-habits"


def _keep(store: Store, learner: Learner, number: int) -> None:
    store.apply(
        learner.id,
        ASSESSMENT,
        event_id="only",
        client="tab",
        revision=0,
        transition=lambda _: ({"number": number}, {}),
    )


def _numbers(store: Store, learner: Learner) -> list[int]:
    return sorted(state["number"] for state in store.group_states(learner.id, ASSESSMENT))


def test_everybody_is_in_one_group_so_no_two_groups_share_a_member(store: Store) -> None:
    """Two groups that differ by one person would tell that person's result by a subtraction."""
    people = [
        store.add_learner("one", "One", groups=["west"]),
        store.add_learner("two", "Two", groups=["east", "west"]),
        store.add_learner("three", "Three", groups=["east"]),
        store.add_learner("four", "Four"),
    ]
    for number, learner in enumerate(people, start=1):
        _keep(store, learner, number)
    # The group that came first counts, whatever the names are.
    assert [_numbers(store, one) for one in people] == [[1, 2], [1, 2], [3], []]


def test_whoever_leaves_counts_on_and_who_is_no_learner_never_did(store: Store) -> None:
    asking = store.add_learner("one", "One", groups=["west"])
    leaving = store.add_learner("two", "Two", groups=["west"])
    trainer = store.add_learner("three", "Three", role="trainer", groups=["west"])
    for number, learner in enumerate((asking, leaving, trainer), start=1):
        _keep(store, learner, number)
    store.deactivate("two")
    assert _numbers(store, asking) == [1, 2]
    assert _numbers(store, trainer) == [1, 2]
    assert store.group_states(asking.id, "assess:never-taken") == []
