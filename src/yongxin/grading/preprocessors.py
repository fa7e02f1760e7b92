"""The steps of ``nbgrader autograde`` that are ours: rebuild, score as data, save in one go.

This module is imported by nbgrader, which takes seconds to import; import it nowhere else.
"""

# nbgrader and nbformat ship no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from nbformat import NotebookNode, from_dict
from nbgrader import utils
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool

from yongxin.catalogue import Catalogue, CatalogueError
from yongxin.grading import answers as answers_file
from yongxin.grading.answers import Answers, RefusedAnswers, score_of
from yongxin.grading.autograde_exporter import HANDED_IN, Frames
from yongxin.grading.beside import look_beside
from yongxin.grading.cell_outputs import set_outputs
from yongxin.grading.findings import read_findings, write_findings
from yongxin.grading.grade_cell import find_scoring_key
from yongxin.grading.rebuild import Frame, HandedIn, Taken
from yongxin.grading.reflection_cell import ANSWER_PREFIX, NO_RESPONSE
from yongxin.grading.sandbox import (
    Limits,
    cells_to_execute,
    files_beside,
    fill_in,
    findings_of,
    job_of,
    run_code,
)
from yongxin.grading.sandbox.outputs import error_output
from yongxin.items import Key


class RebuildFromRelease(NbGraderPreprocessor):
    """Makes the notebook to grade from the released one; the only step of sanitising.

    ``AutogradeExporter`` has read what was handed in, and has the release with its hidden tests
    back. Whatever was wrong is logged, and kept as ``findings.json`` beside the graded notebook.
    What a reflection's cell has lost is taken from ``answers.json``, which holds it as well.
    """

    def preprocess(
        self,
        nb: NotebookNode,  # noqa: ARG002  (empty; the exporter hands over what it could read)
        resources: Any,
    ) -> tuple[NotebookNode, Any]:
        """Return the rebuilt notebook. Raises ``NbGraderException`` when nothing was released."""
        exporter: Any = self.parent
        directory = exporter.parent.coursedir
        names = resources["nbgrader"]
        student, module_id = names["student"], names["assignment"]
        released = directory.format_path(directory.release_directory, ".", module_id)
        frames: Frames = exporter.frames(Path(released, f"{names['notebook']}.ipynb"), resources)
        _require_learners_answers(
            Path(directory.format_path(directory.source_directory, ".", module_id))
        )

        folder = Path(resources["metadata"]["path"])
        handed_in, findings = look_beside(folder, student)
        taken = self._take(Path(directory.root), frames.released, resources[HANDED_IN], handed_in)
        findings += taken.findings

        for finding in findings:
            where = "" if finding.cell is None else f" (cell {finding.cell})"
            self.log.warning(
                "%s of %s: %s: %s%s", module_id, student, finding.code, finding.detail, where
            )
        graded = Path(directory.format_path(directory.autograded_directory, student, module_id))
        graded.mkdir(parents=True, exist_ok=True)
        write_findings(graded, findings)
        return frames.graded.filled(taken), resources

    def _take(
        self, root: Path, frame: Frame, handed_in: HandedIn, answers: Answers | None
    ) -> Taken:
        reflections = [one for one in frame.answer_ids if one.startswith(ANSWER_PREFIX)]
        try:
            return frame.take_with_answers(
                handed_in,
                answers,
                lambda one: Catalogue(root).edition().reflection(one),
                reflections,
            )
        except CatalogueError as error:
            self.log.warning("a lost reflection cannot be taken from the answers: %s", error)
            return frame.take(handed_in)


