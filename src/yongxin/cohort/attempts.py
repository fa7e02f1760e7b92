"""What every attempt at a module is worth, item by item, scored once and then kept.

Trainers wait for a page, not for the scoring of ten thousand hand-ins: a call scores as many as its
time allows, and the next goes on.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from yongxin.cohort.item_statistics import Points
from yongxin.items import JSON, Key, score
from yongxin.store import ScoredAttempt, Store

#: How many attempts are read at once; an attempt has some 20 KB.
_AT_ONCE = 200


@dataclass(frozen=True)
class Table:
    """The points of attempts: a row for each attempt, a column for each of ``items``.

    ``waiting`` attempts are not in it, because nobody has had the time to score them yet.
    """

    items: tuple[str, ...]
    maxima: tuple[float, ...]
    points: Points
    waiting: int


class Attempts:
    """The attempts at one module, scored with the keys of its release."""

    def __init__(self, store: Store, module_id: str, keys: Mapping[str, Key]) -> None:
        self._store = store
        self._module_id = module_id
        self._keys = keys
        self._digest = digest(keys)

    def catch_up(self, seconds: float) -> bool:
        """Score attempts for so long; return whether all are scored. At least some always are."""
        end = time.monotonic() + seconds
        while True:
            found = self._store.unscored(self._module_id, self._digest, limit=_AT_ONCE)
            self._store.keep_scored(
                self._digest,
                {one.submission_id: self._score(one.username, one.responses) for one in found},
            )
            if len(found) < _AT_ONCE:
                return True
            if time.monotonic() >= end:
                return False

    def table(self, *, group: str | None = None, only_first: bool = True) -> Table:
        """Return the points of all attempts that were scored, of one group or of everybody.

        With ``only_first`` each learner's first attempt alone, which no feedback has helped.
        """
        choice = {"group": group, "only_first": only_first}
        rows = self._store.points(self._module_id, self._digest, **choice)
        items = tuple(self._keys)
        points = np.array(
            [[row[item] for item in items] for row in rows], dtype=np.float64
        ).reshape(len(rows), len(items))
        count = self._store.count_attempts(self._module_id, **choice)
        maxima = tuple(key.points for key in self._keys.values())
        return Table(items, maxima, points, max(0, count - len(rows)))

    def responses(
        self, item_id: str, *, group: str | None = None, only_first: bool = True
    ) -> list[str | None]:
        """Return what each attempt says to one item, as JSON; ``None`` for what was left empty."""
        return self._store.responses(
            self._module_id, self._digest, item_id, group=group, only_first=only_first
        )

    def _score(self, username: str, responses: Mapping[str, JSON]) -> ScoredAttempt:
        points = {
            item: score(key.for_learner(username), responses.get(item)).points
            for item, key in self._keys.items()
        }
        answered = {
            item: json.dumps(responses[item], ensure_ascii=False)
            for item in self._keys
            if responses.get(item) is not None
        }
        return ScoredAttempt(points, answered)


def digest(keys: Mapping[str, Key]) -> str:
    """Return what tells these keys from any other."""
    text = json.dumps({name: key.model_dump(mode="json") for name, key in sorted(keys.items())})
    return hashlib.sha256(text.encode()).hexdigest()
