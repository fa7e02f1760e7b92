"""Some response to a question: accepted and whole, whether it is right does not matter."""

from yongxin.items import JSON, PublicItem
from yongxin.items.calculated import PublicCalculated
from yongxin.items.cloze import PublicCloze
from yongxin.items.grid import PublicGrid, cell_name
from yongxin.items.hot_text import PublicHotText
from yongxin.items.multiple_choice import PublicMultipleChoice
from yongxin.items.number import PublicNumber
from yongxin.items.ordering import PublicOrdering
from yongxin.items.pairs import PublicPairs
from yongxin.items.short_text import PublicShortText
from yongxin.items.single_choice import PublicSingleChoice
from yongxin.items.true_false import PublicTrueFalse

_NUMBER = "1.5"


def some_response(item: PublicItem) -> JSON:
    """Return a response that ``item`` accepts and that leaves nothing open, as it is kept.

    Raises ``LookupError`` for a scenario, which is played and not answered in one go.
    """
    return item.read(_typed(item))


def _typed(item: PublicItem) -> JSON:  # noqa: C901, PLR0911  (one case a type)
    match item:
        case PublicSingleChoice():
            return item.options[0].id
        case PublicMultipleChoice():
            return [option.id for option in item.options[:2]]
        case PublicNumber():
            return _NUMBER
        case PublicOrdering():
            return [entry.id for entry in reversed(item.entries)]
        case PublicTrueFalse():
            reason = {"reason": item.reasons[0].id} if item.reasons else {}
            return {"verdict": "true"} | reason
        case PublicPairs() | PublicCloze():
            return {place: options[0] for place, options in item.offered().items()}
        case PublicShortText():
            return "同理心"
        case PublicHotText():
            return [next(part.hot for part in item.parts("en") if part.hot)]
        case PublicGrid():
            return _filled(item)
        case PublicCalculated():
            units = item.unit_choices
            return {"number": _NUMBER, "unit": units[0].id} if units else _NUMBER
        case _:
            raise LookupError(f"nothing is known to answer a question of the type {item.type}")


def _filled(item: PublicGrid) -> dict[str, str]:
    return {
        cell_name(row.id, column): row.choices[0].id if row.choices else _NUMBER
        for row in item.rows
        for column, cell in row.cells.items()
        if cell.is_asked
    }
