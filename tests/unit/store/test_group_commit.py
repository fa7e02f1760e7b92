"""Many threads' changes in one transaction: each acknowledged after it, none hurt by another's."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from unit.store.conftest import Sql
from yongxin.store import Learner, Store, StoreBusy, StoreFull, UnknownLearner
from yongxin.store.sqlite import SQLiteDatabase

PROGRAM = Path(__file__).parent / "programs" / "apply_events_together.py"
LARGE = "长" * 15_000


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    with Store.open(sqlite_url) as store:
        yield store


@pytest.fixture
def learners(sqlite_store: Store) -> list[Learner]:
    return [sqlite_store.add_learner(f"learner-{number}", "n") for number in range(50)]


def save(store: Store, learner: Learner | int, name: str, state: dict[str, Any]) -> int:
    applied = store.apply(
        learner if isinstance(learner, int) else learner.id,
        name,
        event_id=f"{name}-{time.monotonic_ns()}",
        client="phone",
        revision=0,
        transition=lambda _before: (state, {}),
    )
    return applied.saved.revision


class _Commits:
    """Counts the commits of a store."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        event.listen(store._database.engine, "commit", self._one_more)

    def _one_more(self, _connection: Connection) -> None:
        self.count += 1


def in_one_group(store: Store, works: list[Callable[[], Any]]) -> list[Future[Any]]:
    """Run ``works`` in threads that all wait for one transaction before theirs; return futures."""
    database = store._database
    assert isinstance(database, SQLiteDatabase)
    is_open, gate = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        is_open.set()
        assert gate.wait(30)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        holding = pool.submit(database.write, hold)
        assert is_open.wait(30)
        running = [pool.submit(work) for work in works]
        while len(database._group._waiting) < len(works):
            time.sleep(0.001)
        gate.set()
        holding.result()
    return running


def test_two_hundred_events_of_fifty_learners_are_all_kept(
    sqlite_store: Store, learners: list[Learner]
) -> None:
    def count(before: dict[str, Any] | None) -> Any:
        return {"count": (before or {"count": 0})["count"] + 1}, {}

    def send(number: int) -> int:
        applied = sqlite_store.apply(
            learners[number % 50].id,
            "quiz:gap-sign",
            event_id=f"event-{number}",
            client=f"tab-{number}",
            revision=0,
            transition=count,
        )
        # Acknowledged is committed: another connection reads at least as much.
        kept = sqlite_store.saved(learners[number % 50].id, ["quiz:gap-sign"])["quiz:gap-sign"]
        assert kept.revision >= applied.saved.revision
        return applied.saved.revision

    with ThreadPoolExecutor(200) as pool:
        revisions = list(pool.map(send, range(200)))
    assert sorted(revisions) == sorted([1, 2, 3, 4] * 50)
    for learner in learners:
        kept = sqlite_store.saved(learner.id, ["quiz:gap-sign"])["quiz:gap-sign"]
        assert (kept.revision, kept.state) == (4, {"count": 4})


def test_those_who_wait_share_one_commit(sqlite_store: Store, learners: list[Learner]) -> None:
    commits = _Commits(sqlite_store)
    works = [
        lambda learner=learner: save(sqlite_store, learner, "quiz:a", {"n": learner.id})
        for learner in learners
    ]
    assert [one.result() for one in in_one_group(sqlite_store, works)] == [1] * 50
    assert commits.count == 2  # of the one that they waited for, and theirs
    for learner in learners:
        assert sqlite_store.saved(learner.id, ["quiz:a"])["quiz:a"].state == {"n": learner.id}


def test_one_that_fails_fails_alone(sqlite_store: Store, learners: list[Learner]) -> None:
    def refuse(_before: Any) -> Any:
        raise ValueError("refused")

    def send_refused() -> None:
        sqlite_store.apply(
            learners[1].id,
            "quiz:a",
            event_id="e",
            client="c",
            revision=0,
            transition=refuse,
        )

    commits = _Commits(sqlite_store)
    first, refused, unknown, last = in_one_group(
        sqlite_store,
        [
            lambda: save(sqlite_store, learners[0], "quiz:a", {"n": 0}),
            send_refused,
            lambda: save(sqlite_store, 404, "quiz:a", {"n": 404}),
            lambda: save(sqlite_store, learners[2], "quiz:a", {"n": 2}),
        ],
    )
    assert (first.result(), last.result()) == (1, 1)
    with pytest.raises(ValueError, match="refused"):
        refused.result()
    with pytest.raises(UnknownLearner):
        unknown.result()
    assert commits.count == 2
    kept = [bool(sqlite_store.saved(learner.id, ["quiz:a"])) for learner in learners[:3]]
    assert kept == [True, False, True]


def test_what_was_half_written_is_undone_and_the_others_are_not(
    sqlite_store: Store, learners: list[Learner]
) -> None:
    def write_and_fail(connection: Connection) -> None:
        connection.execute(text("UPDATE learner SET name = 'half'"))
        raise ValueError("changed my mind")

    saved, failed = in_one_group(
        sqlite_store,
        [
            lambda: save(sqlite_store, learners[0], "quiz:a", {"n": 0}),
            lambda: sqlite_store._database.write(write_and_fail),
        ],
    )
    assert saved.result() == 1
    assert isinstance(failed.exception(), ValueError)
    assert {one.name for one in sqlite_store.learners()} == {"n"}
    assert sqlite_store.saved(learners[0].id, ["quiz:a"])


