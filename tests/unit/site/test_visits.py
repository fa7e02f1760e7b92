"""Visits: noted without waiting, written together, never lost on an orderly stop."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yongxin.site.visits import Visits
from yongxin.store import Learner, Store, StoreBusy


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


@pytest.fixture
def lin(store: Store) -> Learner:
    return store.add_learner("lin", "林夏")


def test_a_visit_is_known_at_once_and_written_by_the_end(store: Store, lin: Learner) -> None:
    visits = Visits(store)
    visits.note(lin.id, "a2-pickle")
    assert "a2-pickle" in visits.of(lin.id)
    visits.note(lin.id, "a1-start")
    visits.close()
    assert set(store.visits(lin.id)) == {"a2-pickle", "a1-start"}


def test_what_comes_while_one_write_lasts_is_written_together(
    store: Store, lin: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = Visits(store)
    began, gate = threading.Event(), threading.Event()
    write, sizes = store.record_visits, list[int]()

    def slowly(noted: Any) -> int:
        sizes.append(len(noted))
        began.set()
        assert gate.wait(30)
        return write(noted)

    monkeypatch.setattr(store, "record_visits", slowly)
    visits.note(lin.id, "first")
    assert began.wait(30)
    for number in range(20):
        visits.note(lin.id, f"module-{number}")
    assert len(visits.of(lin.id)) == 21
    assert store.visits(lin.id) == {}
    gate.set()
    visits.close()
    assert sizes == [1, 20]
    assert len(store.visits(lin.id)) == 21


@pytest.mark.parametrize("error", [StoreBusy("somebody else is writing"), RuntimeError("broken")])
def test_what_could_not_be_written_is_written_at_the_end(
    store: Store, lin: Learner, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    visits = Visits(store)
    failed = threading.Event()

    def fail(_noted: Any) -> int:
        failed.set()
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(store, "record_visits", fail)
        visits.note(lin.id, "a2-pickle")
        assert failed.wait(30)
        assert "a2-pickle" in visits.of(lin.id)
        visits._writer.shutdown(wait=True)
    assert "a2-pickle" in visits.of(lin.id)
    visits.close()
    assert set(store.visits(lin.id)) == {"a2-pickle"}
