"""Learners by modules, a page at a time. Holds nobody's answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yongxin.store import CohortWish, Learner, ModuleState, Standing, Store

PAGE = 50
_AT_ONCE = 200


@dataclass(frozen=True)
class Cell:
    """One learner's module. ``points`` and ``maximum`` are those of what was handed in last."""

    state: ModuleState
    late: bool
    points: float | None
    maximum: float | None


@dataclass(frozen=True)
class Row:
    """One learner; ``last`` is the last sign of life, ``cells`` stand in the modules' order."""

    learner: Learner
    last: datetime | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """One page of a matrix; pages count from 1, and ``total`` counts all learners."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        """The place of the first learner on the page, from 1."""
        return (self.page - 1) * PAGE + 1


def page_ids(ids: Sequence[int], page: int) -> tuple[Sequence[int], int, int]:
    """Return the ids of a page, its number, and how many pages there are; none has no rows."""
    pages = max(1, -(-len(ids) // PAGE))
    page = min(max(1, page), pages)
    return ids[(page - 1) * PAGE : page * PAGE], page, pages


def rows_of(
    store: Store,
    learners: Sequence[Learner],
    modules: Mapping[str, bool],
    now: datetime,
    *,
    with_points: bool,
) -> tuple[Row, ...]:
    """Return the rows of some learners, without points unless they are asked for.

    ``modules`` are ids → whether there is an exercise to hand in.
    """
    standings = store.standings([one.id for one in learners])
    return tuple(
        Row(
            learner,
            last_sign(standings[learner.id].values()),
            tuple(
                _cell(
                    standing_in(standings[learner.id], module_id, has_exercise=has_exercise),
                    now,
                    with_points=with_points,
                )
                for module_id, has_exercise in modules.items()
            ),
        )
        for learner in learners
    )


def all_rows(
    store: Store,
    wish: CohortWish,
    modules: Mapping[str, bool],
    now: datetime,
    *,
    with_points: bool,
) -> Iterator[tuple[Row, ...]]:
    """Yield everybody who is wished for, some hundreds at a time."""
    ids = store.cohort_ids(wish, now=now)
    for start in range(0, len(ids), _AT_ONCE):
        learners = store.learners_of(ids[start : start + _AT_ONCE])
        yield rows_of(store, learners, modules, now, with_points=with_points)


def standing_in(
    standings: Mapping[str, Standing], module_id: str, *, has_exercise: bool
) -> Standing:
    """Return a learner's standing in a module; without an exercise nothing can be due."""
    found = standings.get(module_id, Standing())
    return found if has_exercise else found._replace(due=None)


def last_sign(standings: Iterable[Standing]) -> datetime | None:
    """Return when a learner last opened a module or handed one in."""
    moments = (moment for one in standings for moment in (one.opened, one.delivered) if moment)
    return max(moments, default=None)


def _cell(standing: Standing, now: datetime, *, with_points: bool) -> Cell:
    mark = standing.counted_mark if with_points else None
    return Cell(
        standing.state(now),
        standing.late,
        mark and mark.points,
        mark and mark.maximum,
    )
