"""The rules that hold between the parts of the content, one file a subject."""

from yongxin.content.checks.assessments import check_assessments
from yongxin.content.checks.course import check_course
from yongxin.content.checks.exercises import check_exercises
from yongxin.content.checks.files import check_files
from yongxin.content.checks.ids import check_ids
from yongxin.content.checks.kept import check_kept
from yongxin.content.checks.lessons import check_lessons
from yongxin.content.checks.missing import check_missing
from yongxin.content.checks.units import check_units
from yongxin.content.checks.variants import check_variants

__all__ = [
    "check_assessments",
    "check_course",
    "check_exercises",
    "check_files",
    "check_ids",
    "check_kept",
    "check_lessons",
    "check_missing",
    "check_units",
    "check_variants",
]
