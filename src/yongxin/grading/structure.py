"""What of an exercise must stay once somebody has handed it in: its graded cells."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode


@dataclass(frozen=True)
class GradedCell:
    """What nbgrader keeps of one cell, as far as hand-ins depend on it.

    ``points`` is ``None`` for a cell that earns none: a locked one that is only put back.
    """

    cell_type: str
    is_grade: bool
    is_solution: bool
    is_task: bool
    points: float | None


def cells_of(cells: Iterable[NotebookNode]) -> dict[str, GradedCell]:
    """Return those of a notebook's cells that nbgrader would keep, by their names."""
    found: dict[str, GradedCell] = {}
    for cell in cells:
        settings = cell.metadata.get("nbgrader")
        if settings is None:
            continue
        earns = bool(settings.get("grade")) or bool(settings.get("task"))
        if earns or settings.get("solution") or settings.get("locked"):
            found[settings["grade_id"]] = GradedCell(
                cell_type=cell.cell_type,
                is_grade=bool(settings.get("grade")),
                is_solution=bool(settings.get("solution")),
                is_task=bool(settings.get("task")),
                points=float(settings["points"]) if earns else None,
            )
    return found


def differences(
    released: Mapping[str, GradedCell], wanted: Mapping[str, GradedCell]
) -> Iterator[str]:
    """Say in words what a new release would change, one sentence for each cell."""
    for name in sorted(released.keys() | wanted.keys()):
        old, new = released.get(name), wanted.get(name)
        if old == new:
            continue
        if old is None:
            yield f"{name!r} is new"
        elif new is None:
            yield f"{name!r} is gone"
        elif old.points != new.points:
            yield f"{name!r} counts {_points(new)} instead of {_points(old)}"
        else:
            yield f"{name!r} is another kind of cell"


def _points(cell: GradedCell) -> str:
    if cell.points is None:
        return "no points"
    return f"{cell.points:g} point{'' if cell.points == 1 else 's'}"
