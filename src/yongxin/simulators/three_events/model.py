"""What a thought and an act make of the evening, and of the matter itself."""

from typing import Literal, NamedTuple, TypeAlias

#: What one adds to the event: the worst, only what is known, or that it is nothing.
Thought: TypeAlias = Literal["harsh", "known", "nothing"]
#: What one does with the evening: broods, goes for a walk, tells or asks somebody, or both.
Act: TypeAlias = Literal["brood", "walk", "tell", "walk-and-tell"]

#: Rungs of how the evening feels, 0 the worst and 4 the best.
_FEELING_AFTER: dict[Thought, int] = {"harsh": 0, "known": 1, "nothing": 1}
_RELIEF: dict[Act, int] = {"brood": 0, "walk": 2, "tell": 1, "walk-and-tell": 3}
_HIGHEST = 4


class Evening(NamedTuple):
    """The rung of the feeling, whether somebody was told, and whether the cause is dealt with."""

    feeling: int
    is_told: bool
    is_under_way: bool


def evening(thought: Thought, act: Act) -> Evening:
    """Return what becomes of the evening: feeling = thought + relief, at most 4.

    Somebody is told only if the act says so and the thought leaves something to tell: whoever says
    “it is nothing” keeps quiet, and so has only the walk. A cause is under way once somebody has
    been told. An illustration with ranks of our own, no measurement, and without chance. Source of
    the idea: the course's deck (event, response, a walk), with what it leaves out, telling somebody
    who can change the cause. Check values: harsh and brood give 0 and an untouched cause; known
    and walk 3 and untouched; known, walk and tell 4 and under way; nothing and tell 1 and
    untouched.
    """
    is_told = act in ("tell", "walk-and-tell") and thought != "nothing"
    done: Act = act
    if not is_told:
        done = "walk" if act in ("walk", "walk-and-tell") else "brood"
    feeling = min(_HIGHEST, _FEELING_AFTER[thought] + _RELIEF[done])
    return Evening(feeling, is_told=is_told, is_under_way=is_told)
