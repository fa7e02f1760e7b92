"""One learner's way: the newest first, and nothing of what was written."""

from datetime import UTC, datetime, timedelta

from yongxin.cohort.timeline import Event, Work, events, work_in
from yongxin.store import Returned, Standing, Submission

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_work_counts_the_questions_that_were_asked() -> None:
    changed = {"quiz:a": NOON, "quiz:b": NOON - HOUR, "assess:self-14": NOON + HOUR}
    assert work_in(["quiz:a", "quiz:b", "quiz:c"], changed) == Work(2, 3, NOON - HOUR, NOON)
    assert work_in(["quiz:c"], changed) == Work(0, 1)
    assert work_in([], changed) == Work()


def test_events_stand_newest_first() -> None:
    found = events(
        {"a2": Standing(opened=NOON), "a1": Standing(due=NOON)},
        {"a2": Work(2, 3, NOON - 3 * HOUR, NOON - HOUR), "a1": Work(0, 3)},
        [Submission(1, "a2", 1, NOON - 2 * HOUR, True, {})],
        [Returned("a2", "log", "a secret comment", NOON + HOUR, NOON + 2 * HOUR)],
        [],
    )
    assert found == [
        Event(NOON + 2 * HOUR, "revised", "a2"),
        Event(NOON + HOUR, "returned", "a2"),
        Event(NOON, "opened", "a2"),
        Event(NOON - HOUR, "worked-last", "a2"),
        Event(NOON - 2 * HOUR, "handed-in", "a2", 1, True),
        Event(NOON - 3 * HOUR, "worked-first", "a2"),
    ]
    assert "secret" not in repr(found)


def test_one_answer_is_told_once() -> None:
    found = events({}, {"a2": Work(1, 3, NOON, NOON)}, [], [], [])
    assert found == [Event(NOON, "worked-first", "a2")]
