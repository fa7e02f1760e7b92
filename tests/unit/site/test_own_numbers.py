"""Each learner is asked numbers of their own, and judged by them, on the site and in a kernel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yongxin.catalogue import Catalogue
from yongxin.desk import LocalDesk
from yongxin.elements import find_element
from yongxin.grading.exchange import ExchangeSettings
from yongxin.items.calculated import CalculatedKey
from yongxin.site.learning import ElementEvent, Learning
from yongxin.store import Store

TANK, SPEED = "quiz:water-tank", "quiz:water-speed"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


def test_the_site_and_a_kernel_ask_the_same_learner_the_same(
    built_course: Path, tmp_path: Path, store: Store
) -> None:
    catalogue = Catalogue(built_course)
    settings = ExchangeSettings(tmp_path / "exchange", "yongxin")
    learning = Learning(catalogue, store, settings, clock=lambda: NOW)
    variants: set[str] = set()
    for username in ("lin", "zhou", "李雷"):
        learner = store.add_learner(username, username)
        page = learning.page_state(learner, [TANK, SPEED], "en")
        desk = LocalDesk(catalogue, store, username=username, kept=True)
        for name in (TANK, SPEED):
            shown = desk.show(find_element(name, catalogue), "zh-CN").presentation
            assert shown["variant"] == page[name]["presentation"]["variant"]
            assert shown["variant"] == catalogue.item(name[5:]).for_learner(username).variant
        variants.add(repr(page[TANK]["presentation"]["variant"]))
    assert len(variants) == 3


def test_practice_is_judged_by_the_learners_own_numbers(
    built_course: Path, tmp_path: Path, store: Store
) -> None:
    catalogue = Catalogue(built_course)
    settings = ExchangeSettings(tmp_path / "exchange", "yongxin")
    learning = Learning(catalogue, store, settings, clock=lambda: NOW)
    items = catalogue.bank("z3-water").practice
    key = next(one for one in items if one.id == "water-tank").answer_key().for_learner("lin")
    assert isinstance(key, CalculatedKey)
    right = f"{key.value():.2f}"
    for username, ratio in (("lin", 1.0), ("zhou", 0.0)):
        learner = store.add_learner(username, username)
        for number, event in enumerate(({"type": "answer", "response": right}, {"type": "check"})):
            shown = learning.apply_event(
                learner, ElementEvent(TANK, f"e{number}", "tab", number, event), "en"
            )
        assert shown["presentation"]["verdict"]["ratio"] == ratio
        assert "{" not in shown["presentation"]["verdict"]["explanation"]
