"""A process of the site looks for garbage seldom once it is ready."""

import gc
from collections.abc import Iterator

import pytest

from yongxin.site.process import collect_seldom


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_what_stands_is_left_out_and_new_cycles_are_still_found() -> None:
    youngest = gc.get_threshold()[0]
    collect_seldom()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] > youngest
    cycle: list[object] = []
    cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1
