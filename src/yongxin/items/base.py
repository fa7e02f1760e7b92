"""What every item type shares: the authored item, its public view, its key, and a verdict."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import not_
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from yongxin.language import Language, LocalizedText

JSON: TypeAlias = Any  # what json.loads can return
TypeName: TypeAlias = Any  # a text; every item type narrows it to one literal, the discriminator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
UnitId = Annotated[str, StringConstraints(pattern=r"^[A-F]-\d\d(\.\d)?$")]
SystemId = Annotated[str, StringConstraints(pattern=r"^S\d{3}$")]
Use = Literal["practice", "graded"]

#: Strict: a quoted "2" or a ``true`` in YAML is a slip to be told, not a number.
Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Count = Annotated[Whole, Field(ge=1)]
Share = Annotated[Real, Field(ge=0, le=1)]
Points = Annotated[Real, Field(gt=0, le=100)]
#: Something that holds for few entries: where it does not hold, it is not written down.
Flag = Annotated[bool, Field(strict=True, exclude_if=not_)]


class Model(BaseModel):
    """A value that refuses unknown fields, cannot be changed, and writes its fields by alias."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


class MalformedResponse(ValueError):
    """A learner's response does not have the shape that the item asks for.

    ``code`` names the interface text ``response.<code>`` that tells the learner what to mend.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PublicItem(Model, ABC):
    """The part of an item that anybody may see: no key, no explanation, no feedback.

    ``read`` works from this alone, so neither a browser nor a learner's kernel needs more than a
    public item to ask a question and to keep the response.
    """

    id: Slug
    type: TypeName
    use: Use
    points: Points
    stem: LocalizedText

    @property
    @abstractmethod
    def rule(self) -> str:
        """The scoring rule's name; ``scoring.<rule>`` is its interface text for the learner."""

    @abstractmethod
    def read(self, response: JSON) -> JSON:
        """Return ``response`` in its one canonical form, ready to be stored.

        Raises ``MalformedResponse`` when it is not a possible response to this item. An incomplete
        response is possible; ``None`` means "not answered" and is always possible.
        """

    @abstractmethod
    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """Say an answered response as a person would, one text for each of its parts, in order.

        Raises ``MalformedResponse`` when it cannot be read.
        """

    def is_complete(self, response: JSON) -> bool:
        """Say whether a response in its canonical form leaves nothing open."""
        return response is not None

    def for_learner(self, learner: str) -> "PublicItem":  # noqa: ARG002
        """Return the item as this learner is asked it; only items with parameters differ.

        ``learner`` is the learner's nbgrader id; an empty one stands for nobody in particular.
        """
        return self

    @property
    def is_personal(self) -> bool:
        """Whether one learner may be asked something else than another."""
        return False

    @property
    def variant(self) -> dict[str, str]:
        """The parameters' values as they are printed; empty where everybody is asked the same."""
        return {}

    def left_out(self, response: JSON, part: str) -> bool:
        """Say whether a response, canonical and answered, says nothing of a part."""
        return isinstance(response, (list, dict)) and part not in response

    def stem_pieces(self, language: Language) -> Iterable[tuple[str, str | None]]:
        """Yield the stem's pieces: plain ones with ``None``, and parameters with their ids."""
        yield self.stem.in_language(language), None

    def stem_in_words(self, language: Language) -> str:
        """Return the stem as it is for everybody: a box stands for numbers of a learner's own."""
        return "".join(
            "□" if parameter else piece for piece, parameter in self.stem_pieces(language)
        )

    def part_names(self) -> dict[str, LocalizedText]:
        """Return what the item calls the parts of which an ``OptionVerdict`` may speak, by id."""
        parts = (
            one
            for _, value in self
            if isinstance(value, tuple)
            for one in cast("tuple[object, ...]", value)
        )
        return {one.id: one.text for one in parts if isinstance(one, PublicOption)}


class Key(Model, ABC):
    """What it takes to score one item and nothing else; the grade cell holds it as a literal."""

    id: Slug
    type: TypeName
    points: Points = 1

    @abstractmethod
    def ratio(self, response: JSON) -> float:
        """Return the share of the points that a readable response earns, between 0 and 1.

        Raises ``MalformedResponse`` for anything else.
        """

    def for_learner(self, learner: str) -> "Key":  # noqa: ARG002
        """Return the key to what this learner is asked; see ``PublicItem.for_learner``."""
        return self

    @property
    def is_withdrawn(self) -> bool:
        """Whether everybody gets all points, whatever was answered, and also for nothing."""
        return False


