"""The rules for answers with several parts, units and variants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.scoring import accepted_variant, weighted_share, with_unit

WEIGHTS = st.floats(0.1, 10)
RATIOS = st.sampled_from([0.0, 0.5, 1.0])
PARTS = st.lists(st.tuples(WEIGHTS, RATIOS), min_size=1, max_size=20)


@given(PARTS)
def test_a_share_lies_between_nothing_and_all(parts: list[tuple[float, float]]) -> None:
    share = weighted_share(parts)
    assert 0 <= share <= 1
    assert (share == 1) == all(ratio == 1 for _, ratio in parts)
    assert (share == 0) == all(ratio == 0 for _, ratio in parts)


@given(PARTS, st.randoms())
def test_the_order_of_parts_does_not_matter(
    parts: list[tuple[float, float]], random: object
) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weighted_share(shuffled) == weighted_share(parts)


@given(PARTS, st.floats(0.5, 4))
def test_only_the_relation_of_weights_counts(
    parts: list[tuple[float, float]], factor: float
) -> None:
    scaled = [(weight * factor, ratio) for weight, ratio in parts]
    assert weighted_share(scaled) == pytest.approx(weighted_share(parts))


@given(st.lists(RATIOS, min_size=1, max_size=20))
def test_with_equal_weights_it_is_the_share_of_what_is_right(ratios: list[float]) -> None:
    share = weighted_share((1, ratio) for ratio in ratios)
    assert share == pytest.approx(sum(ratios) / len(ratios))


def test_a_part_that_weighs_twice_counts_twice() -> None:
    assert weighted_share([(2, 1), (1, 0)]) == pytest.approx(2 / 3)


@given(RATIOS)
def test_a_wrong_unit_halves_what_the_number_earns(ratio: float) -> None:
    assert with_unit(ratio, right_unit=True) == ratio
    assert with_unit(ratio, right_unit=False) == ratio / 2


@given(st.lists(st.text(max_size=4), min_size=1), st.text(max_size=4))
def test_a_variant_is_accepted_or_not(key: list[str], response: str) -> None:
    assert accepted_variant(key, response) == (1 if response in key else 0)
    assert all(accepted_variant(key, one) == 1 for one in key)
