"""What a learner's group came to on a self-assessment; counts and rounded means leave this module.

Why they tell of nobody stands in ``items/assessment/group.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from yongxin.elements import Element
from yongxin.elements.assessment import AssessmentElement
from yongxin.items.assessment import GroupFigures, group_figures
from yongxin.store import Learner, Store

#: So long figures are used before the results are looked through again.
KEPT_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class _Kept:
    element: AssessmentElement
    until: datetime
    figures: GroupFigures | None


class GroupResults:
    """The groups' figures. Threads may share an instance."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[tuple[str, tuple[str, ...]], _Kept] = {}

    def figures(self, learner: Learner, element: Element) -> GroupFigures | None:
        """Return what the learner's group came to, or ``None`` while that cannot be told.

        Elements other than self-assessments have nothing to tell. Raises ``StoreError``.
        """
        if not isinstance(element, AssessmentElement) or not learner.groups:
            return None
        now = self._clock()
        # People who are in the same groups have the same one that counts.
        key = (element.name, learner.groups)
        kept = self._kept.get(key)
        if kept is None or kept.element is not element or kept.until <= now:
            kept = _Kept(element, now + KEPT_FOR, self._look(learner, element))
            alive = {one: other for one, other in self._kept.items() if other.until > now}
            self._kept = {**alive, key: kept}
        return kept.figures

    def _look(self, learner: Learner, element: AssessmentElement) -> GroupFigures | None:
        states = self._store.group_states(learner.id, element.name)
        results = [one for state in states if (one := element.first_result(state)) is not None]
        return group_figures(results, element.assessment.scales())
