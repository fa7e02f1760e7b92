"""What “You and your service” reckons: the fourteen questions, sureness, and three bad events."""

from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.content import load_content
from yongxin.items.assessment import Assessment, outcomes
from yongxin.language import LANGUAGES, Language
from yongxin.simulators import find_simulator
from yongxin.simulators.confidence_calibration.model import Judgement, by_level, calibration
from yongxin.simulators.confidence_calibration.view import SENTENCES
from yongxin.simulators.three_events.model import Act, Thought, evening

JUDGEMENTS = st.lists(
    st.builds(Judgement, sure=st.sampled_from((60, 80, 100)), is_right=st.booleans()), min_size=1
)


# -- the fourteen questions -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def fourteen(repository: Path) -> Assessment:
    module = load_content(repository / "content").modules["a6-you-and-your-service"]
    return next(one for one in module.assessments if one.id == "two-weeks-of-service")


def test_nine_questions_are_straight_and_five_reversed(fourteen: Assessment) -> None:
    assert [one.reversed for one in fourteen.questions].count(True) == 5
    assert len(fourteen.questions) == 14


@pytest.mark.parametrize(("points", "band"), [(0, 0), (5, 0), (6, 1), (9, 1), (10, 2), (14, 2)])
def test_the_bands_have_their_check_values(fourteen: Assessment, points: int, band: int) -> None:
    answers = {
        one.id: "yes" if (place < points) is not one.reversed else "no"
        for place, one in enumerate(fourteen.questions)
    }
    (outcome,) = outcomes(fourteen, answers)
    assert fourteen.total is not None
    assert outcome.points == points
    assert outcome.band == fourteen.total.bands[band]


@pytest.mark.parametrize(("answer", "points"), [("yes", 9), ("no", 5)])
def test_one_answer_to_everything_never_reaches_the_top(
    fourteen: Assessment, answer: str, points: int
) -> None:
    (outcome,) = outcomes(fourteen, {one.id: answer for one in fourteen.questions})
    assert outcome.points == points


# -- calibration ----------------------------------------------------------------------------------


def test_calibration_has_its_check_values() -> None:
    too_sure = calibration([Judgement(80, is_right=one < 6) for one in range(10)])
    assert (too_sure.mean_sure, too_sure.hit_rate, too_sure.difference) == (80, 60, 20)
    unsure = calibration([Judgement(60 if one < 5 else 100, one > 0) for one in range(10)])
    assert (unsure.mean_sure, unsure.hit_rate, unsure.difference) == (80, 90, -10)


@given(JUDGEMENTS)
def test_levels_hold_every_verdict_once_and_lead_to_the_same_difference(
    judgements: list[Judgement],
) -> None:
    levels = by_level(judgements)
    assert sum(one.count for one in levels) == len(judgements)
    mean = sum(one.count * (one.sure - one.hit_rate) for one in levels) / len(judgements)
    assert mean == pytest.approx(calibration(judgements).difference)


@pytest.mark.parametrize(
    "judgements", [[], [Judgement(49, is_right=True)], [Judgement(101, is_right=True)]]
)
def test_calibration_refuses_what_cannot_be(judgements: list[Judgement]) -> None:
    with pytest.raises(ValueError, match=r"verdict|sureness"):
        calibration(judgements)


def test_as_many_sentences_are_true_as_false() -> None:
    assert len(SENTENCES) == 10
    assert sum(one.is_true for one in SENTENCES.values()) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_shows_before_all_ten_are_chosen(language: Language) -> None:
    simulator = find_simulator("confidence-calibration")
    inputs = simulator.defaults()
    for name in SENTENCES:
        results = simulator.show(inputs, language)
        assert results.figure is None
        assert len({row[2:] for row in results.table.rows}) == 1
        inputs[name] = "true-80"
    told = simulator.show(inputs, language)
    assert told.figure is not None
    assert "+30" in told.summary
    assert [row[3] for row in told.table.rows] == [
        one.why.in_language(language) for one in SENTENCES.values()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_knows_all_ten_for_certain_is_not_told_to_doubt(language: Language) -> None:
    simulator = find_simulator("confidence-calibration")
    known = {name: "true-100" if one.is_true else "false-100" for name, one in SENTENCES.items()}
    summary = simulator.show(known, language).summary
    assert "100%" in summary
    assert ("万一" if language == "zh-CN" else "Before") not in summary


# -- three events ---------------------------------------------------------------------------------


def test_an_evening_has_its_check_values() -> None:
    assert evening("harsh", "brood") == (0, False, False)
    assert evening("known", "walk") == (3, False, False)
    assert evening("known", "walk-and-tell") == (4, True, True)
    assert evening("nothing", "tell") == (1, False, False)


@pytest.mark.parametrize("thought", get_args(Thought))
def test_a_walk_helps_the_evening_and_leaves_the_cause_alone(thought: Thought) -> None:
    assert evening(thought, "walk").feeling > evening(thought, "brood").feeling
    assert not evening(thought, "walk").is_under_way


def test_doing_both_is_never_worse_than_doing_one() -> None:
    for thought, act in product(get_args(Thought), get_args(Act)):
        whole, part = evening(thought, "walk-and-tell"), evening(thought, act)
        assert whole.feeling >= part.feeling
        assert whole.is_under_way >= part.is_under_way


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_marks_what_has_changed(language: Language) -> None:
    simulator = find_simulator("three-events")
    for event in ("doors", "plan", "scooter"):
        inputs = simulator.defaults() | {"event": event}
        assert simulator.show(inputs, language).table.marked == ()
        both = simulator.show(inputs | {"thought": "known", "act": "walk-and-tell"}, language)
        assert both.table.marked == (1, 2, 3, 4)
        silent = simulator.show(inputs | {"thought": "nothing", "act": "tell"}, language)
        assert silent.table.rows[4] == simulator.show(inputs, language).table.rows[4]
