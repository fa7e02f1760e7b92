"""How far two markers agree: against scikit-learn, and where there is nothing to say."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from yongxin.cohort.agreement import ENOUGH_PAIRS, agreement, weighted_kappa

LEVELS = [0, 1, 2, 3]
MARK = st.sampled_from(LEVELS)


@given(st.lists(st.tuples(MARK, MARK), min_size=2, max_size=60))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    firsts, seconds = zip(*pairs, strict=True)
    ours = weighted_kappa(pairs)
    if ours is None:
        assert len({*firsts, *seconds}) == 1
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = cohen_kappa_score(firsts, seconds, labels=LEVELS, weights="quadratic")
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_by_hand() -> None:
    # Two of four pairs differ by one level: observed 2. By chance 4·4 pairs, of which each first
    # (0, 1, 2, 3) meets each second (0, 2, 2, 2): 0+4+4+4 + 1+1+1+1 + 4+0+0+0 + 9+1+1+1 = 32.
    assert weighted_kappa([(0, 0), (1, 2), (2, 2), (3, 2)]) == 1 - 4 * 2 / 32


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(0, 0), (3, 3)], 1),
        ([(0, 3), (3, 0)], -1),
        ([(2, 2), (2, 2)], None),
        ([], None),
        ([(1.5, 1), (3, 3)], 1 - 2 * 0.25 / (0.25 + 2.25 + 4)),
    ],
)
def test_the_ends(pairs: list[tuple[float, float]], kappa: float | None) -> None:
    assert weighted_kappa(pairs) == (kappa if kappa is None else pytest.approx(kappa))


def test_too_few_have_counts_and_no_kappa() -> None:
    pairs = [(3.0, 3.0), (2.0, 1.0)] * 5
    enough = agreement(pairs)
    assert (enough.pairs, enough.exact, enough.is_enough) == (ENOUGH_PAIRS, 5, True)
    assert enough.kappa == weighted_kappa(pairs)
    assert enough.counts == {(3.0, 3.0): 5, (2.0, 1.0): 5}
    few = agreement(pairs[1:])
    assert (few.kappa, few.is_enough, few.exact) == (None, False, 4)


def test_what_is_said_of_too_few_is_true() -> None:
    """The page tells how a ninth pair moves kappa from 1 to 0.42."""
    alike = [(level, level) for level in (3, 3, 3, 2, 2, 2, 1, 1)]
    assert weighted_kappa(alike) == 1
    assert weighted_kappa([*alike, (0, 3)]) == pytest.approx(0.42, abs=0.005)