class QuizExecute(Execute):
    """Scores quiz cells from ``answers.json``; executes only what is left to execute.

    It stands in the place of nbgrader's ``Execute``, after ``OverwriteCells`` has put the hidden
    tests back. A grade cell is scored here when its source is exactly of the form that
    ``grade_cell`` writes, with the function that executing it would call, so both ways give the
    same points; no code that a learner could have changed runs. Only when another autograded code
    cell exists is a kernel started, locked in a sandbox, and then it executes neither quiz cells
    nor elements. Where there is no sandbox, such a submission is refused.
    """

    trust_learners_code = Bool(
        False,
        help="Whether to execute learners' code without a sandbox, with all that this account may "
        "read, write and send. Quiz cells are never executed.",
    ).tag(config=True)

    def __call__(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Score even when executing is switched off (``nbgrader autograde --no-execute``)."""
        return self.preprocess(nb, resources)

    def preprocess(
        self,
        nb: NotebookNode,
        resources: Any = None,
        km: KernelManager | None = None,  # noqa: ARG002  (a kernel of our own, if any)
    ) -> tuple[NotebookNode, Any]:
        """Fill in the outputs that the points are read from.

        Raises ``SandboxMissing`` and ``RuntimeError`` when learners' code cannot be executed.
        """
        folder = Path(resources.get("metadata", {}).get("path") or ".")
        student = resources.get("nbgrader", {}).get("student")
        # Read before any kernel starts: what its code does to the file comes too late.
        handed_in = self._answers(folder, student)
        scored: set[int] = set()
        for index, cell in enumerate(nb.cells):
            key = _key(cell)
            if key is not None:
                response = handed_in.response_to(key.id) if handed_in else None
                set_outputs(cell, response, score_of(handed_in, key))
                scored.add(index)
        self._execute(nb, cells_to_execute(nb, scored), student or "a learner", folder)
        return nb, resources

    def _execute(
        self, nb: NotebookNode, cells: tuple[int, ...], student: str, folder: Path
    ) -> None:
        if not cells:
            return
        if not self.enabled:
            told = error_output("NotExecuted", "executing is switched off")
            for index in cells:  # nbgrader takes a cell without any output for one that is right
                nb.cells[index].outputs = [from_dict(told)]
            return
        job = job_of(
            nb,
            cells,
            key=student,
            files=files_beside(folder),
            limits=Limits(cell_seconds=self.timeout) if self.timeout else None,
        )
        result = run_code(job, trusted=self.trust_learners_code)
        if result.refused is not None:
            raise RuntimeError(f"the code of {student} was not executed: {result.refused}")
        for remark in result.remarks:
            self.log.warning("The code of %s: %s", student, remark)
        if result.remarks:
            write_findings(folder, (*read_findings(folder), *findings_of(result)))
        fill_in(nb, cells, result)

    def _answers(self, directory: Path, student: str | None) -> Answers | None:
        try:
            return answers_file.read(directory / answers_file.FILE_NAME, student)
        except RefusedAnswers as error:
            self.log.warning("Every quiz cell of %s earns 0 points: %s", directory, error)
            return None


class SaveGrades(NbGraderPreprocessor):
    """Saves what ``SaveAutoGrades`` saves, but with two queries and one commit for a notebook.

    nbgrader asks for each cell and waits for the disk after each, which takes longer than all of
    our steps together.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Write points and remarks. Raises ``MissingEntry`` for a cell that has no row."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            grades = _rows(gradebook, Grade, submission)
            comments = _rows(gradebook, Comment, submission)
            for cell in nb.cells:
                if utils.is_grade(cell):
                    grade = _row(grades, cell)
                    grade.auto_score, _ = utils.determine_grade(cell, self.log)
                    # A mark that was given for an earlier hand-in has to be looked at again.
                    grade.needs_manual_grade = (
                        grade.manual_score is not None or grade.auto_score is None
                    )
                if utils.is_solution(cell) or utils.is_task(cell):
                    _row(comments, cell).auto_comment = NO_RESPONSE if _is_untouched(cell) else None
            gradebook.db.commit()
        return nb, resources


def _require_learners_answers(source: Path) -> None:
    path = source / answers_file.FILE_NAME
    if path.exists():
        # nbgrader copies what stands beside a solution over the files of every learner.
        raise NbGraderException(f"{path} would replace every learner's answers; delete it")


def _rows(gradebook: Any, table: Any, submission: Any) -> dict[str, Any]:
    rows = (
        gradebook.db.query(BaseCell.name, table)
        .join(table, table.cell_id == BaseCell.id)
        .filter(table.notebook_id == submission.id)
    )
    return dict(rows.all())


def _row(rows: dict[str, Any], cell: NotebookNode) -> Any:
    # nbgrader takes the name off a cell that the gradebook does not know.
    name = cell.metadata["nbgrader"].get("grade_id")
    if name not in rows:
        raise MissingEntry(
            f"the gradebook has no row for the released cell {cell.id!r}; "
            "run `nbgrader generate_assignment` and grade again"
        )
    return rows[name]


def _is_untouched(cell: NotebookNode) -> bool:
    checksum = cell.metadata["nbgrader"].get("checksum")
    return checksum == utils.compute_checksum(cell) and not utils.is_task(cell)


def _key(cell: NotebookNode) -> Key | None:
    """Return the key in an autograded cell that can be scored as data, else ``None``."""
    if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
        return None
    return find_scoring_key(cell.source, cell.metadata["nbgrader"])
