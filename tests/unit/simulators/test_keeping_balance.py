"""The simulator of the module “Keeping your balance”: a pace for slow breathing."""

from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.elements.simulator import SimulatorElement
from yongxin.language import LANGUAGES
from yongxin.simulators import ChoiceInput, Simulator, find_simulator
from yongxin.simulators.base import Beat, Pace, Value
from yongxin.simulators.breathing_pacer.model import rhythm

INHALE, EXHALE, CYCLES = st.integers(2, 6), st.integers(3, 8), st.integers(1, 10)


@pytest.fixture
def pacer() -> Simulator:
    return find_simulator("breathing-pacer")


def pace_of(simulator: Simulator, inputs: dict[str, Value], language: Any = "en") -> Pace:
    pace = simulator.show(simulator.defaults() | inputs, language).pace
    assert pace is not None
    return pace


def test_the_rhythm_has_its_check_values() -> None:
    result = rhythm(4, 6, 6)
    assert result.seconds == 60
    assert result.per_minute == 6
    assert [one.begins for one in result.breaths] == [0, 10, 20, 30, 40, 50]
    assert result.breaths[0].turns == 4


@given(INHALE, EXHALE, CYCLES)
def test_breaths_follow_each_other_without_a_gap(inhale: int, exhale: int, cycles: int) -> None:
    result = rhythm(inhale, exhale, cycles)
    assert len(result.breaths) == cycles
    assert result.breaths[0].begins == 0
    assert result.breaths[-1].ends == result.seconds == cycles * (inhale + exhale)
    assert all(one.ends == other.begins for one, other in pairwise(result.breaths))
    assert {one.turns - one.begins for one in result.breaths} == {inhale}
    assert result.per_minute * (inhale + exhale) == pytest.approx(60)


@pytest.mark.parametrize(
    "inputs", [(1, 6, 6), (7, 6, 6), (4, 2, 6), (4, 9, 6), (4, 6, 0), (4, 6, 11)]
)
def test_the_rhythm_refuses_what_is_too_short_too_long_or_too_much(
    inputs: tuple[int, int, int],
) -> None:
    with pytest.raises(ValueError, match="lies between"):
        rhythm(*inputs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pace_keeps_the_rhythm_of_the_table(pacer: Simulator, language: Any) -> None:
    for inhale, exhale, cycles in product((2, 4, 6), (3, 6, 8), (1, 6, 10)):
        inputs: dict[str, Value] = {"inhale": inhale, "exhale": exhale, "cycles": cycles}
        results = pacer.show(pacer.defaults() | inputs, language)
        pace = pace_of(pacer, inputs, language)
        assert len(pace.beats) == 2 * cycles == 2 * (len(results.table.rows) - 1)
        assert [one.opens for one in pace.beats] == [True, False] * cycles
        assert all(one.ends == other.begins for one, other in pairwise(pace.beats))
        assert str(int(pace.beats[-1].ends)) == results.table.rows[-1][-1]
        assert len({one.turn for one in pace.beats}) == cycles


def test_every_cue_can_be_heard_and_read(pacer: Simulator) -> None:
    heard, still = pace_of(pacer, {}), pace_of(pacer, {"ring": "still"})
    assert heard.beats[:2] == (
        Beat("In", "In, 4 seconds", "Breath 1 of 6", 0, 4, opens=True),
        Beat("Out", "Out, 6 seconds", "Breath 1 of 6", 4, 10, opens=False),
    )
    assert heard.moves
    assert not still.moves
    assert heard.beats == still.beats
    assert "60 seconds" in heard.done


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_breath_out_is_remarked_upon(pacer: Simulator, language: Any) -> None:
    short = pacer.show(pacer.defaults() | {"inhale": 6, "exhale": 3}, language).summary
    longer = pacer.show(pacer.defaults() | {"inhale": 3, "exhale": 6}, language).summary
    assert len(short) > len(longer) + 15


def test_the_ring_can_be_kept_still(pacer: Simulator) -> None:
    (ring,) = [one for one in pacer.inputs() if isinstance(one, ChoiceInput)]
    assert [one.id for one in ring.options] == ["moves", "still"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_place_for_the_pace_where_there_is_one(
    pacer: Simulator, language: Any
) -> None:
    def markup(simulator: Simulator) -> str:
        return str(SimulatorElement(simulator).markup(language))

    assert markup(pacer).count('class="yongxin-pace"') == 1
    assert "yongxin-pace" not in markup(find_simulator("squares"))
