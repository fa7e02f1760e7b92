"""Comparing built files with those that stand in the course, and replacing what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Folders that hold derived files and nothing else: whatever a build does not make is superfluous.
DERIVED_FOLDERS = ("course", "solutions", "exercises", "data/bank", "data/sets")

#: Derived files in a folder that also holds other files, which a build never touches.
DERIVED_FILES = ("data/course.json", "data/README.md")

_ARRIVING = ".arriving"


@dataclass(frozen=True)
class BuildResult:
    """How built files differ from those in the course: what a build changes.

    Paths are relative to the course's root, with ``/``, sorted.
    """

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    superfluous: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether every derived file is what the content makes it, and there is no other."""
        return not (self.missing or self.stale or self.superfluous)

    def differences(self) -> Iterator[str]:
        """Yield a line for each file that is not, or was not, as it should be."""
        yield from (f"{path}: missing" for path in self.missing)
        yield from (f"{path}: stale" for path in self.stale)
        yield from (f"{path}: superfluous" for path in self.superfluous)


def compare(root: Path, files: Mapping[str, bytes]) -> BuildResult:
    """Compare ``files`` (path → content) with the derived files that stand below ``root``."""
    standing = _derived_files(root)
    present = sorted(standing.intersection(files))
    same = [path for path in present if (root / path).read_bytes() == files[path]]
    return BuildResult(
        missing=tuple(sorted(set(files) - standing)),
        stale=tuple(path for path in present if path not in same),
        superfluous=tuple(sorted(standing - set(files))),
        unchanged=tuple(same),
    )


def replace(root: Path, files: Mapping[str, bytes], result: BuildResult) -> None:
    """Make the derived files below ``root`` the built ones; files that are the same stay untouched.

    Everything is first written beside its destination and only then put into place, file by file,
    by renaming. So a full disk or a folder that cannot be written to is met while the course is
    still whole, and raises ``OSError``.
    """
    destinations = [root / path for path in (*result.missing, *result.stale)]
    arriving = [path.with_name(f".{path.name}{_ARRIVING}") for path in destinations]
    try:
        for path, temporary in zip(destinations, arriving, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(files[path.relative_to(root).as_posix()])
        for path, temporary in zip(destinations, arriving, strict=True):
            temporary.replace(path)
    finally:
        for temporary in arriving:
            temporary.unlink(missing_ok=True)
    for path in result.superfluous:
        (root / path).unlink()
        _remove_empty_folders(root, (root / path).parent)


def _derived_files(root: Path) -> set[str]:
    """Return the derived files that stand, without hidden ones: those are a tool's, not ours.

    (JupyterLab keeps ``.ipynb_checkpoints`` beside a notebook that somebody has opened.)
    """
    found = {path for path in DERIVED_FILES if (root / path).is_file()}
    for folder in DERIVED_FOLDERS:
        for path in (root / folder).rglob("*"):
            relative = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in relative.parts):
                found.add(relative.as_posix())
    return found


def _remove_empty_folders(root: Path, folder: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
