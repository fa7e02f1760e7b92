"""Who has completed modules and paths, by the rule that each path has; see ``rule``."""

from yongxin.cohort.completion.catch_up import CatchUp
from yongxin.cohort.completion.course_path import CoursePath, course_paths
from yongxin.cohort.completion.desk import CompletionDesk, OwnPath, Wants
from yongxin.cohort.completion.overview import SHOWN, PathOverview, PersonOnPath, Shown
from yongxin.cohort.completion.rule import ModuleFacts, Want, wanted

__all__ = [
    "SHOWN",
    "CatchUp",
    "CompletionDesk",
    "CoursePath",
    "ModuleFacts",
    "OwnPath",
    "PathOverview",
    "PersonOnPath",
    "Shown",
    "Want",
    "Wants",
    "course_paths",
    "wanted",
]
