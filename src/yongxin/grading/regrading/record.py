"""The record of one regrading: who did it and when, the keys, and what changed for whom.

It is a file in ``var/regradings/<module>/``, written before anything changes and once more when all
is done. It holds keys, so it belongs to the trainers.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, ValidationError

from yongxin.grading.private import make_private, write_at_once
from yongxin.grading.regrading.changes import LearnerChange, Preview
from yongxin.items.base import JSON, Model

_FOLDER = "regradings"


class RecordedKey(Model):
    """A key before and after; for a cell with code, its source."""

    cell: str
    before: JSON
    after: JSON


class RecordedCell(Model):
    """The automatic score of a cell before and after."""

    cell: str
    before: float | None
    after: float


class RecordedLearner(Model):
    """Points of the exercise before and after, less what is taken off for being late."""

    username: str
    before: float | None
    after: float
    cells: tuple[RecordedCell, ...]


class Record(Model):
    """One regrading. As long as it is not ``finished``, ``learners`` are what it set out to change.

    ``settled`` are the ids of grades that a trainer need not look at again.
    """

    version: Literal[1] = 1
    module: str
    by: str
    begun: AwareDatetime
    finished: AwareDatetime | None = None
    keys: tuple[RecordedKey, ...]
    learners: tuple[RecordedLearner, ...]
    settled: tuple[str, ...]


def begin(state: Path, preview: Preview, *, by: str, now: datetime) -> tuple[Path, Record]:
    """Write the record of what is about to be done, and return it with its place."""
    record = Record(
        module=preview.module_id,
        by=by,
        begun=now,
        keys=tuple(
            RecordedKey(cell=one.cell, before=one.before, after=one.after) for one in preview.keys
        ),
        learners=tuple(map(_recorded, preview.learners)),
        settled=preview.settled,
    )
    folder = state / _FOLDER / preview.module_id
    for one in (folder.parent, folder):
        make_private(one)
    path = folder / f"{now:%Y-%m-%dT%H-%M-%S-%fZ}.json"
    _write(path, record)
    return path, record


def finish(path: Path, record: Record, *, now: datetime) -> None:
    """Note that the regrading is done."""
    _write(path, record.model_copy(update={"finished": now}))


def find_unfinished(state: Path, module_id: str) -> Record | None:
    """Return the last record of a module if its regrading was killed before it was finished.

    Raises ``ValueError`` when it cannot be read.
    """
    paths = sorted((state / _FOLDER / module_id).glob("*.json"))
    if not paths:
        return None
    try:
        last = Record.model_validate_json(paths[-1].read_bytes())
    except ValidationError as error:
        raise ValueError(f"{paths[-1]} cannot be read: {error}") from error
    return None if last.finished else last


def _recorded(change: LearnerChange) -> RecordedLearner:
    return RecordedLearner(
        username=change.username,
        before=change.before,
        after=change.after,
        cells=tuple(
            RecordedCell(cell=one.cell, before=one.before, after=one.after) for one in change.cells
        ),
    )


def _write(path: Path, record: Record) -> None:
    content = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    write_at_once(path, content.encode("utf-8"))
