"""The catalogue: the built course as the learners' side reads it, without any graded key."""

from yongxin.catalogue.catalogue import Catalogue
from yongxin.catalogue.errors import (
    CatalogueError,
    CourseNotFound,
    DamagedCourse,
    NotPractice,
    UnknownId,
)
from yongxin.catalogue.models import (
    Bank,
    CompletionRule,
    PublicCourse,
    PublicModule,
    PublicPart,
    PublicPath,
    PublicTerm,
    SectionLink,
)
from yongxin.catalogue.root import find_root
from yongxin.items.reflection import PublicReflection

__all__ = [
    "Bank",
    "Catalogue",
    "CatalogueError",
    "CompletionRule",
    "CourseNotFound",
    "DamagedCourse",
    "NotPractice",
    "PublicCourse",
    "PublicModule",
    "PublicPart",
    "PublicPath",
    "PublicReflection",
    "PublicTerm",
    "SectionLink",
    "UnknownId",
    "find_root",
]
