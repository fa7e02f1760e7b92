"""How far people are: one word for it, found alike for one learner and for everybody in SQL."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert

from yongxin.store import (
    MODULE_STATES,
    UNKNOWN_MOMENT,
    CohortWish,
    ModuleFilter,
    ModuleMark,
    ModuleState,
    Standing,
    Store,
)
from yongxin.store.tables import module_mark, returned_reflection, submission, visit

MODULE = "a2-pickle"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)
LATER = NOW + timedelta(days=3)
MICROSECOND = timedelta(microseconds=1)


def mark(handed_in: datetime, waiting: int = 0) -> ModuleMark:
    return ModuleMark(1, MODULE, handed_in, 8, 10, waiting, None)


STATES: list[tuple[Standing, ModuleState]] = [
    (Standing(), "not-started"),
    (Standing(due=LATER), "not-started"),
    (Standing(due=NOW), "not-started"),  # until the very moment
    (Standing(due=EARLIER), "overdue"),
    (Standing(opened=EARLIER), "in-progress"),
    (Standing(opened=EARLIER, due=LATER), "in-progress"),
    (Standing(opened=EARLIER, due=EARLIER), "overdue"),
    (Standing(opened=EARLIER, delivered=EARLIER), "handed-in"),
    (Standing(delivered=NOW, due=EARLIER), "handed-in"),  # late, and no longer overdue
    (Standing(delivered=EARLIER, mark=mark(EARLIER)), "done"),
    (Standing(delivered=EARLIER, mark=mark(EARLIER, 2)), "waiting"),
    (Standing(delivered=EARLIER + MICROSECOND, mark=mark(EARLIER)), "handed-in"),  # revised
    (Standing(delivered=EARLIER, mark=mark(EARLIER - MICROSECOND, 1)), "handed-in"),
    (Standing(delivered=EARLIER, mark=mark(UNKNOWN_MOMENT)), "handed-in"),
    (Standing(mark=mark(UNKNOWN_MOMENT)), "done"),  # put in place by hand
    (Standing(mark=mark(UNKNOWN_MOMENT, 1), due=EARLIER), "waiting"),
]


@pytest.mark.parametrize(("standing", "state"), STATES)
def test_the_state_of_a_module(standing: Standing, state: ModuleState) -> None:
    assert standing.state(NOW) == state


def test_every_state_has_a_case() -> None:
    assert {state for _, state in STATES} == set(MODULE_STATES)


@dataclass
class Cohort:
    """Learners in a store, and what they did, written past it."""

    store: Store
    count: int = 0

    def add(self, name: str = "", *, groups: list[str] | None = None) -> int:
        self.count += 1
        username = f"learner-{self.count:03}"
        return self.store.add_learner(username, name or username, groups=groups or []).id

    def did(self, learner_id: int, module_id: str, standing: Standing) -> None:
        with self.store._database.writing() as connection:
            key = {"learner_id": learner_id, "module_id": module_id}
            if standing.opened:
                connection.execute(insert(visit), {**key, "at": standing.opened})
            if standing.delivered:
                connection.execute(
                    insert(submission),
                    {
                        **key,
                        "number": 1,
                        "event_id": "e",
                        "at": standing.delivered,
                        "late": standing.late,
                        "snapshot": "{}",
                        "receipt": "{}",
                    },
                )
            if standing.mark:
                values = standing.mark._replace(learner_id=learner_id, module_id=module_id)
                connection.execute(insert(module_mark), values._asdict())

    def revised(self, learner_id: int, delivered_as: datetime, receipt: str | None) -> None:
        with self.store._database.writing() as connection:
            connection.execute(
                insert(returned_reflection),
                {
                    "learner_id": learner_id,
                    "module_id": MODULE,
                    "reflection_id": "own-customer-log",
                    "comment": "",
                    "at": EARLIER,
                    "event_id": "r",
                    "revised_at": NOW,
                    "delivered_as": delivered_as,
                    "snapshot": "{}",
                    "receipt": receipt,
                },
            )


@pytest.fixture
def cohort(store: Store) -> Cohort:
    return Cohort(store)


def states_of(store: Store, *, has_exercise: bool = True) -> dict[int, ModuleState]:
    """Return everybody's state as the lists tell it, each learner in one of them."""
    found: dict[int, ModuleState] = {}
    for state in MODULE_STATES:
        wish = CohortWish(in_state=ModuleFilter(MODULE, state, has_exercise))
        for learner_id in store.cohort_ids(wish, now=NOW):
            assert learner_id not in found
            found[learner_id] = state
    return found


def test_sql_finds_the_same_states(cohort: Cohort) -> None:
    """Every case, with a deadline of the learner's own group as the case has it."""
    store = cohort.store
    expected: dict[int, str] = {}
    for number, (standing, state) in enumerate(STATES):
        learner_id = cohort.add(groups=[f"group-{number:02}"])
        if standing.due:
            store.set_deadline(MODULE, standing.due, group=f"group-{number:02}")
        cohort.did(learner_id, MODULE, standing)
        expected[learner_id] = state
    assert states_of(store) == expected
    found = store.standings(list(expected))
    for learner_id, state in expected.items():
        assert found[learner_id].get(MODULE, Standing()).state(NOW) == state
    counts = store.count_states(MODULE, now=NOW)
    assert counts.pop(None) == Counter(expected.values())
    assert counts == {f"group-{number:02}": {state: 1} for number, (_, state) in enumerate(STATES)}


