"""Folders that belong to one account, and files that are what they seem."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path


def make_private(directory: Path) -> None:
    """Create ``directory`` if it is missing, and let nobody but its owner in.

    Raises ``NotADirectoryError`` for a file or a link, and ``PermissionError`` when the folder
    belongs to another account or is made for many, as ``/tmp`` is.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "it is a link, not a folder", str(directory))
    if status.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "it belongs to another account", str(directory))
    if status.st_mode & stat.S_ISVTX:
        raise PermissionError(errno.EPERM, "many accounts share it", str(directory))
    if stat.S_IMODE(status.st_mode) & 0o077:
        directory.chmod(0o700)


def find_links(tree: Path) -> Iterator[Path]:
    """Yield what is in ``tree`` and neither a folder nor a regular file; no link is followed."""
    for folder, folders, names in os.walk(tree, followlinks=False):
        for name in sorted(folders + names):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                yield path


def find_link(tree: Path) -> Path | None:
    """Return ``tree`` if it is a link, else the first thing of ``find_links``, if any."""
    return tree if tree.is_symlink() else next(find_links(tree), None)


class TooLarge(Exception):
    """A file has more bytes than its reader allows; ``size`` is how many at least."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def read_plain_file(path: Path, maximum: int) -> bytes:
    """Return the content of a regular file, following no link and waiting for nobody.

    Raises ``TooLarge`` for more than ``maximum`` bytes, ``FileNotFoundError``, and another
    ``OSError`` for anything that is not a regular file.
    """
    # Without NONBLOCK, opening a pipe would wait for somebody to write to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        if status.st_size > maximum:
            raise TooLarge(status.st_size)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(maximum + 1)
    finally:
        os.close(descriptor)
    if len(content) > maximum:  # it has grown meanwhile
        raise TooLarge(len(content))
    return content


def write_at_once(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` for its owner alone; no reader ever sees half of it.

    Raises ``OSError``, and then what stood there before still stands.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise
