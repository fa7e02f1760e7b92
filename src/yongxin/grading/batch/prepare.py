"""Reading an assignment once, from its release and the gradebook, for all hand-ins that follow.

This module imports nbgrader, which takes seconds.
"""

# nbgrader and nbformat are typed in parts at most.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode, ValidationError
from nbgrader.preprocessors import ClearOutput, OverwriteCells, OverwriteKernelspec
from nbgrader.utils import compute_checksum, is_grade, is_solution, is_task

from yongxin.catalogue import Catalogue, CatalogueError
from yongxin.grading.batch.assignment import AnswerCell, Assignment, answer_gap, points_gap
from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.batch.settings import Settings
from yongxin.grading.cell_outputs import show
from yongxin.grading.exercise_template import ExerciseTemplate, Gaps
from yongxin.grading.grade_cell import find_scoring_key
from yongxin.grading.rebuild import Frame, parse_handed_in
from yongxin.grading.reflection_cell import ANSWER_PREFIX
from yongxin.items import Key
from yongxin.items.reflection import PublicReflection

_log = logging.getLogger(__name__)

#: What nbgrader does to each hand-in before it grades it; a batch does it to the release, once.
_SANITIZE = (ClearOutput, OverwriteKernelspec, OverwriteCells)


@dataclass
class _Cells:
    """The cells of a release that nbgrader knows, by what gives their points."""

    keys: dict[str, Key] = field(default_factory=dict[str, Key])
    answers: list[AnswerCell] = field(default_factory=list[AnswerCell])
    tests: list[str] = field(default_factory=list[str])
    others: list[str] = field(default_factory=list[str])
    tasks: list[str] = field(default_factory=list[str])

    def add(self, cell: NotebookNode) -> None:
        grade_id: str = cell.metadata["nbgrader"]["grade_id"]
        if is_solution(cell):
            self.answers.append(AnswerCell(grade_id, cell.source, bool(is_grade(cell))))
        elif is_task(cell):
            self.tasks.append(grade_id)
        elif is_grade(cell) and cell.cell_type != "code":
            self.others.append(grade_id)
        elif is_grade(cell):
            # Any other code is executed, as ``QuizExecute`` has it.
            key = find_scoring_key(cell.source, cell.metadata["nbgrader"])
            if key is None:
                self.tests.append(grade_id)
            else:
                self.keys[grade_id] = key


def prepare(settings: Settings, module_id: str, known: Collection[str]) -> Assignment:
    """Read an assignment from its released notebook; ``known`` are the gradebook's cells.

    Raises ``GradingFailed`` when the release cannot be read or the gradebook knows another one.
    """
    released = _read(settings.released, module_id)
    resources = {
        "nbgrader": {
            "notebook": module_id,
            "assignment": module_id,
            "db_url": settings.gradebook_url,
        }
    }
    sanitised = copy.deepcopy(released)
    for cls in _SANITIZE:
        quiet = logging.Logger(__name__, logging.CRITICAL)  # noqa: LOG001  (it tells of each key)
        step = cast("Any", cls)(config=settings.config, log=quiet)
        sanitised, resources = step.preprocess(sanitised, resources)
    named = [cell for cell in sanitised.cells if "nbgrader" in cell.metadata]
    # What the gradebook does not know has lost its name in ``OverwriteCells``.
    names = {cell.metadata["nbgrader"].get("grade_id") for cell in named}
    if names != set(known) or not all(map(_is_sound, named)):
        raise GradingFailed(
            f"{settings.released} is not what the gradebook has of {module_id}; "
            f"run `yongxin release {module_id}`"
        )
    cells = _Cells()
    for cell in named:
        cells.add(cell)
    return Assignment(
        module_id=module_id,
        released=_template(released, cells.answers),
        graded=_template(sanitised, cells.answers, cells.keys),
        cells=parse_handed_in(nbformat.writes(released).encode("utf-8")).cells or (),
        frame=Frame(released),
        graded_frame=Frame(sanitised),
        keys=tuple(cells.keys.values()),
        answer_cells=tuple(cells.answers),
        reflections=_reflections(settings.root, cells.answers),
        tests=tuple(cells.tests),
        others=tuple(cells.others),
        tasks=tuple(cells.tasks),
    )


def _reflections(course_root: Path, answers: Iterable[AnswerCell]) -> dict[str, PublicReflection]:
    """Return the reflections of the answer cells, by grade id, as far as the course knows them."""
    catalogue = Catalogue(course_root)
    known: dict[str, PublicReflection] = {}
    for cell in answers:
        if cell.grade_id.startswith(ANSWER_PREFIX):
            try:
                known[cell.grade_id] = catalogue.reflection(
                    cell.grade_id.removeprefix(ANSWER_PREFIX)
                )
            except CatalogueError as error:
                _log.warning("%s: a lost answer cannot be found again: %s", cell.grade_id, error)
    return known


def _read(release: Path, module_id: str) -> NotebookNode:
    try:
        notebook = nbformat.reads(release.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except FileNotFoundError as error:
        raise GradingFailed(f"there is no {release}; run `yongxin release {module_id}`") from error
    except (OSError, ValueError, ValidationError) as error:
        raise GradingFailed(f"{release} cannot be read: {error}") from error
    return notebook


def _is_sound(cell: NotebookNode) -> bool:
    """Say whether a cell is as nbgrader released it: else it could not tell who has answered."""
    return cell.metadata["nbgrader"]["checksum"] == compute_checksum(cell)


def _template(
    notebook: NotebookNode, answers: Collection[AnswerCell], keys: Collection[str] = ()
) -> ExerciseTemplate:
    notebook = copy.deepcopy(notebook)
    gaps = Gaps()
    written = {cell.grade_id for cell in answers}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in written:
            cell.source = gaps.open(grade_id, cell.source)
        elif grade_id in keys:
            show(cell, gaps.open(answer_gap(grade_id)), gaps.open(points_gap(grade_id)))
    return ExerciseTemplate.with_gaps(notebook, gaps)
