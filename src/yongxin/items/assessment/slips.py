"""What is wrong with a self-assessment whose fields are right one by one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yongxin.items.assessment.models import TOTAL, Assessment, Choice, Dimension, Question, Scale
from yongxin.items.assessment.outcomes import spread


@dataclass(frozen=True)
class Slip:
    """One thing to mend, at a ``place`` in the entry: ``("questions", 2, "dimension")``.

    ``found`` is a name that is none of ``allowed``, where that is what is wrong.
    """

    place: tuple[str | int, ...]
    message: str
    found: str | None = None
    allowed: tuple[str, ...] = ()


def slips(assessment: Assessment) -> list[Slip]:
    """Return everything that is to be mended before the assessment can be asked."""
    found = [
        *_ids(assessment),
        *_common_scale(assessment),
        *(
            one
            for number, question in enumerate(assessment.questions)
            for one in _question(assessment, number, question)
        ),
        *(
            Slip(("dimensions", number, "id"), "no question counts for it", one.id)
            for number, one in enumerate(assessment.dimensions)
            if not assessment.counting(one.id)
        ),
    ]
    # What the bands must cover is known only once every value is.
    return found or [
        *(
            one
            for number, dimension in enumerate(assessment.dimensions)
            for one in _bands(assessment, ("dimensions", number), dimension.id, dimension)
        ),
        *(_bands(assessment, ("total",), TOTAL, assessment.total) if assessment.total else ()),
    ]


def _ids(assessment: Assessment) -> Iterator[Slip]:
    yield from _repeated(("questions",), [one.id for one in assessment.questions])
    yield from _repeated(("scale",), [one.id for one in assessment.scale or ()])
    yield from _repeated(("dimensions",), [one.id for one in assessment.dimensions])
    for number, dimension in enumerate(assessment.dimensions):
        if dimension.id == TOTAL:
            message = f"{TOTAL} is all questions together; write it as total: beside dimensions:"
            yield Slip(("dimensions", number, "id"), message)


def _repeated(place: tuple[str | int, ...], ids: Iterable[str]) -> Iterator[Slip]:
    seen: Counter[str] = Counter()
    for number, one in enumerate(ids):
        seen[one] += 1
        if seen[one] == 2:
            yield Slip((*place, number, "id"), "stands here twice", one)


def _common_scale(assessment: Assessment) -> Iterator[Slip]:
    points = assessment.scale
    if points is None:
        return
    if all(one.options for one in assessment.questions):
        yield Slip(("scale",), "no question uses it: all have options of their own")
    for number in range(1, len(points)):
        if points[number].value <= points[number - 1].value:
            message = f"values rise from the first to the last; this is {points[number].value} "
            message += f"after {points[number - 1].value}"
            yield Slip(("scale", number, "value"), message)


def _question(assessment: Assessment, number: int, question: Question) -> Iterator[Slip]:
    place = ("questions", number)
    own = question.options or ()
    yield from _repeated((*place, "options"), [one.id for one in own])
    if not assessment.options_of(question):
        yield Slip((*place, "options"), "is missing, and there is no scale for all questions")
    dimensions = tuple(one.id for one in assessment.dimensions)
    if question.dimension is not None and question.dimension not in dimensions:
        message = "" if dimensions else "there are no dimensions"
        yield Slip((*place, "dimension"), message, question.dimension, dimensions)
    elif question.dimension is not None or assessment.total is not None:
        yield from _counted(place, own)
    else:
        yield from _uncounted(place, question, own)


def _counted(place: tuple[str | int, ...], own: tuple[Choice, ...]) -> Iterator[Slip]:
    for number, option in enumerate(own):
        if option.value is None:
            yield Slip((*place, "options", number), "needs a value: its question is counted")
    if own and len({one.value for one in own}) == 1 and own[0].value is not None:
        yield Slip((*place, "options"), "all are worth the same, so the question tells nothing")


def _uncounted(
    place: tuple[str | int, ...], question: Question, own: tuple[Choice, ...]
) -> Iterator[Slip]:
    remedy = "name its dimension, or write a total for all questions"
    if question.reversed:
        yield Slip((*place, "reversed"), f"the question counts for nothing; {remedy}")
    elif not own:
        yield Slip(place, f"counts for nothing; {remedy}")
    for number, option in enumerate(own):
        if option.value is not None:
            message = f"the question counts for nothing; {remedy}"
            yield Slip((*place, "options", number, "value"), message)
        if option.feedback is None:
            message = "needs feedback: its question counts for nothing, so this is all it can say"
            yield Slip((*place, "options", number), message)


def _bands(
    assessment: Assessment, place: tuple[str | int, ...], scale_id: str, scale: Scale | Dimension
) -> Iterator[Slip]:
    """Find the numbers of which no band speaks, or two, and bands of impossible numbers."""
    first, last = spread(assessment, scale_id).figures(scale.measure)
    within = f"{first} to {last}"
    sound = True
    for number, band in enumerate(scale.bands):
        here = (*place, "bands", number)
        if band.lowest > band.highest:
            sound = False
            yield Slip((*here, "to"), f"{band.highest} is below from: {band.lowest}")
        for field, edge in (("from", band.lowest), ("to", band.highest)):
            if not first <= edge <= last:
                sound = False
                yield Slip((*here, field), f"{edge} is impossible: results go from {within}")
    if not sound:
        return
    for number, band in enumerate(scale.bands):
        here = (*place, "bands", number)
        doubled = _runs(
            one
            for one in range(band.lowest, band.highest + 1)
            if any(earlier.holds(one) for earlier in scale.bands[:number])
        )
        for run in doubled:
            yield Slip(here, f"{run} stands in an earlier band already; each number needs one band")
    missing = (one for one in range(first, last + 1) if scale.band(one) is None)
    for run in _runs(missing):
        yield Slip((*place, "bands"), f"no band holds {run}; results go from {within}")


def _runs(numbers: Iterable[int]) -> list[str]:
    """Say rising numbers as people do: ``["3", "6 to 8"]``."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and runs[-1][-1] == one - 1:
            runs[-1][1:] = [one]
        else:
            runs.append([one])
    return [" to ".join(map(str, run)) for run in runs]
