"""Restoring a backup: nothing is touched before the archive is known to be whole and to fit.

Everything is prepared beside its place, compared there as far as it can be, and then put in place;
what stood there is moved aside, and back again if anything fails. Nothing is ever deleted.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.exc import SQLAlchemyError

from yongxin.backup.archive import Manifest, Reader
from yongxin.backup.databases import (
    compare_with,
    own_tables,
    reading,
    require_known_version,
    unpack_sqlite,
)
from yongxin.backup.errors import BackupFailed
from yongxin.backup.places import STATE, Places, kind_of, sqlite_path
from yongxin.backup.postgresql_copy import load, move_aside, move_back, remove_tables
from yongxin.backup.rows import Comparison, table_names
from yongxin.backup.sqlite_copy import BESIDE, require_unused
from yongxin.backup.trees import ARRIVING, BEFORE, PART, is_cache, unpack
from yongxin.catalogue import CatalogueError
from yongxin.cohort.erasure import KEY_FILE, ErasureStopped, erase_again
from yongxin.cohort.erasure import Places as PlacesOfPeople
from yongxin.grading.private import make_private
from yongxin.secret_file import UnsafeSecret
from yongxin.store import Erasure, Store, StoreError
from yongxin.store.tables import erasure

#: Room that has to be left on a disk beside what is restored.
_SPARE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Restored:
    """What was restored. ``compared`` tells of every table; ``moved`` is where things were put.

    ``erased`` counts the people who had been erased since the backup, and were again.
    """

    manifest: Manifest
    compared: tuple[Comparison, ...]
    files: int
    erased: int
    moved: tuple[str, ...]


def restore_backup(
    places: Places, path: Path, *, replace: bool, actor: str, now: datetime | None = None
) -> Restored:
    """Restore the backup in ``path`` for the course in ``places``.

    With ``replace`` what is there is kept, moved aside; else there must be nothing. Every row of
    both databases is compared with what was backed up, once as it was restored and once more when
    the store has been brought to this package's version. Raises ``BackupFailed``, and then
    everything is as it was.
    """
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    try:
        with Reader(path) as reader:
            _require_fit(places, reader.manifest)
            reader.check()
            _require_unused(places)
            if not replace:
                _require_empty(places)
            return _Restoring(places, reader, path, stamp, actor).run()
    except (OSError, CatalogueError, StoreError, UnsafeSecret, ErasureStopped) as error:
        raise BackupFailed(f"nothing was restored: {error}") from error


class _Restoring:
    def __init__(self, places: Places, reader: Reader, path: Path, stamp: str, actor: str) -> None:
        self._places = places
        self._reader = reader
        self._path = path
        self._stamp = stamp
        self._actor = actor
        self._moved: list[str] = []

    def run(self) -> Restored:
        """Restore everything, or leave everything as it was."""
        places, manifest = self._places, self._reader.manifest
        known = _known_erasures(places)
        key = _content(places.state / KEY_FILE)
        with ExitStack() as undo:
            arriving = self._prepare(undo)
            files = self._unpack(arriving)
            for name, one in manifest.databases.items():
                if one.kind == "sqlite":
                    unpack_sqlite(self._reader, one, self._staged(arriving, places.databases[name]))
            for root, folder in arriving.items():
                self._swap(undo, root, folder)
            for name in manifest.databases:
                self._put_database(undo, name)
            if key is not None:
                # The erasures that are known here were written with this key.
                _write_private(places.state / KEY_FILE, key)
            compared = self._compare()
            _require_same(compared)
            with Store.open(places.store_url):
                pass  # brings the tables to this package's version
            _require_same(self._compare(migrated=True))
            erased = self._erase_again(known)
            undo.pop_all()
        for folder in arriving.values():
            shutil.rmtree(folder, ignore_errors=True)
        return Restored(manifest, tuple(compared), files, erased, tuple(self._moved))

    def _prepare(self, undo: ExitStack) -> dict[Path, Path]:
        """Make a folder for what comes into each place: the place → where it is prepared."""
        arriving: dict[Path, Path] = {}
        for root in _roots(self._places):
            make_private(root)
            folder = root / f"{ARRIVING}{self._stamp}"
            folder.mkdir(mode=0o700)
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            arriving[root] = folder
        return arriving

    def _unpack(self, arriving: Mapping[Path, Path]) -> int:
        targets = {name: _within(path, arriving) for name, path in self._places.trees.items()}
        for path in targets.values():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._reader.open(PART) as file:
            counts = unpack(file, targets)
        expected = {name: count for name, count in self._reader.manifest.files.items() if count}
        if {name: count for name, count in counts.items() if count} != expected:
            raise BackupFailed(f"the backup holds other files than its manifest says: {counts}")
        return sum(counts.values())

    def _staged(self, arriving: Mapping[Path, Path], url: str) -> Path:
        """Return where a SQLite file is prepared: with its folder, or beside its place."""
        path = sqlite_path(url).resolve()
        place = _within(path, arriving)
        return path.with_name(f"{ARRIVING}{self._stamp}-{path.name}") if place == path else place

    def _swap(self, undo: ExitStack, root: Path, arriving: Path) -> None:
        """Move what is in ``root`` aside, within it, and what has been prepared into its place."""
        before = root / f"{BEFORE}{self._stamp}"
        there = [one for one in sorted(root.iterdir()) if not _is_aside(one)]
        if there:
            before.mkdir(mode=0o700)
            undo.callback(before.rmdir)
            self._moved.append(str(before))
        for path in there:
            _move(undo, path, before / path.name)
        restored = [root / one.name for one in sorted(arriving.iterdir())]
        for path in restored:
            _move(undo, arriving / path.name, path)
        undo.callback(_clear, root, arriving, restored)

    def _put_database(self, undo: ExitStack, name: str) -> None:
        url, one = self._places.databases[name], self._reader.manifest.databases[name]
        if one.kind == "sqlite":
            self._put_sqlite(undo, sqlite_path(url).resolve())
            return
        with reading(url) as connection:
            there = table_names(connection) & own_tables(name)
        if there:
            schema = f"before_{self._stamp.lower()}_{name}"
            move_aside(url, there, schema)
            undo.callback(move_back, url, there | set(one.tables), schema)
            self._moved.append(f"the schema {schema} of {_shown(url)}")
        else:
            undo.callback(remove_tables, url, set(one.tables))
        with self._reader.open(one.part) as file:
            load(url, file)

    def _put_sqlite(self, undo: ExitStack, path: Path) -> None:
        """Put a file that stands in no tree into its place; others came with their folder."""
        staged = path.with_name(f"{ARRIVING}{self._stamp}-{path.name}")
        if not staged.exists():
            return
        undo.callback(staged.unlink, missing_ok=True)
        for there in (path, *(path.with_name(f"{path.name}{one}") for one in BESIDE)):
            if there.exists():
                kept = there.with_name(f"{there.name}{BEFORE}{self._stamp}")
                _move(undo, there, kept)
                self._moved.append(str(kept))
        _move(undo, staged, path)
        for beside in BESIDE:
            undo.callback(path.with_name(f"{path.name}{beside}").unlink, missing_ok=True)

    def _compare(self, *, migrated: bool = False) -> list[Comparison]:
        compared: list[Comparison] = []
        for name, one in self._reader.manifest.databases.items():
            compared += compare_with(self._places.databases[name], one, migrated=migrated)
        return compared

    def _erase_again(self, known: Iterable[Erasure]) -> int:
        places = self._places
        of_people = PlacesOfPeople(places.state, places.exchange, places.trainers)
        with Store.open(places.store_url) as store:
            erased = erase_again(of_people, store, known, self._actor)
            store.audit(
                self._actor,
                "backup restore",
                self._path.name,
                made_at=self._reader.manifest.made_at,
                digest=file_digest(self._path),
            )
            checked = store.check_audit()
        if not checked.is_sound:
            raise BackupFailed(f"the audit log of the backup is broken at {checked.broken[:3]}")
        return erased


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_fit(places: Places, manifest: Manifest) -> None:
    """Raise ``BackupFailed`` unless the archive is of this course and of its databases."""
    theirs, ours = set(manifest.course["modules"]), set(places.modules())
    # Ids of modules never change, and a course may have gained some since.
    if len(theirs & ours) * 2 < len(theirs):
        title = " / ".join(map(str, manifest.course["title"].values()))
        raise BackupFailed(f"this is a backup of another course: {title}")
    for name, one in manifest.databases.items():
        url = places.databases.get(name)
        if url is None:
            raise BackupFailed(
                f"the backup holds a {name}, and this folder has none: "
                "restore it in the trainers' folder, with content/ and nbgrader_config.py"
            )
        if kind_of(url) != one.kind:
            raise BackupFailed(
                f"the {name} in the backup is a database in {one.kind}, and {_shown(url)} is not; "
                "name one of its kind"
            )
        require_known_version(name, one)
    for root in _roots(places):
        there = next(one for one in (root, *root.parents) if one.exists())
        needed = sum(one.bytes for one in manifest.parts.values()) + _SPARE
        if shutil.disk_usage(there).free < needed:
            raise BackupFailed(f"{there} has not the {needed:,} bytes free that the backup needs")


def _require_unused(places: Places) -> None:
    for url in places.databases.values():
        if kind_of(url) == "sqlite":
            require_unused(sqlite_path(url))


def _require_empty(places: Places) -> None:
    """Raise ``BackupFailed`` when there is anything that a restored backup would replace."""
    found = [
        str(path)
        for root in _roots(places)
        if root.is_dir()
        for path in sorted(root.iterdir())
        if not _is_nothing(path, places.state)
    ]
    for name, url in places.databases.items():
        if kind_of(url) == "sqlite":
            found += [str(sqlite_path(url))] if sqlite_path(url).exists() else []
            continue
        with reading(url) as connection:
            if table_names(connection) & own_tables(name):
                found.append(f"tables in {_shown(url)}")
    if found:
        raise BackupFailed(
            f"there is something already: {found[0]}; with --replace it is kept, moved aside"
        )


def _is_nothing(path: Path, state: Path) -> bool:
    if _is_aside(path) or is_cache(path, state):
        return True
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _is_aside(path: Path) -> bool:
    return path.name.startswith((BEFORE, ARRIVING))


def _clear(root: Path, arriving: Path, restored: Iterable[Path]) -> None:
    """Move away what has come into a place since: what was there before must not meet it."""
    for path in root.iterdir():
        if not _is_aside(path) and path not in restored:
            path.rename(arriving / path.name)


def _known_erasures(places: Places) -> list[Erasure]:
    """Return the erasures that the store knows which is to be replaced; none if there is none."""
    if kind_of(places.store_url) == "sqlite" and not sqlite_path(places.store_url).exists():
        return []
    try:
        with reading(places.store_url) as connection:
            if erasure.name not in table_names(connection):
                return []
            return [Erasure(*row) for row in connection.execute(select(erasure))]
    except SQLAlchemyError as error:
        raise BackupFailed(
            f"the store that is there cannot tell who was erased from it: {error}; if it is lost, "
            "move it away, restore, and erase those people again by hand"
        ) from error


def _roots(places: Places) -> list[Path]:
    """Return the folders of all trees that stand in no other, the state folder first."""
    state = places.trees[STATE]
    outside = {one for one in places.trees.values() if not one.is_relative_to(state)}
    return [state, *sorted(outside)]


def _within(path: Path, arriving: Mapping[Path, Path]) -> Path:
    """Return where ``path`` is prepared; the path itself when it stands in none of the roots."""
    for root, folder in arriving.items():
        if path.is_relative_to(root):
            return folder / path.relative_to(root)
    return path


def _move(undo: ExitStack, path: Path, target: Path) -> None:
    path.rename(target)
    undo.callback(target.rename, path)


def _require_same(compared: Iterable[Comparison]) -> None:
    for one in compared:
        if one.problem is not None:
            raise BackupFailed(
                f"what was restored is not what was backed up: {one.table}: {one.problem}"
            )


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
