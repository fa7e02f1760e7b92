"""What can go wrong when the built course is asked for something."""

from collections.abc import Iterable
from pathlib import Path

from yongxin.nearest import nearest


class CatalogueError(Exception):
    """The built course cannot give what was asked for."""


class CourseNotFound(CatalogueError):
    """There is no built course where one was looked for."""


class DamagedCourse(CatalogueError):
    """A file of the built course cannot be read as what it should be."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} is damaged: {problem}; run `yongxin build` to write it anew")
        self.path = path
        self.problem = problem


class UnknownId(CatalogueError):
    """Nothing of this ``kind`` carries this ``id``; ``nearest`` holds up to three ids that exist.

    Kinds are ``module``, ``item``, ``reflection``, ``assessment``, ``scenario`` and ``element``.
    """

    def __init__(self, kind: str, id: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.id = id
        self.nearest = nearest(id, known)
        super().__init__(f"no {kind} {id!r}; nearest: {', '.join(self.nearest) or 'none'}")


class NotPractice(CatalogueError):
    """The item is graded: it has no verdict before grading, and its key is not here."""

    def __init__(self, id: str) -> None:
        super().__init__(f"{id!r} is a graded item; only practice items are judged at once")
        self.id = id
