"""Handing in: from saved answers to a submission that ``nbgrader collect`` finds."""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast

import nbformat

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
from yongxin.grading.private import find_link, make_private
from yongxin.grading.reflection_cell import compose_cell
from yongxin.language import Language

__all__ = ["FailureCode", "HandInFailed", "Receipt", "hand_in", "warm_up"]

FailureCode = Literal[
    "exchange-unavailable", "not-released", "release-differs", "unfit-name", "too-large"
]

#: Letters and digits of any script; no character that the exchange uses to separate or to search.
_USERNAME = re.compile(r"[\w.@-]{1,64}")
_MODULE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

#: Time and random part, with the plus signs, in the name of a submission's folder.
_REST_OF_NAME = len("++2026-01-01 00:00:00.000000 UTC+0123456789ab")
_MAXIMUM_NAME_BYTES = 255

#: An answer cell's id in the gradebook, from the reflection's.
ANSWER_PREFIX = "reflection-"


class HandInFailed(Exception):
    """Nothing was handed in, and nothing was left behind.

    ``code`` names the interface text ``handin.failed.<code>`` that tells the learner; the message
    is for whoever runs the site.
    """

    def __init__(self, code: FailureCode, message: str) -> None:
        super().__init__(message)
        self.code: FailureCode = code


def hand_in(
    settings: ExchangeSettings,
    *,
    course_root: Path,
    username: str,
    module_id: str,
    answers: Mapping[str, Answer],
    reflections: Mapping[str, Written],
    language: Language,
    now: datetime,
) -> Receipt:
    """Compose a submission from the released exercise and give it to the exchange as ``username``.

    ``answers`` and ``reflections`` go by item and reflection id. The submission appears in the
    exchange whole or not at all. Threads may call this at the same time. The first call of a
    process takes seconds, because it imports nbgrader; ``warm_up`` can do that earlier.

    Raises ``HandInFailed``, and ``ValueError`` when ``now`` does not know its time zone.
    """
    _check_names(username, module_id)
    exercise = course_root / "exercises" / module_id / f"{module_id}.ipynb"
    try:
        _check_exchange(settings)
        _check_release(settings, exercise)
        with tempfile.TemporaryDirectory(
            prefix=STAGING_PREFIX, dir=settings.course, ignore_cleanup_errors=True
        ) as name:
            workshop = Path(name)
            folder = workshop / "composed" / module_id
            folder.mkdir(parents=True)
            handed_in = Answers(
                module=module_id,
                learner=username,
                handed_in=now,
                language=language,
                answers=dict(answers),
                reflections=dict(reflections),
            )
            _compose(folder, exercise, handed_in, Catalogue(course_root))
            return _submit(settings, workshop, username, module_id, now)
    except answers_file.RefusedAnswers as error:
        raise HandInFailed("too-large", f"the answers of {username} in {module_id}: {error}") from (
            error
        )
    except (OSError, CatalogueError, NotReleased) as error:
        raise HandInFailed(
            "exchange-unavailable", f"{username} cannot hand in {module_id}: {error}"
        ) from error


def warm_up() -> None:
    """Import what the first hand-in of a process needs, so that nobody waits for it."""
    import_module("yongxin.grading.exchange_plugins")


def _check_names(username: str, module_id: str) -> None:
    if not _USERNAME.fullmatch(username) or username in (".", ".."):
        raise HandInFailed("unfit-name", f"{username!r} cannot be a learner's name in the exchange")
    if not _MODULE_ID.fullmatch(module_id):
        raise HandInFailed("unfit-name", f"{module_id!r} cannot be a module's name")
    if len(f"{username}{module_id}".encode()) + _REST_OF_NAME > _MAXIMUM_NAME_BYTES:
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


def _compose(folder: Path, exercise: Path, handed_in: Answers, catalogue: Catalogue) -> None:
    notebook = cast("Any", nbformat.read(exercise, as_version=4))  # pyright: ignore[reportUnknownMemberType]
    for cell in notebook.cells:
        grade_id: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        written = handed_in.reflections.get(grade_id.removeprefix(ANSWER_PREFIX))
        if not grade_id.startswith(ANSWER_PREFIX) or written is None:
            continue
        reflection = catalogue.reflection(grade_id.removeprefix(ANSWER_PREFIX))
        source = compose_cell(reflection, written.fields, handed_in.language)
        if source is not None:
            cell.source = source
    nbformat.write(notebook, folder / exercise.name)  # pyright: ignore[reportUnknownMemberType]
    answers_file.write(folder / answers_file.FILE_NAME, handed_in)


def _submit(
    settings: ExchangeSettings, workshop: Path, username: str, module_id: str, now: datetime
) -> Receipt:
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeError
    from traitlets.config import Config

    from yongxin.grading.exchange_plugins import Submit

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
