"""Parameters: the numbers in a question that differ from learner to learner."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from yongxin.items.base import Model, Real
from yongxin.items.figure import plain
from yongxin.language import LANGUAGES, LocalizedText

#: So few that all of them can be examined, and many enough that neighbours rarely share one.
MAXIMUM_VARIANTS = 10_000

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
Values: TypeAlias = dict[str, Decimal]

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][\w-]*)\}")


class Parameter(Model):
    """A parameter: ``from``, ``from`` + ``step``, … up to and including ``to``."""

    id: Name
    first: Annotated[Real, Field(alias="from", ge=-1e9, le=1e9)]
    last: Annotated[Real, Field(alias="to", ge=-1e9, le=1e9)]
    step: Annotated[Real, Field(gt=0, le=1e9)] = 1

    @model_validator(mode="after")
    def _steps_end_at_the_last(self) -> "Parameter":
        steps = (_exact(self.last) - _exact(self.first)) / _exact(self.step)
        if steps < 0:
            raise ValueError(f"{self.id} goes from {self.first:g} down to {self.last:g}")
        if steps != int(steps):
            raise ValueError(
                f"{self.id}: steps of {self.step:g} from {self.first:g} do not end at {self.last:g}"
            )
        if steps >= MAXIMUM_VARIANTS:
            raise ValueError(f"{self.id} takes more than {MAXIMUM_VARIANTS} values")
        return self

    @property
    def count(self) -> int:
        """How many values it takes."""
        return int((_exact(self.last) - _exact(self.first)) / _exact(self.step)) + 1

    def value(self, number: int) -> Decimal:
        """Return one of its values, counted from 0."""
        return _exact(self.first) + number * _exact(self.step)

    def only(self, value: Decimal) -> "Parameter":
        """Return the parameter when it takes no other value than this."""
        return Parameter.model_validate(
            {"id": self.id, "from": float(value), "to": float(value), "step": self.step}
        )


def count_variants(parameters: Sequence[Parameter]) -> int:
    """Return how many different questions the parameters make."""
    return math.prod(one.count for one in parameters)


def all_variants(parameters: Sequence[Parameter]) -> Iterator[Values]:
    """Yield the values of every variant."""
    for numbers in product(*(range(one.count) for one in parameters)):
        yield {one.id: one.value(at) for one, at in zip(parameters, numbers, strict=True)}


def draw(parameters: Sequence[Parameter], item_id: str, learner: str) -> Values:
    """Return the variant of one learner: the same one whenever, wherever and in whatever Python.

    The seed is made of the learner's nbgrader id and the item's id; every variant is as likely as
    any other.
    """
    seed = hashlib.sha256(f"yongxin variant 1\n{item_id}\n{learner}".encode()).digest()
    number = int.from_bytes(seed, "big") % count_variants(parameters)
    values: Values = {}
    for one in parameters:
        number, at = divmod(number, one.count)
        values[one.id] = one.value(at)
    return values


def placeholders(text: LocalizedText) -> dict[str, set[str]]:
    """Return the names in braces that a text uses, for each language."""
    return {
        language: set(_PLACEHOLDER.findall(text.in_language(language))) for language in LANGUAGES
    }


def fill(text: LocalizedText, values: Mapping[str, Decimal]) -> LocalizedText:
    """Return a text with numbers in place of the names in braces; other names stay."""
    return LocalizedText.model_validate(
        {
            language: _PLACEHOLDER.sub(
                lambda match: plain(values[match[1]]) if match[1] in values else match[0],
                text.in_language(language),
            )
            for language in LANGUAGES
        }
    )


def pieces(text: str, names: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield a text's pieces in order: plain ones with ``None``, placeholders with their name."""
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match[1] in names:
            yield text[end : match.start()], None
            yield match[0], match[1]
            end = match.end()
    yield text[end:], None


def _exact(number: float) -> Decimal:
    return Decimal(repr(number))
