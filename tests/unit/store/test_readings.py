"""How far lessons are read is counted and belongs to nobody; states are counted without names."""

import pytest

from yongxin.store import InvalidName, Store
from yongxin.store.readings import MOST_SECTIONS


def test_each_section_is_counted_by_itself(store: Store) -> None:
    store.count_reading("a2-pickle", ["hook", "chain"])
    store.count_reading("a2-pickle", ["hook", "hook"])
    store.count_reading("a1-look-twice", ["hook"])
    store.count_reading("a1-look-twice", [])
    assert store.readings() == {
        "a2-pickle": {"hook": 2, "chain": 1},
        "a1-look-twice": {"hook": 1},
    }


def test_what_no_lesson_has_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="sections"):
        store.count_reading("a2-pickle", [f"s{one}" for one in range(MOST_SECTIONS + 1)])
    with pytest.raises(InvalidName):
        store.count_reading("a2-pickle", ["\0"])
    assert store.readings() == {}


def test_states_are_counted_without_saying_whose(store: Store) -> None:
    for number, chosen in enumerate(["yes", "yes", "no"]):
        person = store.add_learner(f"p{number}", "Name", groups=["east" if number else "west"])
        for event in range(number + 1):
            store.apply(
                person.id,
                "quiz:one",
                event_id=f"e{event}",
                client="tab",
                revision=0,
                transition=lambda _state, chosen=chosen: ({"response": chosen}, {}),
            )
    gone = store.add_learner("gone", "Name")
    store.apply(
        gone.id,
        "quiz:one",
        event_id="e",
        client="tab",
        revision=0,
        transition=lambda _state: ({"response": "yes"}, {}),
    )
    store.deactivate("gone")
    counts = store.state_counts("quiz:one")
    assert sorted((one.state["response"], one.people, one.events) for one in counts) == [
        ("no", 1, 3),
        ("yes", 2, 3),
    ]
    assert store.state_counts("quiz:another") == []
    by_group = store.states_by_group("quiz:one")
    assert {
        group: sorted(one["response"] for one in states) for group, states in by_group.items()
    } == {"west": ["yes"], "east": ["no", "yes"]}


def test_visitors_and_groups_of_active_learners(store: Store) -> None:
    an = store.add_learner("an", "An", groups=["east"])
    bo = store.add_learner("bo", "Bo", groups=["west", "east"])
    chen = store.add_learner("chen", "Chen", role="trainer", groups=["staff"])
    for person in (an, bo, chen):
        store.record_visit(person.id, "a2-pickle")
    store.record_visit(an.id, "a1-look-twice")
    assert store.visitors() == {"a2-pickle": 2, "a1-look-twice": 1}
    assert store.group_names() == ["east", "west"]
    store.deactivate("bo")
    assert store.visitors()["a2-pickle"] == 1
    assert store.group_names() == ["east"]
