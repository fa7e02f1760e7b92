"""An analysis joins figures and judgements, and leaves out of a module what was withdrawn."""

import numpy as np
import pytest

from yongxin.cohort.analysis import analyse, rests
from yongxin.cohort.attempts import Table
from yongxin.cohort.item_statistics import module_figures

POINTS = np.array([[1, 2, 1], [0, 2, 0], [1, 0, 1], [0, 1, 1]], dtype=np.float64)


def table(points: np.ndarray = POINTS, waiting: int = 0) -> Table:
    return Table(("one", "two", "three"), (1.0, 2.0, 1.0), points, waiting)


def test_items_keep_the_order_of_the_exercise() -> None:
    found = analyse(table(waiting=5), withdrawn=(), mastery=())
    assert [(one.item_id, one.number, one.maximum) for one in found.items] == [
        ("one", 1, 1.0),
        ("two", 2, 2.0),
        ("three", 3, 1.0),
    ]
    assert (found.attempts, found.waiting) == (4, 5)
    assert found.figures == module_figures(POINTS, (1, 2, 1))
    assert {one.judgement.advice for one in found.items} == {"too-few"}


def test_withdrawn_items_do_not_count() -> None:
    found = analyse(table(), withdrawn={"two"}, mastery=())
    assert found.figures == module_figures(POINTS[:, [0, 2]], (1, 1))
    assert [one.judgement.advice for one in found.items] == ["too-few", "withdrawn", "too-few"]
    assert analyse(table(), withdrawn={"one", "two", "three"}, mastery=()).figures is None


def test_mastery_items_are_judged_as_such() -> None:
    many = np.tile(POINTS, (10, 1))
    found = analyse(table(many), withdrawn=(), mastery={"three"})
    assert found.items[2].judgement.advice == "mastery-not-reached"


def test_without_attempts_there_are_no_figures() -> None:
    found = analyse(table(np.zeros((0, 3))), withdrawn=(), mastery=())
    assert (found.figures, found.items) == (None, ())


def test_the_rest_is_the_share_of_all_other_points() -> None:
    assert rests(table(), "two") == [1.0, 0.0, 1.0, 0.5]
    assert rests(table(), "one") == pytest.approx([1, 2 / 3, 1 / 3, 2 / 3])
    alone = Table(("one",), (1.0,), POINTS[:, :1], 0)
    assert rests(alone, "one") == [None] * 4
