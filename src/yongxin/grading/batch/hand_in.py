"""One submission as it lies in the folder where ``nbgrader collect`` has put it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from yongxin.grading import findings as findings_file
from yongxin.grading.answers import Answers
from yongxin.grading.beside import look_beside
from yongxin.grading.findings import Finding
from yongxin.grading.private import TooLarge, read_plain_file
from yongxin.grading.rebuild import MAXIMUM_BYTES, HandedIn, read_handed_in

TIMESTAMP = "timestamp.txt"
_MAXIMUM_TIMESTAMP = 256


@dataclass(frozen=True)
class HandIn:
    """A submission as it was read.

    ``notebook`` is what its notebook holds, or why that could not be read. ``answers`` is ``None``
    when ``answers.json`` was refused. ``files`` are the other files, by their path in ``folder``.
    """

    username: str
    folder: Path
    notebook: bytes | HandedIn
    answers: Answers | None
    timestamp: str | None
    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_hand_in(folder: Path, username: str, ignore: Sequence[str]) -> HandIn:
    """Read a submission, following no link. Whatever is wrong with it is a finding.

    ``ignore`` are nbgrader's patterns of files that stay behind. Raises ``OSError`` and
    ``ValueError`` for what the exchange has written itself and cannot be wrong: the folder and the
    time of the hand-in.
    """
    answers, found = look_beside(folder, username)
    return HandIn(
        username,
        folder,
        _read_notebook(folder / f"{folder.name}.ipynb"),
        answers,
        read_timestamp(folder),
        tuple(_files(folder, ignore)),
        tuple(found),
    )


def read_timestamp(folder: Path) -> str | None:
    """Return when a submission was handed in, as it is written there; ``None`` if nobody knows.

    Raises ``OSError`` for what is no plain file, and ``ValueError`` for what is no time.
    """
    try:
        content = read_plain_file(folder / TIMESTAMP, _MAXIMUM_TIMESTAMP)
    except FileNotFoundError:
        return None
    except TooLarge as error:
        raise ValueError(f"{TIMESTAMP} holds no time but {error.size} bytes") from error
    return content.decode("utf-8").strip() or None


def _read_notebook(path: Path) -> bytes | HandedIn:
    try:
        return read_plain_file(path, MAXIMUM_BYTES)
    except (OSError, TooLarge):
        return read_handed_in(path)  # says in words what is wrong with it


def _files(folder: Path, ignore: Sequence[str]) -> Iterator[str]:
    """Yield the files that nbgrader would keep with what is graded, by their path in ``folder``."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if _is_ignored(entry.name, ignore):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False) and path != findings_file.FILE_NAME:
                    yield path


def _is_ignored(name: str, patterns: Sequence[str]) -> bool:
    # As a shell does, and so nbgrader: a wildcard at the start fits no hidden file.
    return any(
        fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
        for pattern in patterns
    )
