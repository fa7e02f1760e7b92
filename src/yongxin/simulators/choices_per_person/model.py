"""Choices per person, beside the three stages of the deck."""

from dataclasses import dataclass
from math import log10
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["scarce", "even", "plenty"]


@dataclass(frozen=True)
class Market:
    """People who want something, and the options that they can choose from."""

    people: float
    options: float


#: The deck's three stages: ten people with one choice, ten with ten, one with ten.
STAGES: dict[Stage, Market] = {
    "scarce": Market(10, 1),
    "even": Market(10, 10),
    "plenty": Market(1, 10),
}


def choices_per_person(market: Market) -> float:
    """Return options ÷ people, without a unit: choices for each person.

    Without chance. Source: the deck's picture of three stages, whose ratios are illustrative and
    no measurement. Check values: the three stages give 0.1, 1 and 10.

    Raises ``ValueError`` for nobody, or for less than no option.
    """
    if market.people <= 0 or market.options < 0:
        raise ValueError("there is somebody, and options are 0 or more")
    return market.options / market.people


def nearest_stage(choices: float) -> Stage:
    """Return the stage that ``choices`` per person come nearest to, counted in times.

    The borders are √0.1 and √10, halfway between 0.1, 1 and 10 on a scale of tenfolds. Raises
    ``ValueError`` for less than no choice.
    """
    if choices < 0:
        raise ValueError("choices are 0 or more")
    if choices == 0:
        return "scarce"
    return min(
        STAGES, key=lambda stage: abs(log10(choices) - log10(choices_per_person(STAGES[stage])))
    )
