"""Figures lie in bands, and what to do about them depends on what the item is for."""

import pytest

from yongxin.cohort.item_statistics import ItemFigures
from yongxin.cohort.judgement import discrimination_band, facility_band, judge


def figures(facility: float, discrimination: float | None) -> ItemFigures:
    return ItemFigures(facility, 0.4, discrimination, None)


@pytest.mark.parametrize(
    ("facility", "band"),
    [
        (0, "extremely-difficult"),
        (0.054, "extremely-difficult"),
        (0.06, "very-difficult"),
        (0.11, "difficult"),
        (0.2, "moderately-difficult"),
        (0.344, "moderately-difficult"),
        (0.35, "about-right"),
        (0.65, "about-right"),
        (0.66, "fairly-easy"),
        (0.81, "easy"),
        (0.9, "very-easy"),
        (0.95, "extremely-easy"),
        (1, "extremely-easy"),
    ],
)
def test_bands_of_facility(facility: float, band: str) -> None:
    assert facility_band(facility) == band


@pytest.mark.parametrize(
    ("discrimination", "band"),
    [
        (0.5, "very-good"),
        (0.3, "adequate"),
        (0.2, "weak"),
        (0.1, "very-weak"),
        (0, "very-weak"),
        (-0.01, "negative"),
        (None, None),
    ],
)
def test_bands_of_discrimination(discrimination: float | None, band: str | None) -> None:
    assert discrimination_band(discrimination) == band


@pytest.mark.parametrize(
    ("facility", "discrimination", "advice"),
    [
        (0.6, 0.4, "keep"),
        (0.6, 0.1, "look-at-distractors"),
        (0.6, -0.2, "check-key"),
        (0.1, -0.2, "check-key"),
        (0.2, 0.4, "teach-again"),
        (0.97, 0.1, "too-easy"),
        (1.0, None, "no-spread"),
    ],
)
def test_advice(facility: float, discrimination: float | None, advice: str) -> None:
    assert judge(figures(facility, discrimination), 30).advice == advice


def test_a_mastery_item_may_be_easy() -> None:
    assert judge(figures(1.0, None), 30, is_mastery=True).advice == "mastered"
    assert judge(figures(0.8, 0.5), 30, is_mastery=True).advice == "mastery-not-reached"


def test_of_few_attempts_or_a_withdrawn_item_nothing_is_said() -> None:
    few = judge(figures(0.1, -1), 29)
    assert (few.facility, few.discrimination, few.advice) == (None, None, "too-few")
    assert judge(figures(1, None), 99, is_withdrawn=True).advice == "withdrawn"
