"""Scoring rules: one pure function a rule, on plain values, each a share between 0 and 1."""

from yongxin.scoring.adjacent_pairs import adjacent_pairs
from yongxin.scoring.all_pairs import all_pairs
from yongxin.scoring.exact_match import exact_match
from yongxin.scoring.right_minus_wrong import right_minus_wrong
from yongxin.scoring.within_tolerance import within_tolerance

__all__ = [
    "adjacent_pairs",
    "all_pairs",
    "exact_match",
    "right_minus_wrong",
    "within_tolerance",
]
