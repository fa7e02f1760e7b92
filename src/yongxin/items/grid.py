"""Grids: rows and columns of which some cells are asked; what tables of all kinds share.

A response maps the asked cells that are filled in to texts: ``{"price.first-era": "low"}``. A
cell's name is its row's and its column's id, joined by a point, which no id holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import Field

from yongxin.items.base import (
    JSON,
    Key,
    MalformedResponse,
    Model,
    OptionVerdict,
    PublicItem,
    PublicOption,
    Real,
    Slug,
)
from yongxin.items.number.reading import read_number, tidy_number
from yongxin.language import LANGUAGES, Language, LocalizedText
from yongxin.scoring import exact_match, weighted_share, within_tolerance
from yongxin.text import interface_text

MAXIMUM_COLUMNS = 8
MAXIMUM_ROWS = 20

Tolerance = Annotated[Real, Field(ge=0)]
Weight = Annotated[Real, Field(gt=0, le=10)]

#: Filled cells by name, in the order of the table.
Filled: TypeAlias = dict[str, str]


def cell_name(row: str, column: str) -> str:
    """Return the name of a cell."""
    return f"{row}.{column}"


# -- what everybody may see ------------------------------------------------------------------------


class PublicColumn(PublicOption):
    """A column's heading, and the unit of its numbers if it has one."""

    unit: LocalizedText | None = None


class PublicCell(Model):
    """A cell: the text that stands in it, or ``None`` where one is asked."""

    text: LocalizedText | None = None

    @property
    def is_asked(self) -> bool:
        """Say whether the learner fills this cell in."""
        return self.text is None


class PublicRow(PublicOption):
    """A row's heading and its cells by column; a column that is missing is blank.

    An asked cell takes one of ``choices`` or, where there are none, a number in ``unit``.
    """

    weight: Weight = 1
    choices: tuple[PublicOption, ...] = ()
    unit: LocalizedText | None = None
    cells: dict[Slug, PublicCell]


class PublicGrid(PublicItem):
    """Asked as a table with drop-down lists and number fields in it."""

    columns: tuple[PublicColumn, ...]
    rows: tuple[PublicRow, ...]

    @property
    def rule(self) -> str:
        return "right-cells"

    def unit(self, row: PublicRow, column: PublicColumn) -> LocalizedText | None:
        """Return the unit of an asked number."""
        return None if row.choices else row.unit or column.unit

    def read(self, response: JSON) -> Filled | None:
        """As in the base class; a table in which no cell is filled in is "not answered"."""
        if response is None:
            return None
        typed = _as_texts(response)
        filled: Filled = {}
        for name, row, column in self._asked():
            value = typed.pop(name, "")
            if row.choices:
                if value and value not in {one.id for one in row.choices}:
                    raise MalformedResponse("unknown-option")
            elif value:
                unit = self.unit(row, column)
                value = tidy_number(value, (unit.zh_cn, unit.en) if unit else ())
            if value:
                filled[name] = value
        if typed:
            raise MalformedResponse("unknown-field")
        return filled or None

    def in_words(self, response: JSON, language: Language) -> tuple[str, ...]:
        """As in the base class; one line for each filled cell."""
        if response is None:
            raise MalformedResponse("empty")
        filled = self.read(response) or {}
        colon = "：" if language == "zh-CN" else ": "
        names = self.part_names()
        return tuple(
            f"{names[name].in_language(language)}{colon}"
            f"{self._in_words(filled[name], row, column, language)}"
            for name, row, column in self._asked()
            if name in filled
        )

    def part_names(self) -> dict[str, LocalizedText]:
        """As in the base class: the rows by their ids, and the asked cells by their names."""
        names = {row.id: row.text for row in self.rows}
        for name, row, column in self._asked():
            both = {
                language: f"{row.text.in_language(language)} · {column.text.in_language(language)}"
                for language in LANGUAGES
            }
            names[name] = LocalizedText.model_validate(both)
        return names

    def is_complete(self, response: JSON) -> bool:
        return response is not None and all(name in response for name, _, _ in self._asked())

    def left_out(self, response: JSON, part: str) -> bool:
        """As in the base class; a row as a whole, which is a part too, never is."""
        return part in {name for name, _, _ in self._asked()}.difference(response)

    def _asked(self) -> Iterator[tuple[str, PublicRow, PublicColumn]]:
        for row in self.rows:
            for column in self.columns:
                if column.id in row.cells and row.cells[column.id].is_asked:
                    yield cell_name(row.id, column.id), row, column

    def _in_words(
        self, value: str, row: PublicRow, column: PublicColumn, language: Language
    ) -> str:
        if row.choices:
            return next(one.text.in_language(language) for one in row.choices if one.id == value)
        unit = self.unit(row, column)
        space = "" if language == "zh-CN" else " "
        return f"{value}{space}{unit.in_language(language)}" if unit else value


