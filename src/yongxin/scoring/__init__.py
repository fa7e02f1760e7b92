"""Scoring rules: one pure function a rule, on plain values, each a share between 0 and 1."""

from yongxin.scoring.accepted_variant import accepted_variant
from yongxin.scoring.adjacent_pairs import adjacent_pairs
from yongxin.scoring.all_pairs import all_pairs
from yongxin.scoring.corrected_for_guessing import corrected_for_guessing
from yongxin.scoring.exact_match import exact_match
from yongxin.scoring.longest_ordered_subset import longest_ordered_subset, ordered_entries
from yongxin.scoring.right_minus_wrong import right_minus_wrong
from yongxin.scoring.scaled import scaled
from yongxin.scoring.share_right import share_right
from yongxin.scoring.verdict_and_reason import verdict_and_reason
from yongxin.scoring.weighted_share import weighted_share
from yongxin.scoring.with_unit import with_unit
from yongxin.scoring.within_tolerance import within_tolerance

__all__ = [
    "accepted_variant",
    "adjacent_pairs",
    "all_pairs",
    "corrected_for_guessing",
    "exact_match",
    "longest_ordered_subset",
    "ordered_entries",
    "right_minus_wrong",
    "scaled",
    "share_right",
    "verdict_and_reason",
    "weighted_share",
    "with_unit",
    "within_tolerance",
]
