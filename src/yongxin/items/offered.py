"""What an item offers to choose from, in plain lines: a flash card has no fields to fill in."""

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import NamedTuple

from yongxin.items.base import PublicItem, PublicOption
from yongxin.items.calculated import PublicCalculated
from yongxin.items.cloze import PublicCloze
from yongxin.items.grid import PublicGrid, PublicRow
from yongxin.items.hot_text import PublicHotText
from yongxin.items.multiple_choice import PublicMultipleChoice
from yongxin.items.number import PublicNumber
from yongxin.items.ordering import PublicOrdering
from yongxin.items.pairs import PublicPairs
from yongxin.items.short_text import PublicShortText
from yongxin.items.single_choice import PublicSingleChoice
from yongxin.items.true_false import PublicTrueFalse
from yongxin.language import Language, LocalizedText
from yongxin.text import interface_text


class Offered(NamedTuple):
    """Lines that belong together, and what they are; ``None`` where that need not be said."""

    label: str | None
    lines: tuple[str, ...]


def offered(item: PublicItem, language: Language) -> tuple[Offered, ...]:
    """Return what stands below the question itself."""
    return tuple(group for group in _groups(item, language) if group.lines)


@singledispatch
def _groups(item: PublicItem, language: Language) -> Iterable[Offered]:
    raise NotImplementedError(f"no front of a card is written for items of type {item.type!r}")


@_groups.register
def _(item: PublicSingleChoice, language: Language) -> Iterable[Offered]:
    yield Offered(None, _texts(item.options, language))


@_groups.register
def _(item: PublicMultipleChoice, language: Language) -> Iterable[Offered]:
    yield Offered(_label("several", language), _texts(item.options, language))


@_groups.register
def _(item: PublicTrueFalse, language: Language) -> Iterable[Offered]:
    yield Offered(None, (_label("true-or-false", language),))
    yield Offered(_label("reasons", language), _texts(item.reasons, language))


@_groups.register
def _(item: PublicOrdering, language: Language) -> Iterable[Offered]:
    yield Offered(_label("order", language), _texts(item.entries, language))


@_groups.register
def _(item: PublicPairs, language: Language) -> Iterable[Offered]:
    yield Offered(None, _texts(item.entries, language))
    yield Offered(_label("choices", language), _texts(item.choices, language))


@_groups.register
def _(item: PublicCloze, language: Language) -> Iterable[Offered]:
    segments = item.segments(language)
    gaps = [(one.number, one.gap) for one in segments if one.gap]
    text = "".join(one.text + (f"＿＿({one.number})" if one.gap else "") for one in segments)
    yield Offered(None, (text,))
    names = item.part_names()
    for _, gap in gaps:
        yield Offered(names[gap.id].in_language(language), (_joined(gap.options, language),))


@_groups.register
def _(item: PublicHotText, language: Language) -> Iterable[Offered]:
    yield Offered(None, ("".join(part.text for part in item.parts(language)),))


@_groups.register
def _(item: PublicGrid, language: Language) -> Iterable[Offered]:
    for row in item.rows:
        yield Offered(row.text.in_language(language), tuple(_cells(item, row, language)))


def _cells(item: PublicGrid, row: PublicRow, language: Language) -> Iterator[str]:
    colon = "：" if language == "zh-CN" else ": "
    for column in item.columns:
        cell = row.cells.get(column.id)
        if cell is not None:
            shown = cell.text.in_language(language) if cell.text else "？"
            unit = None if cell.text else item.unit(row, column)
            if unit is not None:
                shown += f"（{unit.zh_cn}）" if language == "zh-CN" else f" ({unit.en})"
            yield f"{column.text.in_language(language)}{colon}{shown}"
    if row.choices:
        yield _label("one-of", language, choices=_joined(row.choices, language))


@_groups.register
def _(item: PublicNumber, language: Language) -> Iterable[Offered]:
    yield from _unit(item.unit, language)


@_groups.register
def _(item: PublicCalculated, language: Language) -> Iterable[Offered]:
    yield from _unit(item.unit, language)
    yield Offered(_label("unit", language), _texts(item.unit_choices, language))


@_groups.register
def _(item: PublicShortText, language: Language) -> Iterable[Offered]:  # noqa: ARG001
    return ()


def _unit(unit: LocalizedText | None, language: Language) -> Iterator[Offered]:
    if unit is not None:
        yield Offered(_label("unit", language), (unit.in_language(language),))


def _texts(options: Iterable[PublicOption], language: Language) -> tuple[str, ...]:
    return tuple(option.text.in_language(language) for option in options)


def _joined(options: Iterable[PublicOption], language: Language) -> str:
    return " / ".join(_texts(options, language))


def _label(name: str, language: Language, **values: object) -> str:
    return interface_text(language)(f"items.offered.{name}", **values)
