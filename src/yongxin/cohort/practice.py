"""What a cohort does in the lessons: counts of people, and never anybody's name.

Practice is there to get things wrong, so a single person's answers are nobody's business. What
fewer than ``FEWEST`` people did is told as ``None``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yongxin.cohort.choices import Choice, choices
from yongxin.elements.simulator import SimulatorElement
from yongxin.items import JSON, Item, PublicItem, score
from yongxin.language import Language
from yongxin.store import StateCount

#: Of fewer people nothing is told: who knows them could guess who it was.
FEWEST: Final = 5


@dataclass(frozen=True)
class Tried:
    """How many answered one practice item, and how they fared when they first asked.

    ``explained`` have asked for the verdict, which brings the explanation. Of the first answers
    that were checked ``right`` were right, ``partly`` earned a part, and the others nothing; where
    it is not known what was checked first, the present answer counts.
    """

    answered: int
    explained: int
    right: int
    partly: int

    @property
    def wrong(self) -> int:
        """How many earned nothing."""
        return self.explained - self.right - self.partly


@dataclass(frozen=True)
class Played:
    """How a simulator was used: ``people`` moved something, ``changes`` times in all.

    ``resets`` is how often the beginning was brought back, by ``resetters`` of them; ``away`` are
    those who have left it at something else than at the beginning.
    """

    people: int
    changes: int
    resets: int
    resetters: int
    away: int


@dataclass(frozen=True)
class Section:
    """A section of a lesson: ``readers`` came as far as this, and ``left`` did not go on."""

    id: str
    title: str
    readers: int
    left: int
    share: float


def tried(item: Item, states: Sequence[StateCount]) -> Tried | None:
    """Return how an item was answered, or ``None`` while too few have answered."""
    answered = explained = right = partly = 0
    for one in states:
        response, ratio, is_checked = _first(item, one.state)
        if response is None:
            continue
        answered += one.people
        if is_checked:
            explained += one.people
            right += one.people * (ratio >= 1)
            partly += one.people * (0 < ratio < 1)
    return Tried(answered, explained, right, partly) if answered >= FEWEST else None


def tried_choices(
    item: Item, states: Sequence[StateCount], language: Language
) -> list[Choice] | None:
    """Return what was answered first, as ``choices`` does; ``None`` while too few have answered."""
    responses: list[str | None] = []
    for one in states:
        response, _, _ = _first(item, one.state)
        if response is not None:
            responses += [json.dumps(response, ensure_ascii=False)] * one.people
    if len(responses) < FEWEST:
        return None
    nothing_else = [None] * len(responses)
    return choices(item.public(), item.answer_key(), responses, nothing_else, language)


def played(states: Sequence[StateCount]) -> Played | None:
    """Return how a simulator was used, or ``None`` while too few have moved anything."""
    people = changes = resets = resetters = away = 0
    for one in states:
        own = SimulatorElement.resets(one.state)
        people += one.people
        resets += own * one.people
        resetters += one.people * (own > 0)
        changes += max(0, one.events - own * one.people)
        away += one.people * bool(one.state.get("inputs"))
    return Played(people, changes, resets, resetters, away) if people >= FEWEST else None


def sections(
    titles: Sequence[tuple[str, str]], readers: Mapping[str, int]
) -> tuple[Section, ...] | None:
    """Return how far a lesson is read, or ``None`` while too few have begun.

    ``titles`` are ids and titles in the order of the lesson. Who comes to a section has come to
    those before it, also to one that was written later.
    """
    counts: list[int] = []
    for section_id, _ in reversed(titles):
        counts.insert(0, max(readers.get(section_id, 0), counts[0] if counts else 0))
    if not counts or counts[0] < FEWEST:
        return None
    return tuple(
        Section(section_id, title, here, here - further, here / counts[0])
        for (section_id, title), here, further in zip(
            titles, counts, [*counts[1:], counts[-1]], strict=True
        )
    )


def is_counted(item: PublicItem) -> bool:
    """Say whether what is answered can be counted together: not where numbers are one's own."""
    return not item.is_personal


def _first(item: Item, state: Mapping[str, JSON]) -> tuple[JSON, float, bool]:
    """Return the first response that was checked, what it earned, and whether any was checked."""
    first = state.get("first")
    if isinstance(first, dict):
        return first.get("response"), float(first.get("ratio", 0)), True
    response, is_checked = state.get("response"), state.get("checked") is True
    if response is None or not is_checked or item.public().is_personal:
        # Before first answers were kept, nobody noted whose numbers were asked.
        return response, 0.0, False
    return response, score(item.answer_key(), response).ratio, True
