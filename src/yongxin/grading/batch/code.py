"""Grading exercises with real code: a notebook for each submission, and a runner for their cells.

This module imports nbgrader, which takes seconds.
"""

# nbgrader and nbformat are typed in parts at most.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import IgnorePattern, LimitOutput
from nbgrader.utils import determine_grade
from traitlets.config import Config

from yongxin.grading.batch.assignment import Assignment, Marks, mark, score_keys, take
from yongxin.grading.batch.grading import Job, Record, Refused, read, refuse_for, write
from yongxin.grading.batch.hand_in import HandIn
from yongxin.grading.cell_outputs import set_outputs
from yongxin.grading.preprocessors import QuizExecute
from yongxin.grading.rebuild import Taken
from yongxin.grading.sandbox import (
    CodeJob,
    CodeResult,
    CodeRunner,
    Limits,
    cells_to_execute,
    files_beside,
    fill_in,
    findings_of,
    job_of,
    runner,
)
from yongxin.items import Score

#: What nbgrader does to outputs before it reads the points from them.
_TIDY = (IgnorePattern, LimitOutput)


@dataclass(frozen=True)
class _Prepared:
    """A submission whose quiz cells are scored, on its way to and from the runner."""

    hand_in: HandIn
    taken: Taken
    scores: Mapping[str, Score]
    notebook: NotebookNode
    cells: tuple[int, ...]


def grade_with_code(
    job: Job,
    config: Config,
    usernames: Sequence[str],
    workers: int,
    code_runner: CodeRunner | None,
) -> Iterator[list[Record | Refused]]:
    """Grade submissions and stage them, each as soon as its code has run.

    Without a ``code_runner``, so many of them run at a time on this machine, in a sandbox unless
    the configuration trusts learners. Raises what the runner raises, such as ``SandboxMissing``.
    """
    execute: Any = QuizExecute(config=config)
    limits = Limits(cell_seconds=execute.timeout) if execute.timeout else Limits()
    run_all = code_runner or runner(workers, trusted=execute.trust_learners_code)
    running: dict[str, _Prepared] = {}
    done: list[Record | Refused] = []

    def jobs() -> Iterator[CodeJob]:
        for username in usernames:
            try:
                prepared = _prepare(job, username)
                if not prepared.cells:
                    done.append(_finish(job, config, prepared))
                    continue
                files = _files(job, prepared.hand_in)
                code_job = job_of(
                    prepared.notebook, prepared.cells, key=username, files=files, limits=limits
                )
            except Exception as error:  # noqa: BLE001  (told as the outcome of this submission)
                done.append(refuse_for(job, username, error))
            else:
                running[username] = prepared
                yield code_job

    for result in run_all(jobs()):
        done.append(_finish_with(job, config, running.pop(result.key), result))
        yield done[:]
        done.clear()
    done.extend(Refused(username, "its code came to no result") for username in running)
    yield done


def _prepare(job: Job, username: str) -> _Prepared:
    assignment = job.assignment
    hand_in = read(job, username)
    taken = take(assignment, hand_in.notebook, hand_in.answers)
    scores = score_keys(assignment, hand_in.answers)
    notebook = assignment.graded_frame.filled(taken)
    scored: list[int] = []
    for index, cell in enumerate(notebook.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in scores:
            scored.append(index)
            response = hand_in.answers.response_to(grade_id) if hand_in.answers else None
            set_outputs(cell, response, scores[grade_id])
    return _Prepared(hand_in, taken, scores, notebook, cells_to_execute(notebook, scored))


def _files(job: Job, hand_in: HandIn) -> dict[str, bytes]:
    """Return the files that the code gets to see: those that are kept with what is graded."""
    files = files_beside(hand_in.folder)
    kept = {name: content for name, content in files.items() if name in hand_in.files}
    return kept | {name: path.read_bytes() for name, path in job.provided.items()}


def _finish_with(
    job: Job, config: Config, prepared: _Prepared, result: CodeResult
) -> Record | Refused:
    username = prepared.hand_in.username
    if result.refused is not None:
        return Refused(username, result.refused)
    try:
        fill_in(prepared.notebook, prepared.cells, result)
        told = (*prepared.taken.findings, *findings_of(result))
        taken = dataclasses.replace(prepared.taken, findings=told)
        return _finish(job, config, dataclasses.replace(prepared, taken=taken))
    except Exception as error:  # noqa: BLE001  (told as the outcome of this submission)
        return refuse_for(job, username, error)


def _finish(job: Job, config: Config, prepared: _Prepared) -> Record:
    notebook = prepared.notebook
    for step in _TIDY:
        tidy: Any = cast("Any", step)(config=config)
        notebook, _ = tidy(notebook, {})
    marks = mark(job.assignment, prepared.taken, prepared.scores)
    tests = _test_scores(job.assignment, notebook)
    text = nbformat.writes(notebook) + "\n"
    return write(
        job,
        prepared.hand_in,
        prepared.taken,
        text,
        Marks({**marks.scores, **tests}, marks.comments),
    )


def _test_scores(assignment: Assignment, notebook: NotebookNode) -> dict[str, float | None]:
    scores: dict[str, float | None] = {}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in assignment.tests:
            scores[grade_id], _ = determine_grade(cell)
    return scores
