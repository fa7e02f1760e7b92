"""Numeric table: a grid of numbers to work out, each right within its tolerance."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Model,
    OptionVerdict,
    PublicOption,
    Real,
    Slug,
    require_unique_ids,
)
from yongxin.items.figure import figure
from yongxin.items.grid import (
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    Asked,
    AskingRow,
    GridKey,
    NumberCellKey,
    NumberRowKey,
    PublicCell,
    PublicColumn,
    PublicGrid,
    PublicRow,
    Tolerance,
    Weight,
    grid_verdicts,
    require_known_columns,
)
from yongxin.language import Language, LocalizedText

Type = Literal["numeric-table"]


class PublicNumericTable(PublicGrid):
    """See ``PublicGrid``."""

    type: Type = "numeric-table"


class NumericTableKey(GridKey):
    """See ``GridKey``."""

    type: Type = "numeric-table"


class Cell(Model):
    """A number: asked, as a ``key`` with its tolerance, or given, as a ``value``.

    ``tolerance`` is the row's unless the cell has one of its own.
    """

    key: Real | None = None
    tolerance: Tolerance | None = None
    value: Real | None = None
    feedback: LocalizedText | None = None

    @model_validator(mode="after")
    def _asked_or_given(self) -> "Cell":
        if (self.key is None) == (self.value is None):
            raise ValueError("a cell has either a key, if it is asked, or a value, if it is not")
        if self.key is None and (self.feedback or self.tolerance is not None):
            raise ValueError("a cell with a value has no tolerance or feedback: nothing is asked")
        return self


class Row(PublicOption):
    """A row of numbers; ``feedback`` says how the asked ones are worked out.

    It is missing in a row in which nothing is asked. The ``unit`` is missing where columns have
    units.
    """

    unit: LocalizedText | None = None
    weight: Weight = 1
    tolerance: Tolerance | None = None
    cells: dict[Slug, Cell]
    feedback: LocalizedText | None = None

    @model_validator(mode="after")
    def _asked_cells_have_what_they_need(self) -> "Row":
        asked = [column for column, cell in self.cells.items() if cell.key is not None]
        without = [
            column
            for column in asked
            if self.tolerance is None and self.cells[column].tolerance is None
        ]
        if without:
            raise ValueError(
                f"row {self.id} needs a tolerance for {', '.join(without)}: one for the row, or "
                f"one in the cell"
            )
        if bool(asked) != (self.feedback is not None):
            raise ValueError(
                f"row {self.id} needs a feedback: how its numbers are worked out"
                if asked
                else f"row {self.id} asks nothing, so that it has no feedback"
            )
        return self

    def tolerance_of(self, cell: Cell) -> float:
        """Return how far from its key an asked cell's number may be."""
        return (cell.tolerance if cell.tolerance is not None else self.tolerance) or 0.0


class NumericTable(Item):
    """A stem, columns and rows of numbers; units stand with the columns or with the rows."""

    type: Type
    columns: Annotated[tuple[PublicColumn, ...], Field(min_length=1, max_length=MAXIMUM_COLUMNS)]
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=MAXIMUM_ROWS)]

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> "NumericTable":
        require_unique_ids(self.columns)
        require_unique_ids(self.rows)
        for row in self.rows:
            require_known_columns(row.cells, self.columns, row.id)
        if any(one.unit for one in self.columns) and any(one.unit for one in self.rows):
            raise ValueError("units stand with the columns or with the rows, not with both")
        if not any(row.feedback for row in self.rows):
            raise ValueError("nothing is asked: no cell has a key")
        return self

    def _unit(self, row: Row, column: str) -> LocalizedText | None:
        return row.unit or next(one.unit for one in self.columns if one.id == column)

    def public(self) -> PublicNumericTable:
        return PublicNumericTable(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            columns=self.columns,
            rows=tuple(self._public_row(row) for row in self.rows),
        )

    def _public_row(self, row: Row) -> PublicRow:
        return PublicRow(
            id=row.id,
            text=row.text,
            weight=row.weight,
            unit=row.unit,
            cells={
                column: PublicCell(
                    text=None if cell.value is None else figure(cell.value, self._unit(row, column))
                )
                for column, cell in row.cells.items()
            },
        )

    def answer_key(self) -> NumericTableKey:
        return NumericTableKey(
            id=self.id,
            points=self.points,
            rows=tuple(
                NumberRowKey(
                    id=row.id,
                    weight=row.weight,
                    cells={
                        column: NumberCellKey(key=cell.key, tolerance=row.tolerance_of(cell))
                        for column, cell in row.cells.items()
                        if cell.key is not None
                    },
                )
                for row in self.rows
                if row.feedback is not None
            ),
        )

    def asking(self) -> list[AskingRow]:
        """Select what there is to say after the table was checked."""
        return [
            AskingRow(id=row.id, weight=row.weight, feedback=row.feedback, cells=self._asked(row))
            for row in self.rows
            if row.feedback is not None
        ]

    def _asked(self, row: Row) -> dict[str, Asked]:
        return {
            column: Asked(
                answer=figure(cell.key, self._unit(row, column)),
                feedback=cell.feedback,
                tolerance=row.tolerance_of(cell),
            )
            for column, cell in row.cells.items()
            if cell.key is not None
        }

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of every asked cell, and of each row: see ``grid_verdicts``."""
        return grid_verdicts(self.asking(), self.answer_key().ratios(response), language)
