"""What HR and trainers see of completions, brought up to date as far as there is time."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.cohort.completion.catch_up import CatchUp
from yongxin.cohort.completion.course_path import CoursePath, course_paths
from yongxin.cohort.completion.overview import PathOverview, path_overview
from yongxin.cohort.completion.rule import Want
from yongxin.cohort.marks import Marks
from yongxin.grading.batch import GradingFailed
from yongxin.store import ModuleMark, PathCompletion, Store

#: An overview is shown for so long before it is made anew.
KEPT_FOR: Final = timedelta(seconds=60)
#: After everybody was looked at, so long nobody is looked at again because of a page.
_REST_SECONDS: Final = 60.0
_MOST_KEPT = 4
_SECONDS_FOR_MARKS = 60.0

_log = logging.getLogger(__name__)

#: What somebody still has to do, module by module, in the order of the path.
Wants = tuple[tuple[str, tuple[Want, ...]], ...]


@dataclass(frozen=True)
class OwnPath:
    """One learner on one path, who may see everything about it."""

    path: CoursePath
    completion: PathCompletion | None
    done: frozenset[str]
    wants: Wants


class CompletionDesk:
    """Completions of a course. Threads may share an instance.

    ``marks`` brings the marks from the gradebook; ``None`` where there is none.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        store: Store,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        marks: Marks | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._now = now
        self._marks = marks
        self._catch_up = CatchUp(self.paths, store, now)
        self._guard = threading.Lock()  # of what is kept
        self._kept: OrderedDict[tuple[CoursePath, int], PathOverview] = OrderedDict()
        self._change = 0
        self._rest_until = 0.0

    def paths(self) -> tuple[CoursePath, ...]:
        """Return the paths of the course."""
        return course_paths(self._catalogue)

    def path(self, path_id: str) -> CoursePath:
        """Return a path. Raises ``UnknownId``."""
        found = {one.id: one for one in self.paths()}
        if path_id not in found:
            raise UnknownId("path", path_id, found)
        return found[path_id]

    def catch_up(self, *, seconds: float = float("inf"), at_once: bool = False) -> bool:
        """Note what was completed; return whether everybody was looked at.

        ``at_once``: also when that was done a moment ago. A gradebook that cannot be read keeps
        nobody's completion back that stands in the store. Raises ``StoreError`` and
        ``CatalogueError``.
        """
        if time.monotonic() < self._rest_until and not at_once:
            return True
        if self._marks is not None:
            try:
                self._marks.refresh(seconds=min(seconds, _SECONDS_FOR_MARKS))
            except GradingFailed as error:
                _log.warning("completions go by the marks that are known: %s", error)
        is_done, found = self._catch_up.all(seconds=seconds)
        if is_done:
            self._rest_until = time.monotonic() + _REST_SECONDS
        if found.paths:
            # Modules alone are told with the next overview: on a busy day there are always some.
            self.forget()
        return is_done

    def forget(self) -> None:
        """Show nothing that was looked at before."""
        with self._guard:
            self._change += 1

    def overview(self, path_id: str) -> PathOverview:
        """Return how far everybody is on a path, as of at most a minute ago."""
        path = self.path(path_id)
        with self._guard:
            key = (path, self._change)
            kept = self._kept.get(key)
        if kept is None or kept.at + KEPT_FOR < self._now():
            kept = path_overview(self._store, path, self._now())
            with self._guard:
                self._kept[key] = kept
                self._kept.move_to_end(key)
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return kept

    def wants(self, path: CoursePath, learner_ids: Collection[int]) -> Mapping[int, Wants]:
        """Return what these learners still have to do until they have completed a path.

        Modules in preparation are left out: nobody can do anything about them.
        """
        facts = self._store.completion_facts(learner_ids, path.ready)
        done = self._store.completed_modules(path.id, learner_ids)
        marks: dict[tuple[int, str], ModuleMark] = {
            (one.learner_id, one.module_id): one
            for one in self._store.marks(learner_ids=learner_ids)
        }
        return {
            learner_id: tuple(
                (one, path.wants(learner_id, one, facts, marks.get((learner_id, one))))
                for one in path.ready
                if (learner_id, one) not in done
            )
            for learner_id in learner_ids
        }

    def of_learner(self, learner_id: int) -> list[OwnPath]:
        """Return how far one learner is on each path, with what is new noted."""
        self._catch_up.one(learner_id)
        return [
            OwnPath(
                path,
                self._store.path_completions(path.id, learner_id).get(learner_id),
                frozenset(one for _, one in self._store.completed_modules(path.id, [learner_id])),
                self.wants(path, [learner_id])[learner_id],
            )
            for path in self.paths()
        ]

    def close(self) -> None:
        """Let a look at everybody come to an end; the next takes it up again."""
        self._catch_up.close()
