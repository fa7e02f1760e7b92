"""Every variant of a question with parameters has an answer, and it lies where its author says."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from yongxin.content.draft import Draft, Sheet
from yongxin.content.finding import Report
from yongxin.items import Item
from yongxin.items.calculated import Calculated
from yongxin.items.calculated.formula import FormulaError, parse_formula
from yongxin.items.calculated.parameters import all_variants
from yongxin.items.figure import plain
from yongxin.scoring import within_tolerance


def check_variants(draft: Draft, report: Report) -> None:
    """Reckon all variants of all items with parameters; report the first wrong one of each kind.

    Not a sample: an item has at most ``MAXIMUM_VARIANTS`` variants, so this is a proof.
    """
    for module in draft.modules.values():
        for sheet in module.items.valid:
            if isinstance(sheet.value, Calculated):
                _check(sheet, sheet.value, report)


def _check(sheet: Sheet[Item], item: Calculated, report: Report) -> None:
    told: set[str] = set()
    distinct = [False] * len(item.mistakes)
    for values in all_variants(item.parameters):
        report.examined["variants"] += 1
        for field, message in _problems(item, values, distinct):
            if field not in told:
                told.add(field)
                sheet.report.add(sheet.line(field.partition("[")[0]), field, message)
    for number, is_distinct in enumerate(distinct):
        field = f"mistakes[{number + 1}]"
        if not is_distinct and field not in told:
            message = "is right in every variant"
            sheet.report.add(sheet.line("mistakes"), field, message)


def _problems(
    item: Calculated, values: Mapping[str, Decimal], distinct: list[bool]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one variant; note which mistakes differ from its answer."""
    try:
        answer = parse_formula(item.formula).value(values)
    except FormulaError as error:
        yield "formula", str(error)
        return
    where = ", ".join(f"{name} = {plain(value)}" for name, value in values.items())
    lowest, highest = (Decimal(repr(one)) for one in (item.bounds.minimum, item.bounds.maximum))
    if not lowest <= answer <= highest:
        bounds = f"{plain(lowest)} to {plain(highest)}"
        yield "bounds", f"the answer is {plain(answer)} for {where}; the bounds are {bounds}"
        return
    shown = item.shown_answer(answer)
    if abs(shown - answer) > Decimal(repr(item.tolerance)):
        told = f"the explanation would show {plain(shown)}, which is not within the tolerance"
        yield "decimals", f"{told} of the answer {plain(answer)} for {where}"
    for number, mistake in enumerate(item.mistakes):
        try:
            wrong = parse_formula(mistake.formula).value(values)
        except FormulaError as error:
            yield f"mistakes[{number + 1}]", str(error)
        else:
            near = within_tolerance(float(answer), float(wrong), item.tolerance) == 1
            distinct[number] = distinct[number] or not near
