"""The ordering rules equal the grading types of Moodle's ordering question, order by order.

Moodle's definitions are written out here as its ``gradingtype_help`` words them, without any idea
that our rules use; every permutation of up to six entries is compared.
"""

from fractions import Fraction
from itertools import combinations, permutations

import pytest

from yongxin.scoring import adjacent_pairs, all_pairs, longest_ordered_subset

SIZES = range(2, 7)


def relative_to_the_next_item_excluding_last(key: str, response: str) -> Fraction:
    """An item is correct if it is followed by the same item; the item in last place is not."""
    marks = 0
    for item in key[:-1]:
        follower = key[key.index(item) + 1]
        place = response.index(item)
        marks += place + 1 < len(response) and response[place + 1] == follower
    return Fraction(marks, len(key) - 1)


def relative_to_all_previous_and_next_items(key: str, response: str) -> Fraction:
    """Each item has a mark for each same item before it and each same item after it: n² − n."""
    marks = 0
    for item in key:
        should, stands = key.index(item), response.index(item)
        marks += len(set(key[:should]) & set(response[:stands]))
        marks += len(set(key[should + 1 :]) & set(response[stands + 1 :]))
    return Fraction(marks, len(key) ** 2 - len(key))


def longest_subset_of_two_items_or_more(key: str, response: str) -> Fraction:
    """The number of items in the longest ordered subset, which need not be contiguous."""
    for size in range(len(key), 1, -1):
        for subset in combinations(response, size):
            if sorted(subset, key=key.index) == list(subset):
                return Fraction(size, len(key))
    return Fraction(0)


@pytest.mark.parametrize(
    ("ours", "moodles"),
    [
        (adjacent_pairs, relative_to_the_next_item_excluding_last),
        (all_pairs, relative_to_all_previous_and_next_items),
        (longest_ordered_subset, longest_subset_of_two_items_or_more),
    ],
)
def test_every_order_earns_what_moodle_gives(ours: object, moodles: object) -> None:
    compared = 0
    for size in SIZES:
        key = "abcdef"[:size]
        for order in permutations(key):
            response = "".join(order)
            assert ours(key, response) == pytest.approx(float(moodles(key, response)), abs=1e-12)  # type: ignore[operator]
            compared += 1
    assert compared == 872


def test_one_entry_moved_far_costs_one_share_of_the_longest_subset() -> None:
    assert longest_ordered_subset("abcde", "bcdea") == 0.8
    assert adjacent_pairs("abcde", "bcdea") == 0.75
    assert all_pairs("abcde", "bcdea") == 0.6


def test_a_single_entry_is_no_ordered_subset() -> None:
    assert longest_ordered_subset("abcde", "edcba") == 0
    assert longest_ordered_subset("ab", "ba") == 0
