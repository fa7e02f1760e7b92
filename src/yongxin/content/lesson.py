"""A lesson as it was written: sections of prose with calls of elements between them."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

BlockVerb = Literal["quiz", "scenario", "reflect", "simulate", "assess"]
Verb: TypeAlias = Literal[BlockVerb, "kept"]
BoxKind = Literal["scene", "source", "limit", "tip", "deck"]

#: The verbs of fenced blocks. ``kept`` stands on a line of its own: ``:::kept <module>/<id>``.
VERBS: tuple[BlockVerb, ...] = get_args(BlockVerb)
BOX_KINDS: tuple[BoxKind, ...] = get_args(BoxKind)

#: Where a link leads that opens the learner's action plan: ``[my plan](plan:)``.
PLAN = "plan:"
PLAN_LINK = re.compile(rf"\[(?P<words>[^\[\]\n]+)\]\({PLAN}\)")

#: Every lesson ends its work with a section of this id.
RECAP = "recap"
#: Ids that a built lesson needs for its own cells.
RESERVED_SECTION_IDS = ("import", "sources")


@dataclass(frozen=True)
class Mention:
    """Something named in a lesson and the line where it stands (from 1)."""

    line: int
    name: str


@dataclass(frozen=True)
class Prose:
    """A run of Markdown, boxes (``:::scene`` … ``:::``) and citations (``[@id]``) included."""

    markdown: str
    line: int


@dataclass(frozen=True)
class ElementCall:
    """One call of a verb with the ids of elements, as it stands in the built code cell.

    ``module`` is the one in which a ``kept`` answer was written, and empty for all other verbs.
    """

    verb: Verb
    ids: tuple[str, ...]
    line: int
    module: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The elements' full names: ``quiz:gap-sign``. A scenario is an item like any other."""
        kind = "quiz" if self.verb == "scenario" else self.verb
        return tuple(f"{kind}:{one}" for one in self.ids)

    @property
    def source(self) -> str:
        """The call in Python, in its one canonical spelling."""
        ids = ", ".join(f'"{one}"' for one in self.ids)
        return f"{self.verb}({ids})"


Block: TypeAlias = Prose | ElementCall


@dataclass(frozen=True)
class Section:
    """A section under a heading of the second level, with the units and systems that it teaches."""

    id: str
    title: str
    line: int
    units: tuple[str, ...]
    systems: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def calls(self) -> tuple[ElementCall, ...]:
        """The calls of elements in this section, in order."""
        return tuple(block for block in self.blocks if isinstance(block, ElementCall))


@dataclass(frozen=True)
class Lesson:
    """A module's lesson in one language.

    ``citations``, ``images`` (paths as written, ``images/chain.svg``) and ``passages`` (running
    text without code) say what the prose holds, in order, with lines.
    """

    title: str
    introduction: str
    sections: tuple[Section, ...]
    citations: tuple[Mention, ...] = ()
    images: tuple[Mention, ...] = ()
    passages: tuple[Mention, ...] = ()

    @property
    def calls(self) -> tuple[ElementCall, ...]:
        """All calls of elements, in order."""
        return tuple(call for section in self.sections for call in section.calls)
