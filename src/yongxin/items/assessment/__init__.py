"""Self-assessments: questions about oneself, for oneself. They have no key and never a grade."""

from yongxin.items.assessment.group import STEP, FirstResult, GroupFigures, group_figures
from yongxin.items.assessment.models import (
    Assessment,
    Band,
    PublicAssessment,
    PublicQuestion,
    Scale,
)
from yongxin.items.assessment.outcomes import Outcome, Spread, outcomes, spread

__all__ = [
    "STEP",
    "Assessment",
    "Band",
    "FirstResult",
    "GroupFigures",
    "Outcome",
    "PublicAssessment",
    "PublicQuestion",
    "Scale",
    "Spread",
    "group_figures",
    "outcomes",
    "spread",
]
