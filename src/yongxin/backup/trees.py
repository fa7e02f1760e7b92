"""The files of a backup, as one tar archive: every plain file of some folders, and no link."""

import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from yongxin.backup.errors import BackupFailed
from yongxin.grading.exchange import STAGING_PREFIX

PART = "files.tar"
#: What a restored state folder keeps of the one before it, and where it is prepared.
BEFORE, ARRIVING = ".before-", ".arriving-"

#: What is made anew when it is missing, right in the state folder: sockets of workers, files of the
#: front end, and nbgrader's second copy of what was handed in.
_CACHES = ("workers", "widget-modules", "cache")
#: What is on its way somewhere and will be gone.
_PASSING = (BEFORE, ARRIVING, STAGING_PREFIX, ".grading-", ".nfs")
_IN_MEMORY = 4 * 1024 * 1024
_TRIES = 3


@dataclass
class Packed:
    """How many files of each tree were packed, and what was left out, each with the reason."""

    files: dict[str, int] = field(default_factory=dict[str, int])
    left_out: list[str] = field(default_factory=list[str])


def is_cache(path: Path, state: Path) -> bool:
    """Return whether a path right in the state folder is made anew when it is missing."""
    return path.parent == state and path.name in _CACHES


def pack(
    trees: Mapping[str, Path], state: Path, leave: Collection[Path], file: Any, work: Path
) -> Packed:
    """Write all files of ``trees`` to ``file``; ``leave`` are paths that are no part of it.

    A tree that stands in another is packed under its own name only. What vanishes meanwhile is
    left out without a word: it was taken away by whoever it belongs to. ``work`` is a folder for
    copies of files that somebody may be writing to. Raises ``OSError``.
    """
    packed = Packed()
    roots = set(trees.values())
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for tree, root in trees.items():
            packed.files[tree] = 0

            def skip(path: Path, root: Path = root) -> bool:
                return (
                    path in leave
                    or (path in roots and path != root)
                    or path.name.startswith(_PASSING)
                    or is_cache(path, state)
                )

            for path, kind in _walk(root, skip):
                name = f"{tree}/{path.relative_to(root).as_posix()}"
                if kind == "folder":
                    _add_folder(tar, name, path)
                elif kind == "other":
                    packed.left_out.append(f"{name}: not a plain file")
                elif _add_file(tar, name, path, work):
                    packed.files[tree] += 1
                # It would remember every file.
                cast(Any, tar).members = []
    return packed


def unpack(file: Any, targets: Mapping[str, Path]) -> dict[str, int]:
    """Put every file of an archive into the folder of its tree, which nobody else writes to.

    Return how many files each tree had. Raises ``BackupFailed`` for a name that leads elsewhere and
    for anything that is neither file nor folder, and ``OSError``.
    """
    counts = dict.fromkeys(targets, 0)
    try:
        with tarfile.open(fileobj=file, mode="r|") as tar:
            for member in tar:
                tree, path = _target(member.name, targets)
                if member.isdir():
                    path.mkdir(mode=0o700, parents=True, exist_ok=True)
                elif member.isreg():
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    _write(path, cast("IO[bytes]", tar.extractfile(member)), member)
                    counts[tree] += 1
                else:
                    raise BackupFailed(f"the backup holds {member.name!r}, which is no plain file")
                cast(Any, tar).members = []
    except tarfile.TarError as error:
        raise BackupFailed(f"the files of the backup are damaged: {error}") from error
    return counts


def _walk(root: Path, skip: Callable[[Path], bool]) -> Iterator[tuple[Path, str]]:
    try:
        entries = sorted(os.scandir(root), key=lambda one: one.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        path = Path(entry.path)
        if skip(path):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield path, "folder"
            yield from _walk(path, skip)
        else:
            yield path, "file" if entry.is_file(follow_symlinks=False) else "other"


def _add_folder(tar: tarfile.TarFile, name: str, path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.mtime = tarfile.DIRTYPE, 0o700, int(found.st_mtime)
    tar.addfile(info)


def _add_file(tar: tarfile.TarFile, name: str, path: Path, work: Path) -> bool:
    """Add a file as it was at one moment; return whether it was still there."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(work)) as copy:
        try:
            tries = 1
            while not _read(path, copy) and tries < _TRIES:
                tries += 1
            modified = path.lstat().st_mtime
        except FileNotFoundError:
            return False
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = copy.tell(), 0o600, int(modified)
        copy.seek(0)
        tar.addfile(info, cast("IO[bytes]", copy))
    return True


def _read(path: Path, copy: Any) -> bool:
    """Copy a file; return whether nobody wrote to it meanwhile."""
    copy.seek(0)
    copy.truncate()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as source:
        before = os.fstat(source.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise FileNotFoundError(path)  # somebody put another thing in its place
        shutil.copyfileobj(source, copy)
        after = os.fstat(source.fileno())
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _target(name: str, targets: Mapping[str, Path]) -> tuple[str, Path]:
    parts = PurePosixPath(name).parts
    if len(parts) < 2 or ".." in parts or name.startswith("/") or "\\" in name or "\0" in name:
        raise BackupFailed(f"the backup holds the name {name!r}, which leads elsewhere")
    if parts[0] not in targets:
        raise BackupFailed(f"the backup holds {name!r}, and there is no place for it here")
    return parts[0], targets[parts[0]].joinpath(*parts[1:])


def _write(path: Path, content: IO[bytes], member: tarfile.TarInfo) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
    os.utime(path, (member.mtime, member.mtime))
