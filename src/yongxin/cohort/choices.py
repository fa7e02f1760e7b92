"""What was answered to an item, how often, and how those who did fared in the rest."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from yongxin.items import JSON, Key, MalformedResponse, PublicItem, score
from yongxin.items.multiple_choice import PublicMultipleChoice
from yongxin.items.number import PublicNumber
from yongxin.items.ordering import PublicOrdering
from yongxin.items.right_answer import right_response
from yongxin.items.scenario.public import PublicScenario
from yongxin.items.short_text import PublicShortText
from yongxin.items.single_choice import PublicSingleChoice
from yongxin.language import Language

#: Of answers in learners' own words or orders, so many kinds are told.
MOST_KINDS = 12
_BETWEEN = " → "


@dataclass(frozen=True)
class Choice:
    """One row of a distractor table.

    ``words`` are ``None`` for answers left empty or malformed. ``share`` is that of all attempts;
    shares of a question with several answers add up to more than 1. ``rest`` is the mean share of
    the points for all other items that those who chose this got, 0 to 1; ``None`` if nobody did or
    there is no other item.
    """

    words: str | None
    is_right: bool
    count: int
    share: float
    rest: float | None


def choices(
    item: PublicItem,
    key: Key,
    responses: Sequence[str | None],
    rests: Sequence[float | None],
    language: Language,
) -> list[Choice]:
    """Return what was chosen, right answers first and then the most frequent.

    ``responses`` are JSON, ``None`` where there was none; ``rests`` are the shares of the points
    for all other items, one for each of them. Of an item that asks everybody with numbers of their
    own there is nothing to count.
    """
    if item.is_personal:
        return []
    is_whole = isinstance(item, _WHOLE)
    right_words = set(() if is_whole else item.in_words(right_response(key, language), language))
    counted: dict[str | None, list[float | None]] = {
        words: [] for words in (*sorted(right_words), *_all_words(item, language))
    }
    for encoded, rests_of_these in _same(responses, rests).items():
        response: JSON = None if encoded is None else json.loads(encoded)
        for words in _said(item, response, language, is_whole=is_whole):
            counted.setdefault(words, []).extend(rests_of_these)
            if is_whole and words is not None and score(key, response).ratio == 1:
                right_words.add(words)
    rows = [
        Choice(words, words in right_words, len(of), len(of) / len(responses), _mean(of))
        for words, of in counted.items()
    ]
    rows.sort(key=lambda one: (not one.is_right, one.words is None, -one.count))
    return rows[:MOST_KINDS] if is_whole else rows


#: Of these an answer is one thing, whatever parts it has.
_WHOLE = (PublicOrdering, PublicNumber, PublicShortText, PublicScenario)


def _same(
    responses: Iterable[str | None], rests: Iterable[float | None]
) -> dict[str | None, list[float | None]]:
    # Thousands of learners give some dozens of answers; each is put into words once.
    same: dict[str | None, list[float | None]] = {}
    for response, rest in zip(responses, rests, strict=True):
        same.setdefault(response, []).append(rest)
    return same


def _said(
    item: PublicItem, response: JSON, language: Language, *, is_whole: bool
) -> Iterator[str | None]:
    try:
        words = () if response is None else item.in_words(response, language)
    except MalformedResponse:
        words = ()
    if not words:
        yield None
    elif is_whole:
        yield _BETWEEN.join(words)
    else:
        yield from dict.fromkeys(words)


@singledispatch
def _all_words(item: PublicItem, language: Language) -> tuple[str, ...]:  # noqa: ARG001
    """Return what could have been chosen, so that what nobody chose is seen as well."""
    return ()


@_all_words.register
def _(item: PublicSingleChoice, language: Language) -> tuple[str, ...]:
    return tuple(option.text.in_language(language) for option in item.options)


@_all_words.register
def _(item: PublicMultipleChoice, language: Language) -> tuple[str, ...]:
    return tuple(option.text.in_language(language) for option in item.options)


def _mean(rests: Iterable[float | None]) -> float | None:
    known = [rest for rest in rests if rest is not None]
    return sum(known) / len(known) if known else None
