"""Looking at what regrading would change; nothing is written.

This module imports nbgrader, which takes seconds.
"""

# nbformat is typed in parts.
# pyright: reportUnknownMemberType=false

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import nbformat

from yongxin.grading import answers as answers_file
from yongxin.grading.answers import Answers, RefusedAnswers, score_of
from yongxin.grading.batch.gradebook import open_gradebook
from yongxin.grading.batch.hand_in import read_timestamp
from yongxin.grading.batch.penalty import configured_penalty
from yongxin.grading.batch.plan import make_plan, read_moment
from yongxin.grading.batch.rows import read_assignment
from yongxin.grading.batch.settings import Settings, read_settings
from yongxin.grading.configuration import state_directory
from yongxin.grading.regrading.changes import (
    HandedIn,
    LearnerChange,
    Preview,
    Submission,
    compare,
    compare_keys,
    keys_of,
    settled,
)
from yongxin.grading.regrading.record import find_unfinished
from yongxin.grading.regrading.rows import read_sources, read_submissions
from yongxin.grading.release_checks import require_same_structure
from yongxin.items.base import Key


def preview(course_root: Path, module_id: str, solution: bytes) -> Preview:
    """Compare the gradebook with what the keys in a solution notebook would give everybody.

    Cells with code are not run, so their points are taken to stay. Raises ``ReleaseRefused`` when
    the solution asks other questions than those that were handed in, and ``GradingFailed`` when
    the gradebook cannot be used or does not know the module, and ``ValueError`` when the record of
    the last regrading cannot be read.
    """
    require_same_structure(course_root, {module_id: solution})
    settings = read_settings(course_root, module_id)
    with open_gradebook(settings.gradebook_url) as engine, engine.connect() as connection:
        assignment = read_assignment(connection, module_id)
        released = read_sources(connection, assignment)
        submissions = read_submissions(connection, assignment)
    unfinished = find_unfinished(state_directory(course_root), module_id)
    wanted = _autograded(solution)
    keys = keys_of(wanted.values())
    plan = make_plan(
        settings.submitted,
        settings.autograded,
        module_id,
        usernames=None,
        excluded=settings.excluded,
        standings={},
        force=True,
    )
    penalty = configured_penalty(settings.config)
    changes: list[LearnerChange] = []
    kept: list[str] = []
    refused = [(one.username, one.reason) for one in plan.refused]
    for username in plan.waiting:
        known = submissions.get(username, Submission(username, username))
        try:
            handed_in = _read(settings, module_id, username, keys)
        except (OSError, ValueError) as error:
            refused.append((username, str(error)))
            continue
        change = compare(known, handed_in, assignment.due, penalty)
        changes += [] if change is None else [change]
        kept += settled(known, handed_in, unfinished.settled if unfinished else ())
    return Preview(
        module_id,
        solution,
        compare_keys(released, wanted),
        tuple(sorted(changes, key=lambda one: (-abs(one.difference), one.username))),
        len(plan.waiting),
        tuple(refused),
        tuple(kept),
        is_resumed=unfinished is not None,
    )


def _autograded(solution: bytes) -> dict[str, str]:
    """Return the sources of the cells that give points without a trainer, by cell."""
    notebook = cast("Any", nbformat.reads(solution.decode("utf-8"), as_version=4))
    found: dict[str, str] = {}
    for cell in notebook.cells:
        settings: Mapping[str, Any] = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and settings.get("grade") and not settings.get("solution"):
            found[settings["grade_id"]] = cell.source
    return found


def _read(settings: Settings, module_id: str, username: str, keys: Iterable[Key]) -> HandedIn:
    folder = settings.submitted / username / module_id
    try:
        answers: Answers | None = answers_file.read(folder / answers_file.FILE_NAME, username)
    except RefusedAnswers:
        answers = None  # as if everything had been left empty; grading says so
    scores = {key.id: score_of(answers, key).points for key in keys}
    return HandedIn(read_moment(read_timestamp(folder)), scores)
