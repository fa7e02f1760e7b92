"""How far everybody is on one path, at one moment: small enough to be kept, quick to look through.

For 10,000 learners the store adds up what each has done in the path's modules as bits of a number,
so that nothing but a line a learner is ever held.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from yongxin.cohort.completion.course_path import CoursePath
from yongxin.store import Deadline, PathCompletion, Steps, Store
from yongxin.store.completions import NO_STEPS, OnRoster
from yongxin.store.names import username_key

#: Who has not done yet what is due within this time is reminded.
REMIND_WITHIN: Final = timedelta(days=7)

State: TypeAlias = Literal["reached", "on-the-way", "not-begun"]
STATES: Final[tuple[State, ...]] = ("reached", "on-the-way", "not-begun")

#: A list may be narrowed down to one of these.
Shown: TypeAlias = Literal["reached", "on-the-way", "not-begun", "overdue", "to-remind"]
SHOWN: Final[tuple[Shown, ...]] = (*STATES, "overdue", "to-remind")


class PersonOnPath(NamedTuple):
    """A learner on a path. ``overdue`` and ``soon`` are modules with the day they are due."""

    learner_id: int
    username: str
    name: str
    language: str
    groups: tuple[str, ...]
    completion: PathCompletion | None
    modules: int  # how many of the path's are completed
    is_begun: bool
    overdue: tuple[tuple[str, datetime], ...]
    soon: tuple[tuple[str, datetime], ...]

    @property
    def state(self) -> State:
        """Where the learner stands; whoever has reached the path stays there."""
        if self.completion is not None:
            return "reached"
        return "on-the-way" if self.is_begun else "not-begun"

    def is_among(self, shown: Shown) -> bool:
        """Say whether the learner belongs in such a list."""
        if shown == "overdue":
            return bool(self.overdue)
        if shown == "to-remind":
            return bool(self.overdue or self.soon)
        return self.state == shown


@dataclass(frozen=True)
class PathOverview:
    """Everybody who is active, by name, as of ``at``."""

    path: CoursePath
    at: datetime
    people: tuple[PersonOnPath, ...]

    @property
    def groups(self) -> list[str]:
        """The names of all groups that have somebody."""
        return sorted({group for person in self.people for group in person.groups})

    def counts(self, *, group: str | None = None) -> dict[Shown, int]:
        """Return how many people belong in each list."""
        people = self.chosen(group=group)
        return {shown: sum(one.is_among(shown) for one in people) for shown in SHOWN}

    def chosen(
        self, *, group: str | None = None, shown: Shown | None = None, query: str = ""
    ) -> list[PersonOnPath]:
        """Return those to whom it all applies; ``query`` is a part of a name or username."""
        part = username_key(query.strip())
        return [
            one
            for one in self.people
            if (group is None or group in one.groups)
            and (shown is None or one.is_among(shown))
            and (not part or part in username_key(one.name) or part in username_key(one.username))
        ]


def path_overview(store: Store, path: CoursePath, now: datetime) -> PathOverview:
    """Look at everybody. Raises ``StoreError``."""
    completions = store.path_completions(path.id)
    steps = store.steps(path.id, path.modules)
    deadlines = _Deadlines(path, store.deadlines(), now)
    with_exercise = _bits(path.modules, path.exercises)
    people = [
        _person(
            path.modules,
            with_exercise,
            learner,
            completions.get(learner.id),
            steps.get(learner.id, NO_STEPS),
            deadlines.of(learner.groups),
        )
        for learner in store.active_learners()
    ]
    return PathOverview(path, now, tuple(sorted(people, key=lambda one: (one.name, one.username))))


class _Due(NamedTuple):
    """Modules with a deadline that has passed or comes soon, and when; as bits of their places."""

    days: Mapping[str, datetime]
    passed: int
    soon: int


class _Deadlines:
    """The deadlines that count for people in the same groups, found once for all of them."""

    def __init__(self, path: CoursePath, deadlines: Iterable[Deadline], now: datetime) -> None:
        self._now = now
        self._modules = path.modules
        self._by_module: dict[str, dict[str | None, datetime]] = {}
        for one in deadlines:
            if one.module in path.ready:
                self._by_module.setdefault(one.module, {})[one.group] = one.due
        self._found: dict[tuple[str, ...], _Due] = {}

    def of(self, groups: tuple[str, ...]) -> _Due:
        """Return what is due for people in these groups; ``Store.deadline`` says what counts."""
        if groups not in self._found:
            days: dict[str, datetime] = {}
            for module_id, by_group in self._by_module.items():
                of_groups = [by_group[one] for one in groups if one in by_group]
                if of_groups or None in by_group:
                    days[module_id] = max(of_groups or [by_group[None]])
            passed = [one for one, due in days.items() if due <= self._now]
            horizon = self._now + REMIND_WITHIN
            soon = [one for one, due in days.items() if self._now < due <= horizon]
            self._found[groups] = _Due(
                days, _bits(self._modules, passed), _bits(self._modules, soon)
            )
        return self._found[groups]


def _person(
    modules: Sequence[str],
    with_exercise: int,
    learner: OnRoster,
    completion: PathCompletion | None,
    steps: Steps,
    due: _Due,
) -> PersonOnPath:
    reached = steps.reached
    # Whoever has handed in has kept the deadline, and waits for a mark. Where there is nothing to
    # hand in, opening the lesson is all.
    done = reached | steps.handed_in | (steps.visited & ~with_exercise)
    late = 0 if completion else due.passed & ~done
    soon = 0 if completion else due.soon & ~done
    return PersonOnPath(
        learner.id,
        learner.username,
        learner.name,
        learner.language,
        learner.groups,
        completion,
        reached.bit_count(),
        bool(steps.visited or steps.handed_in or reached),
        _with_days(modules, late, due.days),
        _with_days(modules, soon, due.days),
    )


def _bits(modules: Sequence[str], chosen: Collection[str]) -> int:
    return sum(1 << place for place, one in enumerate(modules) if one in chosen)


def _with_days(
    modules: Sequence[str], bits: int, days: Mapping[str, datetime]
) -> tuple[tuple[str, datetime], ...]:
    if not bits:
        return ()
    return tuple((one, days[one]) for place, one in enumerate(modules) if bits >> place & 1)
