"""What an author writes of a self-assessment, and what of it stands on the page.

Here each field is checked by itself; ``slips`` knows what the fields have to do with one another.
"""

from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

from yongxin.items.base import (
    JSON,
    MalformedResponse,
    Model,
    PublicOption,
    Slug,
    SystemId,
    UnitId,
    Whole,
)
from yongxin.language import LocalizedText

Value = Annotated[Whole, Field(ge=-100, le=100)]
Flag = Annotated[bool, Field(strict=True)]

#: The id of what all questions together come to.
TOTAL = "total"


def _refuse_grade(_value: object) -> None:
    raise ValueError(
        "a self-assessment is for the learner alone and never part of a grade: it has no use and "
        "no points"
    )


#: A field that nobody may write, refused in words that say why.
NeverGraded = SkipJsonSchema[Annotated[None, BeforeValidator(_refuse_grade)]]


class ScalePoint(PublicOption):
    """One answer on the common scale, and how many points it is worth."""

    value: Value


class Choice(PublicOption):
    """One of a question's own answers: worth ``value`` points, or with a word of its own, or both.

    ``feedback`` is told with the result to whoever chose it.
    """

    value: Value | None = None
    feedback: LocalizedText | None = None


class PublicQuestion(Model):
    """A question as it stands on the page, before anybody has answered it."""

    id: Slug
    text: LocalizedText
    options: tuple[PublicOption, ...]


class PublicAssessment(Model):
    """What stands on the page: no value, no reversal, no band and no feedback.

    None of that is a secret, but whoever sees how answers count no longer answers the question.
    """

    id: Slug
    title: LocalizedText
    introduction: LocalizedText | None
    questions: tuple[PublicQuestion, ...]

    def read(self, answers: JSON) -> dict[str, str]:
        """Return the option of each answered question, in the order of the questions.

        Raises ``MalformedResponse`` for anything but known questions with one of their options.
        """
        if not isinstance(answers, dict):
            raise MalformedResponse("unknown-option")
        options = {one.id: {option.id for option in one.options} for one in self.questions}
        read: dict[str, str] = {}
        for question, option in cast("dict[JSON, JSON]", answers).items():
            if not isinstance(option, str) or option not in options.get(question, ()):
                raise MalformedResponse("unknown-option")
            read[question] = option
        return {one.id: read[one.id] for one in self.questions if one.id in read}


class Question(Model):
    """A question as it is written. It counts for its ``dimension`` and for the total, if any.

    ``reversed``: agreeing speaks against what is measured, so the values count the other way
    round: the lowest for the highest. Without ``options`` of its own it has the common scale.
    """

    id: Slug
    text: LocalizedText
    dimension: Slug | None = None
    reversed: Flag = False
    options: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=8)] | None = None


class Band(Model):
    """What to say to whoever comes to a number between ``lowest`` and ``highest``, both included.

    In files they are spelled ``from`` and ``to``.
    """

    lowest: Annotated[Whole, Field(alias="from")]
    highest: Annotated[Whole, Field(alias="to")]
    title: LocalizedText
    text: LocalizedText

    def holds(self, number: int) -> bool:
        """Say whether the band speaks of ``number``."""
        return self.lowest <= number <= self.highest


class Scale(Model):
    """What some questions come to together.

    ``measure`` is the number that the learner sees and the bands speak of: the ``sum`` of the
    points, or how far the sum is from the least to the most that is possible, in ``percent``.
    """

    title: LocalizedText
    measure: Literal["sum", "percent"] = "sum"
    bands: Annotated[tuple[Band, ...], Field(min_length=2, max_length=8)]

    def band(self, number: int) -> Band | None:
        """Return the band that holds a number; there is one for each that is possible."""
        return next((one for one in self.bands if one.holds(number)), None)


class Dimension(Scale):
    """One of several things that are measured; questions name it."""

    id: Slug


class Assessment(Model):
    """A self-assessment as it is written in ``assessments.yaml``.

    ``limit`` says what it cannot tell, and stands beside every result.
    """

    id: Slug
    units: Annotated[tuple[UnitId, ...], Field(min_length=1)]
    systems: tuple[SystemId, ...] = ()
    title: LocalizedText
    introduction: LocalizedText | None = None
    limit: LocalizedText | None = None
    scale: Annotated[tuple[ScalePoint, ...], Field(min_length=2, max_length=8)] | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=60)]
    dimensions: Annotated[tuple[Dimension, ...], Field(max_length=12)] = ()
    total: Scale | None = None
    use: NeverGraded = Field(default=None, exclude=True)
    points: NeverGraded = Field(default=None, exclude=True)

    def options_of(self, question: Question) -> tuple[Choice, ...] | tuple[ScalePoint, ...]:
        """Return a question's own options, or the common scale."""
        return question.options or self.scale or ()

    def scales(self) -> dict[str, Scale]:
        """Return everything that is measured, by id: the dimensions, and then ``TOTAL``."""
        found: dict[str, Scale] = {one.id: one for one in self.dimensions}
        return found | ({TOTAL: self.total} if self.total else {})

    def counting(self, scale_id: str) -> tuple[Question, ...]:
        """Return the questions that count for a scale."""
        return tuple(one for one in self.questions if scale_id in (TOTAL, one.dimension))

    def public(self) -> PublicAssessment:
        """Select what stands on the page."""
        return PublicAssessment(
            id=self.id,
            title=self.title,
            introduction=self.introduction,
            questions=tuple(
                PublicQuestion(
                    id=one.id,
                    text=one.text,
                    options=tuple(
                        PublicOption(id=option.id, text=option.text)
                        for option in self.options_of(one)
                    ),
                )
                for one in self.questions
            ),
        )
