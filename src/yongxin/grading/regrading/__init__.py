"""Regrading a cohort after a key was corrected or a question withdrawn: ``yongxin regrade``.

``preview`` tells who would change by how much and writes nothing; ``regrade`` carries it out. What
was released before, what was handed in and what people have marked is kept.
"""

from yongxin.grading.regrading.changes import CellChange, KeyChange, LearnerChange, Preview
from yongxin.grading.regrading.look import preview
from yongxin.grading.regrading.run import Regraded, regrade

__all__ = [
    "CellChange",
    "KeyChange",
    "LearnerChange",
    "Preview",
    "Regraded",
    "preview",
    "regrade",
]
