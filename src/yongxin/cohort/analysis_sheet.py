"""The item analysis of a module as a table for a spreadsheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from yongxin.cohort.analysis import AnalysedItem, Analysis
from yongxin.cohort.item_statistics import ENOUGH_ATTEMPTS
from yongxin.grading.export.sheet import Column, Sheet, Value
from yongxin.text import InterfaceText

_WIDTHS = {
    "item": 60,
    "type": 14,
    "points": 10,
    "facility": 16,
    "spread-of-item": 20,
    "discrimination": 16,
    "efficiency": 24,
    "advice": 80,
}


def analysis_sheet(
    analysis: Analysis, asked: Mapping[str, str], types: Mapping[str, str], text: InterfaceText
) -> Sheet:
    """Return a row for each item; ``asked`` are the questions in words and ``types`` their kinds.

    A last row holds the figures of the module as a whole.
    """
    columns = tuple(Column(text(f"analysis.{name}"), width) for name, width in _WIDTHS.items())
    return Sheet(
        text("analysis.items"), columns, _rows(analysis.items, analysis, asked, types, text)
    )


def _rows(
    items: Iterable[AnalysedItem],
    analysis: Analysis,
    asked: Mapping[str, str],
    types: Mapping[str, str],
    text: InterfaceText,
) -> Iterator[Sequence[Value]]:
    for one in items:
        figures = one.figures
        yield (
            asked[one.item_id],
            text(f"export.type.{types[one.item_id]}"),
            one.maximum,
            figures.facility,
            figures.spread,
            figures.discrimination,
            figures.efficiency,
            text(f"analysis.advise.{one.judgement.advice}", enough=ENOUGH_ATTEMPTS),
        )
    whole = analysis.figures
    if whole is not None:
        for name, value in (
            ("mean", whole.mean),
            ("spread", whole.spread),
            ("alpha", whole.alpha),
            ("standard-error", whole.standard_error),
        ):
            yield (text(f"analysis.{name}"), None, None, value, None, None, None, None)