@dataclass(frozen=True)
class Score:
    """Points earned, and why a response earned nothing.

    ``reason`` is ``"empty"``, or the ``MalformedResponse`` code when the response could not be
    read, or ``None`` when it could; ``response.<reason>`` is its interface text.
    """

    ratio: float
    points: float
    reason: str | None = None


def score(key: Key, response: JSON) -> Score:
    """Score any JSON value; what cannot be read earns 0 with a reason, never an exception."""
    if key.is_withdrawn:
        return Score(1.0, key.points)
    if response is None:
        return Score(0.0, 0.0, "empty")
    try:
        ratio = key.ratio(response)
    except MalformedResponse as error:
        return Score(0.0, 0.0, error.code)
    # Rounding up must not exceed the maximum: nbgrader refuses such a cell.
    return Score(ratio, min(key.points, round(ratio * key.points, 4)))


@dataclass(frozen=True)
class OptionVerdict:
    """What to say about one option (or entry, or cell) of an item after it was checked.

    ``right`` is ``None`` where there is no right or wrong, only what follows from a choice.
    """

    id: str
    right: bool | None
    text: str


@dataclass(frozen=True)
class Verdict:
    """The answer to a practice response: the share earned and why, option by option."""

    ratio: float
    explanation: str
    options: tuple[OptionVerdict, ...] = field(default=())


class Item(Model, ABC):
    """An item as a trainer writes it, key and feedback included.

    A subclass lists its own fields and selects, field by field, what is public and what the key is.
    Nothing is ever made by removing fields from an item.

    A graded item that turned out to be faulty is ``withdrawn``; ``items.withdrawn`` tells what
    stands in its place. ``withhold`` keeps the key and the explanation out of feedback, because
    the item will be used again. ``mastery`` says of a graded item that everybody has to know this:
    it is no fault of the item if nearly everybody is right.
    """

    id: Slug
    type: TypeName
    use: Use
    units: Annotated[tuple[UnitId, ...], Field(min_length=1)]
    systems: tuple[SystemId, ...] = ()
    points: Points = 1
    stem: LocalizedText
    explanation: LocalizedText
    withdrawn: Flag = False
    withhold: Flag = False
    mastery: Flag = False

    @model_validator(mode="after")
    def _only_graded_is_kept_back(self) -> "Item":
        if self.use == "practice" and (self.withdrawn or self.withhold):
            name = "withdrawn" if self.withdrawn else "withhold"
            raise ValueError(f"{name} is for graded items; delete a practice item or change it")
        if self.use == "practice" and self.mastery:
            raise ValueError("mastery is for graded items: practice is there to get things wrong")
        return self

    @abstractmethod
    def public(self) -> PublicItem:
        """Select the fields that a learner may see before answering."""

    @abstractmethod
    def answer_key(self) -> Key:
        """Select the fields that scoring needs."""

    @abstractmethod
    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Say, option by option, what there is to say about a response.

        Raises ``MalformedResponse`` when the response cannot be read.
        """

    def for_learner(self, learner: str) -> "Item":  # noqa: ARG002
        """Return the item as this learner is asked it; see ``PublicItem.for_learner``."""
        return self

    def verdict(self, response: JSON, language: Language) -> Verdict:
        """Judge a response to a practice item. Raises ``MalformedResponse`` if unreadable."""
        return Verdict(
            ratio=self.answer_key().ratio(response),
            explanation=self.explanation.in_language(language),
            options=tuple(self.option_verdicts(response, language)),
        )


class PublicOption(Model):
    """An option (or an entry of an order) without its feedback."""

    id: Slug
    text: LocalizedText


class Option(PublicOption):
    """An option of a choice, with the explanation that choosing it deserves."""

    feedback: LocalizedText

    def public(self) -> PublicOption:
        """Select what a learner may see before answering."""
        return PublicOption(id=self.id, text=self.text)


def require_unique_ids(options: Iterable[PublicOption]) -> None:
    """Raise ``ValueError`` naming the ids that stand more than once."""
    ids = [option.id for option in options]
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise ValueError(f"ids must differ; repeated: {', '.join(repeated)}")


def require_known_ids(named: Iterable[str], options: Iterable[PublicOption]) -> None:
    """Raise ``ValueError`` naming the ids of a key that no option carries."""
    ids = [option.id for option in options]
    unknown = [one for one in named if one not in ids]
    if unknown:
        raise ValueError(f"the key names {', '.join(unknown)}; the ids are {', '.join(ids)}")
