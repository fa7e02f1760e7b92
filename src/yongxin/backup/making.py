"""Making a backup, while the site is used and hand-ins are graded.

The order makes the parts fit together. First the store: what it says was handed in is in the
exchange by then. Then the gradebook: whom the store calls marked it has marked. Then the files.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from sqlalchemy import make_url

from yongxin.backup.archive import Manifest, Reader, Writer
from yongxin.backup.databases import add_database, verify
from yongxin.backup.errors import BackupFailed
from yongxin.backup.places import Places, kind_of, sqlite_path
from yongxin.backup.rows import Comparison
from yongxin.backup.sqlite_copy import BESIDE
from yongxin.backup.trees import PART, pack
from yongxin.catalogue import CatalogueError


@dataclass(frozen=True)
class Made:
    """A backup that was made; ``verified`` are the tables that were compared, if any were."""

    path: Path
    digest: str
    made_at: datetime
    bytes: int
    manifest: Manifest
    verified: tuple[Comparison, ...]


def make_backup(places: Places, output: Path, *, verified: bool = False) -> Made:
    """Make a backup in the file ``output``, which must not be there yet.

    The file appears under this name when it is whole and on the disk; until then it has another,
    which is removed when anything fails. With ``verified`` it is read back, and every row in it
    compared. Raises ``BackupFailed``.
    """
    output = output.absolute()
    if os.path.lexists(output):
        raise BackupFailed(f"{output} is there already; a backup never replaces another")
    try:
        course = {"title": places.title(), "modules": list(places.modules())}
        with _unfinished(output) as (path, file, work):
            made_at = datetime.now(UTC)
            with Writer(file) as writer:
                manifest = _write(places, writer, made_at, work, {output, path}, course)
                digest = writer.finish(manifest)
            file.flush()
            os.fsync(file.fileno())
            compared = _verify(places, path, work) if verified else ()
            _put_in_place(path, output)
    except (OSError, CatalogueError) as error:
        raise BackupFailed(f"no backup was made: {error}") from error
    return Made(output, digest, made_at, output.stat().st_size, manifest, compared)


def _write(
    places: Places,
    writer: Writer,
    made_at: datetime,
    work: Path,
    own: set[Path],
    course: dict[str, Any],
) -> Manifest:
    found = {name: add_database(name, url, writer, work) for name, url in places.databases.items()}
    databases = {name: one for name, one in found.items() if one is not None}
    if "store" not in databases:
        raise BackupFailed(f"there is no store to back up at {_shown(places.store_url)}")
    with writer.part(PART) as file:
        leave = {*own, *_database_files(places), work}
        packed = pack(places.trees, places.state, leave, file, work)
    return Manifest(
        made_at=made_at.isoformat(timespec="seconds"),
        yongxin=version("yongxin"),
        course=course,
        databases=databases,
        files=packed.files,
        left_out=tuple(packed.left_out),
        parts=writer.parts,
    )


def _verify(places: Places, path: Path, work: Path) -> tuple[Comparison, ...]:
    with Reader(path) as reader:
        reader.check()
        compared = tuple(verify(reader, work, places.databases))
    for one in compared:
        if one.problem is not None:
            raise BackupFailed(
                f"the backup does not hold what was read: {one.table}: {one.problem}"
            )
    return compared


@contextmanager
def _unfinished(output: Path) -> Generator[tuple[Path, IO[bytes], Path]]:
    """Yield a file for the time being, and a folder for copies; both are gone at the end.

    Whatever a killed backup of the same name has left is removed first.
    """
    path = output.with_name(f".{output.name}.unfinished")
    # Only its owner may read it: it holds password hashes, answers, and the secret of the cookies.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupFailed(f"another backup is writing {output}") from error
        prefix = f".{output.name}.work-"
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate()
            for left in output.parent.glob(f"{prefix}*"):
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(prefix=prefix, dir=output.parent) as work:
                yield path, file, Path(work)
        finally:
            path.unlink(missing_ok=True)


def _put_in_place(path: Path, output: Path) -> None:
    try:
        os.link(path, output)  # which, unlike renaming, never replaces a file
    except FileExistsError as error:
        raise BackupFailed(f"{output} is there already; a backup never replaces another") from error
    except OSError:  # a disk without hard links
        path.rename(output)
    folder = os.open(output.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _database_files(places: Places) -> Iterator[Path]:
    for url in places.databases.values():
        if kind_of(url) == "sqlite":
            path = sqlite_path(url).resolve()
            yield from (path, *(path.with_name(f"{path.name}{one}") for one in BESIDE))


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
