"""Many at once: nobody's change is lost, and no revision is given twice."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from yongxin.store import Learner, Store, UsernameTaken

PROGRAM = Path(__file__).parent / "programs" / "apply_events.py"


def count(before: Any) -> Any:
    return {"count": (before or {"count": 0})["count"] + 1}, {}


def test_threads_lose_no_change_and_no_revision(store: Store, learner: Learner) -> None:
    threads, events = 8, 25
    together = threading.Barrier(threads)

    def work(thread: int) -> list[int]:
        together.wait()
        return [
            store.apply(
                learner.id,
                "quiz:gap-sign",
                event_id=f"{thread}-{event}",
                client=f"tab-{thread}",
                revision=0,
                transition=count,
            ).saved.revision
            for event in range(events)
        ]

    with ThreadPoolExecutor(threads) as pool:
        revisions = [revision for one in pool.map(work, range(threads)) for revision in one]
    assert sorted(revisions) == list(range(1, threads * events + 1))
    saved = store.saved(learner.id, ["quiz:gap-sign"])["quiz:gap-sign"]
    assert (saved.revision, saved.state) == (threads * events, {"count": threads * events})


def test_processes_lose_no_change_and_no_revision(
    store: Store, store_url: str, learner: Learner
) -> None:
    processes, events = 3, 60
    command = [sys.executable, PROGRAM, store_url, str(learner.id), str(events), "quiz:gap-sign"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    revisions: list[int] = []
    for process in running:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        revisions += [int(line.split()[1]) for line in output.splitlines()]
    assert sorted(revisions) == list(range(1, processes * events + 1))
    saved = store.saved(learner.id, ["quiz:gap-sign"])["quiz:gap-sign"]
    assert (saved.revision, saved.state["count"]) == (processes * events, processes * events)


def test_one_event_sent_many_times_at_once_is_applied_once(store: Store, learner: Learner) -> None:
    threads = 8
    together = threading.Barrier(threads)

    def send(_thread: int) -> bool:
        together.wait()
        return store.apply(
            learner.id,
            "quiz:gap-sign",
            event_id="the-same",
            client="phone",
            revision=0,
            transition=count,
        ).replayed

    with ThreadPoolExecutor(threads) as pool:
        replayed = list(pool.map(send, range(threads)))
    assert replayed.count(False) == 1
    assert store.saved(learner.id, ["quiz:gap-sign"])["quiz:gap-sign"].state == {"count": 1}


def test_readers_do_not_wait_for_a_writer(store: Store, learner: Learner, apply: Any) -> None:
    before = apply({"n": 1}).saved
    seen: list[Any] = []

    def read_meanwhile(_before: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(store.saved, learner.id, ["quiz:gap-sign"]).result(timeout=2))
        return {"n": 2}, {}

    apply({}, transition=read_meanwhile)
    assert seen == [{"quiz:gap-sign": before}]


def test_a_username_is_given_once_even_when_many_ask_together(store: Store) -> None:
    threads = 6
    together = threading.Barrier(threads)

    def add(thread: int) -> str | None:
        together.wait()
        try:
            return store.add_learner("li.ming", f"number {thread}", groups=["a", "b"]).name
        except UsernameTaken:
            return None

    with ThreadPoolExecutor(threads) as pool:
        added = [name for name in pool.map(add, range(threads)) if name]
    assert [one.name for one in store.learners()] == added
    assert len(added) == 1


def test_groups_set_by_many_at_once_are_those_of_one_of_them(
    store: Store, learner: Learner
) -> None:
    threads = 6
    wishes = [tuple(sorted(("everybody", f"group {thread}"))) for thread in range(threads)]
    together = threading.Barrier(threads)

    def wish(thread: int) -> None:
        together.wait()
        store.update_learner(learner.username, groups=wishes[thread])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(wish, range(threads)))
    after = store.learner(learner.username)
    assert after is not None
    assert after.groups in wishes


@pytest.mark.parametrize("opened", [4])
def test_processes_that_start_together_make_the_tables_once(store_url: str, opened: int) -> None:
    program = f"from yongxin.store import Store\nStore.open({store_url!r}).close()"
    running = [
        subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
        for _ in range(opened)
    ]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with Store.open(store_url, migrate=False) as store:
        assert store.learners() == []
