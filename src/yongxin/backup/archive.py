"""The file of a backup: a zip archive of few, possibly very large parts, written in one go.

Whoever reads one trusts nothing in it: sizes are bounded by what the manifest says, and that by
the room on the disk; every part is compared with its digest before anything else happens.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, Self

from yongxin.backup.errors import BackupFailed
from yongxin.backup.rows import TableRows

MANIFEST = "manifest.json"
FORMAT = 1
#: A digest for each thousand rows: this is enough for hundreds of millions.
_LARGEST_MANIFEST = 256 * 1024 * 1024
_MOST_PARTS = 16
_AT_ONCE = 1024 * 1024
#: Half the time of zlib's default, and files that are little larger.
_LEVEL = 3


@dataclass(frozen=True)
class Part:
    """The size and SHA-256 of one part, as it is before it is compressed."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class DatabaseCopy:
    """A database in an archive: its kind, its part, the version of its tables, and their rows."""

    kind: Literal["sqlite", "postgresql"]
    part: str
    version: str | None
    tables: dict[str, TableRows]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(one.rows for one in self.tables.values())


@dataclass(frozen=True)
class Manifest:
    """What is in an archive.

    ``files`` counts those of each tree. ``left_out`` names what stands there and is not in it,
    because it is no plain file.
    """

    made_at: str
    yongxin: str
    course: dict[str, Any]
    databases: dict[str, DatabaseCopy]
    files: dict[str, int]
    left_out: tuple[str, ...]
    parts: dict[str, Part] = field(default_factory=dict[str, Part])

    def as_json(self) -> dict[str, Any]:
        """Return this as it is written."""
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "yongxin": self.yongxin,
            "course": self.course,
            "parts": {name: vars(one) for name, one in self.parts.items()},
            "files": self.files,
            "left_out": self.left_out,
            "databases": {
                name: {
                    "kind": one.kind,
                    "part": one.part,
                    "version": one.version,
                    "tables": {table: rows.as_json() for table, rows in one.tables.items()},
                }
                for name, one in self.databases.items()
            },
        }

    @classmethod
    def from_json(cls, told: Any) -> "Manifest":
        """Return what was written. Raises ``BackupFailed`` for a later format and for nonsense."""
        try:
            if told["format"] != FORMAT:
                raise BackupFailed(
                    f"the backup has format {told['format']}, and this yongxin reads {FORMAT}: "
                    "install the version that made it"
                )
            return cls(
                made_at=str(told["made_at"]),
                yongxin=str(told["yongxin"]),
                course=dict(told["course"]),
                files={str(tree): int(count) for tree, count in told["files"].items()},
                left_out=tuple(map(str, told["left_out"])),
                parts={
                    str(name): Part(int(one["bytes"]), str(one["sha256"]))
                    for name, one in told["parts"].items()
                },
                databases={
                    str(name): DatabaseCopy(
                        kind=one["kind"],
                        part=str(one["part"]),
                        version=one["version"],
                        tables={
                            str(table): TableRows.from_json(rows)
                            for table, rows in one["tables"].items()
                        },
                    )
                    for name, one in told["databases"].items()
                },
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BackupFailed(f"the manifest of the backup is damaged: {error!r}") from error


class Writer:
    """Writes an archive to a file that need not be seekable."""

    def __init__(self, file: IO[bytes]) -> None:
        self._output = _Hashing(file)
        # zipfile asks for no more than write() and flush(), and then never goes back.
        self._zip = zipfile.ZipFile(self._output, "w", allowZip64=True)  # type: ignore[arg-type]
        self.parts: dict[str, Part] = {}

    @contextmanager
    def part(self, name: str, *, compressed: bool = False) -> Generator["_Hashing"]:
        """Yield a file to write one part to; ``compressed`` is one that is already."""
        with self._zip.open(_info(name, compressed=compressed), "w", force_zip64=True) as file:
            hashing = _Hashing(file)
            yield hashing
        self.parts[name] = Part(hashing.bytes, hashing.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        # What was not finished is thrown away: nothing more may be written to it.
        self._zip.fp = None

    def finish(self, manifest: Manifest) -> str:
        """Write the manifest as the last part; return the SHA-256 of the whole file."""
        content = json.dumps(manifest.as_json(), ensure_ascii=False).encode("utf-8")
        self._zip.writestr(_info(MANIFEST, compressed=False), content)
        self._zip.close()
        return self._output.hexdigest()


class Reader:
    """Reads an archive. Raises ``BackupFailed`` for one that is damaged, wherever that shows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._explaining():
            self._zip = zipfile.ZipFile(path)
            self.manifest = self._read_manifest()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def check(self) -> None:
        """Read everything and compare it with its digest."""
        for name in self.manifest.parts:
            self.copy(name, None)

    def copy(self, name: str, target: IO[bytes] | None) -> None:
        """Write one part to ``target``, or nowhere, and compare it with its digest."""
        with self.open(name) as source:
            while content := source.read(_AT_ONCE):
                if target is not None:
                    target.write(content)

    @contextmanager
    def open(self, name: str) -> Generator["_Checked"]:
        """Yield a file to read one part from. At its end it is compared with its digest."""
        part = self.manifest.parts.get(name)
        if part is None:
            raise BackupFailed(f"{self._path} has no part {name}")
        with self._explaining(), self._zip.open(name) as source:
            checked = _Checked(source, part, name)
            yield checked
            checked.finish()

    def _read_manifest(self) -> Manifest:
        names = self._zip.namelist()
        if len(names) > _MOST_PARTS or MANIFEST not in names or len(set(names)) < len(names):
            raise BackupFailed(f"{self._path} is no backup of yongxin's")
        with self._zip.open(MANIFEST) as file:
            content = file.read(_LARGEST_MANIFEST + 1)
        if len(content) > _LARGEST_MANIFEST:
            raise BackupFailed(f"{self._path}: the manifest is too large")
        manifest = Manifest.from_json(json.loads(content))
        if set(names) != {*manifest.parts, MANIFEST}:
            raise BackupFailed(f"{self._path} has other parts than its manifest says")
        return manifest

    @contextmanager
    def _explaining(self) -> Generator[None]:
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeError, ValueError) as error:
            raise BackupFailed(f"{self._path} is damaged: {error}") from error
        except (NotImplementedError, RuntimeError) as error:  # a way to compress, or a password
            raise BackupFailed(f"{self._path} is no backup of yongxin's: {error}") from error


class _Hashing:
    """Passes on what is written, counted and hashed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, content: Any) -> int:
        self._file.write(content)
        self._hash.update(content)
        size = memoryview(content).nbytes
        self.bytes += size
        return size

    def flush(self) -> None:
        self._file.flush()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class _Checked:
    """Reads no more than a part may have, and compares it at the end."""

    def __init__(self, file: IO[bytes], part: Part, name: str) -> None:
        self._file = file
        self._part = part
        self._name = name
        self._hash = hashlib.sha256()
        self._left = part.bytes

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes. Raises ``BackupFailed`` when there are too many."""
        wanted = self._left + 1 if size < 0 else min(size, self._left + 1)
        content = self._file.read(wanted)
        self._left -= len(content)
        if self._left < 0:
            raise BackupFailed(f"the part {self._name} is larger than the manifest says")
        self._hash.update(content)
        return content

    def finish(self) -> None:
        """Read what is left, and compare."""
        while self.read(_AT_ONCE):
            pass
        if self._left or self._hash.hexdigest() != self._part.sha256:
            raise BackupFailed(f"the part {self._name} is damaged: it is not what was written")


def _info(name: str, *, compressed: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_STORED if compressed else zipfile.ZIP_DEFLATED
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001  (public in 3.13)
    return info
