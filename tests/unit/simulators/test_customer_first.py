"""The simulators of “Customer first”: choices, a cut arrow, two quadrants, reply times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.language import LANGUAGES, Language
from yongxin.simulators import find_simulator
from yongxin.simulators.choices_per_person.model import (
    STAGES,
    Market,
    choices_per_person,
    nearest_stage,
)
from yongxin.simulators.reply_times.model import reply_times
from yongxin.simulators.satisfaction_triangle.model import ARROWS, Arrow, trace
from yongxin.simulators.two_quadrants.model import place

STEPS = st.integers(-5, 5)
HOURS = st.floats(0, 1000)


# -- choices per person ---------------------------------------------------------------------------


def test_the_three_stages_have_their_check_values() -> None:
    assert [choices_per_person(one) for one in STAGES.values()] == [0.1, 1, 10]


def test_each_stage_is_nearest_to_itself() -> None:
    for stage, market in STAGES.items():
        assert nearest_stage(choices_per_person(market)) == stage
    assert [nearest_stage(one) for one in (0, 0.3, 0.33, 3.1, 3.2, 1000)] == [
        "scarce",
        "scarce",
        "even",
        "even",
        "plenty",
        "plenty",
    ]


@given(st.floats(1, 1000), st.floats(0, 1000))
def test_twice_the_people_have_half_the_choices(people: float, options: float) -> None:
    half = choices_per_person(Market(2 * people, options))
    assert 2 * half == pytest.approx(choices_per_person(Market(people, options)))


@pytest.mark.parametrize("market", [Market(0, 1), Market(-1, 1), Market(1, -1)])
def test_choices_refuse_what_cannot_be(market: Market) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        choices_per_person(market)
    with pytest.raises(ValueError, match="0 or more"):
        nearest_stage(-1)


# -- the triangle ---------------------------------------------------------------------------------


def test_a_cut_in_training_reaches_customers_through_the_staff() -> None:
    assert [(one.round, one.arrow) for one in trace("training")] == [
        (0, "training"),
        (1, "service"),
        (1, "work"),
        (2, "profit"),
        (2, "information"),
        (2, "bonus"),
    ]


@pytest.mark.parametrize("cut", ARROWS)
def test_every_cut_reaches_every_arrow_once_and_only_from_a_receiver(cut: Arrow) -> None:
    followed = trace(cut)
    assert sorted(one.arrow for one in followed) == sorted(ARROWS)
    for one in followed[1:]:
        before = [ARROWS[other.arrow][1] for other in followed if other.round == one.round - 1]
        assert ARROWS[one.arrow][0] in before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cut_can_be_told(language: Language) -> None:
    simulator = find_simulator("satisfaction-triangle")
    summaries = {simulator.show({"cut": cut}, language).summary for cut in ARROWS}
    assert len(summaries) == len(ARROWS) == 6


# -- two quadrants --------------------------------------------------------------------------------


def test_a_point_is_read_by_its_signs() -> None:
    assert (place(-3, 2).across, place(-3, 2).up) == ("low", "high")
    assert place(-3, 2).in_a_field


@given(STEPS, STEPS)
def test_a_point_on_a_line_is_in_no_field(x: int, y: int) -> None:
    assert place(x, y).in_a_field == (x * y != 0)


@pytest.mark.parametrize("point", [(5.1, 0), (0, -6)])
def test_a_point_off_the_chart_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="lies between"):
        place(*point)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_a_point_on_a_line_is_flagged(language: Language) -> None:
    simulator = find_simulator("two-quadrants")
    inside = dict.fromkeys(simulator.defaults(), 1.0)
    for name in inside:
        flagged = simulator.show(inside | {name: 0}, language).summary
        assert len(flagged) > len(simulator.show(inside, language).summary)
    assert set(simulator.defaults().values()) == {0}


# -- reply times ----------------------------------------------------------------------------------


def test_reply_times_have_their_check_value() -> None:
    result = reply_times([1, 3, 6, 20, 70], 24)
    assert (result.middle, result.longest, result.in_time) == (6, 70, 4)


@given(st.lists(HOURS, min_size=1, max_size=9), HOURS, HOURS)
def test_a_longer_promise_is_never_kept_less_often(
    hours: list[float], promised: float, more: float
) -> None:
    shorter = reply_times(hours, promised)
    assert reply_times(hours, promised + more).in_time >= shorter.in_time
    assert min(hours) <= shorter.middle <= shorter.longest


@pytest.mark.parametrize(("hours", "promised"), [([], 24), ([-1], 24), ([1], -1)])
def test_reply_times_refuse_what_cannot_be(hours: list[float], promised: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        reply_times(hours, promised)
