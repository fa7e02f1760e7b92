"""The contract of an element: a public definition, one pure transition, and what a view shows.

An element is anything on a page that a learner works with: a quiz item, a reflection, a simulator.
It runs in a kernel (comm transport) or in the server (http transport) and cannot tell which.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from yongxin.items.assessment import GroupFigures
from yongxin.items.base import JSON
from yongxin.language import Language

State = dict[str, JSON]
Event = dict[str, JSON]
Presentation = dict[str, JSON]
Reply = dict[str, JSON]

#: An event or a state larger than this, as JSON in UTF-8, is refused before anything reads it.
MAXIMUM_BYTES = 64 * 1024


class RefusedEvent(ValueError):
    """An event that the element cannot take; the state stays as it was.

    ``code`` names the interface text ``refused.<code>``, which tells the learner what to mend, and
    ``details`` fill its placeholders.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Returned:
    """A trainer has returned what was written, so that it can be revised once.

    ``comment`` says why. ``revised`` is when the revision was handed in; until then it is open.
    """

    comment: str
    at: datetime
    revised: datetime | None = None


@dataclass(frozen=True)
class Context:
    """What an element may know about the moment in which it is used.

    ``locked`` is true when the exercise that the element belongs to has been handed in for the
    last time: the element then shows its state and takes no more answers. ``learner`` is the
    learner's nbgrader id, from which questions with parameters draw their numbers; an empty one
    stands for nobody in particular. ``returned`` tells of a reflection that it was returned, which
    opens it again however locked the exercise is. ``group`` asks what the learner's group came to
    on an element, if that may be told; it may wait for a database, and only ``present`` may ask.
    """

    language: Language
    now: datetime
    locked: bool = False
    learner: str = ""
    returned: Returned | None = None
    group: Callable[["Element"], GroupFigures | None] = lambda _element: None


class Element(ABC):
    """One interactive thing. Instances hold the definition and no learner's state."""

    kind: ClassVar[str]
    id: str

    @property
    def name(self) -> str:
        """The name under which the store keeps states: ``kind:id``."""
        return f"{self.kind}:{self.id}"

    @property
    def state_name(self) -> str:
        """The name under which the state is kept that this element shows: mostly its own."""
        return self.name

    @property
    def is_personal(self) -> bool:
        """Whether an untouched element shows one learner something else than another."""
        return False

    @abstractmethod
    def markup(self, language: Language) -> Markup:
        """Return the element's HTML as every learner first sees it; it holds nobody's state.

        The root carries ``data-yongxin-element`` (the name) and ``data-yongxin-module`` (which
        browser module mounts it). The text can be read before any script runs.
        """

    @abstractmethod
    def initial(self) -> State:
        """Return the state of a learner who has not touched the element."""

    @abstractmethod
    def present(self, state: State, context: Context) -> Presentation:
        """Select from ``state`` what the learner's own browser shows; JSON, no keys, no secrets."""

    @abstractmethod
    def handle(self, state: State, event: Event, context: Context) -> tuple[State, Reply]:
        """Apply one event. Pure: the same arguments always give the same result.

        The reply is for this moment only (an announcement, a hint); whatever must survive a reload
        belongs to the state. Raises ``RefusedEvent`` for an event that cannot be applied.
        """
