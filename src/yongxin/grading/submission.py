"""Handing in: from saved answers to a submission that ``nbgrader collect`` finds."""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from yongxin.catalogue import Catalogue, CatalogueError
from yongxin.grading import answers as answers_file
from yongxin.grading.answers import Answer, Answers, Written
from yongxin.grading.exchange import (
    STAGING_PREFIX,
    ExchangeSettings,
    NotReleased,
    Receipt,
    is_released,
)
from yongxin.grading.exercise_template import ExerciseTemplate
from yongxin.grading.private import find_link, make_private
from yongxin.grading.reflection_cell import ANSWER_PREFIX, compose_cells
from yongxin.language import Language
from yongxin.store.names import MAXIMUM_USERNAME_BYTES

__all__ = ["FailureCode", "HandInFailed", "HandIns", "Receipt", "hand_in", "warm_up"]

FailureCode = Literal[
    "exchange-unavailable", "not-released", "release-differs", "unfit-name", "too-large"
]

#: Letters and digits of any script; no character that the exchange uses to separate or to search.
_USERNAME = re.compile(r"[\w.@-]{1,64}")
_MODULE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

#: Time and random part, with the plus signs, in the name of a submission's folder.
_REST_OF_NAME = "++2026-01-01 00:00:00.000000 UTC+0123456789ab"
_MAXIMUM_NAME_BYTES = 255

#: With a longer id, the longest username of the roster could not hand in; it is not released.
MAXIMUM_MODULE_ID_BYTES = _MAXIMUM_NAME_BYTES - len(_REST_OF_NAME) - MAXIMUM_USERNAME_BYTES


class _What(TypedDict):
    """What ``HandIns.hand_in`` takes."""

    username: str
    module_id: str
    answers: Mapping[str, Answer]
    reflections: Mapping[str, Written]
    language: Language
    now: datetime


class HandInFailed(Exception):
    """Nothing was handed in, and nothing was left behind.

    ``code`` names the interface text ``handin.failed.<code>`` that tells the learner; the message
    is for whoever runs the site.
    """

    def __init__(self, code: FailureCode, message: str) -> None:
        super().__init__(message)
        self.code: FailureCode = code


