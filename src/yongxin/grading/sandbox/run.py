"""Running jobs: a temporary folder and a locked-in kernel for each."""

import io
import json
import math
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path

from yongxin.grading.sandbox import bubblewrap, inside, kernel
from yongxin.grading.sandbox.bubblewrap import require_sandbox
from yongxin.grading.sandbox.job import CellResult, CodeJob, CodeResult, CodeRunner, Limits
from yongxin.grading.sandbox.outputs import error_output

#: Accounts that belong to nobody, as systemd sets them aside for services. The limit on processes
#: counts by account, so each sandbox takes one of them.
_FIRST_ACCOUNT, _ACCOUNTS = 61184, 4336
_FILES = "files"
_RUN = "run"

_END_SECONDS = 10
_READ_BYTES = 64 * 1024
_KEPT_BYTES = 2000

#: Beyond what the limits allow, for starting and for what this side waits for.
_CPU_SECONDS_TO_START = 30

#: The kernel of the environment that this runs in; the folder that it runs in comes into its path
#: only after it has started, so that no file of a learner's stands in for one of its own modules.
_START_KERNEL = (
    "import sys; del sys.path[0]; from ipykernel.kernelapp import launch_new_instance as start; "
    "start()"
)


def run_code(job: CodeJob, *, trusted: bool = False) -> CodeResult:
    """Execute the sources of one submission in a fresh kernel, locked in unless ``trusted``.

    Raises ``SandboxMissing`` when it cannot be locked in. Whatever the code does is told in the
    result; a trusted run keeps the limits of time, memory and output, and nothing else.
    """
    with _folder(job) as folder:
        run_folder = folder / _RUN
        key = kernel.write_connection_file(run_folder)
        process = _start(folder, job.limits, trusted=trusted)
        heard = _LastWords(process)
        failure: kernel.KernelNotReady | None = None
        cells, remarks = (), ()
        try:
            with kernel.connected(process, run_folder, key, job.limits) as ready:
                cells, remarks = _execute(ready, job)
        except kernel.KernelNotReady as error:
            failure = error
        finally:
            _end(process, whole_group=trusted)
            last_words = heard.told()
    if failure is None:
        return CodeResult(job.key, cells, remarks)
    if not trusted:
        require_sandbox()
    return CodeResult(job.key, refused=f"{failure}: {last_words}")


def runner(workers: int = 1, *, trusted: bool = False) -> CodeRunner:
    """Return what runs many jobs on this machine, so many at a time."""
    return partial(_run_all, workers=workers, trusted=trusted)


def _run_all(jobs: Iterable[CodeJob], *, workers: int, trusted: bool) -> Iterator[CodeResult]:
    waiting = iter(jobs)
    # Threads do: all work is in the kernels.
    with ThreadPoolExecutor(workers) as pool:
        running: set[Future[CodeResult]] = set()
        while True:
            for job in islice(waiting, 2 * workers - len(running)):
                running.add(pool.submit(run_code, job, trusted=trusted))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def _execute(ready: kernel.Kernel, job: CodeJob) -> tuple[tuple[CellResult, ...], tuple[str, ...]]:
    cells: list[CellResult] = []
    remarks: list[str] = []
    stopped: str | None = None
    end = time.monotonic() + job.limits.notebook_seconds
    for number, source in enumerate(job.sources, start=1):
        left = end - time.monotonic()
        if stopped is None and left <= 0:
            stopped = "the notebook took too long"
            remarks.append(f"code cell {number}: {stopped}")
        if stopped is not None:
            cells.append(CellResult((error_output("NotExecuted", stopped),)))
            continue
        try:
            cells.append(ready.execute(source, min(left, job.limits.cell_seconds)))
        except kernel.KernelEnded as error:
            stopped = str(error)
            remarks.append(f"code cell {number}: {stopped}")
            cells.append(CellResult((error_output(error.name, stopped),)))
    return tuple(cells), tuple(remarks)


@contextmanager
def _folder(job: CodeJob) -> Generator[Path]:
    """Provide a folder with the submission's files in one, and an empty one for sockets."""
    # Short: the address of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="yx-"))
    try:
        files = folder / _FILES
        files.mkdir()
        (folder / _RUN).mkdir()
        for name, content in job.files.items():
            path = files / name
            if not path.is_relative_to(files) or ".." in path.parts:
                raise ValueError(f"{job.key}: {name!r} is no path of a file beside a notebook")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield folder
    finally:
        # What the code has left behind may resist; it is small.
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, limits: Limits, *, trusted: bool) -> "subprocess.Popen[bytes]":
    files, run_folder = folder / _FILES, folder / _RUN
    directory = str(files) if trusted else bubblewrap.DIRECTORY
    settings = {
        "command": [
            sys.executable,
            *("-c", _START_KERNEL, "-f", str(run_folder / kernel.CONNECTION_FILE)),
            "--HistoryManager.hist_file=:memory:",
        ],
        "directory": directory,
        "copy_from": None if trusted else bubblewrap.FILES,
        "run_folder": str(run_folder),
        "uid": _account() if os.geteuid() == 0 and not trusted else None,
        "limits": _resource_limits(limits),
    }
    program = [sys.executable, "-I", "-S", inside.__file__, json.dumps(settings)]
    return subprocess.Popen(
        program if trusted else bubblewrap.command(program, run_folder, files, limits),
        env=_environment(folder if trusted else Path("/tmp")),  # noqa: S108
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # So that what a trusted kernel has started can be ended with it.
        start_new_session=trusted,
    )


def _environment(home: Path) -> dict[str, str]:
    """Return all that the code sees of the environment: nothing of this process's own."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        # The same code earns the same points each time.
        "PYTHONHASHSEED": "0",
        # As nbgrader's own way of executing says it.
        "NBGRADER_EXECUTION": "autograde",
        # Several kernels share the machine, and threads count as processes.
        **{f"{library}_NUM_THREADS": "1" for library in threads},
    }


def _resource_limits(limits: Limits) -> dict[str, int]:
    return {
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": math.ceil(limits.notebook_seconds) + _CPU_SECONDS_TO_START,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_NPROC": limits.processes,
    }


def _account() -> int:
    return _FIRST_ACCOUNT + secrets.randbelow(_ACCOUNTS)


class _LastWords:
    """Reads all that a process says on stderr, and keeps the end of it.

    Whoever writes into a pipe that nobody reads stands still as soon as it is full.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._kept = b""
        self._reader = threading.Thread(
            target=self._read, args=(process.stderr,), name="last-words", daemon=True
        )
        self._reader.start()

    def told(self) -> str:
        """Return the end of what was said, once everything that could say something has ended."""
        # Everything in the sandbox holds the other end of stderr, so this waits for all of it.
        self._reader.join(_END_SECONDS)
        if self._reader.is_alive():
            return "it does not end"
        return self._kept.decode("utf-8", "replace").strip()[-500:] or "it said nothing"

    def _read(self, stream: io.BufferedReader) -> None:
        with stream:
            while some := stream.read1(_READ_BYTES):
                self._kept = (self._kept + some)[-_KEPT_BYTES:]


def _end(process: "subprocess.Popen[bytes]", *, whole_group: bool) -> None:
    """End a process and all that it has started."""
    process.kill()
    if whole_group:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END_SECONDS)
