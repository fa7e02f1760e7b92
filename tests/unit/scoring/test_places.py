"""The rules of items that put something at several places, or judge a claim."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.scoring import corrected_for_guessing, share_right, verdict_and_reason

PLACES = st.text("abcdefgh", min_size=1, max_size=2)
OPTIONS = st.sampled_from("wxyz")
KEYS = st.dictionaries(PLACES, OPTIONS, min_size=1, max_size=8)


@st.composite
def keys_and_responses(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """A key, and something at some of its places."""
    key = draw(KEYS)
    answered = draw(st.lists(st.sampled_from(sorted(key)), unique=True))
    return key, {place: draw(OPTIONS) for place in answered}


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int, int]:
    """How many of how many entries are right, and the number of categories."""
    total = draw(st.integers(1, 20))
    return draw(st.integers(0, total)), total, draw(st.integers(2, 6))


@given(KEYS)
def test_the_key_itself_is_perfect_and_nothing_is_nothing(key: dict[str, str]) -> None:
    assert share_right(key, key) == 1
    assert share_right(key, {}) == 0


@given(keys_and_responses())
def test_places_are_counted_one_by_one(case: tuple[dict[str, str], dict[str, str]]) -> None:
    key, response = case
    right = sum(response[place] == key[place] for place in response)
    assert share_right(key, response) == pytest.approx(right / len(key))
    assert 0 <= share_right(key, response) <= 1
    assert (share_right(key, response) == 1) == (key == response)


@given(keys_and_responses(), st.data())
def test_the_order_of_places_does_not_matter(
    case: tuple[dict[str, str], dict[str, str]], data: st.DataObject
) -> None:
    key, response = case
    shuffled = (dict(data.draw(st.permutations(list(one.items())))) for one in case)
    assert share_right(*shuffled) == share_right(key, response)


@given(keys_and_responses())
def test_a_wrong_place_costs_no_more_than_an_open_one(
    case: tuple[dict[str, str], dict[str, str]],
) -> None:
    key, response = case
    only_right = {place: option for place, option in response.items() if key[place] == option}
    assert share_right(key, only_right) == share_right(key, response)


@given(shares())
def test_the_correction_is_the_classical_one(case: tuple[int, int, int]) -> None:
    right, total, choices = case
    classical = (right - Fraction(total - right, choices - 1)) / total
    corrected = corrected_for_guessing(right / total, choices)
    assert corrected == pytest.approx(float(max(Fraction(0), classical)), abs=1e-12)
    assert 0 <= corrected <= 1
    assert (corrected == 1) == (right == total)


@given(st.integers(2, 6))
def test_guessing_earns_nothing_on_average_and_all_right_earns_all(choices: int) -> None:
    assert corrected_for_guessing(1 / choices, choices) == pytest.approx(0, abs=1e-12)
    assert corrected_for_guessing(1, choices) == 1
    assert corrected_for_guessing(0, choices) == 0


@given(shares())
def test_one_more_right_entry_never_costs(case: tuple[int, int, int]) -> None:
    right, total, choices = case
    more = min(total, right + 1)
    assert corrected_for_guessing(more / total, choices) >= corrected_for_guessing(
        right / total, choices
    )


def test_the_fewer_categories_the_less_a_right_entry_is_worth() -> None:
    assert corrected_for_guessing(0.75, 2) == pytest.approx(0.5)
    assert corrected_for_guessing(0.75, 4) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("verdict", "reason", "ratio"),
    [(True, True, 1), (True, False, 0.5), (False, True, 0), (False, False, 0)],
)
def test_a_reason_counts_beside_the_right_verdict_only(
    verdict: bool, reason: bool, ratio: float
) -> None:
    assert verdict_and_reason(verdict, reason) == ratio
