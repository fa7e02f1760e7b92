"""What there is to grade: who has handed in, and whose hand-in is graded already."""

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc  # pyright: ignore[reportMissingTypeStubs]

from yongxin.grading.batch.grading import Refused
from yongxin.grading.batch.hand_in import read_timestamp
from yongxin.grading.batch.rows import Standing
from yongxin.grading.timestamp import parse_timestamp


@dataclass
class Plan:
    """Usernames, in order: whose submission is to be graded, is graded, cannot be graded."""

    waiting: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    refused: list[Refused] = field(default_factory=list[Refused])

    def refuse_strangers(self, students: Collection[str]) -> None:
        """Refuse whatever is to be graded of somebody who is not among the students."""
        reason = "the gradebook has no student of this name"
        strangers = [name for name in self.waiting if name not in students]
        self.waiting = [name for name in self.waiting if name in students]
        self.refused += [Refused(name, reason) for name in strangers]


def make_plan(
    submitted: Path,
    autograded: Path,
    module_id: str,
    *,
    usernames: Collection[str] | None,
    excluded: Collection[str],
    standings: Mapping[str, Standing],
    force: bool,
) -> Plan:
    """Look at every submission of a module, ``standings`` being where they stand by username."""
    plan = Plan()
    for name in _handed_in(submitted, module_id):
        if name in excluded or (usernames is not None and name not in usernames):
            continue
        try:
            _check(submitted, name, module_id)
            is_waiting = force or not _is_graded(
                submitted / name / module_id, autograded / name / module_id, standings.get(name)
            )
        except (OSError, ValueError) as error:
            plan.refused.append(Refused(name, str(error)))
        else:
            (plan.waiting if is_waiting else plan.unchanged).append(name)
    return plan


def read_moment(text: str | None) -> datetime | None:
    """Return the moment of a hand-in as the gradebook has it, in UTC but without a time zone.

    Raises ``ValueError`` for what is no time.
    """
    if text is None:
        return None
    try:
        return parse_timestamp(text).replace(tzinfo=None)
    except ValueError:
        pass  # nbgrader writes them in other ways too
    try:
        return parse_utc(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"the time of the hand-in is no time: {text[:60]!a}") from error


def _handed_in(submitted: Path, module_id: str) -> Iterator[str]:
    try:
        names = sorted(path.name for path in submitted.iterdir())
    except FileNotFoundError:
        return  # nothing was ever collected
    for name in names:
        # As nbgrader's patterns, which find no hidden folder.
        if not name.startswith(".") and os.path.lexists(submitted / name / module_id):
            yield name


def _check(submitted: Path, name: str, module_id: str) -> None:
    """Raise ``ValueError`` unless this is a folder in a folder of somebody."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("the name of its folder is not in UTF-8") from error
    for folder in (submitted / name, submitted / name / module_id):
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise ValueError(f"{folder} is no folder, or a link to one")


def _is_graded(folder: Path, place: Path, standing: Standing | None) -> bool:
    """Say whether just this submission, or a later one, is graded already.

    nbgrader looks at the folders alone; the gradebook has to agree here, since a program may have
    been killed between one and the other.
    """
    if standing is None or not standing.is_whole:
        return False
    if not (place / f"{place.name}.ipynb").is_file():
        return False
    handed_in = read_moment(read_timestamp(folder))
    if handed_in is None:
        return True
    graded = read_moment(read_timestamp(place))
    entered = standing.timestamp
    return (graded is None or handed_in <= graded) and (
        entered is not None and handed_in <= entered
    )
