"""What the figures of an item mean and what a trainer may do about it, as codes for texts.

The bands are those of Moodle's documentation (*Quiz statistics report*), which gives them in
percent. They are rules of thumb: they say where to look, never that an item is bad.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from yongxin.cohort.item_statistics import ENOUGH_ATTEMPTS, ItemFigures

FacilityBand: TypeAlias = Literal[
    "extremely-difficult",
    "very-difficult",
    "difficult",
    "moderately-difficult",
    "about-right",
    "fairly-easy",
    "easy",
    "very-easy",
    "extremely-easy",
]
DiscriminationBand: TypeAlias = Literal["very-good", "adequate", "weak", "very-weak", "negative"]
Advice: TypeAlias = Literal[
    "too-few",
    "withdrawn",
    "check-key",
    "teach-again",
    "look-at-distractors",
    "mastered",
    "mastery-not-reached",
    "too-easy",
    "no-spread",
    "keep",
]

#: The least facility of each band but the first.
FACILITY_BANDS: Final[tuple[tuple[float, FacilityBand], ...]] = (
    (0.95, "extremely-easy"),
    (0.90, "very-easy"),
    (0.81, "easy"),
    (0.66, "fairly-easy"),
    (0.35, "about-right"),
    (0.20, "moderately-difficult"),
    (0.11, "difficult"),
    (0.06, "very-difficult"),
)
#: The least discrimination of each band but the last.
DISCRIMINATION_BANDS: Final[tuple[tuple[float, DiscriminationBand], ...]] = (
    (0.50, "very-good"),
    (0.30, "adequate"),
    (0.20, "weak"),
    (0.0, "very-weak"),
)
#: Below this a mastery item has not done its work: what everybody must know, too many do not.
MASTERY: Final = 0.9


@dataclass(frozen=True)
class Judgement:
    """Where an item's figures lie, ``None`` where they say nothing, and what to do."""

    facility: FacilityBand | None
    discrimination: DiscriminationBand | None
    advice: Advice


def judge(
    figures: ItemFigures, attempts: int, *, is_mastery: bool = False, is_withdrawn: bool = False
) -> Judgement:
    """Judge one item. A mastery item is meant to be easy and to tell nobody apart."""
    if is_withdrawn:
        return Judgement(None, None, "withdrawn")
    if attempts < ENOUGH_ATTEMPTS:
        return Judgement(None, None, "too-few")
    facility = facility_band(figures.facility)
    discrimination = discrimination_band(figures.discrimination)
    advice = _mastery(figures) if is_mastery else _advice(figures, discrimination)
    return Judgement(facility, discrimination, advice)


def facility_band(facility: float) -> FacilityBand:
    """Return the band of a facility from 0 to 1."""
    for least, name in FACILITY_BANDS:
        if round(facility, 2) >= least:  # the bands are given in whole percent
            return name
    return "extremely-difficult"


def discrimination_band(discrimination: float | None) -> DiscriminationBand | None:
    """Return the band of a discrimination from −1 to 1; of none there is none."""
    if discrimination is None:
        return None
    for least, name in DISCRIMINATION_BANDS:
        if discrimination >= least:
            return name
    return "negative"


def _mastery(figures: ItemFigures) -> Advice:
    return "mastered" if figures.facility >= MASTERY else "mastery-not-reached"


def _advice(figures: ItemFigures, band: DiscriminationBand | None) -> Advice:
    if band == "negative":
        return "check-key"
    if band is None:
        return "no-spread"
    if figures.facility < 0.35:
        return "teach-again"
    if figures.facility >= 0.95:
        return "too-easy"
    return "look-at-distractors" if band in ("weak", "very-weak") else "keep"