class HandIns:
    """Where learners of one course hand in. Threads and processes may do so at the same time."""

    def __init__(self, settings: ExchangeSettings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue
        #: module → the exercise's content, and what was made of it
        self._templates: dict[str, tuple[bytes, ExerciseTemplate]] = {}

    def hand_in(
        self,
        *,
        username: str,
        module_id: str,
        answers: Mapping[str, Answer],
        reflections: Mapping[str, Written],
        language: Language,
        now: datetime,
    ) -> Receipt:
        """Compose a submission of the released exercise and give it to the exchange.

        ``answers`` and ``reflections`` go by item and reflection id. The submission appears in the
        exchange whole or not at all. The first call of a process takes seconds, because it imports
        nbgrader; ``warm_up`` can do that earlier.

        Raises ``HandInFailed``, and ``ValueError`` when ``now`` does not know its time zone.
        """
        settings = self._settings
        _check_names(username, module_id)
        exercise = self._catalogue.root / "exercises" / module_id / f"{module_id}.ipynb"
        try:
            _check_exchange(settings)
            _check_release(settings, exercise)
            handed_in = Answers(
                module=module_id,
                learner=username,
                handed_in=now,
                language=language,
                answers=dict(answers),
                reflections=dict(reflections),
            )
            files = {
                exercise.name: self._compose(exercise, handed_in),
                answers_file.FILE_NAME: answers_file.encode(handed_in),
            }
            with tempfile.TemporaryDirectory(
                prefix=STAGING_PREFIX, dir=settings.course, ignore_cleanup_errors=True
            ) as name:
                return _submit(settings, Path(name), files, username, module_id, now)
        except answers_file.RefusedAnswers as error:
            raise HandInFailed(
                "too-large", f"the answers of {username} in {module_id}: {error}"
            ) from error
        except (OSError, CatalogueError, NotReleased) as error:
            raise HandInFailed(
                "exchange-unavailable", f"{username} cannot hand in {module_id}: {error}"
            ) from error

    def _compose(self, exercise: Path, handed_in: Answers) -> bytes:
        template = self._template(exercise)
        catalogue = self._catalogue.edition()
        sources = compose_cells(handed_in, template.grade_ids, catalogue.reflection)
        return template.filled(sources).encode("utf-8")

    def _template(self, exercise: Path) -> ExerciseTemplate:
        content = exercise.read_bytes()
        known = self._templates.get(exercise.stem)
        if known is None or known[0] != content:
            known = (content, ExerciseTemplate.of(content, ANSWER_PREFIX))
            self._templates[exercise.stem] = known
        return known[1]


def hand_in(settings: ExchangeSettings, *, course_root: Path, **what: Unpack[_What]) -> Receipt:
    """Hand in once, as ``HandIns.hand_in`` does; who does it for many keeps a ``HandIns``."""
    return HandIns(settings, Catalogue(course_root)).hand_in(**what)


def warm_up() -> None:
    """Import what the first hand-in of a process needs, so that nobody waits for it."""
    import_module("yongxin.grading.exchange_plugins")


def _check_names(username: str, module_id: str) -> None:
    if not _USERNAME.fullmatch(username) or username in (".", ".."):
        raise HandInFailed("unfit-name", f"{username!r} cannot be a learner's name in the exchange")
    if not _MODULE_ID.fullmatch(module_id):
        raise HandInFailed("unfit-name", f"{module_id!r} cannot be a module's name")
    if len(f"{username}{module_id}".encode()) + len(_REST_OF_NAME) > _MAXIMUM_NAME_BYTES:
        raise HandInFailed(
            "unfit-name", f"{username!r} and {module_id!r} make too long a name for a folder"
        )


def _check_exchange(settings: ExchangeSettings) -> None:
    if not settings.root.is_dir():  # a hand-in must not make one: nobody would collect from it
        raise NotReleased(f"there is no exchange in {settings.root}")
    make_private(settings.root)


def _check_release(settings: ExchangeSettings, exercise: Path) -> None:
    module_id = exercise.parent.name
    link = find_link(exercise.parent)
    if link is not None:
        raise NotReleased(f"{link} is a link; an exercise is made of plain files")
    if not exercise.is_file():
        raise HandInFailed("not-released", f"there is no {exercise}")
    if not (settings.released / module_id).is_dir():
        raise HandInFailed(
            "not-released",
            f"{module_id} is not in the exchange {settings.root}; "
            f"run `nbgrader release_assignment {module_id}`",
        )
    if not is_released(settings, exercise):
        raise HandInFailed(
            "release-differs",
            f"{exercise} is not what was released to {settings.released / module_id}; run "
            f"`nbgrader generate_assignment {module_id}` and "
            f"`nbgrader release_assignment --force {module_id}`",
        )


def _submit(
    settings: ExchangeSettings,
    workshop: Path,
    files: Mapping[str, bytes],
    username: str,
    module_id: str,
    now: datetime,
) -> Receipt:
    """Let nbgrader submit ``files``, which stand nowhere yet, by way of an empty folder."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeError
    from traitlets.config import Config

    from yongxin.grading.exchange_plugins import Submit

    folder = workshop / "composed" / module_id
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    staging = workshop / "staged"
    staging.mkdir()
    config = Config()
    config.CourseDirectory.course_id = settings.course_id
    config.CourseDirectory.student_id = username
    config.CourseDirectory.assignment_id = module_id
    config.CourseDirectory.root = str(workshop)
    config.Exchange.root = str(settings.root)
    config.Exchange.assignment_dir = str(workshop / "composed")
    # nbgrader keeps a second copy for the learner's own account; here it goes with the workshop.
    config.Exchange.cache = str(workshop / "cache")
    config.ExchangeSubmit.strict = True
    submit = Submit(
        coursedir=CourseDirectory(config=config),
        authenticator=Authenticator(config=config),
        config=config,
        moment=now,
        staging=str(staging),
    )
    try:
        submit.start()
    except ExchangeError as error:
        raise HandInFailed(
            "exchange-unavailable", f"nbgrader refused {username}'s {module_id}: {error}"
        ) from error
    secret = (submit.destination / "submission_secret.txt").read_text(encoding="ascii")
    return Receipt(submit.timestamp, submit.destination.name, secret)
