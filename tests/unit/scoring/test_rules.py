"""What every scoring rule guarantees, whatever the item."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yongxin.scoring import (
    adjacent_pairs,
    all_pairs,
    exact_match,
    right_minus_wrong,
    within_tolerance,
)

OrderRule = Callable[[list[str], list[str]], float]
IDS = st.lists(st.text("abcdefgh", min_size=1, max_size=3), min_size=2, max_size=8, unique=True)
NUMBERS = st.decimals(-10_000, 10_000, places=3).map(float)
TOLERANCES = st.decimals(0, 100, places=3).map(float)


@st.composite
def keys_and_choices(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """All options, the right ones and the chosen ones."""
    options = draw(IDS)
    key = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
    chosen = draw(st.lists(st.sampled_from(options), unique=True))
    return options, key, chosen


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """An order and a permutation of it."""
    key = draw(IDS)
    return key, draw(st.permutations(key))


def test_exact_match_is_all_or_nothing() -> None:
    assert exact_match("met", "met") == 1
    assert exact_match("met", "delighted") == 0
    assert exact_match("met", "") == 0


@given(keys_and_choices())
def test_choosing_exactly_the_right_options_is_perfect(
    case: tuple[list[str], list[str], list[str]],
) -> None:
    _, key, chosen = case
    assert right_minus_wrong(key, key) == 1
    assert (right_minus_wrong(key, chosen) == 1) == (set(key) == set(chosen))


@given(keys_and_choices())
def test_choosing_nothing_earns_nothing(case: tuple[list[str], list[str], list[str]]) -> None:
    assert right_minus_wrong(case[1], []) == 0


@given(keys_and_choices(), st.data())
def test_the_order_of_options_does_not_matter(
    case: tuple[list[str], list[str], list[str]], data: st.DataObject
) -> None:
    _, key, chosen = case
    shuffled = data.draw(st.permutations(key)), data.draw(st.permutations(chosen))
    assert right_minus_wrong(*shuffled) == right_minus_wrong(key, chosen)


@given(keys_and_choices())
def test_one_more_right_option_never_costs_and_one_more_wrong_option_never_pays(
    case: tuple[list[str], list[str], list[str]],
) -> None:
    options, key, chosen = case
    before = right_minus_wrong(key, chosen)
    assert 0 <= before <= 1
    for option in set(options) - set(chosen):
        after = right_minus_wrong(key, [*chosen, option])
        assert after >= before if option in key else after <= before


def test_choosing_everything_where_half_is_right_earns_nothing() -> None:
    assert right_minus_wrong(["a", "b"], ["a", "b", "c", "d"]) == 0


def test_each_wrong_choice_takes_back_one_right_one() -> None:
    assert right_minus_wrong(["a", "b", "c"], ["a", "b", "x"]) == pytest.approx(1 / 3)


@given(NUMBERS, TOLERANCES)
def test_the_key_itself_is_perfect(key: float, tolerance: float) -> None:
    assert within_tolerance(key, key, tolerance) == 1


@given(NUMBERS, NUMBERS, TOLERANCES)
def test_a_number_earns_by_its_distance_alone(
    key: float, response: float, tolerance: float
) -> None:
    distance = abs(Fraction(str(response)) - Fraction(str(key)))
    bound = Fraction(str(tolerance))
    expected = 1 if distance <= bound else 0.5 if distance <= 3 * bound else 0
    assert within_tolerance(key, response, tolerance) == expected
    assert within_tolerance(response, key, tolerance) == expected


def test_a_number_on_the_bound_counts_although_binary_floats_say_otherwise() -> None:
    assert abs(-1.35 - -1.3) > 0.05, "else this guards nothing"
    assert within_tolerance(-1.3, -1.35, 0.05) == 1
    assert within_tolerance(-1.3, -1.45, 0.05) == 0.5
    assert within_tolerance(-1.3, -1.451, 0.05) == 0


def test_without_tolerance_only_the_key_counts() -> None:
    assert within_tolerance(12, 12, 0) == 1
    assert within_tolerance(12, 12.001, 0) == 0


@pytest.mark.parametrize("rule", [adjacent_pairs, all_pairs])
@given(case=orders())
def test_only_the_right_order_is_perfect(
    rule: OrderRule, case: tuple[list[str], list[str]]
) -> None:
    key, order = case
    assert rule(key, key) == 1
    ratio = rule(key, order)
    assert 0 <= ratio <= 1
    assert (ratio == 1) == (key == order)


@pytest.mark.parametrize("rule", [adjacent_pairs, all_pairs])
@given(case=orders())
def test_the_exact_reverse_earns_nothing(
    rule: OrderRule, case: tuple[list[str], list[str]]
) -> None:
    key, _ = case
    assert rule(key, key[::-1]) == 0


@pytest.mark.parametrize("rule", [adjacent_pairs, all_pairs])
@given(case=orders())
def test_names_of_entries_do_not_matter(rule: OrderRule, case: tuple[list[str], list[str]]) -> None:
    key, order = case
    renamed = {entry: f"entry-{number}" for number, entry in enumerate(sorted(key))}
    assert rule(key, order) == rule([renamed[one] for one in key], [renamed[one] for one in order])


@given(orders())
def test_swapping_two_neighbours_costs_one_pair_of_all(
    case: tuple[list[str], list[str]],
) -> None:
    key, _ = case
    swapped = [key[1], key[0], *key[2:]]
    pairs = len(key) * (len(key) - 1) / 2
    assert all_pairs(key, swapped) == pytest.approx(1 - 1 / pairs)


@given(orders())
def test_a_moved_entry_breaks_only_its_own_links(case: tuple[list[str], list[str]]) -> None:
    key, _ = case
    assume(len(key) > 3)
    moved = [*key[1:], key[0]]
    assert adjacent_pairs(key, moved) == pytest.approx(1 - 1 / (len(key) - 1))
