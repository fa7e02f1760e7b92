"""The simulators of “Marriott and change”: the force field and the curve of a change."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.language import LANGUAGES
from yongxin.simulators import find_simulator
from yongxin.simulators.change_curve.model import Course, energy, phase
from yongxin.simulators.force_field.model import Balance, balance

FORCES = st.lists(st.integers(0, 5), min_size=1, max_size=6)


# -- the force field ------------------------------------------------------------------------------


def test_the_net_force_is_pushing_minus_holding() -> None:
    assert balance([4, 3, 2], [4, 4, 3]) == Balance(driving=9, restraining=11)
    assert balance([4, 3, 2], [4, 4, 3]).net == -2
    assert balance([4, 3, 2], [4, 4, 3]).tension == 20


def test_taking_away_a_hindrance_moves_as_far_as_pushing_and_with_less_tension() -> None:
    pushed, eased = balance([4, 3, 5], [4, 4, 3]), balance([4, 3, 2], [4, 1, 3])
    assert (pushed.net, pushed.tension) == (1, 23)
    assert (eased.net, eased.tension) == (1, 17)


@given(FORCES, FORCES)
def test_changing_sides_turns_the_net_force_round(some: list[float], others: list[float]) -> None:
    assert balance(some, others).net == -balance(others, some).net
    assert balance(some, others).tension == balance(others, some).tension


@pytest.mark.parametrize("force", [-1, 6, float("nan")])
def test_a_force_off_the_scale_is_refused(force: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 5"):
        balance([force], [1])
    with pytest.raises(ValueError, match="between 0 and 5"):
        balance([1], [force])


@pytest.mark.parametrize(
    ("changed", "words"),
    [({}, "往回走"), ({"elderly": 2}, "顶住"), ({"elderly": 1}, "推得动")],
)
def test_the_force_field_says_which_way_it_goes(changed: dict[str, float], words: str) -> None:
    simulator = find_simulator("force-field")
    assert words in simulator.show(simulator.defaults() | changed, "zh-CN").summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_in_the_picture_of_forces_stands_in_the_table(language: str) -> None:
    simulator = find_simulator("force-field")
    results = simulator.show(simulator.defaults(), language)  # type: ignore[arg-type]
    assert results.figure is not None
    drawn = [abs(length) for length in results.figure["data"][0]["x"]]
    assert [float(row[2]) for row in results.table.rows[:6]] == drawn
    names = [one["text"] for one in results.figure["layout"]["annotations"]]
    assert [row[0] for row in results.table.rows[:6]] == names


# -- the curve ------------------------------------------------------------------------------------


def test_the_curve_has_its_check_values() -> None:
    assert [energy(week, Course()) for week in (0, 4, 8, 16)] == pytest.approx(
        [0.989, 0.409, 1.239, 1.4998], abs=5e-4
    )


def test_the_four_phases_follow_one_another() -> None:
    weeks = (0, 1.9, 2, 5.9, 6, 7.9, 8, 20)
    assert [phase(week, Course()) for week in weeks] == [
        *("denial", "denial", "resistance", "resistance"),
        *("acceptance", "acceptance", "commitment", "commitment"),
    ]


def test_whoever_has_not_been_told_is_in_an_ordinary_week() -> None:
    assert phase(-0.5, Course()) == "not-told"
    assert energy(-0.5, Course()) == 1


def test_not_everybody_passes_through_all_four() -> None:
    quick = Course(bottom=4, width=2, depth=0.6, rise=5)
    assert {phase(week / 2, quick) for week in range(40)} == {
        "denial",
        "resistance",
        "commitment",
    }
    simulator = find_simulator("change-curve")
    assert "四段走全" in simulator.show(simulator.defaults() | {"rise": 5.0}, "zh-CN").summary


@given(st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_deeper_valley_is_lower_every_week(one: float, other: float) -> None:
    shallow, deep = sorted((one, other))
    for week in range(21):
        assert energy(week, Course(depth=deep)) <= energy(week, Course(depth=shallow))


def test_without_a_valley_the_line_only_rises() -> None:
    flat = [energy(week, Course(depth=0)) for week in range(21)]
    assert all(before <= after for before, after in pairwise(flat))


@pytest.mark.parametrize("wrong", [{"width": 0}, {"depth": -0.1}, {"depth": 1.1}])
def test_a_valley_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="valley"):
        Course(**wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_told_at_once_there_is_one_line_and_told_later_there_are_two(language: str) -> None:
    simulator = find_simulator("change-curve")
    at_once = simulator.show(simulator.defaults() | {"later": 0.0}, language)  # type: ignore[arg-type]
    later = simulator.show(simulator.defaults(), language)  # type: ignore[arg-type]
    assert at_once.figure is not None
    assert later.figure is not None
    assert [len(one.figure["data"]) for one in (at_once, later) if one.figure] == [1, 2]
    assert all(row[1] == row[2] for row in at_once.table.rows)
    assert any(row[1] != row[2] for row in later.table.rows)
