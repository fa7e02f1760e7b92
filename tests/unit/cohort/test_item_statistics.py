"""Figures of items equal Moodle's definitions, reckoned by hand, and an independent library.

The table, reckoned by hand: five attempts at three items of 1, 1 and 2 points.

=======  ==  ==  ==  =====
attempt  a   b   c   total
=======  ==  ==  ==  =====
1        1   1   2   4
2        1   0   2   3
3        1   1   1   3
4        0   0   1   1
5        0   0   0   0
=======  ==  ==  ==  =====

Means: a 3/5, b 2/5, c 6/5, total 11/5. Sums of squared deviations (divide by 4 for variances):

- a: 3 − 9/5 = 6/5; b: 2 − 4/5 = 6/5; c: 10 − 36/5 = 14/5; total: 35 − 121/5 = 54/5.
- a with the rest (b + c = 3, 2, 2, 1, 0; mean 8/5): 7 − 5·(3/5)(8/5) = 11/5; rest: 18 − 64/5 =
  26/5; both in order: a 0 0 1 1 1, rest 0 1 2 2 3: 7 − 24/5 = 11/5, so that efficiency is 1.
- b with the rest (a + c = 3, 3, 2, 1, 0; mean 9/5): 5 − 5·(2/5)(9/5) = 7/5; rest: 23 − 81/5 =
  34/5; in order: b 0 0 0 1 1, rest 0 1 2 3 3: 6 − 18/5 = 12/5.
- c with the rest (a + b = 2, 1, 2, 0, 0; mean 1): 8 − 5·(6/5)·1 = 2; rest: 9 − 5 = 4; in order:
  c 0 1 1 2 2, rest 0 0 1 2 2: 9 − 6 = 3.
- alpha: 3/2 · (1 − (6/5 + 6/5 + 14/5) / (54/5)) = 3/2 · 28/54 = 7/9.
"""

from math import sqrt

import numpy as np
import pytest
from girth.common import cronbach_alpha
from hypothesis import given
from hypothesis import strategies as st

from yongxin.cohort.item_statistics import Points, item_figures, module_figures

POINTS = np.array([[1, 1, 2], [1, 0, 2], [1, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=np.float64)
MAXIMA = (1.0, 1.0, 2.0)
EXACT = 1e-6


def test_items_as_reckoned_by_hand() -> None:
    a, b, c = item_figures(POINTS, MAXIMA)
    assert (a.facility, b.facility, c.facility) == pytest.approx((3 / 5, 2 / 5, 3 / 5), abs=EXACT)
    assert (a.spread, b.spread, c.spread) == pytest.approx(
        (sqrt(6 / 20), sqrt(6 / 20), sqrt(14 / 20) / 2), abs=EXACT
    )
    assert (a.discrimination, b.discrimination, c.discrimination) == pytest.approx(
        (11 / sqrt(6 * 26), 7 / sqrt(6 * 34), 2 / sqrt(14 / 5 * 4)), abs=EXACT
    )
    assert (a.efficiency, b.efficiency, c.efficiency) == pytest.approx(
        (1, 7 / 12, 2 / 3), abs=EXACT
    )


def test_a_module_as_reckoned_by_hand() -> None:
    found = module_figures(POINTS, MAXIMA)
    assert found.attempts == 5
    assert found.mean == pytest.approx(11 / 5, abs=EXACT)
    assert found.spread == pytest.approx(sqrt(54 / 20), abs=EXACT)
    assert found.alpha == pytest.approx(7 / 9, abs=EXACT)
    assert found.error_share == pytest.approx(sqrt(2 / 9), abs=EXACT)
    assert found.standard_error == pytest.approx(sqrt(2 / 9 * 54 / 20), abs=EXACT)


def test_what_cannot_be_said_is_none() -> None:
    everybody_right = np.array([[1, 0], [1, 1], [1, 1]], dtype=np.float64)
    easy, other = item_figures(everybody_right, (1, 1))
    assert (easy.facility, easy.spread, easy.discrimination, easy.efficiency) == (1, 0, None, None)
    assert other.discrimination is None  # of the rest everybody has the same
    (one,) = item_figures(np.array([[0.5]]), (1,))
    assert (one.facility, one.spread, one.discrimination) == (0.5, None, None)
    assert module_figures(np.array([[0.5]]), (1,)).spread is None
    assert module_figures(np.array([[1.0], [0.0]]), (1,)).alpha is None
    assert module_figures(np.array([[1.0, 0.0], [0.0, 1.0]]), (1, 1)).alpha is None


def test_items_that_contradict_each_other_have_no_standard_error() -> None:
    found = module_figures(np.array([[1, 0.5], [0, 1], [1, 0], [0.5, 1]]), (1, 1))
    assert found.alpha is not None
    assert found.alpha < 0
    assert found.standard_error is None


@pytest.mark.parametrize(
    ("points", "maxima"),
    [
        (np.zeros((0, 2)), (1, 1)),
        (np.zeros((2, 0)), ()),
        (np.zeros((2, 2)), (1,)),
        (np.zeros(2), (1, 1)),
        (np.zeros((2, 1)), (0,)),
        (np.zeros((2, 1)), (float("inf"),)),
        (np.full((2, 1), 1.5), (1,)),
        (np.full((2, 1), -0.5), (1,)),
        (np.full((2, 1), float("nan")), (1,)),
    ],
)
def test_other_shapes_and_points_are_refused(points: Points, maxima: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="points"):
        item_figures(points, maxima)
    with pytest.raises(ValueError, match="points"):
        module_figures(points, maxima)


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=20))
def test_figures_keep_to_their_ranges_and_to_the_order_of_nobody(rows: list[list[int]]) -> None:
    points = np.array(rows, dtype=np.float64)
    for figures, again in zip(
        item_figures(points, (4, 4, 4)), item_figures(points[::-1], (4, 4, 4)), strict=True
    ):
        assert 0 <= figures.facility <= 1
        assert figures.discrimination is None or abs(figures.discrimination) <= 1 + 1e-9
        assert figures.efficiency is None or figures.efficiency <= 1 + 1e-9
        assert again.discrimination == pytest.approx(figures.discrimination)
    alpha = module_figures(points, (4, 4, 4)).alpha
    assert alpha is None or alpha <= 1 + 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_alpha_equals_that_of_an_independent_library(seed: int) -> None:
    random = np.random.default_rng(seed)
    attempts, items = int(random.integers(2, 300)), int(random.integers(2, 25))
    knows = random.random((attempts, 1))
    points = np.clip(knows + random.normal(0, 0.4, (attempts, items)), 0, 1).round(2)
    found = module_figures(points, (1.0,) * items)
    # girth wants a row for each item and a column for each attempt.
    alpha = float(cronbach_alpha(points.T))
    assert found.alpha == pytest.approx(alpha, abs=EXACT)
    if alpha >= 0:
        error = sqrt(max(0.0, 1 - alpha)) * float(points.sum(axis=1).std(ddof=1))
        assert found.standard_error == pytest.approx(error, abs=EXACT)
