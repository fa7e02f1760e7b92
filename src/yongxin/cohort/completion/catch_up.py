"""Noting who has completed something since the last look, some hundred learners at a time."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from yongxin.cohort.completion.course_path import CoursePath
from yongxin.store import ModuleMark, Store
from yongxin.store.completions import Pair, Reached

#: Learners whose completions are written in one transaction, for which an answer may have to wait.
SLICE = 250
#: Who stands in the audit log for what nobody in particular has done.
ACTOR = "yongxin"


class CatchUp:
    """Notes completions. Threads may share an instance; one of them works at a time.

    A completion is noted when it is found, so the moment that is kept for it may be later than the
    mark that brought it.
    """

    def __init__(
        self,
        paths: Callable[[], Sequence[CoursePath]],
        store: Store,
        now: Callable[[], datetime],
        *,
        slice_size: int = SLICE,
    ) -> None:
        self._paths = paths
        self._store = store
        self._now = now
        self._slice_size = slice_size
        self._working = threading.Lock()
        self._last = 0  # the last learner that this pass has come to
        self._closing = threading.Event()

    def all(self, *, seconds: float = float("inf")) -> tuple[bool, Reached]:
        """Look at everybody; return whether there was time for that, and what is new.

        After ``seconds`` it stops, and the next call goes on from there. Raises ``StoreError`` and
        ``CatalogueError``.
        """
        found = Reached(0, 0)
        if not self._working.acquire(blocking=False):
            return False, found
        try:
            until = time.monotonic() + seconds
            paths = self._paths()
            while True:
                some = self._store.learner_slice(self._last, self._slice_size)
                found = _sum((found, self._look(paths, some)))
                is_done = len(some) < self._slice_size
                self._last = 0 if is_done else some[-1]
                if is_done or time.monotonic() >= until or self._closing.is_set():
                    return is_done, found
        finally:
            self._working.release()

    def one(self, learner_id: int) -> Reached:
        """Look at one learner. Raises ``StoreError`` and ``CatalogueError``."""
        return self._look(self._paths(), [learner_id])

    def close(self) -> None:
        """Let a pass that goes on come to an end; the next takes it up again."""
        self._closing.set()

    def _look(self, paths: Sequence[CoursePath], learner_ids: Sequence[int]) -> Reached:
        return _sum(self._of_path(path, learner_ids) for path in paths)

    def _of_path(self, path: CoursePath, learner_ids: Sequence[int]) -> Reached:
        now = self._now()
        rule = self._store.keep_rule(path.id, path.rule.version, path.text, now)
        return self._store.add_completions(
            rule,
            learner_ids,
            self._completed(path, learner_ids),
            required=path.modules if path.is_ready else None,
            actor=ACTOR,
            now=now,
        )

    def _completed(self, path: CoursePath, learner_ids: Sequence[int]) -> list[Pair]:
        perhaps = self._store.perhaps_completed(
            path.id,
            learner_ids,
            exercises=path.exercises,
            others=set(path.ready) - path.exercises,
            pass_mark=path.rule.pass_mark,
        )
        if not perhaps:
            return []
        whose = {learner_id for learner_id, _ in perhaps}
        facts = self._store.completion_facts(whose, {module_id for _, module_id in perhaps})
        marks: dict[Pair, ModuleMark] = {
            (one.learner_id, one.module_id): one for one in self._store.marks(learner_ids=whose)
        }
        return [pair for pair in perhaps if not path.wants(*pair, facts, marks.get(pair))]


def _sum(those: Iterable[Reached]) -> Reached:
    modules = paths = 0
    for one in those:
        modules += one.modules
        paths += one.paths
    return Reached(modules, paths)
