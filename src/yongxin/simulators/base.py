"""What every simulator is made of: inputs within bounds, and results in words, table and figure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, TypeAlias

from yongxin.language import Language, LocalizedText

#: A figure in plotly's JSON. A colour may be a design token, ``var(--yx-brand)``: the browser
#: fills in the colour of the reader's theme before it draws.
Figure: TypeAlias = dict[str, Any]
Value: TypeAlias = float | str
Inputs: TypeAlias = Mapping[str, Value]


class UnusableInput(ValueError):
    """A value that an input cannot take. ``code`` is ``not-a-value`` or ``out-of-range``."""

    def __init__(self, code: str, one: "AnyInput") -> None:
        super().__init__(f"{code}: {one.id}")
        self.code = code
        self.input = one


@dataclass(frozen=True)
class NumberInput:
    """A number that the learner sets with a slider or types, between two bounds."""

    id: str
    label: LocalizedText
    minimum: float
    maximum: float
    step: float
    default: float

    def read(self, value: object) -> float:
        """Return ``value`` moved to the nearest step. Raises ``UnusableInput``."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnusableInput("not-a-value", self)
        if not self.minimum <= value <= self.maximum:  # so neither is a NaN or an infinity
            raise UnusableInput("out-of-range", self)
        # Decimal digits, so that 0.1 + 2 steps of 0.1 is 0.3 and states compare equal.
        step, lowest = Decimal(str(self.step)), Decimal(str(self.minimum))
        steps = ((Decimal(str(value)) - lowest) / step).to_integral_value(ROUND_HALF_EVEN)
        return min(self.maximum, float(lowest + steps * step))


@dataclass(frozen=True)
class InputOption:
    """One of the values that a choice can take."""

    id: str
    text: LocalizedText


@dataclass(frozen=True)
class ChoiceInput:
    """One of several values, each with words."""

    id: str
    label: LocalizedText
    options: tuple[InputOption, ...]
    default: str

    def read(self, value: object) -> str:
        """Return ``value`` if it is an option's id. Raises ``UnusableInput``."""
        if not isinstance(value, str):
            raise UnusableInput("not-a-value", self)
        if value not in [option.id for option in self.options]:
            raise UnusableInput("out-of-range", self)
        return value


AnyInput: TypeAlias = NumberInput | ChoiceInput


@dataclass(frozen=True)
class InputGroup:
    """Inputs that belong together, shown under one heading."""

    id: str
    label: LocalizedText
    inputs: tuple[AnyInput, ...]


@dataclass(frozen=True)
class Table:
    """The results as a table; the first cell of each row is its heading.

    ``marked`` are the rows that the learner's inputs have changed; ``has_total`` says that the
    last row sums up the others.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, ...] = ()
    has_total: bool = False


@dataclass(frozen=True)
class Beat:
    """A stretch of a pace, from ``begins`` to ``ends``, in seconds after its start.

    ``cue`` is shown large, ``said`` is read to whoever listens, ``turn`` tells how far one has
    come. ``opens`` says whether the ring grows meanwhile, or shrinks.
    """

    cue: str
    said: str
    turn: str
    begins: float
    ends: float
    opens: bool


@dataclass(frozen=True)
class Pace:
    """A rhythm that the browser plays when the learner starts it.

    ``moves`` is false when the ring stays still, as it does for everybody who prefers less
    motion; then cue and count alone keep the time. ``done`` is said at the end.
    """

    beats: tuple[Beat, ...]
    done: str
    moves: bool = True


@dataclass(frozen=True)
class Results:
    """What the inputs lead to: one sentence or two, the same as a table, and a figure if one helps.

    Everything that the figure shows, and every beat of the pace, stands in the table too.
    """

    summary: str
    table: Table
    figure: Figure | None = None
    pace: Pace | None = None


@dataclass(frozen=True)
class Simulator:
    """A model with its inputs and its words. ``show`` is pure: equal inputs give equal results."""

    package: str
    title: LocalizedText
    introduction: LocalizedText
    groups: tuple[InputGroup, ...]
    show: Callable[[Inputs, Language], Results]

    @property
    def id(self) -> str:
        return self.package.rpartition(".")[2].replace("_", "-")

    def inputs(self) -> Iterator[AnyInput]:
        """Yield the inputs of all groups in order."""
        for group in self.groups:
            yield from group.inputs

    def defaults(self) -> dict[str, Value]:
        """Return the inputs that nobody has touched."""
        return {one.id: one.default for one in self.inputs()}


def both(zh_cn: str, en: str) -> LocalizedText:
    """Return one text in both languages."""
    return LocalizedText.model_validate({"zh-CN": zh_cn, "en": en})
