"""The simulators of the module “Look twice”: squares in a grid, and who counts as a customer."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.language import LANGUAGES
from yongxin.simulators import ChoiceInput, find_simulator
from yongxin.simulators.customer_definition.model import Party, is_customer, reach
from yongxin.simulators.squares.model import place_of, squares

PARTIES = [Party(*one) for one in product((False, True), repeat=4)]


# -- squares --------------------------------------------------------------------------------------


def test_squares_have_their_check_values() -> None:
    assert [one.count for one in squares(4)] == [16, 9, 4, 1]
    assert sum(one.count for one in squares(4)) == 30
    assert sum(one.count for one in squares(5)) == 55


@given(st.integers(1, 10))
def test_squares_agree_with_the_formula_and_with_counting_corner_by_corner(cells: int) -> None:
    by_hand = sum(
        column + side <= cells and row + side <= cells
        for side in range(1, cells + 1)
        for column in range(cells)
        for row in range(cells)
    )
    total = sum(one.count for one in squares(cells))
    assert total == by_hand == cells * (cells + 1) * (2 * cells + 1) // 6


@pytest.mark.parametrize("cells", [0, 11, -1])
def test_squares_refuse_a_grid_that_is_too_small_or_too_large(cells: int) -> None:
    with pytest.raises(ValueError, match="1 to 10 cells"):
        squares(cells)


def test_the_frame_walks_line_by_line_and_starts_again() -> None:
    assert [place_of(number, 2) for number in (1, 2, 3, 4, 5)] == [
        (0, 0),
        (1, 0),
        (0, 1),
        (1, 1),
        (0, 0),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_dot_for_each_square_and_one_frame_within_the_grid(language: Any) -> None:
    show = find_simulator("squares").show
    for cells, side in product(range(1, 11), repeat=2):
        results = show({"cells": cells, "side": side, "number": 7}, language)
        assert results.figure is not None
        dots = results.figure["data"][0]
        frames = [one for one in results.figure["layout"]["shapes"] if one["type"] == "rect"]
        if side > cells:
            assert (dots["x"], dots["y"], frames) == ([], [], [])
            continue
        (frame,) = frames
        assert len(set(zip(dots["x"], dots["y"], strict=True))) == (cells - side + 1) ** 2
        assert 0 <= frame["x0"] < frame["x1"] <= cells
        assert frame["x1"] - frame["x0"] == frame["y1"] - frame["y0"] == side
        assert results.table.rows[side - 1][-1] == str(len(dots["x"]))


# -- the customer's definition --------------------------------------------------------------------


def test_the_definition_has_its_check_values() -> None:
    owner, letting, tenant = Party(True, True), Party(True, False), Party(False, True)
    parties = [owner, letting, tenant, Party(False, True, is_colleague=True)]
    assert reach(parties, "buys-and-uses").counts == (True, False, False, False)
    assert reach(parties, "uses").added == (2, 3)
    assert reach(parties, "uses").added_colleagues == 1
    assert reach(parties, "buys").added == (1,)
    assert reach(parties, "buys-or-uses").counts == (True,) * 4


def test_a_strike_leaves_whoever_buys_and_uses_or_else_says_who_drops_out() -> None:
    for definition in ("uses", "buys", "buys-or-uses"):
        assert reach(PARTIES, definition).dropped == ()
    dropped = [PARTIES[one] for one in reach(PARTIES, "persons-only").dropped]
    assert dropped
    assert all(one.buys and one.uses and one.is_organisation for one in dropped)


@pytest.mark.parametrize("party", PARTIES)
def test_or_takes_in_all_whom_any_other_wording_takes_in(party: Party) -> None:
    narrower = ("buys-and-uses", "uses", "buys", "persons-only")
    assert is_customer(party, "buys-or-uses") >= any(is_customer(party, one) for one in narrower)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_marks_whoever_comes_in_or_drops_out(language: Any) -> None:
    simulator = find_simulator("customer-definition")
    (choice,) = simulator.inputs()
    assert isinstance(choice, ChoiceInput)
    marked = {
        option.id: len(simulator.show({"definition": option.id}, language).table.marked)
        for option in choice.options
    }
    assert marked == {
        "buys-and-uses": 0,
        "uses": 4,
        "buys": 1,
        "persons-only": 1,
        "buys-or-uses": 5,
    }
