"""How many are how far, by module and group; what takes long to count is not counted at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yongxin.cohort.figures import CohortFigures
from yongxin.store import Store

MODULES = {"a1": True, "a2": True}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        for name, groups in (("an", ["east"]), ("bo", ["east", "west"]), ("chi", [])):
            store.add_learner(name, name, groups=groups)
        yield store


def open_module(store: Store, username: str) -> None:
    store.record_visits({(store.learner_ids()[username], "a1"): datetime.now(UTC)})


def test_everybody_and_each_group(store: Store) -> None:
    open_module(store, "bo")
    figures = CohortFigures(store).of(MODULES, seconds=60)
    assert figures["a1"].everybody == {"not-started": 2, "in-progress": 1}
    assert figures["a1"].of("east") == {"not-started": 1, "in-progress": 1}
    assert figures["a1"].of("west") == {"in-progress": 1}
    assert figures["a1"].of("nobody") == {}
    assert figures["a2"].of(None) == {"not-started": 3}


def test_what_was_quick_to_count_is_counted_at_every_look(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yongxin.cohort.figures._QUICK_SECONDS", 60)
    figures = CohortFigures(store)
    figures.of(MODULES, seconds=60)
    assert not figures.is_behind(MODULES)
    open_module(store, "an")
    assert figures.of(MODULES, seconds=60)["a1"].everybody["in-progress"] == 1


def test_what_takes_long_is_good_for_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yongxin.cohort.figures._QUICK_SECONDS", 0)
    monkeypatch.setattr("yongxin.cohort.figures._GOOD_FOR", 1_000_000)
    figures = CohortFigures(store)
    figures.of(MODULES, seconds=60)
    assert not figures.is_behind(MODULES)
    open_module(store, "an")
    assert "in-progress" not in figures.of(MODULES, seconds=60)["a1"].everybody


def test_without_time_nothing_is_told_and_something_is_behind(store: Store) -> None:
    figures = CohortFigures(store)
    assert figures.of(MODULES, seconds=0) == {}
    assert figures.is_behind(MODULES)


def test_what_is_behind_is_counted_unless_it_is_told_to_stop(store: Store) -> None:
    figures = CohortFigures(store)
    figures.catch_up(MODULES)
    assert not figures.is_behind(MODULES)
    assert set(figures.of(MODULES, seconds=0)) == set(MODULES)

    figures = CohortFigures(store)
    figures.close()
    figures.catch_up(MODULES)
    assert set(figures.of(MODULES, seconds=0)) == {"a1"}
