"""From the trainers' solution notebook to the learners' exercise notebook, by nbgrader itself.

nbgrader's own ``generate_assignment`` makes the release. Preprocessors of ours stand at the two
ends of its list: ``RefuseInTime`` refuses what must not be released before anything is lost,
``SelectLearnerCells`` keeps the cells that are meant for learners (what a trainer
reads is left out because it was never selected), and ``VerifyRelease`` refuses a result that holds
more than it should. They run in the same way from ``nbgrader generate_assignment``, from the button
in formgrader and from ``generate_exercise`` here.
"""

# nbgrader and nbformat ship no types.
# pyright: reportMissingTypeStubs=false

import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from yongxin.grading.grade_cell import (
    BEGIN_SOLUTION,
    END_SOLUTION,
    compose,
    compose_question,
    parse,
)
from yongxin.grading.gradebook import create_gradebook
from yongxin.grading.reflection_cell import ANSWER_PREFIX
from yongxin.grading.submission import MAXIMUM_MODULE_ID_BYTES

SOLUTIONS = "solutions"
EXERCISES = "exercises"

#: What stands in the answer cell of a reflection until its answer is handed in.
ANSWER_STUB = (
    '<span lang="zh-CN">你在上面写下的回答，交作业时会放到这里。</span>\n'
    "\n"
    '<span lang="en">What you write above is placed here when you hand in.</span>'
)

#: The steps of a release, in order; all but the first two and the last are nbgrader's own list.
#: Strings rather than classes, because formgrader writes its configuration as JSON.
PREPROCESSORS = (
    "yongxin.grading.release_checks.RefuseInTime",
    "yongxin.grading.release.SelectLearnerCells",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
    "yongxin.grading.release.VerifyRelease",
)

_DELIMITERS = ("HIDDEN TESTS", "BEGIN SOLUTION", "END SOLUTION", "MARK SCHEME")


class ReleaseRefused(ValueError):
    """A module cannot be released. The message says why; nothing was changed in ``exercises/``."""

    def __init__(self, module_id: str, reason: str) -> None:
        super().__init__(f"the exercise of {module_id} cannot be released: {reason}")
        self.module_id = module_id
        self.reason = reason


def configure(config: Config) -> None:
    """Set what every release needs in an nbgrader configuration (``c`` in its file)."""
    config.CourseDirectory.source_directory = SOLUTIONS
    config.CourseDirectory.release_directory = EXERCISES
    config.GenerateAssignment.preprocessors = list(PREPROCESSORS)
    config.ClearSolutions.text_stub = ANSWER_STUB


def generate_exercise(module_id: str, root: Path, gradebook_url: str) -> Path:
    """Release one module: ``solutions/<module>/`` → ``exercises/<module>/`` below ``root``.

    The gradebook, made if there is none, learns the module's cells and keys. nbgrader works in a
    folder of its own, so a release that fails leaves the last one in place (``nbgrader
    generate_assignment --force`` has by then deleted it), and a file that stands beside the
    notebook is not released with it.

    nbgrader changes the working directory of the process while it runs: call this from one thread.

    Returns the path of the released notebook. Raises ``ReleaseRefused``.
    """
    source = solution_path(root, module_id)
    if len(module_id.encode("utf-8")) > MAXIMUM_MODULE_ID_BYTES:
        raise ReleaseRefused(
            module_id, f"its id is longer than {MAXIMUM_MODULE_ID_BYTES} letters; choose another"
        )
    released = root / EXERCISES / module_id / f"{module_id}.ipynb"
    with tempfile.TemporaryDirectory(prefix="yongxin-release-") as name:
        workshop = Path(name).resolve()
        copy = workshop / SOLUTIONS / module_id / source.name
        copy.parent.mkdir(parents=True)
        shutil.copyfile(source, copy)
        create_gradebook(gradebook_url)
        _run_nbgrader(module_id, workshop, gradebook_url)
        released.parent.mkdir(parents=True, exist_ok=True)
        arriving = released.with_name(f".{released.name}.arriving")
        try:
            shutil.copyfile(workshop / EXERCISES / module_id / source.name, arriving)
            arriving.replace(released)
        finally:
            arriving.unlink(missing_ok=True)
    return released


