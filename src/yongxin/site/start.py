"""What the start page shows: the course in parts or paths, and what to do next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from yongxin.catalogue import PublicCourse, PublicModule
from yongxin.language import Language
from yongxin.site.overview import ModuleProgress

By = Literal["deck", "path"]


@dataclass(frozen=True)
class Card:
    """One module; without ``progress`` when it cannot be learned yet."""

    module: PublicModule
    progress: ModuleProgress | None

    @property
    def percent(self) -> int:
        """The share of the questions that are answered."""
        if not self.progress or not self.progress.total:
            return 0
        return round(100 * self.progress.answered / self.progress.total)

    @property
    def has_exercise(self) -> bool:
        """Whether there is something to hand in."""
        return self.progress is not None and self.progress.has_exercise


@dataclass(frozen=True)
class Group:
    """A deck or a path, with its modules in order. ``note`` tells whom a path is for."""

    id: str
    title: str
    note: str | None
    cards: tuple[Card, ...]

    @property
    def exercises(self) -> int:
        """How many of its exercises can be done now."""
        return sum(one.has_exercise for one in self.cards)

    @property
    def handed_in(self) -> int:
        """How many of them have been handed in."""
        return sum(
            one.progress is not None and bool(one.progress.submissions) for one in self.cards
        )

    @property
    def in_preparation(self) -> int:
        """How many of its modules cannot be learned yet."""
        return sum(one.progress is None for one in self.cards)


@dataclass(frozen=True)
class StartPage:
    """The start page's own content. ``next`` is the module to go on with, if any is left."""

    groups: tuple[Group, ...]
    next: Card | None


def start_page(
    course: PublicCourse, progress: Mapping[str, ModuleProgress], language: Language, *, by: By
) -> StartPage:
    """Return the course as ``by`` asks for it, with one person's progress."""
    cards = {
        module_id: Card(module, progress.get(module_id))
        for module_id, module in course.modules.items()
    }
    if by == "deck":
        groups = tuple(
            Group(
                part.id,
                part.title.in_language(language),
                None,
                tuple(cards[one] for one in part.modules),
            )
            for part in course.parts
        )
    else:
        groups = tuple(
            Group(
                path.id,
                path.title.in_language(language),
                path.audience.in_language(language),
                tuple(cards[one] for one in path.modules),
            )
            for path in course.paths
        )
    return StartPage(groups, _next(cards.values()))


def _next(cards: Iterable[Card]) -> Card | None:
    """Return the first module that was begun and not handed in, else the first that was not."""
    open_cards = [one for one in cards if one.progress and not one.progress.submissions]
    begun = [one for one in open_cards if one.progress and one.progress.opened]
    return next(iter([*begun, *open_cards]), None)
