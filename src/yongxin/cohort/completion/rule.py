"""The rule: what somebody still has to do until a module counts as completed."""

from typing import Literal, NamedTuple, TypeAlias

from yongxin.catalogue import CompletionRule
from yongxin.store import ModuleMark

#: The interface text ``completion.want.<want>`` says it in words. Some wait for a trainer.
Want: TypeAlias = Literal["open", "hand-in", "marking", "revision", "reflection", "score"]

#: Points are sums of fractions: a hair below the mark is the mark.
_HAIR = 1e-9


class ModuleFacts(NamedTuple):
    """What is known about one learner and one module.

    ``returned``: a reflection was returned, and not handed in again. ``mark`` is the gradebook's.
    """

    has_exercise: bool
    has_reflections: bool
    visited: bool
    handed_in: bool
    returned: bool
    mark: ModuleMark | None


def wanted(rule: CompletionRule, facts: ModuleFacts) -> tuple[Want, ...]:
    """Return what is still missing, in the order in which it is done; nothing means completed.

    A module without an exercise is always completed by opening its lesson, so that no rule
    completes it for people who never came.
    """
    wants: list[Want] = []
    if not facts.visited and (rule.viewed or not facts.has_exercise):
        wants.append("open")
    if facts.has_exercise:
        wants.extend(_of_exercise(rule, facts))
    return tuple(wants)


def _of_exercise(rule: CompletionRule, facts: ModuleFacts) -> list[Want]:
    mark = facts.mark
    if mark is None:
        return ["marking" if facts.handed_in else "hand-in"]
    counts = rule.reflection_mark is not None and facts.has_reflections
    if counts and facts.returned:
        return ["revision"]
    enough = mark.points >= rule.pass_mark * mark.maximum - _HAIR
    if (counts and (mark.waiting or mark.reflections is None)) or (mark.waiting and not enough):
        return ["marking"]
    wants: list[Want] = []
    if not enough:
        wants.append("score")
    if (
        counts
        and mark.reflections is not None
        and rule.reflection_mark is not None
        and mark.reflections < rule.reflection_mark - _HAIR
    ):
        wants.append("reflection")
    return wants
