"""Reading the files of the built course, each only when it has changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from yongxin.catalogue.errors import DamagedCourse
from yongxin.catalogue.models import Bank, PublicCourse
from yongxin.catalogue.root import COURSE_FILE

File = TypeVar("File", bound=BaseModel)

#: What tells that a file is another one: its number, its time of change, its size.
Stamp: TypeAlias = tuple[int, int, int]

#: A build puts its files into place within milliseconds, one after the other. Whoever looks in
#: that moment looks again, so often at most; an author who goes on for longer is not waited for.
_MOST_LOOKS = 5


@dataclass(frozen=True)
class Content:
    """What the files said at one moment. ``banks`` are in the order of the course.

    ``damage`` is about the first bank that could not be read, if any; there are no banks then.
    """

    course: PublicCourse
    banks: Mapping[str, Bank]
    damage: DamagedCourse | None = None

    def require_banks(self) -> Mapping[str, Bank]:
        """Return the banks by module. Raises ``DamagedCourse``."""
        if self.damage is not None:
            raise DamagedCourse(self.damage.path, self.damage.problem)
        return self.banks


class CourseFiles:
    """The files of one course. Not for several threads at a time."""

    def __init__(self, root: Path) -> None:
        self._course_file = root / COURSE_FILE
        self._bank_folder = root / "data" / "bank"
        self._stamps: dict[Path, Stamp] = {}
        self._read: dict[Path, tuple[Stamp, Any]] = {}
        self._content: Content | None = None

    def look(self) -> Content:
        """Return what the files say; the same object as before if none has changed.

        Raises ``DamagedCourse`` if the structure of the course cannot be read.
        """
        stamps = self._look()
        if self._content is not None and stamps == self._stamps:
            return self._content
        content = self._read_all()
        for _ in range(_MOST_LOOKS):
            later = self._look()
            if later == stamps:
                break
            stamps, content = later, self._read_all()
        self._stamps, self._content = stamps, content
        return content

    def _look(self) -> dict[Path, Stamp]:
        """Return the stamps of all files that are there."""
        stamps: dict[Path, Stamp] = {}
        for path in (self._course_file, *self._bank_folder.glob("*.json")):
            try:
                stamps[path] = _stamp(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise DamagedCourse(path, str(error)) from error
        return stamps

    def _read_all(self) -> Content:
        try:
            course = self._read_one(self._course_file, PublicCourse)
        except FileNotFoundError as error:
            raise DamagedCourse(self._course_file, "it is missing") from error
        banks: dict[str, Bank] = {}
        for module_id in course.modules:
            try:
                banks[module_id] = self._read_one(self._bank_folder / f"{module_id}.json", Bank)
            except FileNotFoundError:
                continue
            except DamagedCourse as damage:
                return Content(course, {}, damage)
        return Content(course, banks)

    def _read_one(self, path: Path, model: type[File]) -> File:
        """Return a file's content, read anew only if the file has changed.

        Raises ``FileNotFoundError``, or ``DamagedCourse`` for one that cannot be read as ``model``.
        """
        try:
            stamp = _stamp(path)
            known = self._read.get(path)
            if known is None or known[0] != stamp:
                text = path.read_text(encoding="utf-8")
                known = self._read[path] = (stamp, model.model_validate(json.loads(text)))
        except FileNotFoundError:
            raise
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise DamagedCourse(path, f"{place}: {first['msg']}") from error
        except (OSError, ValueError) as error:
            raise DamagedCourse(path, str(error)) from error
        return known[1]


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
