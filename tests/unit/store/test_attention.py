"""What needs attention is found, and what does not is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from yongxin.store import CameBack, ModuleMark, Silent, Store, UsedUp, WaitingMarks
from yongxin.store.tables import module_mark, returned_reflection, submission, visit

MODULE, OTHER = "a2-pickle", "a1-look-twice"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
LONG_AGO = NOW - 2 * WEEK


class People:
    """Learners, and what they did, written past the store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, username: str) -> int:
        return self.store.add_learner(username, username).id

    def opened(self, learner_id: int, module_id: str, at: datetime) -> None:
        with self.store._database.writing() as connection:
            values = {"learner_id": learner_id, "module_id": module_id, "at": at}
            connection.execute(insert(visit), values)

    def handed_in(
        self, learner_id: int, module_id: str, *moments: datetime, receipt: str | None = "{}"
    ) -> None:
        with self.store._database.writing() as connection:
            for number, at in enumerate(moments, start=1):
                values = {
                    "learner_id": learner_id,
                    "module_id": module_id,
                    "number": number,
                    "event_id": f"e{number}",
                    "at": at,
                    "late": False,
                    "snapshot": "{}",
                    "receipt": receipt,
                }
                connection.execute(insert(submission), values)

    def marked(
        self, learner_id: int, module_id: str, at: datetime, points: float, waiting: int = 0
    ) -> None:
        mark = ModuleMark(learner_id, module_id, at, points, 10.0, waiting, None)
        with self.store._database.writing() as connection:
            connection.execute(insert(module_mark), mark._asdict())

    def revised(
        self, learner_id: int, at: datetime, delivered_as: datetime, receipt: str | None = "{}"
    ) -> None:
        values = {
            "learner_id": learner_id,
            "module_id": MODULE,
            "reflection_id": "own-customer-log",
            "comment": "",
            "at": LONG_AGO,
            "event_id": "r",
            "revised_at": at,
            "delivered_as": delivered_as,
            "snapshot": "{}",
            "receipt": receipt,
        }
        with self.store._database.writing() as connection:
            connection.execute(insert(returned_reflection), values)


@pytest.fixture
def people(store: Store) -> People:
    return People(store)


def test_waiting_marks_by_age(people: People) -> None:
    an, bo, gone = people.add("an"), people.add("bo"), people.add("gone")
    people.marked(an, MODULE, NOW - timedelta(days=1), 5, waiting=2)
    people.marked(bo, MODULE, NOW, 5, waiting=1)
    people.marked(an, OTHER, LONG_AGO, 5, waiting=1)
    people.marked(bo, OTHER, LONG_AGO, 5)
    people.marked(gone, OTHER, LONG_AGO - WEEK, 5, waiting=1)
    people.store.deactivate("gone")
    assert people.store.waiting_marks(long_before=NOW - WEEK) == [
        WaitingMarks(OTHER, 1, 1, LONG_AGO),
        WaitingMarks(MODULE, 2, 0, NOW - timedelta(days=1)),
    ]


def test_silent_is_who_began_and_was_not_seen_since(people: People) -> None:
    silent, back, finished, quiet, longest = (
        people.add(name) for name in ("silent", "back", "finished", "quiet", "longest")
    )
    people.opened(silent, MODULE, LONG_AGO)
    people.opened(back, MODULE, LONG_AGO)
    people.opened(back, OTHER, NOW - timedelta(days=6))
    people.opened(finished, MODULE, LONG_AGO)
    people.handed_in(finished, MODULE, LONG_AGO)
    people.opened(quiet, "no-exercise", LONG_AGO)
    people.opened(longest, MODULE, LONG_AGO - WEEK)
    people.handed_in(longest, MODULE, LONG_AGO - WEEK, receipt=None)  # never delivered
    assert people.store.silent([MODULE, OTHER], since=NOW - WEEK) == [
        Silent(silent, LONG_AGO),
        Silent(longest, LONG_AGO - WEEK),
    ]


def test_a_hand_in_is_a_sign_of_life(people: People) -> None:
    learner_id = people.add("an")
    people.opened(learner_id, MODULE, LONG_AGO)
    people.handed_in(learner_id, OTHER, NOW - timedelta(days=2))
    assert people.store.silent([MODULE], since=NOW - WEEK) == []


@pytest.mark.parametrize(
    ("moments", "marked", "points", "waiting", "is_used_up"),
    [
        ((LONG_AGO, NOW), NOW, 6.9, 0, True),
        ((LONG_AGO, NOW), NOW, 7.0, 0, False),
        ((LONG_AGO, NOW), NOW, 7.0 - 1e-12, 0, False),  # sums of fractions
        ((LONG_AGO, NOW), NOW, 6.9, 1, False),  # a reflection may still help
        ((LONG_AGO, NOW), LONG_AGO, 6.9, 0, False),  # the last one is not graded yet
        ((NOW,), NOW, 0.0, 0, False),
    ],
)
def test_attempts_used_up_below_the_mark(
    people: People,
    moments: tuple[datetime, ...],
    marked: datetime,
    points: float,
    waiting: int,
    is_used_up: bool,
) -> None:
    learner_id = people.add("an")
    people.handed_in(learner_id, MODULE, *moments)
    people.marked(learner_id, MODULE, marked, points, waiting)
    found = people.store.used_up(attempts=2, pass_mark=0.7)
    assert found == ([UsedUp(learner_id, MODULE, points, 10)] if is_used_up else [])


def test_revisions_come_back_until_they_are_marked(people: People) -> None:
    delivered = LONG_AGO + timedelta(microseconds=1)
    ungraded, waiting, marked, reserved = (
        people.add(name) for name in ("ungraded", "waiting", "marked", "reserved")
    )
    for learner_id in (ungraded, waiting, marked, reserved):
        people.handed_in(learner_id, MODULE, LONG_AGO)
    people.marked(ungraded, MODULE, LONG_AGO, 5)
    people.revised(ungraded, NOW, delivered)
    people.marked(waiting, MODULE, delivered, 5, waiting=1)
    people.revised(waiting, NOW - timedelta(days=1), delivered)
    people.marked(marked, MODULE, delivered, 5)
    people.revised(marked, NOW, delivered)
    people.marked(reserved, MODULE, LONG_AGO, 5)
    people.revised(reserved, NOW, delivered, receipt=None)
    assert people.store.came_back() == [
        CameBack(waiting, MODULE, "own-customer-log", NOW - timedelta(days=1)),
        CameBack(ungraded, MODULE, "own-customer-log", NOW),
    ]
