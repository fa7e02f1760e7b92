"""A process is killed: what it acknowledged is there, and what it left half done is mended."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from yongxin.store import Learner, Store, StoreBusy, Submission

Sql = Callable[[], AbstractContextManager[Connection]]
PROGRAMS = Path(__file__).parent / "programs"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, PROGRAMS / program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_every_acknowledged_answer_survives_a_killed_process(
    store: Store, store_url: str, learner: Learner
) -> None:
    store.close()
    process = start("apply_events.py", store_url, learner.id, 1_000_000, "quiz:item-{}")
    with process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(100)]
        process.kill()
        acknowledged += process.stdout.readlines()
    numbers = [int(line.split()[0]) for line in acknowledged]
    assert len(numbers) >= 100

    with Store.open(store_url, migrate=False) as again:
        kept = again.saved(learner.id, [f"quiz:item-{number}" for number in numbers])
        assert {name: (one.revision, one.state) for name, one in kept.items()} == {
            f"quiz:item-{number}": (1, {"count": 1, "number": number}) for number in numbers
        }
        again.record_visit(learner.id, "a2-pickle")  # the lock died with the process


@pytest.fixture
def killed_while_delivering(store_url: str, learner: Learner) -> None:
    process = start("hand_in_for_ever.py", store_url, learner.id, "a2-pickle", "one", NOON)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        process.kill()


def hand_in(
    store: Store, learner: Learner, event_id: str, deliveries: list[Submission]
) -> Submission:
    def deliver(submission: Submission) -> Mapping[str, Any]:
        deliveries.append(submission)
        return {"delivered": True}

    return store.hand_in(
        learner.id,
        "a2-pickle",
        event_id=event_id,
        allowed_attempts=1,
        now=NOON + timedelta(minutes=1),
        snapshot={"from": event_id},
        deliver=deliver,
    )


@pytest.mark.usefixtures("killed_while_delivering")
@pytest.mark.parametrize("event_id", ["one", "two"], ids=["retried", "handed in anew"])
def test_a_hand_in_that_died_while_delivering_is_taken_up_once(
    store: Store, impatient_store: Store, learner: Learner, sql: Sql, event_id: str
) -> None:
    deliveries: list[Submission] = []
    assert store.submissions(learner.id) == []
    with pytest.raises(StoreBusy):  # it might still be at it
        hand_in(impatient_store, learner, event_id, deliveries)

    with sql() as connection:  # as if half a minute had passed
        connection.execute(
            text("UPDATE submission SET reserved_until = '2020-01-01 00:00:00.000000'")
        )
    submission = hand_in(store, learner, event_id, deliveries)
    assert submission.number == 1  # the lost one used no attempt up
    assert hand_in(store, learner, event_id, deliveries) == submission
    assert store.submissions(learner.id) == [submission]
    assert store.snapshot(submission.id) == {"from": event_id}
    assert [one.id for one in deliveries] == [submission.id]
    # The same event counts from its first try, another one from its own time.
    assert submission.at == (NOON if event_id == "one" else NOON + timedelta(minutes=1))
