"""Answers that no question can take, wrong by the way they are made, from a seeded generator."""

import math
from collections.abc import Callable
from random import Random
from typing import Any

from yongxin.items import JSON, PublicItem

#: What each type's response is: a text, a list or a mapping.
KINDS: dict[str, type] = {
    "single-choice": str,
    "multiple-choice": list,
    "number": str,
    "ordering": list,
    "true-false": dict,
    "matching": dict,
    "sorting": dict,
    "cloze": dict,
    "short-text": str,
    "table": dict,
    "hot-text": list,
    "numeric-table": dict,
    "calculated": str,
    "scenario": list,
}

#: Pieces of junk: no id of any question has them, and no number.
_PIECES = ("gone", "<b>", "__proto__", "\x00", "\ud800", "'; --", "９９x", "../..", "🙂", "选项")


def malformed(item: PublicItem, good: JSON, random: Random) -> JSON:
    """Return something that is no response to ``item``; ``good`` is one."""
    kind = type(good)
    assert kind is KINDS[item.type] or item.type == "calculated"
    if random.random() < 0.4:
        return _other_kind(kind, random)
    if kind is str:
        # A short text takes any words, as long as they are few.
        return _text(random, at_least=101 if item.type == "short-text" else 1)
    if kind is dict:
        return _broken_mapping(good, random)
    return _broken_list(good, random)


def _broken_mapping(good: dict[str, JSON], random: Random) -> JSON:
    broken = {key: good[key] for key in random.sample(sorted(good), random.randint(0, len(good)))}
    if random.random() < 0.5:
        return broken | {_text(random): random.choice([*good.values(), _junk(random)])}
    return broken | {random.choice(sorted(good)): _junk(random)}


def _broken_list(good: list[JSON], random: Random) -> JSON:
    broken: list[JSON] = list(random.sample(good, random.randint(0, len(good))))
    broken.insert(random.randint(0, len(broken)), _junk(random))
    return broken


def _other_kind(kind: type, random: Random) -> JSON:
    while True:
        value = _junk(random)
        # Nothing chosen at all is a way of not answering.
        if not isinstance(value, kind) and value not in ([], {}, [[]]):
            return value


def _junk(random: Random) -> Any:
    makers: tuple[Callable[[], Any], ...] = (
        lambda: random.choice([True, False]),
        lambda: random.choice([0, -1, 7, 10**40, 2.5, -0.0, 1e300, math.nan, math.inf]),
        lambda: _text(random),
        lambda: _nested(random.randint(1, 40), random),
        lambda: {_text(random): _text(random)},
        lambda: [_text(random) for _ in range(random.randint(1, 30))],
    )
    return random.choice(makers)()


def _nested(depth: int, random: Random) -> JSON:
    value: JSON = _text(random)
    for _ in range(depth):
        value = [value] if random.random() < 0.5 else {"a": value}
    return value


def _text(random: Random, *, at_least: int = 1) -> str:
    text = "".join(random.choices(_PIECES, k=random.randint(1, 6)))
    # Never a number, never an id, and never nothing but white space.
    return f"{text}gone".ljust(at_least, "x") + "x" * random.choice([0, 0, 0, 5000])
