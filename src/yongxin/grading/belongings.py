"""The files of one learner in the exchange and in nbgrader's folders: found, and deleted.

Importing this module does not import nbgrader. No link is ever followed: a link in a learner's
place is deleted, and what it points at stays.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from yongxin.grading.exchange import STAGING_PREFIX, ExchangeSettings
from yongxin.grading.feedback import feedback_path
from yongxin.grading.private import TooLarge, read_plain_file
from yongxin.store import names

#: Separates learner, module and moment in the names of hand-ins; no username holds one.
_SEPARATOR = "+"
_SECRET_FILE = "submission_secret.txt"  # noqa: S105  (where nbgrader keeps it)
_MAXIMUM_SECRET = 1000


class Belonging(NamedTuple):
    """A file or folder of one learner; ``place`` says what kind of place it stands in."""

    place: str
    path: Path


@dataclass(frozen=True)
class Folders:
    """Where learners' files are. ``own`` are folders that hold one folder for each learner.

    The names in ``own`` say what kind of place each is. ``cache`` is nbgrader's own copy of what
    was handed in.
    """

    exchange: ExchangeSettings
    own: Mapping[str, Path]
    cache: Path | None = None


def find_belongings(
    folders: Folders,
    username: str,
    secrets: Iterable[tuple[str, str]] = (),
    *,
    module_id: str | None = None,
) -> list[Belonging]:
    """Return what belongs to the learner, or what does of one module; each thing once.

    ``secrets`` are those of the learner's hand-ins, with the module's id: released feedback can be
    found by them alone. Raises ``InvalidName`` for what is no username or no id, and ``OSError``.
    """
    username = names.username(username)
    if module_id is not None:
        names.identifier(module_id, "module")
    handed_in = [
        Belonging("exchange", path)
        for path in _called(folders.exchange.handed_in, username, module_id)
    ]
    composing = [
        Belonging("exchange", workshop)
        for workshop in _entries(folders.exchange.course)
        if workshop.name.startswith(STAGING_PREFIX)
        and any(_called(workshop / "staged", username, module_id))
    ]
    cached = [
        Belonging("cache", path)
        for course in (_entries(folders.cache) if folders.cache else ())
        for path in _called(course, username, module_id)
    ]
    own = [
        Belonging(place, path)
        for place, folder in folders.own.items()
        if os.path.lexists(path := _own(folder / username, module_id))
    ]
    known = set(secrets) | {
        secret
        for path in (
            *(one.path for one in handed_in),
            *(folder / username for folder in folders.own.values()),
        )
        for secret in _secrets_below(path)
    }
    feedback = [
        Belonging("released-feedback", path)
        for module, secret in sorted(known)
        if module_id in (None, module)
        and os.path.lexists(path := feedback_path(folders.exchange, module, secret))
    ]
    return [*handed_in, *composing, *cached, *own, *feedback]


def _own(folder: Path, module_id: str | None) -> Path:
    # A link in the learner's place is the thing itself: what is behind it is not the learner's.
    return folder if module_id is None or folder.is_symlink() else folder / module_id


def delete_belongings(found: Iterable[Belonging]) -> None:
    """Delete what was found; what is gone already is no error. Raises ``OSError``."""
    for _, path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)  # follows no link, also when somebody puts one there meanwhile
        else:
            path.unlink(missing_ok=True)


def _called(folder: Path, username: str, module_id: str | None) -> Iterator[Path]:
    for path in _entries(folder):
        parts = path.name.split(_SEPARATOR)
        if len(parts) > 1 and parts[0] == username and module_id in (None, parts[1]):
            yield path


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            yield Path(entry.path)


def _secrets_below(path: Path) -> Iterator[tuple[str, str]]:
    """Yield module and secret of each hand-in in a folder of one, or of one learner."""
    if path.is_symlink():
        return
    own = path.name.split(_SEPARATOR)
    if len(own) > 1:
        yield from _secret(own[1], path)
    for folder in _entries(path):
        if folder.is_dir() and not folder.is_symlink():
            yield from _secret(folder.name, folder)


def _secret(module_id: str, folder: Path) -> Iterator[tuple[str, str]]:
    try:
        content = read_plain_file(folder / _SECRET_FILE, _MAXIMUM_SECRET)
    except (OSError, TooLarge):
        return  # none was kept here, or it is not what nbgrader writes
    yield module_id, content.decode("ascii", "replace").strip()
