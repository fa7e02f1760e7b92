"""Facts about many learners at once, and completions that are only ever added."""

from datetime import UTC, datetime, timedelta

import pytest

from yongxin.store import KeptRule, ModuleMark, Steps, Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
TEXT = {"modules": ["m1", "m2"], "pass_mark": 0.6}


@pytest.fixture
def people(store: Store) -> list[int]:
    return [store.add_learner(name, name).id for name in ("an", "bo", "chi")]


@pytest.fixture
def rule(store: Store) -> KeptRule:
    return store.keep_rule("p", 1, TEXT, NOON)


def hand_in(store: Store, learner_id: int, module_id: str, event: str = "e") -> None:
    store.hand_in(
        learner_id,
        module_id,
        event_id=event,
        allowed_attempts=2,
        now=NOON,
        snapshot={"answers": {}, "reflections": {}},
        deliver=lambda _submission: {"timestamp": "t"},
    )


def test_what_may_have_been_completed_is_found_in_marks_and_visits(
    store: Store, people: list[int], rule: KeptRule
) -> None:
    an, bo, chi = people
    store.keep_marks(
        [
            ModuleMark(an, "m1", NOON, 0.1 + 0.2, 0.5, 0, None),
            ModuleMark(bo, "m1", NOON, 5.99, 10, 0, None),
            ModuleMark(chi, "m1", NOON, 0, 0, 0, None),
            ModuleMark(an, "other", NOON, 9, 10, 0, None),
        ]
    )
    store.record_visits({(bo, "m2"): NOON, (bo, "m1"): NOON})

    def perhaps() -> set[tuple[int, str]]:
        found = store.perhaps_completed("p", people, exercises={"m1"}, others={"m2"}, pass_mark=0.6)
        assert len(found) == len(set(found))
        return set(found)

    assert perhaps() == {(an, "m1"), (chi, "m1"), (bo, "m2")}
    store.add_completions(rule, people, [(an, "m1")], required=None, actor="y", now=NOON)
    assert perhaps() == {(chi, "m1"), (bo, "m2")}
    assert store.perhaps_completed("p", [], exercises={"m1"}, others=set(), pass_mark=0) == []


def test_what_was_reached_stays_as_it_was(store: Store, people: list[int], rule: KeptRule) -> None:
    an, bo, _ = people
    every = [(an, "m1"), (an, "m2"), (bo, "m1")]
    harder = store.keep_rule("p", 2, {**TEXT, "pass_mark": 1.0}, LATER)
    required = ["m1", "m2"]
    add = store.add_completions
    assert add(rule, people, every[:1], required=required, actor="y", now=NOON) == (1, 0)
    assert add(rule, people, every, required=None, actor="y", now=NOON) == (2, 0)
    assert add(rule, people, [], required=required, actor="y", now=NOON) == (0, 1)
    assert add(harder, people, every, required=required, actor="y", now=LATER) == (0, 0)
    assert store.completed_modules("p", people) == set(every)
    assert store.completed_modules("other", people) == set()
    reached = store.path_completions("p")
    assert set(reached) == {an}
    assert (reached[an].version, reached[an].at) == (1, NOON)
    assert store.path_completions("other") == {}


def test_somebody_who_is_gone_completes_nothing(
    store: Store, people: list[int], rule: KeptRule
) -> None:
    gone = max(people) + 1000
    found = store.add_completions(
        rule, [*people, gone], [(gone, "m1")], required=["m1"], actor="y", now=NOON
    )
    assert found == (0, 0)
    assert store.completed_modules("p", [gone]) == set()


def test_nothing_new_writes_nothing(store: Store, people: list[int], rule: KeptRule) -> None:
    before = len(store.audit_entries())
    assert store.add_completions(rule, people, [], required=["m1"], actor="y", now=NOON) == (0, 0)
    assert store.add_completions(rule, [], [], required=["m1"], actor="y", now=NOON) == (0, 0)
    assert len(store.audit_entries()) == before


def test_facts_of_many_learners(store: Store, people: list[int]) -> None:
    an, bo, _ = people
    store.record_visits({(an, "m1"): NOON, (bo, "other"): NOON})
    hand_in(store, an, "m1")
    hand_in(store, bo, "m2")
    for learner_id, module_id in ((an, "m1"), (bo, "m2")):
        store.return_reflection(learner_id, module_id, "log", comment="?", now=NOON)
    store.revise(
        bo,
        "m2",
        "log",
        event_id="again",
        now=NOON,
        change=lambda snapshot: snapshot,
        deliver=lambda _revision: {"timestamp": "t"},
    )
    facts = store.completion_facts(people, ["m1", "m2"])
    assert facts.visited == {(an, "m1")}
    assert facts.handed_in == {(an, "m1"), (bo, "m2")}
    assert facts.returned == {(an, "m1")}


def test_steps_tell_how_far_everybody_is_also_in_very_many_modules(
    store: Store, people: list[int], rule: KeptRule
) -> None:
    an, bo, _ = people
    modules = [f"m{number}" for number in range(70)]
    store.record_visits({(an, "m0"): NOON, (an, "m69"): NOON, (bo, "other"): NOON})
    hand_in(store, an, "m2")
    hand_in(store, an, "m2", "again")
    store.add_completions(
        rule, people, [(bo, "m1"), (bo, "m35")], required=None, actor="y", now=NOON
    )
    assert store.steps("p", modules) == {
        an: Steps(visited=1 | 1 << 69, handed_in=1 << 2, reached=0),
        bo: Steps(visited=0, handed_in=0, reached=1 << 1 | 1 << 35),
    }
    assert store.steps("other", []) == {}


def test_slices_hold_learners_only(store: Store, people: list[int]) -> None:
    trainer = store.add_learner("t", "T", role="trainer").id
    assert store.learner_slice(0, 2) == people[:2]
    assert store.learner_slice(people[1], 9) == people[2:]
    assert store.learner_slice(trainer, 9) == []
