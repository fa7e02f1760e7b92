"""A site in this process for each module of tests, and what is behind one for those without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.clock import Clock
from support.site_here import Site, open_site
from yongxin.catalogue import Catalogue
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.submission import HandIns
from yongxin.site.learning import Learning
from yongxin.store import Learner, Store


@pytest.fixture(scope="module")
def site(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that the tests of one module share."""
    yield from open_site(built_course, tmp_path_factory.mktemp("state"))


@pytest.fixture
def own_site(own_course: Path, tmp_path: Path) -> Iterator[Site]:
    """A site over a course that the test may change."""
    yield from open_site(own_course, tmp_path / "state")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


@pytest.fixture
def learning(built_course: Path, tmp_path: Path, store: Store, clock: Clock) -> Iterator[Learning]:
    exchange = ExchangeSettings(tmp_path / "exchange")
    learning = Learning(Catalogue(built_course), store, exchange, clock=clock)
    yield learning
    learning.close()


@pytest.fixture
def lin(store: Store) -> Learner:
    return store.add_learner("lin", "林夏", groups=["east"])


@pytest.fixture
def zhou(store: Store) -> Learner:
    return store.add_learner("zhou", "周远", groups=["west"])


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Stands for the exchange, which has tests of its own; keeps what it was given."""
    kept: list[dict[str, Any]] = []

    def deliver(_hand_ins: HandIns, **what: Any) -> Receipt:
        kept.append(what)
        return Receipt(what["now"].strftime("%Y-%m-%d %H:%M:%S.%f UTC"), "folder", "secret")

    monkeypatch.setattr(HandIns, "hand_in", deliver)
    return kept


@pytest.fixture(autouse=True)
def pages_count_anew_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, what was counted a moment ago is not shown again."""
    monkeypatch.setattr("yongxin.cohort.figures._QUICK_SECONDS", 60.0)
    monkeypatch.setattr("yongxin.cohort.marks._QUICK_SECONDS", 60.0)