def test_a_revision_counts_as_delivered_once_its_delivery_is_confirmed(cohort: Cohort) -> None:
    graded = Standing(opened=EARLIER, delivered=EARLIER, mark=mark(EARLIER))
    for receipt, state in (("{}", "handed-in"), (None, "done")):
        learner_id = cohort.add()
        cohort.did(learner_id, MODULE, graded)
        cohort.revised(learner_id, EARLIER + MICROSECOND, receipt)
        assert states_of(cohort.store)[learner_id] == state
        (standing,) = cohort.store.standings([learner_id])[learner_id].values()
        assert standing.state(NOW) == state
        assert standing.hand_ins == 1


def test_the_deadline_of_a_group_beats_the_general_one_in_sql_too(cohort: Cohort) -> None:
    store = cohort.store
    people = {
        groups: cohort.add(groups=list(groups))
        for groups in ((), ("east",), ("west",), ("east", "west"), ("south",))
    }
    store.set_deadline(MODULE, EARLIER)
    store.set_deadline(MODULE, LATER, group="east")
    store.set_deadline(MODULE, EARLIER - timedelta(days=1), group="west")
    states = states_of(store)
    standings = store.standings(list(people.values()))
    for groups, learner_id in people.items():
        due = store.deadline(MODULE, learner_id)
        assert due
        assert standings[learner_id][MODULE].due == due
        assert states[learner_id] == ("overdue" if due < NOW else "not-started"), groups
    assert set(states_of(store, has_exercise=False).values()) == {"not-started"}
    without = store.count_states(MODULE, now=NOW, has_exercise=False)
    assert without[None] == {"not-started": len(people)}
    assert without["east"] == {"not-started": 2}


def test_only_learners_who_may_sign_in_count(cohort: Cohort) -> None:
    store = cohort.store
    here, _gone = cohort.add(groups=["east"]), cohort.add(groups=["east"])
    store.deactivate("learner-002")
    store.add_learner("chen", "Chen", role="trainer", groups=["east"])
    assert store.cohort_ids(CohortWish(), now=NOW) == [here]
    assert set(states_of(store)) == {here}
    only = {"not-started": 1}
    assert store.count_states(MODULE, now=NOW) == {None: only, "east": only}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("李", ["李明", "李梅"]),
        ("李明", ["李明"]),
        ("ÉMILE", ["émile Zola"]),
        ("ｅmile", []),
        ("  zola ", ["émile Zola"]),
        ("ＺＯＬＡ", ["émile Zola"]),
        ("learner-002", ["李梅"]),
        ("LEARNER", ["émile Zola", "李明", "李梅"]),
        ("%", []),
        ("_", []),
        ("nobody\0", []),
    ],
)
def test_search_knows_no_case_and_no_width(cohort: Cohort, search: str, found: list[str]) -> None:
    for name in ("李明", "李梅", "émile Zola"):
        cohort.add(name)
    ids = cohort.store.cohort_ids(CohortWish(search=search), now=NOW)
    assert sorted(one.name for one in cohort.store.learners_of(ids)) == sorted(found)


def test_the_orders(cohort: Cohort) -> None:
    store = cohort.store
    bo, an, chi = cohort.add("Bo"), cohort.add("An"), cohort.add("Chi")
    long_ago = EARLIER - timedelta(days=9)
    cohort.did(bo, MODULE, Standing(opened=long_ago, delivered=NOW))
    cohort.did(bo, "a1-look-twice", Standing(opened=long_ago))
    cohort.did(an, MODULE, Standing(opened=EARLIER))

    def order(name: Any) -> list[int]:
        return store.cohort_ids(CohortWish(order=name), now=NOW)

    assert order("name") == [an, bo, chi]
    assert order("progress") == [an, chi, bo]
    assert order("recent") == [bo, an, chi]
    assert order("silent") == [chi, an, bo]


def test_filters_work_together(cohort: Cohort) -> None:
    store = cohort.store
    wanted = cohort.add("Lin", groups=["east"])
    for name, group, opened in product(("Lin", "Zhou"), ("east", "west"), (True, False)):
        learner_id = wanted if (name, group, opened) == ("Lin", "east", True) else None
        if learner_id is None:
            learner_id = cohort.add(name, groups=[group])
        if opened:
            cohort.did(learner_id, MODULE, Standing(opened=EARLIER))
    wish = CohortWish(group="east", search="lin", in_state=ModuleFilter(MODULE, "in-progress"))
    assert store.cohort_ids(wish, now=NOW) == [wanted]
    assert store.cohort_ids(CohortWish(group="nobody"), now=NOW) == []


def test_learners_come_in_the_order_of_their_ids(cohort: Cohort) -> None:
    ids = [cohort.add() for _ in range(3)]
    found = cohort.store.learners_of([ids[2], 4711, ids[0]])
    assert [one.id for one in found] == [ids[2], ids[0]]
