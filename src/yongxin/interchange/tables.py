"""Tables as embedded answers in a table of HTML."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from yongxin.interchange.number_answers import explained, number_answers
from yongxin.interchange.question import Answer, Choice, Embedded, Gap, Numerical, Wording
from yongxin.interchange.rich_text import to_html
from yongxin.items.grid import PublicCell, PublicRow
from yongxin.items.numeric_table import NumericTable
from yongxin.items.numeric_table import Row as NumericRow
from yongxin.items.table import ChoiceRow, GivenRow, NumberRow, Table
from yongxin.language import LocalizedText

_Words: TypeAlias = Callable[[LocalizedText | None], Wording]
_Cell: TypeAlias = tuple[str, str]


def embedded(item: Table | NumericTable, words: _Words, losses: list[str]) -> Embedded:
    """Return the table with a gap for every asked cell; weights become whole numbers."""
    public = item.public()
    bodies = _bodies(item, words, losses)
    asked = [(row.id, column) for row in public.rows for column in _asked(row)]
    ordered = [
        (row.id, column.id)
        for row in public.rows
        for column in public.columns
        if (row.id, column.id) in asked
    ]
    weights = _whole({row.id: row.weight for row in public.rows if any(_asked(row))})
    places = {cell: number for number, cell in enumerate(ordered, start=1)}
    head = "".join(f"<th>{_heading(one.text, one.unit, words)}</th>" for one in public.columns)
    lines = [f"<tr><td></td>{head}</tr>"]
    for row in public.rows:
        cells = "".join(
            f"<td>{{{{{places[row.id, column.id]}}}}}</td>"
            if (row.id, column.id) in places
            else f"<td>{_given(row.cells.get(column.id), words)}</td>"
            for column in public.columns
        )
        lines.append(f"<tr><th>{_heading(row.text, row.unit, words)}</th>{cells}</tr>")
    table = f"<table>{''.join(lines)}</table>"
    # One table for all languages: its words stand in it side by side.
    return Embedded(
        dict.fromkeys(words(item.stem), table),
        tuple(Gap(bodies[cell], weights[cell[0]]) for cell in ordered),
    )


def _asked(row: PublicRow) -> list[str]:
    return [column for column, cell in row.cells.items() if cell.is_asked]


def _given(cell: PublicCell | None, words: _Words) -> str:
    return to_html(words(cell.text)) if cell and cell.text else ""


def _heading(text: LocalizedText, unit: LocalizedText | None, words: _Words) -> str:
    if unit is not None:
        text = LocalizedText.model_validate(
            {"zh-CN": f"{text.zh_cn}（{unit.zh_cn}）", "en": f"{text.en} ({unit.en})"}
        )
    return to_html(words(text))


def _bodies(
    item: Table | NumericTable, words: _Words, losses: list[str]
) -> Mapping[_Cell, Choice | Numerical]:
    """Return what is asked in each asked cell."""
    bodies: dict[_Cell, Choice | Numerical] = {}
    for row in item.rows:
        if isinstance(row, ChoiceRow):
            for column, cell in row.cells.items():
                if cell.key is not None:
                    feedback = words(cell.feedback or row.feedback)
                    bodies[row.id, column] = _choice(row, cell.key, feedback, words)
        elif not isinstance(row, GivenRow):
            bodies |= _numbers(row, words, losses)
    return bodies


def _numbers(
    row: NumberRow | NumericRow, words: _Words, losses: list[str]
) -> dict[_Cell, Choice | Numerical]:
    bodies: dict[_Cell, Choice | Numerical] = {}
    for column, cell in row.cells.items():
        if cell.key is not None:
            feedback = words(cell.feedback or row.feedback)
            tolerance = row.tolerance_of(cell)  # pyright: ignore[reportArgumentType]
            numbers = number_answers(cell.key, tolerance, (), losses)
            bodies[row.id, column] = explained(numbers, feedback)
    return bodies


def _choice(row: ChoiceRow, key: str, feedback: Wording, words: _Words) -> Choice:
    answers = (Answer(words(one.text), float(one.id == key), feedback) for one in row.choices)
    return Choice(tuple(answers), single=True)


def _whole(weights: Mapping[str, float]) -> dict[str, int]:
    """Return weights in the same proportions that are whole numbers."""
    exact = {row: Fraction(repr(weight)) for row, weight in weights.items()}
    common = lcm(*(one.denominator for one in exact.values()))
    return {row: int(one * common) for row, one in exact.items()}
