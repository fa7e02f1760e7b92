"""The built course as the learners' side reads it."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from yongxin.catalogue.errors import NotPractice, UnknownId
from yongxin.catalogue.files import Content, CourseFiles
from yongxin.catalogue.models import Bank, PublicCourse
from yongxin.items import JSON, Item, MalformedResponse, PublicItem, Verdict
from yongxin.items.assessment import Assessment
from yongxin.items.flash_card import FlashCard, flash_card
from yongxin.items.reflection import PublicReflection
from yongxin.language import Language

Value = TypeVar("Value")

#: So long what was read is taken for what stands on the disk.
LOOK_AGAIN_SECONDS = 1.0


class Catalogue:
    """Read access to one built course. Threads may share an instance.

    The files are read when they are first needed, kept, and looked at again at most once a second;
    those that have changed are then read anew. Every call answers from one state of the course,
    and two calls may answer from two: whoever asks several things that must fit together asks an
    ``edition``. Every method raises ``DamagedCourse`` when a file that it needs cannot be read,
    and ``UnknownId`` for an id that the course does not have.
    """

    def __init__(self, root: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds, from any start; the files are looked at as it goes on."""
        self.root = root
        self._clock = clock
        self._files = CourseFiles(root)
        self._looking = threading.Lock()
        self._seen: _Seen | None = None

    def edition(self) -> "Catalogue":
        """Return the course as it is now, for good: a catalogue that never changes.

        As long as no file changes, this is the same object.
        """
        return self._now()

    @property
    def course(self) -> PublicCourse:
        """The course's structure."""
        return self._now().content.course

    def bank(self, module_id: str) -> Bank:
        """Return what can be asked in a module.

        A module in preparation that has not been built is unknown here.
        """
        return _look_up("module", module_id, self._now().content.require_banks())

    def built_modules(self) -> list[str]:
        """Return the ids of the modules that have been built, in the order of the course."""
        return list(self._now().content.require_banks())

    def item(self, item_id: str) -> PublicItem:
        """Return an item as a learner may see it, practice or graded."""
        return _look_up("item", item_id, self._now().index.items)

    def reflection(self, reflection_id: str) -> PublicReflection:
        """Return a reflection as a learner may see it."""
        return _look_up("reflection", reflection_id, self._now().index.reflections)

    def assessment(self, assessment_id: str) -> Assessment:
        """Return a self-assessment, whole: nothing in it is a secret, and nothing is graded."""
        return _look_up("assessment", assessment_id, self._now().index.assessments)

    def judge(self, item_id: str, response: JSON, language: Language, learner: str = "") -> Verdict:
        """Return the verdict on a response to a practice item.

        ``learner`` is the nbgrader id of whoever was asked; only items with parameters care.
        Raises ``NotPractice`` for a graded item, and ``MalformedResponse`` for a response that
        cannot be read or is empty.
        """
        index = self._now().index
        item = index.practice_item(item_id)
        read = index.items[item_id].read(response)
        if read is None:
            raise MalformedResponse("empty")
        return item.for_learner(learner).verdict(read, language)

    def flash_card(self, item_id: str, language: Language, learner: str = "") -> FlashCard:
        """Return a practice item with its right answer, as a flash card for this learner.

        Raises ``NotPractice`` for a graded item, and as ``items.flash_card`` does.
        """
        item = self._now().index.practice_item(item_id)
        return flash_card(item.for_learner(learner), language)

    def module_of(self, name: str) -> str:
        """Return the id of the module in which a learner first meets the element ``name``.

        ``name`` is an element's full name, such as ``quiz:gap-sign``. Elements that belong to no
        module of their own (``submit:exercise``, ``progress:course``) are unknown here.
        """
        return _look_up("element", name, self._now().index.modules)

    def exercises_with(self, name: str) -> tuple[str, ...]:
        """Return the ids of the modules whose exercise has the element ``name``; often none."""
        return self._now().index.exercises.get(name, ())

    def lesson_path(self, module_id: str, language: Language) -> Path:
        """Return where a module's lesson notebook stands; the file may be missing."""
        return self.root / "course" / language / f"{self._known(module_id)}.ipynb"

    def exercise_path(self, module_id: str) -> Path:
        """Return where a module's exercise notebook stands; the file may be missing."""
        return self.root / "exercises" / self._known(module_id) / f"{module_id}.ipynb"

    def _known(self, module_id: str) -> str:
        modules = self.course.modules
        if module_id not in modules:
            raise UnknownId("module", module_id, modules)
        return module_id

    def _now(self) -> "_Edition":
        seen = self._seen
        if seen is None:
            with self._looking:
                self._seen = self._seen or self._look()
                return self._seen.edition
        # Whoever has something to answer with already does not wait for the one who looks.
        if self._clock() >= seen.good_until and self._looking.acquire(blocking=False):
            try:
                if self._seen is seen:
                    self._seen = seen = self._look(seen.edition)
            finally:
                self._looking.release()
        return seen.edition

    def _look(self, earlier: "_Edition | None" = None) -> "_Seen":
        content = self._files.look()
        if earlier is None or earlier.content is not content:
            earlier = _Edition(self.root, content)
        return _Seen(earlier, self._clock() + LOOK_AGAIN_SECONDS)


class _Edition(Catalogue):
    """A catalogue of what was read at one moment."""

    def __init__(self, root: Path, content: Content) -> None:
        super().__init__(root)
        self.content = content
        self._index = _Index(tuple(content.banks.values()))

    @property
    def index(self) -> "_Index":
        """Every id. Raises ``DamagedCourse``."""
        self.content.require_banks()
        return self._index

    def _now(self) -> "_Edition":
        return self


@dataclass(frozen=True)
class _Seen:
    edition: _Edition
    good_until: float


@dataclass(frozen=True)
class _Index:
    """Every id of a set of banks. Where two modules use one element, the first one counts."""

    banks: tuple[Bank, ...]
    items: dict[str, PublicItem] = field(default_factory=dict[str, PublicItem])
    practice: dict[str, Item] = field(default_factory=dict[str, Item])
    reflections: dict[str, PublicReflection] = field(default_factory=dict[str, PublicReflection])
    assessments: dict[str, Assessment] = field(default_factory=dict[str, Assessment])
    modules: dict[str, str] = field(default_factory=dict[str, str])
    exercises: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def __post_init__(self) -> None:
        for bank in self.banks:
            for item in bank.practice:
                self.items[item.id] = item.public()
                self.practice[item.id] = item
            for item in bank.graded:
                self.items[item.id] = item
            for reflection in bank.reflections:
                self.reflections[reflection.id] = reflection
            for assessment in bank.assessments:
                self.assessments[assessment.id] = assessment
            for name in bank.elements:
                self.modules.setdefault(name, bank.module)
            for name in bank.exercise:
                self.exercises[name] = (*self.exercises.get(name, ()), bank.module)

    def practice_item(self, item_id: str) -> Item:
        """Return a practice item, key and all. Raises ``UnknownId`` and ``NotPractice``."""
        _look_up("item", item_id, self.items)
        if item_id not in self.practice:
            raise NotPractice(item_id)
        return self.practice[item_id]


def _look_up(kind: str, id: str, known: Mapping[str, Value]) -> Value:
    if id not in known:
        raise UnknownId(kind, id, known)
    return known[id]
