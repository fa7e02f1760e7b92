"""Processes: starting servers, and what they and all below them cost."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

START_SECONDS, STOP_SECONDS = 90, 30

#: A server is at rest when it and its kernels use less than this share of a processor.
AT_REST, REST_SECONDS, LONGEST_UNREST = 0.05, 1.0, 60.0


_PRIVATE_KIB = re.compile(r"^Private_(?:Clean|Dirty):\s+(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Cost:
    """Processor seconds since each process began, and memory in MiB that is not shared."""

    cpu_seconds: float
    private_mib: float

    def __sub__(self, earlier: "Cost") -> "Cost":
        return Cost(self.cpu_seconds - earlier.cpu_seconds, self.private_mib - earlier.private_mib)


def cost(pid: int) -> Cost:
    """Return the cost of ``pid`` and its descendants. Ended processes no longer count."""
    seconds = memory = 0.0
    root = psutil.Process(pid)
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            times = process.cpu_times()
            seconds += times.user + times.system
            memory += _private_mib(process.pid)
    return Cost(seconds, memory)


@contextlib.contextmanager
def highest_memory(pid: int) -> Iterator[list[float]]:
    """Yield a list to which each second adds the private MiB of ``pid`` and its descendants."""
    found = [cost(pid).private_mib]
    over = threading.Event()

    def look() -> None:
        while not over.wait(1.0):
            found.append(cost(pid).private_mib)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def wait_for_rest(pid: int) -> None:
    """Wait until ``pid`` and its descendants do nothing, at most a minute."""
    end = time.monotonic() + LONGEST_UNREST
    before = cost(pid).cpu_seconds
    while time.monotonic() < end:
        time.sleep(REST_SECONDS)
        now = cost(pid).cpu_seconds
        # Kernels that ended take their seconds with them, so the sum may fall.
        if abs(now - before) < AT_REST * REST_SECONDS:
            return
        before = now


@contextlib.contextmanager
def running(
    command: list[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a server until the block ends; yield its process id once ``port`` answers.

    What it prints goes to ``log``. Raises ``RuntimeError`` when it does not start.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | dict(environment or {}),
            start_new_session=True,
        )
    try:
        _wait_for(port, process, log)
        yield process.pid
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        # The server leads a session of its own, so kernels that it left behind end with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """Return a port of the loopback interface on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until somebody answers a request, whatever the answer; workers may come late."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(connection):
            connection.request("GET", "/healthz")
            connection.getresponse()
            return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args} did not start: {log.read_text(errors='replace')[-2000:]}")


def _private_mib(pid: int) -> float:
    """Return the private memory of a process in MiB; where there is no /proc, all it has."""
    file = Path(f"/proc/{pid}/smaps_rollup")
    if not Path("/proc/self/smaps_rollup").exists():
        return float(psutil.Process(pid).memory_info().rss) / 1024 / 1024
    sizes = _PRIVATE_KIB.findall(file.read_text(encoding="ascii", errors="replace"))
    return sum(map(int, sizes)) / 1024
