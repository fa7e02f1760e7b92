"""From the answers to a self-assessment to what they come to: sums, shares and bands."""

from collections.abc import Mapping
from dataclasses import dataclass

from yongxin.items.assessment.models import Assessment, Band, Question, Scale
from yongxin.items.base import MalformedResponse


@dataclass(frozen=True)
class Spread:
    """The least and the most that the questions of a scale can add up to."""

    lowest: int
    highest: int

    def percent(self, points: int) -> int:
        """Return how far ``points`` is from the lowest to the highest, to the nearest percent."""
        width = self.highest - self.lowest
        return (200 * (points - self.lowest) + width) // (2 * width)

    def figures(self, measure: str) -> tuple[int, int]:
        """Return the first and the last number that ``bands`` have to speak of."""
        return (0, 100) if measure == "percent" else (self.lowest, self.highest)


@dataclass(frozen=True)
class Outcome:
    """What somebody's answers come to on one scale; ``band`` is what there is to say about it."""

    scale_id: str
    scale: Scale
    points: int
    spread: Spread

    @property
    def figure(self) -> int:
        """The number that the learner sees: points, or percent."""
        if self.scale.measure == "percent":
            return self.percent
        return self.points

    @property
    def percent(self) -> int:
        """Where the points lie between the least and the most that is possible."""
        return self.spread.percent(self.points)

    @property
    def band(self) -> Band | None:
        return self.scale.band(self.figure)


def outcomes(assessment: Assessment, answers: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Return what complete answers come to on every scale, in the order of the assessment.

    A reversed question counts lowest + highest − value, the usual rule for items that are worded
    against what a scale measures. Raises ``MalformedResponse`` for answers that are not one known
    option for every question.
    """
    read = assessment.public().read(dict(answers))
    if len(read) < len(assessment.questions):
        raise MalformedResponse("empty")
    return tuple(
        Outcome(
            scale_id,
            scale,
            sum(_points(assessment, one, read[one.id]) for one in assessment.counting(scale_id)),
            spread(assessment, scale_id),
        )
        for scale_id, scale in assessment.scales().items()
    )


def spread(assessment: Assessment, scale_id: str) -> Spread:
    """Return the least and the most that a scale's questions can add up to."""
    values = [_values(assessment, one).values() for one in assessment.counting(scale_id)]
    return Spread(sum(min(one) for one in values), sum(max(one) for one in values))


def _points(assessment: Assessment, question: Question, option: str) -> int:
    values = _values(assessment, question)
    if question.reversed:
        return min(values.values()) + max(values.values()) - values[option]
    return values[option]


def _values(assessment: Assessment, question: Question) -> dict[str, int]:
    """Return what each option is worth; an option without a value (see ``slips``) nothing."""
    return {one.id: one.value or 0 for one in assessment.options_of(question)}
