"""Graded submissions on their way to their place, each as a whole.

A run writes every graded submission into a hidden folder beside the others. Only when its rows are
in the gradebook is it renamed to its place. In this order a kill does no harm: what stands in its
place has its rows, and whatever is not there yet, or is older than what was handed in, is graded
again by the next run, which writes the same rows once more. The other way round a submission could
stand there, look graded and have no rows.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.findings import FILE_NAME, Finding, write_findings

#: Hidden, so that no pattern of nbgrader's finds it among the learners' folders.
_PREFIX = ".grading-"


@dataclass(frozen=True)
class Staging:
    """The hidden folder of one run; ``permissions`` are those of the files that it writes."""

    folder: Path
    autograded: Path
    module_id: str
    permissions: int

    def place(self, username: str) -> Path:
        """Return where a graded submission belongs."""
        return self.autograded / username / self.module_id

    def write(
        self,
        username: str,
        notebook: str,
        files: Mapping[str, Path],
        findings: Iterable[Finding],
    ) -> None:
        """Write a graded submission into the hidden folder; ``files`` are copied, by their name."""
        folder = self._staged(username)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, source in files.items():
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy, follow_symlinks=False)
            copy.chmod(self.permissions)
        path = folder / f"{self.module_id}.ipynb"
        path.write_text(notebook, encoding="utf-8", newline="\n")
        path.chmod(self.permissions)
        write_findings(folder, findings)
        for kept in folder.glob(FILE_NAME):
            kept.chmod(self.permissions)

    def publish(self, username: str) -> None:
        """Move a graded submission to its place; what stood there before is deleted."""
        place = self.place(username)
        place.parent.mkdir(exist_ok=True)
        former = self.folder / "former"
        if os.path.lexists(place):
            place.rename(former)
        self._staged(username).rename(place)
        if os.path.lexists(former):
            _remove(former)

    def _staged(self, username: str) -> Path:
        return self.folder / "graded" / username


@contextmanager
def stage(autograded: Path, module_id: str, permissions: int) -> Generator[Staging]:
    """Make the hidden folder of a run, and remove it in the end; one run a course at a time.

    What a run that was killed has left is removed as well. Raises ``GradingFailed`` when another
    run is grading in this course.
    """
    autograded.mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_at_a_time(autograded):
        for left in autograded.glob(f"{_PREFIX}*"):
            _remove(left)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=autograded))
        try:
            yield Staging(folder, autograded, module_id, permissions)
        finally:
            _remove(folder)


@contextmanager
def one_at_a_time(autograded: Path) -> Generator[None]:
    """Keep every run away from the course with this folder. Raises ``GradingFailed`` if one is on.

    No other process inherits the lock, so it goes with this one, whatever ends it.
    """
    lock = os.open(autograded, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GradingFailed(
                f"somebody is grading into {autograded} already; wait until that is done"
            ) from error
        yield
    finally:
        os.close(lock)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # A worker of a killed run may still be writing its last submission into it.
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
