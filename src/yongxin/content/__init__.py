"""The content as people write it: reading it, checking it, and the models of what it holds.

Only trainers' side may import this package: it holds the keys of graded items.
"""

from yongxin.content.content import Content, ModuleContent
from yongxin.content.finding import ContentError, Finding
from yongxin.content.lesson import PLAN_LINK, ElementCall, Lesson, Prose, Section
from yongxin.content.load import Examination, check_content, examine_content, load_content
from yongxin.content.models import Course, Curriculum, Module, Part, Path, Source, System, Term

__all__ = [
    "PLAN_LINK",
    "Content",
    "ContentError",
    "Course",
    "Curriculum",
    "ElementCall",
    "Examination",
    "Finding",
    "Lesson",
    "Module",
    "ModuleContent",
    "Part",
    "Path",
    "Prose",
    "Section",
    "Source",
    "System",
    "Term",
    "check_content",
    "examine_content",
    "load_content",
]
