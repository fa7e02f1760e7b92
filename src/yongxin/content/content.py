"""The whole content, read and checked."""

from dataclasses import dataclass
from pathlib import Path

from yongxin.content.lesson import Lesson
from yongxin.content.models import Course, Curriculum, Source, Term
from yongxin.items import Item
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection
from yongxin.language import Language


@dataclass(frozen=True)
class ModuleContent:
    """What was written for one module, in the order in which it stands in the files.

    ``images`` are by the name that lessons use without its folder: ``chain.svg``.
    """

    id: str
    lessons: dict[Language, Lesson]
    items: tuple[Item, ...]
    reflections: tuple[Reflection, ...]
    assessments: tuple[Assessment, ...]
    images: dict[str, Path]


@dataclass(frozen=True)
class Content:
    """Everything in one content folder.

    ``modules`` holds the modules that have lessons, in the order of the course; others are in
    ``course`` alone. ``sources`` are by id.
    """

    directory: Path
    course: Course
    modules: dict[str, ModuleContent]
    glossary: tuple[Term, ...]
    sources: dict[str, Source]
    curriculum: Curriculum
