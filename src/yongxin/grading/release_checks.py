"""Refusing a release in time: before anything is written, and before nbgrader removes anything."""

# nbgrader and nbformat ship no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from traitlets.config import Config

from yongxin.grading.configuration import state_directory
from yongxin.grading.exchange import ExchangeSettings, nbgrader_configuration
from yongxin.grading.release import ReleaseRefused, learner_cells, verify_solution
from yongxin.grading.structure import GradedCell, cells_of, differences


def require_same_structure(course_root: Path, solutions: Mapping[str, bytes]) -> None:
    """Raise ``ReleaseRefused`` if a module would get other questions after its first hand-in.

    ``solutions`` are the solution notebooks as they are to be, by module. nbgrader notices a cell
    that is new or gone too late, and other points not at all. On a machine without the course's
    state nobody has handed in.
    """
    if not state_directory(course_root).is_dir():
        return
    try:
        config = nbgrader_configuration(course_root)
    except ValueError as error:
        raise ReleaseRefused(next(iter(solutions), "any module"), str(error)) from error
    directory = CourseDirectory(config=config)
    for module_id, content in solutions.items():
        notebook: Any = nbformat.reads(content.decode("utf-8"), as_version=4)
        _require_same_structure(config, directory, module_id, notebook)


class RefuseInTime(NbGraderPreprocessor):
    """Refuses a release before nbgrader removes the last one; the very first step.

    ``nbgrader generate_assignment --force`` first makes its steps, then removes what was released,
    and only then runs the steps. So this one looks at what is about to be released when it is
    made, and has nothing left to do when it runs.
    """

    def __init__(self, **arguments: Any) -> None:
        """Raise ``NbGraderException`` for what must not be released."""
        super().__init__(**arguments)
        converter = getattr(self.parent, "parent", None)
        if not isinstance(converter, GenerateAssignment):
            return
        for path in _sources(converter):
            reason = _refusal(converter, path)
            if reason is not None:
                converter.log.error("%s is not released: %s", path.parent.name, reason)
                raise NbGraderException(reason)

    def preprocess(
        self, nb: NotebookNode, resources: Mapping[str, Any]
    ) -> tuple[NotebookNode, Mapping[str, Any]]:
        """Change nothing."""
        return nb, resources


def _refusal(converter: Any, solution: Path) -> str | None:
    """Return why a solution notebook must not be released, if it must not."""
    try:
        notebook: Any = nbformat.read(solution, as_version=4)
        verify_solution(notebook)
        module_id = solution.parent.name
        _require_same_structure(converter.config, converter.coursedir, module_id, notebook)
    except ReleaseRefused as error:
        return error.reason
    except ValueError as error:
        return str(error)
    return None


def _sources(converter: Any) -> Iterator[Path]:
    for notebooks in converter.assignments.values():
        yield from map(Path, notebooks)


def _require_same_structure(
    config: Config, directory: CourseDirectory, module_id: str, solution: NotebookNode
) -> None:
    try:
        released, submissions = _in_gradebook(directory, module_id)
    except SQLAlchemyError as error:
        raise ReleaseRefused(
            module_id,
            f"nobody can tell whether it was handed in, because the gradebook "
            f"{make_url(directory.db_url).render_as_string()} cannot be read: {error}",
        ) from error
    if not released:
        return
    found = list(differences(released, cells_of(learner_cells(solution))))
    learners = max(submissions, len(_who_handed_in(config, directory, module_id))) if found else 0
    if learners:
        who = "1 learner has" if learners == 1 else f"{learners} learners have"
        raise ReleaseRefused(
            module_id,
            f"{who} handed it in, and {', '.join(found)}. Undo that. A faulty question is taken "
            f"out with `withdrawn: true` in content/{module_id}/, which gives everybody its "
            f"points; a new one belongs into another module",
        )


def _in_gradebook(directory: CourseDirectory, module_id: str) -> tuple[dict[str, GradedCell], int]:
    """Return the cells of a module's released notebook, and how many submissions are known."""
    if not _has_tables(directory.db_url):
        return {}, 0
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        try:
            notebook = gradebook.find_notebook(module_id, module_id)
        except MissingEntry:
            return {}, 0
        graded = {one.name: one for one in notebook.grade_cells}
        tasks = {one.name: one for one in notebook.task_cells}
        solutions = {one.name for one in notebook.solution_cells}
        cells: dict[str, GradedCell] = {}
        for source in notebook.source_cells:
            earning = graded.get(source.name) or tasks.get(source.name)
            cells[source.name] = GradedCell(
                cell_type=source.cell_type,
                is_grade=source.name in graded,
                is_solution=source.name in solutions,
                is_task=source.name in tasks,
                points=None if earning is None else float(earning.max_score),
            )
        return cells, int(notebook.assignment.num_submissions)


def _has_tables(url: str) -> bool:
    """Say whether there is a gradebook; asking must not make an empty one."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return False
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return bool(inspect(connection).get_table_names())


def _who_handed_in(config: Config, directory: CourseDirectory, module_id: str) -> set[str]:
    """Return those who have handed in, graded or not, collected or not."""
    pattern = directory.format_path(directory.submitted_directory, "*", module_id)
    names = {Path(one).parent.name for one in glob.glob(pattern)}  # noqa: PTH207 (it is absolute)
    if "root" in config.Exchange:
        exchange = ExchangeSettings(Path(config.Exchange.root), directory.course_id)
        for folder in exchange.handed_in.glob(f"*+{module_id}+*"):
            names.add(folder.name.partition("+")[0])
    return names
