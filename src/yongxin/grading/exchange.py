"""The exchange folder between site and trainers, and nbgrader's state around it.

Nothing here imports nbgrader before it is needed: the site only wants to know the folders.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

import re
import shutil
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from yongxin.grading.configuration import COURSE_ID, configure, state_directory
from yongxin.grading.earlier_releases import keep_release
from yongxin.grading.private import find_link, make_private

CONFIGURATION_FILE = "nbgrader_config.py"

#: How the folders are called in which a hand-in is composed, beside the exchange's own.
STAGING_PREFIX = ".handing-in-"
_STAGING_IS_STALE_AFTER = 3600  # seconds; composing a hand-in takes far less than one


class NotReleased(Exception):
    """A module cannot be released, or has not been. The message says why."""


@dataclass(frozen=True)
class ExchangeSettings:
    """Where the exchange is. ``root`` belongs to the account that runs the site, and is private."""

    root: Path
    course_id: str = COURSE_ID

    @property
    def course(self) -> Path:
        """The folder of this course in the exchange."""
        return self.root / self.course_id

    @property
    def released(self) -> Path:
        """Holds a folder for each released module."""
        return self.course / "outbound"

    @property
    def handed_in(self) -> Path:
        """Holds a folder for each submission, until and after nbgrader collects it."""
        return self.course / "inbound"

    @property
    def feedback(self) -> Path:
        """Holds released feedback, each file under a name that only its receipt can tell."""
        return self.course / "feedback"


@dataclass(frozen=True)
class Receipt:
    """Proof of a hand-in. Keep ``secret`` on the server: whoever has it can read the feedback.

    ``timestamp`` is nbgrader's, such as ``2026-01-01 00:00:00.000000 UTC``; ``directory`` is the
    name of the submission's folder in the exchange.
    """

    timestamp: str
    directory: str
    secret: str


def nbgrader_configuration(course_root: Path) -> Config:
    """Return what nbgrader's commands would read in ``course_root``.

    That is its ``nbgrader_config.py``; a course without one gets what the file would say.
    """
    path = course_root / CONFIGURATION_FILE
    if path.is_file():
        return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    config = Config()
    configure(config, course_root, for_nbgrader=False)
    return config


def prepare_state(course_root: Path) -> ExchangeSettings:
    """Make the folders and the gradebook that grading needs, all private; harmless to repeat.

    Also removes what a hand-in that was killed midway has left. Raises ``OSError`` when a folder
    cannot be made or belongs to another account.
    """
    config = nbgrader_configuration(course_root)
    settings = ExchangeSettings(Path(config.Exchange.root), config.CourseDirectory.course_id)
    state = state_directory(course_root)
    for folder in (
        state,
        settings.root,
        settings.course,
        settings.released,
        settings.handed_in,
        settings.feedback,
        state / "submitted",
        state / "autograded",
        state / "feedback",
    ):
        make_private(folder)
    _remove_stale(settings)
    with _gradebook(config):
        pass  # opening it creates its tables
    return settings


def release_module(course_root: Path, module_id: str) -> None:
    """Make the exercise of a module from its solution, and put it where hand-ins look for it.

    The gradebook learns its cells and keys; what another release replaces is kept. Harmless to
    repeat; a released exercise that has not changed is left alone. Raises ``NotReleased``, also
    when a module that was handed in would get other questions; then what was released before still
    stands.
    """
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeError, ExchangeFactory

    from yongxin.grading.release import ReleaseRefused, generate_exercise, solution_path
    from yongxin.grading.release_checks import require_same_structure

    try:
        solution = solution_path(course_root, module_id)
        require_same_structure(course_root, {module_id: solution.read_bytes()})
    except ReleaseRefused as error:
        raise NotReleased(str(error)) from error
    settings = prepare_state(course_root)
    config = nbgrader_configuration(course_root)
    config.CourseDirectory.assignment_id = module_id
    config.ExchangeReleaseAssignment.force = True
    directory = CourseDirectory(config=config)
    try:
        with _gradebook(config) as gradebook:
            # Before nbgrader would, because it forgets to say which course it belongs to.
            assignment = gradebook.update_or_create_assignment(module_id)
            _keep_release(course_root, settings, assignment)
        exercise = generate_exercise(module_id, course_root, directory.db_url)
        if not is_released(settings, exercise):
            exchange: Any = ExchangeFactory(config=config)
            exchange.ReleaseAssignment(
                coursedir=directory, authenticator=Authenticator(config=config), config=config
            ).start()
    except (ReleaseRefused, ExchangeError) as error:
        raise NotReleased(str(error)) from error


def _keep_release(course_root: Path, settings: ExchangeSettings, assignment: Any) -> None:
    for notebook in assignment.notebooks:
        released = settings.released / assignment.name / f"{notebook.name}.ipynb"
        keep_release(
            state_directory(course_root),
            assignment.name,
            exercise=released.read_bytes() if released.is_file() else None,
            sources={cell.name: cell.source for cell in notebook.source_cells},
            now=datetime.now(UTC),
        )


def is_released(settings: ExchangeSettings, exercise: Path) -> bool:
    """Say whether exactly this exercise notebook is what learners are given.

    Raises ``NotReleased`` when nothing was released for its module, or what was holds a link.
    """
    folder = settings.released / exercise.parent.name
    if not folder.is_dir():
        return False
    link = find_link(folder)
    if link is not None:
        raise NotReleased(f"{link} is a link; release {exercise.parent.name} again")
    released = {path.name: path for path in folder.glob("*.ipynb")}
    return (
        set(released) == {exercise.name}
        and released[exercise.name].read_bytes() == exercise.read_bytes()
    )


def set_due_date(course_root: Path, module_id: str, due: datetime | None) -> None:
    """Tell the gradebook until when a module may be handed in on time; ``None`` lifts the limit.

    ``due`` must know its time zone; the gradebook keeps UTC. Raises ``ValueError`` otherwise.
    """
    if due is not None and due.tzinfo is None:
        raise ValueError("a due date without a time zone would mean another moment elsewhere")
    with _gradebook(nbgrader_configuration(course_root)) as gradebook:
        gradebook.update_or_create_assignment(module_id, duedate=due)


def sync_roster(course_root: Path, names: Mapping[str, str]) -> None:
    """Enter learners into the gradebook, username → name, so that trainers see who is who.

    nbgrader shows "last name, first name" and nothing where either is missing. Which part of a
    name comes first differs between people, so the whole name stands as the last name and the
    username as the first: "李雷, li.lei". Nobody is ever removed.
    """
    from nbgrader.api import Student

    with _gradebook(nbgrader_configuration(course_root)) as gradebook:
        # One query and one commit; update_or_create_student takes both for each learner.
        known: dict[str, Any] = {one.id: one for one in gradebook.students}
        for username, name in names.items():
            student: Any = known.get(username) or Student(id=username)
            gradebook.db.add(student)
            student.last_name, student.first_name = _harmless(name), username
        gradebook.db.commit()


def _harmless(name: str) -> str:
    """Make a name safe for formgrader, which shows it as HTML, and for the export, as plain CSV."""
    plain = name.translate(str.maketrans("<>&\"',", "＜＞＆＂＇，"))
    return re.sub(r"[\x00-\x1f\x7f]+", " ", plain).strip()


@contextmanager
def _gradebook(config: Config) -> Generator[Any]:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

    from yongxin.grading.gradebook import create_gradebook

    directory = CourseDirectory(config=config)
    create_gradebook(directory.db_url)
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        yield gradebook


def _remove_stale(settings: ExchangeSettings) -> None:
    latest = time.time() - _STAGING_IS_STALE_AFTER
    for folder in settings.course.glob(f"{STAGING_PREFIX}*"):
        if folder.lstat().st_mtime < latest:
            shutil.rmtree(folder)