def solution_path(root: Path, module_id: str) -> Path:
    """Return where a module's solution notebook stands. Raises ``ReleaseRefused``: nowhere."""
    path = root / SOLUTIONS / module_id / f"{module_id}.ipynb"
    if not path.is_file():
        raise ReleaseRefused(module_id, f"there is no {path}")
    return path


def _run_nbgrader(module_id: str, root: Path, gradebook_url: str) -> None:
    config = Config()
    configure(config)
    complaints = _Complaints()
    # A logger of its own, known to nobody: two releases must not read each other's complaints.
    log = logging.Logger("yongxin.release", logging.ERROR)  # noqa: LOG001
    log.addHandler(complaints)
    directory = CourseDirectory(
        config=config, root=str(root), assignment_id=module_id, db_url=gradebook_url
    )
    converter = GenerateAssignment(coursedir=directory, config=config, log=log)
    try:
        converter.start()
    except NbGraderException as error:
        # nbgrader's exception says no more than "see the traceback above", which is in its log.
        raise ReleaseRefused(module_id, complaints.cause() or str(error)) from error


class _Complaints(logging.Handler):
    """Keeps what nbgrader logs as errors, so that the cause can be told instead of a traceback."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())

    def cause(self) -> str | None:
        for message in self._messages:
            if message.startswith("Traceback "):
                return message.strip().splitlines()[-1].partition(": ")[2]
        return None


def is_built(notebook: NotebookNode) -> bool:
    """Say whether ``yongxin build`` made a notebook; any other is an ordinary one of nbgrader's.

    In an ordinary one, such as an exercise with code, cells are what their author marked them as
    with nbgrader's own tools.
    """
    return "yongxin" in notebook.metadata


def learner_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that are meant for learners, in order."""
    if not is_built(notebook):
        return list(notebook.cells)
    return [cell for cell in notebook.cells if _is_for_learners(cell)]


def _is_for_learners(cell: NotebookNode) -> bool:
    return cell.metadata.get("yongxin", {}).get("audience") == "learner"


def _is_for_trainers(cell: NotebookNode) -> bool:
    return "yongxin" in cell.metadata and not _is_for_learners(cell)


class SelectLearnerCells(NbGraderPreprocessor):
    """Makes the learners' notebook by selecting from the trainers' one."""

    def preprocess(
        self, nb: NotebookNode, resources: Mapping[str, Any]
    ) -> tuple[NotebookNode, Mapping[str, Any]]:
        """Keep what learners get. Raises ``ValueError`` when it must not be released."""
        verify_solution(nb)
        if not is_built(nb):
            return nb, resources
        nb.cells = learner_cells(nb)
        course = nb.metadata["yongxin"]
        nb.metadata = NotebookNode(
            kernelspec=nb.metadata["kernelspec"],
            language_info=nb.metadata["language_info"],
            title=nb.metadata["title"],
            yongxin=NotebookNode(module=course["module"], role="exercise"),
        )
        return nb, resources


class VerifyRelease(NbGraderPreprocessor):
    """Refuses a notebook that holds more than a learner may see; last step of a release."""

    def preprocess(
        self, nb: NotebookNode, resources: Mapping[str, Any]
    ) -> tuple[NotebookNode, Mapping[str, Any]]:
        """Look at every cell. Raises ``ValueError`` that names the first bad one."""
        verify_release(nb)
        return nb, resources


def verify_solution(notebook: NotebookNode) -> None:
    """Raise ``ValueError`` unless each graded cell is exactly what a release can be made from."""
    if not is_built(notebook):
        _verify_ordinary(notebook)
        return
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and not _is_for_learners(cell):
            raise ValueError(f"cell {cell.id!r} is graded but not for learners")
    graded = list(_graded(notebook))
    if not graded:
        raise ValueError("it holds no graded cell")
    for cell, settings in graded:
        if cell.cell_type == "code":
            _verify_grade_cell(cell, settings)
        else:
            _verify_answer_cell(cell, settings)


