"""What one command costs: time, processor seconds, and the memory of all its processes."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

#: Between two looks at the memory; a look costs a millisecond for each process.
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Cost:
    """What a command and all that it has started took.

    ``peak_mib`` is the highest sum of their resident memory at one moment; what several of them
    share counts as often.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str


def run(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run a command in ``folder``. Raises ``RuntimeError`` with what it said when it fails."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = [0.0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            peak[0] = max(peak[0], _resident_mib(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
    finally:
        over.set()
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{output[-3000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak[0], output)


def _resident_mib(pid: int) -> float:
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
    return total / 1024 / 1024