def _as_texts(response: JSON) -> Filled:
    """Return a response as texts by cell. Raises ``MalformedResponse`` for anything else."""
    if not isinstance(response, dict):
        raise MalformedResponse("unknown-field")
    typed = cast("dict[Any, JSON]", response)
    if len(typed) > MAXIMUM_COLUMNS * MAXIMUM_ROWS:
        raise MalformedResponse("unknown-field")
    filled: Filled = {}
    for name, value in typed.items():
        if not isinstance(name, str):
            raise MalformedResponse("unknown-field")
        if not isinstance(value, str):
            raise MalformedResponse("not-a-text")
        filled[name] = value
    return filled


# -- keys ------------------------------------------------------------------------------------------


class ChoiceRowKey(Model):
    """A row of choices: what was on offer, and the right one of each asked cell."""

    rule: Literal["choice"] = "choice"
    id: Slug
    weight: Weight = 1
    choices: tuple[Slug, ...]
    cells: dict[Slug, Slug]

    def ratio(self, column: str, value: str) -> float:
        """Return what a filled cell earns. Raises ``MalformedResponse``."""
        if value not in self.choices:
            raise MalformedResponse("unknown-option")
        return exact_match(self.cells[column], value)


class NumberCellKey(Model):
    """The number of one cell, and how far from it is near enough."""

    key: Real
    tolerance: Tolerance


class NumberRowKey(Model):
    """A row of numbers."""

    rule: Literal["number"] = "number"
    id: Slug
    weight: Weight = 1
    cells: dict[Slug, NumberCellKey]

    def ratio(self, column: str, value: str) -> float:
        """Return what a filled cell earns. Raises ``MalformedResponse``."""
        cell = self.cells[column]
        return within_tolerance(cell.key, read_number(value), cell.tolerance)


RowKey: TypeAlias = Annotated[ChoiceRowKey | NumberRowKey, Field(discriminator="rule")]


class GridKey(Key):
    """The rows in which something is asked; a cell counts as often as its row weighs."""

    rows: tuple[RowKey, ...]

    def ratio(self, response: JSON) -> float:
        ratios = self.ratios(response)
        return weighted_share(
            (row.weight, ratios[cell_name(row.id, column)])
            for row in self.rows
            for column in row.cells
        )

    def ratios(self, response: JSON) -> dict[str, float]:
        """Return what each asked cell earns by its name. Raises ``MalformedResponse``."""
        filled = _as_texts(response)
        ratios: dict[str, float] = {}
        for row in self.rows:
            for column in row.cells:
                name = cell_name(row.id, column)
                value = filled.pop(name, "").strip()
                ratios[name] = row.ratio(column, value) if value else 0.0
        if filled:
            raise MalformedResponse("unknown-field")
        return ratios


# -- what there is to say --------------------------------------------------------------------------


class Asked(Model):
    """What an authored cell says after it was checked: its answer in words, and its own word.

    ``tolerance`` is that of a number.
    """

    answer: LocalizedText
    feedback: LocalizedText | None
    tolerance: Tolerance | None = None


class AskingRow(Model):
    """What an authored row in which something is asked has to say, cell by cell and as a whole."""

    id: Slug
    weight: Weight
    feedback: LocalizedText
    cells: dict[Slug, Asked]


def grid_verdicts(
    rows: Iterable[AskingRow], ratios: Mapping[str, float], language: Language
) -> list[OptionVerdict]:
    """Speak of every asked cell, and after each row's cells of the row, which says why.

    A cell without a word of its own is told its answer. Where a row asks one cell only, the two
    would stand one below the other: the cell then says why as well, and its answer if it was
    missed.
    """
    verdicts: list[OptionVerdict] = []
    for row in rows:
        of_cells = {column: ratios[cell_name(row.id, column)] for column in row.cells}
        why = row.feedback.in_language(language)
        is_alone = len(row.cells) == 1
        for column, cell in row.cells.items():
            ratio = of_cells[column]
            words = _words(cell, ratio, language)
            if is_alone:
                told = cell.feedback is not None or ratio != 1
                words = f"{words}{_space(language)}{why}" if told else why
            verdicts.append(OptionVerdict(cell_name(row.id, column), ratio == 1, words))
        if not is_alone:
            all_right = all(ratio == 1 for ratio in of_cells.values())
            verdicts.append(OptionVerdict(row.id, all_right, why))
    return verdicts


def _words(cell: Asked, ratio: float, language: Language) -> str:
    if cell.feedback is not None:
        return cell.feedback.in_language(language)
    text = interface_text(language)
    words = text("items.cell-answer", answer=cell.answer.in_language(language))
    return f"{text('items.near')}{_space(language)}{words}" if ratio == 0.5 else words


def _space(language: Language) -> str:
    return "" if language == "zh-CN" else " "


# -- what authors may get wrong --------------------------------------------------------------------


def require_known_columns(cells: Iterable[str], columns: Iterable[PublicOption], row: str) -> None:
    """Raise ``ValueError`` naming the cells of a row for which there is no column."""
    ids = [column.id for column in columns]
    unknown = [one for one in cells if one not in ids]
    if unknown:
        raise ValueError(
            f"row {row} has cells in {', '.join(unknown)}; the columns are {', '.join(ids)}"
        )
