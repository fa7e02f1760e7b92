"""The matrix of learners and modules as a table for spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from yongxin.cohort.matrix import Cell, Row
from yongxin.grading.export.sheet import Column, Sheet, Value
from yongxin.text import InterfaceText


def matrix_sheet(
    rows: Iterable[Row],
    titles: Sequence[str],
    text: InterfaceText,
    zone: tzinfo,
    *,
    with_points: bool,
) -> Sheet:
    """Return a row for each learner, a column for each module, and one for its points if wanted.

    Times are those of the clocks in ``zone``, because a spreadsheet knows no zone.
    """
    columns = [
        Column(text("cohort.username"), 16),
        Column(text("cohort.name"), 14),
        Column(text("cohort.groups"), 18),
        Column(text("cohort.last"), 20),
    ]
    for title in titles:
        columns.append(Column(title, 16))
        if with_points:
            columns.append(Column(text("cohort.points-of", title=title), 10))
    return Sheet(
        text("cohort.title"), tuple(columns), _rows(rows, text, zone, with_points=with_points)
    )


def _rows(
    rows: Iterable[Row], text: InterfaceText, zone: tzinfo, *, with_points: bool
) -> Iterator[tuple[Value, ...]]:
    for row in rows:
        yield (
            row.learner.username,
            row.learner.name,
            "; ".join(row.learner.groups),
            _local(row.last, zone),
            *(
                value
                for cell in row.cells
                for value in _values(cell, text, with_points=with_points)
            ),
        )


def _values(cell: Cell, text: InterfaceText, *, with_points: bool) -> tuple[Value, ...]:
    state = text(f"cohort.state.{cell.state}")
    if cell.late:
        state = text("cohort.state-late", state=state)
    return (state, cell.points) if with_points else (state,)


def _local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return moment and moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
