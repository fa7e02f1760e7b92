"""The built course as the learners' side reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from yongxin.catalogue.errors import DamagedCourse, NotPractice, UnknownId
from yongxin.catalogue.models import Bank, PublicCourse
from yongxin.catalogue.root import COURSE_FILE
from yongxin.items import JSON, Item, MalformedResponse, PublicItem, Verdict
from yongxin.items.reflection import PublicReflection
from yongxin.language import Language

File = TypeVar("File", bound=BaseModel)
Value = TypeVar("Value")


class Catalogue:
    """Read access to one built course. Threads may share an instance.

    Files are read when they are first needed, kept, and read again when they have changed on the
    disk. Every method raises ``DamagedCourse`` when a file that it needs cannot be read, and
    ``UnknownId`` for an id that the course does not have.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._course: _Read[PublicCourse] | None = None
        self._banks: dict[str, _Read[Bank]] = {}
        self._index = _Index(())

    @property
    def course(self) -> PublicCourse:
        """The course's structure."""
        path = self.root / COURSE_FILE
        try:
            self._course = _read(path, PublicCourse, self._course)
        except FileNotFoundError as error:
            raise DamagedCourse(path, "it is missing") from error
        return self._course.content

    def bank(self, module_id: str) -> Bank:
        """Return what can be asked in a module.

        A module in preparation that has not been built is unknown here.
        """
        banks = self._built_banks()
        if module_id not in banks:
            raise UnknownId("module", module_id, banks)
        return banks[module_id]

    def built_modules(self) -> list[str]:
        """Return the ids of the modules that have been built, in the order of the course."""
        return list(self._built_banks())

    def item(self, item_id: str) -> PublicItem:
        """Return an item as a learner may see it, practice or graded."""
        return _look_up("item", item_id, self._indexed().items)

    def reflection(self, reflection_id: str) -> PublicReflection:
        """Return a reflection as a learner may see it."""
        return _look_up("reflection", reflection_id, self._indexed().reflections)

    def judge(self, item_id: str, response: JSON, language: Language, learner: str = "") -> Verdict:
        """Return the verdict on a response to a practice item.

        ``learner`` is the nbgrader id of whoever was asked; only items with parameters care.
        Raises ``NotPractice`` for a graded item, and ``MalformedResponse`` for a response that
        cannot be read or is empty.
        """
        index = self._indexed()
        public = _look_up("item", item_id, index.items)
        item = index.practice.get(item_id)
        if item is None:
            raise NotPractice(item_id)
        read = public.read(response)
        if read is None:
            raise MalformedResponse("empty")
        return item.for_learner(learner).verdict(read, language)

    def module_of(self, name: str) -> str:
        """Return the id of the module in which a learner first meets the element ``name``.

        ``name`` is an element's full name, such as ``quiz:gap-sign``. Elements that belong to no
        module of their own (``submit:exercise``, ``progress:course``) are unknown here.
        """
        return _look_up("element", name, self._indexed().modules)

    def lesson_path(self, module_id: str, language: Language) -> Path:
        """Return where a module's lesson notebook stands; the file may be missing."""
        return self.root / "course" / language / f"{self._known(module_id)}.ipynb"

    def exercise_path(self, module_id: str) -> Path:
        """Return where a module's exercise notebook stands; the file may be missing."""
        return self.root / "exercises" / self._known(module_id) / f"{module_id}.ipynb"

    def _known(self, module_id: str) -> str:
        if module_id not in self.course.modules:
            raise UnknownId("module", module_id, self.course.modules)
        return module_id

    def _built_banks(self) -> dict[str, Bank]:
        banks: dict[str, Bank] = {}
        for module_id in self.course.modules:
            path = self.root / "data" / "bank" / f"{module_id}.json"
            try:
                read = _read(path, Bank, self._banks.get(module_id))
            except FileNotFoundError:
                continue
            self._banks[module_id] = read
            banks[module_id] = read.content
        return banks

    def _indexed(self) -> "_Index":
        banks = tuple(self._built_banks().values())
        index = self._index
        if not index.is_of(banks):
            index = _Index(banks)
            self._index = index
        return index


@dataclass(frozen=True)
class _Read(Generic[File]):
    stamp: tuple[int, int]
    content: File


def _read(path: Path, model: type[File], earlier: _Read[File] | None) -> _Read[File]:
    """Return a file's content, read anew only if the file has changed.

    Raises ``FileNotFoundError``, or ``DamagedCourse`` for a file that cannot be read as ``model``.
    """
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        if earlier is not None and earlier.stamp == stamp:
            return earlier
        return _Read(stamp, model.model_validate(json.loads(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        raise
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise DamagedCourse(path, f"{place}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise DamagedCourse(path, str(error)) from error


@dataclass(frozen=True)
class _Index:
    """Every id of a set of banks. Where two modules use one element, the first one counts."""

    banks: tuple[Bank, ...]
    items: dict[str, PublicItem] = field(default_factory=dict[str, PublicItem])
    practice: dict[str, Item] = field(default_factory=dict[str, Item])
    reflections: dict[str, PublicReflection] = field(default_factory=dict[str, PublicReflection])
    modules: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for bank in self.banks:
            for item in bank.practice:
                self.items[item.id] = item.public()
                self.practice[item.id] = item
            for item in bank.graded:
                self.items[item.id] = item
            for reflection in bank.reflections:
                self.reflections[reflection.id] = reflection
            for name in bank.elements:
                self.modules.setdefault(name, bank.module)

    def is_of(self, banks: tuple[Bank, ...]) -> bool:
        return len(banks) == len(self.banks) and all(
            new is old for new, old in zip(banks, self.banks, strict=True)
        )


def _look_up(kind: str, id: str, known: Mapping[str, Value]) -> Value:
    if id not in known:
        raise UnknownId(kind, id, known)
    return known[id]
