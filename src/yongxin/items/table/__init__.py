"""Table: rows and columns of which some cells are asked, with one rule for each row."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from yongxin.items.base import (
    JSON,
    Item,
    Model,
    OptionVerdict,
    PublicOption,
    Real,
    Slug,
    require_known_ids,
    require_unique_ids,
)
from yongxin.items.figure import figure
from yongxin.items.grid import (
    MAXIMUM_COLUMNS,
    MAXIMUM_ROWS,
    Asked,
    AskingRow,
    ChoiceRowKey,
    GridKey,
    NumberCellKey,
    NumberRowKey,
    PublicCell,
    PublicColumn,
    PublicGrid,
    PublicRow,
    RowKey,
    Tolerance,
    Weight,
    grid_verdicts,
    require_known_columns,
)
from yongxin.language import Language, LocalizedText

Type = Literal["table"]


class PublicTable(PublicGrid):
    """See ``PublicGrid``."""

    type: Type = "table"


class TableKey(GridKey):
    """See ``GridKey``."""

    type: Type = "table"


class ChoiceCell(Model):
    """A cell of a row of choices: asked, with the ``key`` among them, or given as a ``text``."""

    key: Slug | None = None
    text: LocalizedText | None = None
    feedback: LocalizedText | None = None

    @model_validator(mode="after")
    def _asked_or_given(self) -> "ChoiceCell":
        _require_asked_or_given(self)
        return self


class NumberCell(Model):
    """A cell of a row of numbers: asked, with its ``key``, or given as a ``text``.

    ``tolerance`` is the row's unless the cell has one of its own.
    """

    key: Real | None = None
    tolerance: Tolerance | None = None
    text: LocalizedText | None = None
    feedback: LocalizedText | None = None

    @model_validator(mode="after")
    def _asked_or_given(self) -> "NumberCell":
        _require_asked_or_given(self)
        if self.tolerance is not None and self.key is None:
            raise ValueError("a cell with a text has no tolerance: nothing is asked there")
        return self


class GivenCell(Model):
    """A cell of a row in which nothing is asked."""

    text: LocalizedText


class ChoiceRow(PublicOption):
    """A row whose asked cells take one of the ``choices``; ``feedback`` says why."""

    rule: Literal["choice"]
    weight: Weight = 1
    choices: Annotated[tuple[PublicOption, ...], Field(min_length=2, max_length=12)]
    cells: dict[Slug, ChoiceCell]
    feedback: LocalizedText

    @model_validator(mode="after")
    def _keys_are_choices(self) -> "ChoiceRow":
        require_unique_ids(self.choices)
        require_known_ids([cell.key for cell in self.cells.values() if cell.key], self.choices)
        _require_something_asked(self.id, self.cells.values())
        return self

    def public(self) -> PublicRow:
        """Select what a learner may see before answering."""
        return PublicRow(
            id=self.id,
            text=self.text,
            weight=self.weight,
            choices=self.choices,
            cells={column: PublicCell(text=cell.text) for column, cell in self.cells.items()},
        )

    def answer_key(self) -> ChoiceRowKey:
        """Select what scoring needs."""
        return ChoiceRowKey(
            id=self.id,
            weight=self.weight,
            choices=tuple(one.id for one in self.choices),
            cells={column: cell.key for column, cell in self.cells.items() if cell.key},
        )

    def asking(self) -> AskingRow:
        """Select what there is to say after the row was checked."""
        texts = {one.id: one.text for one in self.choices}
        cells = {
            column: Asked(answer=texts[cell.key], feedback=cell.feedback)
            for column, cell in self.cells.items()
            if cell.key
        }
        return AskingRow(id=self.id, weight=self.weight, feedback=self.feedback, cells=cells)


class NumberRow(PublicOption):
    """A row whose asked cells take a number within a ``tolerance``; ``feedback`` says why."""

    rule: Literal["number"]
    weight: Weight = 1
    tolerance: Tolerance
    unit: LocalizedText | None = None
    cells: dict[Slug, NumberCell]
    feedback: LocalizedText

    @model_validator(mode="after")
    def _something_is_asked(self) -> "NumberRow":
        _require_something_asked(self.id, self.cells.values())
        return self

    def public(self) -> PublicRow:
        """Select what a learner may see before answering."""
        return PublicRow(
            id=self.id,
            text=self.text,
            weight=self.weight,
            unit=self.unit,
            cells={column: PublicCell(text=cell.text) for column, cell in self.cells.items()},
        )

    def answer_key(self) -> NumberRowKey:
        """Select what scoring needs."""
        return NumberRowKey(
            id=self.id,
            weight=self.weight,
            cells={
                column: NumberCellKey(key=cell.key, tolerance=self.tolerance_of(cell))
                for column, cell in self.cells.items()
                if cell.key is not None
            },
        )

    def asking(self) -> AskingRow:
        """Select what there is to say after the row was checked."""
        cells = {
            column: Asked(
                answer=figure(cell.key, self.unit),
                feedback=cell.feedback,
                tolerance=self.tolerance_of(cell),
            )
            for column, cell in self.cells.items()
            if cell.key is not None
        }
        return AskingRow(id=self.id, weight=self.weight, feedback=self.feedback, cells=cells)

    def tolerance_of(self, cell: NumberCell) -> float:
        """Return how far from its key an asked cell's number may be."""
        return self.tolerance if cell.tolerance is None else cell.tolerance


class GivenRow(PublicOption):
    """A row that only shows something."""

    rule: Literal["given"]
    cells: dict[Slug, GivenCell]

    def public(self) -> PublicRow:
        """Select what a learner may see: all of it."""
        return PublicRow(
            id=self.id,
            text=self.text,
            cells={column: PublicCell(text=cell.text) for column, cell in self.cells.items()},
        )


Row: TypeAlias = Annotated[ChoiceRow | NumberRow | GivenRow, Field(discriminator="rule")]


class Table(Item):
    """A stem, columns, and rows with a rule each."""

    type: Type
    columns: Annotated[tuple[PublicOption, ...], Field(min_length=1, max_length=MAXIMUM_COLUMNS)]
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=MAXIMUM_ROWS)]

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> "Table":
        require_unique_ids(self.columns)
        require_unique_ids(self.rows)
        for row in self.rows:
            require_known_columns(row.cells, self.columns, row.id)
        if not list(self._asking()):
            raise ValueError("nothing is asked: every row has the rule given")
        return self

    def asking(self) -> list[AskingRow]:
        """Select what there is to say after the table was checked."""
        return [row.asking() for row in self._asking()]

    def _asking(self) -> Iterator[ChoiceRow | NumberRow]:
        for row in self.rows:
            if not isinstance(row, GivenRow):
                yield row

    def public(self) -> PublicTable:
        return PublicTable(
            id=self.id,
            use=self.use,
            points=self.points,
            stem=self.stem,
            columns=tuple(PublicColumn(id=one.id, text=one.text) for one in self.columns),
            rows=tuple(row.public() for row in self.rows),
        )

    def answer_key(self) -> TableKey:
        rows: tuple[RowKey, ...] = tuple(row.answer_key() for row in self._asking())
        return TableKey(id=self.id, points=self.points, rows=rows)

    def option_verdicts(self, response: JSON, language: Language) -> Iterable[OptionVerdict]:
        """Speak of every asked cell, and of each row: see ``grid_verdicts``."""
        return grid_verdicts(self.asking(), self.answer_key().ratios(response), language)


def _require_asked_or_given(cell: ChoiceCell | NumberCell) -> None:
    if (cell.key is None) == (cell.text is None):
        raise ValueError("a cell has either a key, if it is asked, or a text, if it is not")
    if cell.feedback is not None and cell.key is None:
        raise ValueError("a cell with a text has no feedback: nothing is asked there")


def _require_something_asked(row: str, cells: Iterable[ChoiceCell | NumberCell]) -> None:
    if all(cell.key is None for cell in cells):
        raise ValueError(f"row {row} asks nothing; give one of its cells a key, or use rule: given")
