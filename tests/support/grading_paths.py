"""The ways to grade what was handed in, each as the command that a trainer types."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from support.whole_module import MODULE
from yongxin.grading.exchange import nbgrader_configuration

PROGRAMS = Path(sys.executable).parent

#: nbgrader without anything of ours: it starts a kernel and executes what was handed in. Its
#: sockets are files: of programs that start kernels at once, two may be given the same TCP port.
STOCK = """
import os, tempfile

del c.Autograde
c.KernelManager.transport = "ipc"
c.KernelManager.ip = os.path.join(tempfile.gettempdir(), f"nbgrader-{os.getpid()}")
"""

_SECONDS = 1200


class Way:
    """A program that grades the submissions of the course in ``root``."""

    def __init__(self, root: Path, *command: str | Path) -> None:
        self.root = root
        self.command = command

    @contextmanager
    def started(self) -> Iterator["Running"]:
        """Start it, in a session of its own, which ends with the block."""
        running = Running(self.command, self.root)
        try:
            yield running
        finally:
            running.end()

    def run(self, *expected: int) -> str:
        """Run it to its end; return what it has said. Fails if it ends with another code."""
        with self.started() as running:
            return running.finish(*expected)


def nbgrader(root: Path) -> Way:
    """Grade with ``nbgrader autograde``, as the course in ``root`` is configured."""
    return Way(root, PROGRAMS / "nbgrader", "autograde", MODULE)


def batch(root: Path, *, jobs: int = 2) -> Way:
    """Grade with ``yongxin grade``."""
    return Way(root, PROGRAMS / "yongxin", "grade", MODULE, f"--jobs={jobs}")


class Running:
    """A program that has been started; what it says is kept until ``end``."""

    def __init__(self, command: Sequence[str | Path], folder: Path) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (``end`` closes it)
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def finish(self, *expected: int) -> str:
        """Wait until it ends; return what it has said. Fails if it ends with another code."""
        code = self.process.wait(_SECONDS)
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        assert code in (expected or (0,)), f"{self.process.args} ended with {code}:\n{said[-5000:]}"
        return said

    def kill(self) -> None:
        """Kill all its processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Forget it; what still runs of it is killed."""
        self.kill()
        self._said.close()


def configure(root: Path, *lines: str) -> None:
    """Add lines to the course's ``nbgrader_config.py``."""
    path = root / "nbgrader_config.py"
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join([text, *lines, ""]), encoding="utf-8")


def gradebook_url(root: Path) -> str:
    """Return where the gradebook of the course in ``root`` is."""
    return str(nbgrader_configuration(root).CourseDirectory.db_url)


def graded_files(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of every graded file by its path below ``autograded``."""
    folder = root / "var" / "autograded"
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }
