"""Numbers with our tolerances as Moodle's list of answers, of which the first that fits counts."""

from collections.abc import Iterable
from dataclasses import replace

from yongxin.interchange.question import NumberAnswer, Numerical, Wording
from yongxin.items.figure import plain
from yongxin.scoring import within_tolerance
from yongxin.scoring.within_tolerance import HALF_CREDIT_TOLERANCES

_HALF = 0.5


def number_answers(
    key: float,
    tolerance: float,
    mistakes: Iterable[tuple[float, Wording]],
    losses: list[str],
    units: tuple[str, ...] = (),
) -> Numerical:
    """Return the key, half for what is near, and the known mistakes, in an order that scores as we.

    A mistake that is wholly near stands before the half mark, so that its word is heard; any other
    stands after it, since the mark goes before the word.
    """
    near: list[NumberAnswer] = []
    wrong: list[NumberAnswer] = []
    for value, feedback in mistakes:
        sides = (value - tolerance, value, value + tolerance)
        around = {within_tolerance(key, round(side, 12), tolerance) for side in sides} - {1.0}
        if around == {_HALF}:
            near.append(NumberAnswer(value, tolerance, _HALF, feedback))
        else:
            wrong.append(NumberAnswer(value, tolerance, 0.0, feedback))
            if _HALF in around:
                losses.append(
                    f"the feedback to the mistake {plain(value)} is left out where it is near "
                    f"enough for half of the mark"
                )
    half = [NumberAnswer(key, _tripled(tolerance), _HALF, {})] if tolerance else []
    return Numerical((NumberAnswer(key, tolerance, 1.0, {}), *near, *half, *wrong), units)


def explained(numbers: Numerical, feedback: Wording) -> Numerical:
    """Return the same answers with one word to all of them, and to any other number."""
    answers = (replace(one, feedback=feedback) for one in numbers.answers)
    return replace(numbers, answers=(*answers, NumberAnswer(None, 0.0, 0.0, feedback)))


def _tripled(tolerance: float) -> float:
    # In decimal digits, as the scoring rule reckons: three times 0.05 is 0.15.
    return round(tolerance * HALF_CREDIT_TOLERANCES, 12)
