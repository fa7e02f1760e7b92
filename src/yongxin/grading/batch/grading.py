"""Grading one submission: read its folder, grade what it holds as data, write the graded folder."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from yongxin.grading.batch.assignment import Assignment, Marks, fill, mark, score_keys, take
from yongxin.grading.batch.hand_in import HandIn, read_hand_in
from yongxin.grading.batch.staging import Staging
from yongxin.grading.findings import Finding
from yongxin.grading.private import TooLarge
from yongxin.grading.rebuild import Taken

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """What every process of a run works with.

    ``provided`` are the files of the source directory that go over a learner's, by their path.
    """

    assignment: Assignment
    submitted: Path
    staging: Staging
    ignore: tuple[str, ...]
    provided: Mapping[str, Path]


@dataclass(frozen=True)
class Record:
    """A graded submission whose files are staged, and what the gradebook has to learn of it."""

    username: str
    timestamp: str | None
    marks: Marks
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Refused:
    """A submission that could not be graded, and why."""

    username: str
    reason: str


def grade_hand_ins(job: Job, usernames: Iterable[str]) -> list[Record | Refused]:
    """Grade submissions as data and stage them. What is wrong with one stops no other."""
    return [_grade(job, username) for username in usernames]


def _grade(job: Job, username: str) -> Record | Refused:
    try:
        hand_in = read(job, username)
        taken = take(job.assignment, hand_in.notebook, hand_in.answers)
        scores = score_keys(job.assignment, hand_in.answers)
        notebook = fill(job.assignment, taken, hand_in.answers, scores)
        return write(job, hand_in, taken, notebook, mark(job.assignment, taken, scores))
    except Exception as error:  # noqa: BLE001  (told as the outcome of this submission)
        return refuse_for(job, username, error)


def refuse_for(job: Job, username: str, error: Exception) -> Refused:
    """Return the outcome of a submission that ended in an error, ours or its own."""
    if isinstance(error, OSError | ValueError | TooLarge):
        return Refused(username, str(error))
    # A fault of this program must not keep the marks of everybody else back.
    _log.error("Cannot grade %s of %s", job.assignment.module_id, username, exc_info=error)
    return Refused(username, f"it cannot be graded: {type(error).__name__}: {error}")


def read(job: Job, username: str) -> HandIn:
    """Read a submission; raises as ``read_hand_in`` does."""
    folder = job.submitted / username / job.assignment.module_id
    return read_hand_in(folder, username, job.ignore)


def write(job: Job, hand_in: HandIn, taken: Taken, notebook: str, marks: Marks) -> Record:
    """Stage a graded submission. Raises ``OSError``."""
    findings = (*hand_in.findings, *taken.findings)
    files = {name: hand_in.folder / name for name in hand_in.files}
    job.staging.write(hand_in.username, notebook, {**files, **job.provided}, findings)
    return Record(hand_in.username, hand_in.timestamp, marks, findings)