def _verify_ordinary(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if _is_for_trainers(cell):
            raise ValueError(
                f"cell {cell.id!r} was copied from a solution and is for trainers; delete it"
            )
    if not any(True for _ in _graded(notebook)):
        raise ValueError("it holds no graded cell")


def _verify_grade_cell(cell: NotebookNode, settings: Mapping[str, Any]) -> None:
    grade_id = settings["grade_id"]
    try:
        key = parse(cell.source)
    except ValueError as error:
        raise ValueError(f"grade cell {grade_id!r}: {error}") from error
    if key.id != grade_id:
        raise ValueError(f"grade cell {grade_id!r} holds the key of {key.id!r}")
    if key.points != settings["points"]:
        raise ValueError(
            f"grade cell {grade_id!r} counts {settings['points']} points, its key {key.points}"
        )
    if cell.source != compose(key.id, key):
        # nbgrader would cut other lines than the key's, or none.
        raise ValueError(f"grade cell {grade_id!r} has no hidden region as a build writes it")
    if not settings["locked"] or settings["solution"]:
        raise ValueError(f"grade cell {grade_id!r} is not locked")
    if grade_id.startswith(ANSWER_PREFIX):
        raise ValueError(f"grade cell {grade_id!r}: {ANSWER_PREFIX!r} is kept for answer cells")


def _verify_answer_cell(cell: NotebookNode, settings: Mapping[str, Any]) -> None:
    if not settings["grade_id"].startswith(ANSWER_PREFIX):
        raise ValueError(
            f"answer cell {settings['grade_id']!r}: its name begins with {ANSWER_PREFIX!r}"
        )
    lines = cell.source.split("\n")
    if [lines[0], lines[-1]] != [BEGIN_SOLUTION, END_SOLUTION] or any(
        mark in line for line in lines[1:-1] for mark in _DELIMITERS
    ):
        # Whatever stood outside the one region, or after a stray delimiter, would be released.
        raise ValueError(
            f"answer cell {settings['grade_id']!r} is not one whole region from "
            f"{BEGIN_SOLUTION!r} to {END_SOLUTION!r}"
        )


def verify_release(notebook: NotebookNode) -> None:
    """Raise ``ValueError`` unless every cell is one that a learner may receive.

    No cell holds a trace of a solution, and none has run. In a built exercise a grade cell asks
    its item and does nothing else, and an answer cell is empty.
    """
    if not any(True for _ in _graded(notebook)):
        raise ValueError("the release holds no graded cell")
    for cell, settings in _graded(notebook) if is_built(notebook) else ():
        if cell.cell_type == "code":
            if cell.source != compose_question(settings["grade_id"]):
                raise ValueError(
                    f"released grade cell {settings['grade_id']!r} does more than ask its item"
                )
        elif cell.source != ANSWER_STUB:
            raise ValueError(f"released answer cell {settings['grade_id']!r} is not empty")
    for cell in notebook.cells:
        _verify_released_cell(cell, is_built=is_built(notebook))


def _verify_released_cell(cell: NotebookNode, *, is_built: bool) -> None:
    if _is_for_trainers(cell) or (is_built and not _is_for_learners(cell)):
        raise ValueError(f"released cell {cell.id!r} is not for learners")
    if any(mark in cell.source for mark in _DELIMITERS):
        raise ValueError(f"released cell {cell.id!r} holds a delimiter of nbgrader")
    if "score_cell(" in cell.source:
        raise ValueError(f"released cell {cell.id!r} holds the key of its item")
    if cell.get("outputs") or cell.get("execution_count") is not None:
        raise ValueError(f"released cell {cell.id!r} holds an output")


def _graded(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, Mapping[str, Any]]]:
    """Yield the cells that nbgrader knows, each with its settings."""
    for cell in notebook.cells:
        settings = cell.metadata.get("nbgrader")
        if settings is not None:
            yield cell, settings
