"""What a trainer can do today: who waits for a mark, who is late, who is stuck, what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, NamedTuple, TypeVar

from yongxin.cohort.figures import ModuleFigures
from yongxin.store import CameBack, Learner, Silent, Store, UsedUp, WaitingMarks

Found = TypeVar("Found", Silent, UsedUp, CameBack)

#: Who has not been seen for so long, with something begun, is stuck.
SILENT_FOR: Final = timedelta(days=7)
#: A reflection that waits for so long waits too long.
LONG: Final = timedelta(days=7)
#: So many people are named; the rest is counted.
MOST_NAMED: Final = 20
#: And so many are counted: to count thousands would keep the page waiting.
MOST_COUNTED: Final = 200


class Named(NamedTuple, Generic[Found]):
    """What was found, with the learner it is about."""

    learner: Learner
    found: Found


@dataclass(frozen=True)
class Some(Generic[Found]):
    """The first of those who were found, and how many there are, or ``MOST_COUNTED`` of more."""

    named: tuple[Named[Found], ...]
    total: int
    is_more: bool


@dataclass(frozen=True)
class Overdue:
    """How many learners are late with a module, and in which groups they are, most first."""

    module_id: str
    learners: int
    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Today:
    """What needs attention now."""

    waiting: tuple[WaitingMarks, ...]
    ungraded: tuple[tuple[str, int], ...]
    overdue: tuple[Overdue, ...]
    came_back: Some[CameBack]
    used_up: Some[UsedUp]
    silent: Some[Silent]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        people = (self.came_back, self.used_up, self.silent)
        return not (
            self.waiting or self.ungraded or self.overdue or any(one.total for one in people)
        )


def today(
    store: Store,
    modules: Mapping[str, bool],
    figures: Mapping[str, ModuleFigures],
    now: datetime,
    *,
    attempts: int,
    pass_mark: float,
) -> Today:
    """Look for everything that needs attention in modules: id → whether there is an exercise."""
    exercises = [one for one, has_exercise in modules.items() if has_exercise]
    return Today(
        tuple(
            one for one in store.waiting_marks(long_before=now - LONG) if one.module_id in modules
        ),
        tuple(
            (one, count)
            for one, of_module in figures.items()
            if (count := of_module.everybody.get("handed-in", 0))
        ),
        tuple(_overdue(figures)),
        _some(store, [one for one in store.came_back() if one.module_id in modules]),
        _some(
            store,
            [
                one
                for one in store.used_up(
                    attempts=attempts, pass_mark=pass_mark, limit=MOST_COUNTED + 1
                )
                if one.module_id in modules
            ],
        ),
        _some(store, store.silent(exercises, since=now - SILENT_FOR, limit=MOST_COUNTED + 1)),
    )


def _overdue(figures: Mapping[str, ModuleFigures]) -> list[Overdue]:
    found: list[Overdue] = []
    for module_id, of_module in figures.items():
        count = of_module.everybody.get("overdue", 0)
        if count:
            groups = {one: of_module.of(one).get("overdue", 0) for one in of_module.groups}
            late = [(one, number) for one, number in groups.items() if number]
            found.append(
                Overdue(module_id, count, tuple(sorted(late, key=lambda one: (-one[1], one[0]))))
            )
    return found


def _some(store: Store, found: Sequence[Found]) -> Some[Found]:
    first = found[:MOST_NAMED]
    ids = dict.fromkeys(one.learner_id for one in first)
    people = {one.id: one for one in store.learners_of(list(ids))}
    named = tuple(Named(people[one.learner_id], one) for one in first if one.learner_id in people)
    return Some(named, min(len(found), MOST_COUNTED), len(found) > MOST_COUNTED)