def test_a_transaction_that_sqlite_gives_up_costs_nobody_else_anything(
    sqlite_store: Store, learners: list[Learner]
) -> None:
    """As SQLite does when the disk is full or fails: it undoes the whole transaction."""

    def give_up(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("ROLLBACK")
        raise sqlite3.OperationalError("the disk is gone")

    works: list[Callable[[], Any]] = [
        lambda learner=learner: save(sqlite_store, learner, "quiz:a", {"n": learner.id})
        for learner in learners[:4]
    ]
    works.insert(2, lambda: sqlite_store._database.write(give_up))
    outcomes = in_one_group(sqlite_store, works)
    assert isinstance(outcomes.pop(2).exception(), sqlite3.OperationalError)
    assert [one.result() for one in outcomes] == [1] * 4
    for learner in learners[:4]:
        assert sqlite_store.saved(learner.id, ["quiz:a"])["quiz:a"].state == {"n": learner.id}


def test_a_commit_that_fails_is_tried_again_for_each(
    sqlite_store: Store, learners: list[Learner]
) -> None:
    failures = iter([RuntimeError("the commit failed")])
    commits: list[Connection] = []

    def fail_once(connection: Connection) -> None:
        commits.append(connection)
        if len(commits) == 2:  # the first is of those for whom the group waits
            for failure in failures:
                raise failure

    event.listen(sqlite_store._database.engine, "commit", fail_once)
    works = [
        lambda learner=learner: save(sqlite_store, learner, "quiz:a", {"n": learner.id})
        for learner in learners[:5]
    ]
    assert [one.result() for one in in_one_group(sqlite_store, works)] == [1] * 5
    assert len(commits) == 2 + 5
    for learner in learners[:5]:
        assert sqlite_store.saved(learner.id, ["quiz:a"])["quiz:a"].revision == 1


def test_a_lock_held_by_another_is_busy_for_everybody_who_waits(
    impatient_store: Store, learner: Learner, sql: Sql
) -> None:
    def send(number: int) -> BaseException | None:
        try:
            save(impatient_store, learner, f"quiz:item-{number}", {"n": number})
        except StoreBusy as error:
            return error
        return None

    with ThreadPoolExecutor(12) as pool:
        with sql() as connection:
            connection.execute(text("UPDATE learner SET name = 'somebody else is writing'"))
            busy = list(pool.map(send, range(12)))
        assert all(busy)
        assert impatient_store.saved(learner.id, [f"quiz:item-{n}" for n in range(12)]) == {}
        assert list(pool.map(send, range(12))) == [None] * 12


def test_a_full_store_keeps_all_that_it_acknowledged(sqlite_url: str) -> None:
    def limit(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=150")

    with Store.open(sqlite_url) as store:
        event.listen(store._database.engine, "connect", limit)
        store._database.engine.dispose()
        learner = store.add_learner("a", "A")

        def send(number: int) -> bool:
            state = {"text": LARGE if number % 2 else "kurz"}
            try:
                return bool(save(store, learner, f"reflect:item-{number}", state))
            except StoreFull:
                return False

        with ThreadPoolExecutor(16) as pool:
            acknowledged = list(pool.map(send, range(48)))
        assert {True, False} == set(acknowledged)
        kept = store.saved(learner.id, [f"reflect:item-{number}" for number in range(48)])
        assert sorted(kept) == sorted(
            f"reflect:item-{number}" for number, is_kept in enumerate(acknowledged) if is_kept
        )
        assert all(one.state["text"] in {LARGE, "kurz"} for one in kept.values())


def test_a_killed_process_loses_nothing_that_it_acknowledged(
    store: Store, store_url: str, learner: Learner
) -> None:
    command = [sys.executable, PROGRAM, store_url, str(learner.id), "16"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(200)]
        process.kill()
        acknowledged += process.stdout.readlines()
    numbers = [int(line) for line in acknowledged]
    assert len(set(numbers)) == len(numbers) >= 200
    kept = store.saved(learner.id, [f"quiz:item-{number}" for number in numbers])
    assert {name: one.state for name, one in kept.items()} == {
        f"quiz:item-{number}": {"number": number} for number in numbers
    }


def test_visits_are_recorded_together_and_nobody_unknown_is(store: Store, learner: Learner) -> None:
    store.record_visit(learner.id, "a2-pickle")
    moment = store.visits(learner.id)["a2-pickle"]
    noted = store.record_visits(
        {(learner.id, "a1-start"): moment, (404, "a1-start"): moment, (learner.id, "b1"): moment}
    )
    assert noted == 2
    assert store.visits(learner.id) == {"a2-pickle": moment, "a1-start": moment, "b1": moment}
    assert store.visits(404) == {}
    assert store.record_visits({}) == 0
