"""One stock kernel over sockets in a folder: executes sources one by one, and stops what runs wild.

Everything that the kernel says may come from a learner's code. It is bounded before it is read,
and counts only as far as ``outputs`` selects from it.
"""

# pyzmq and jupyter_client are typed in parts.
# pyright: reportUnknownMemberType=false

import json
import secrets
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, cast

import psutil
import zmq
from jupyter_client.session import Session

from yongxin.grading.sandbox.job import CellResult, Limits
from yongxin.grading.sandbox.outputs import Outputs, cell_number, error_output

CONNECTION_FILE = "kernel.json"

#: The longest that a kernel may take to be ready, on a machine that is busy with others.
_READY_SECONDS = 60
#: How long a cell that has put out too much, or whose time is over, may take to end by itself.
_GRACE_SECONDS = 0.5
#: How long an interrupted cell may take to end …
_INTERRUPT_SECONDS = 5
#: … and how long its kernel, before it is killed, to say that it has ended after all.
_ANSWER_SECONDS = 2
#: How long outputs may take to arrive after a cell has ended.
_LAST_OUTPUTS_SECONDS = 4
_PROBE_SECONDS = 5
_WATCH_SECONDS = 0.5
_POLL_MILLISECONDS = 100

# What the kernel may have under way to this process, which must not fill its memory.
_MESSAGE_BYTES = 4 * 1024 * 1024
_MESSAGES = 200

_CHANNELS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4, "hb": 5}


class KernelEnded(Exception):
    """The kernel is gone; ``name`` is that of the error which its cells show."""

    def __init__(self, name: str, told: str) -> None:
        super().__init__(told)
        self.name = name


class KernelNotReady(Exception):
    """No kernel has come up; no learner's code has run."""


class Kernel:
    """The client of one kernel that is coming up in ``process``."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", run_folder: Path, key: str, limits: Limits
    ) -> None:
        self._process = process
        self._watched = psutil.Process(process.pid)
        self._run_folder = run_folder
        self._limits = limits
        self._session = Session(key=key.encode())
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, _MESSAGE_BYTES)
        self._context.setsockopt(zmq.RCVHWM, _MESSAGES)
        self._context.setsockopt(zmq.LINGER, 0)
        self._poller = zmq.Poller()
        self._shell = self._connect("shell", zmq.DEALER)
        self._control = self._connect("control", zmq.DEALER)
        self._iopub = self._connect("iopub", zmq.SUB)
        self._next_watch = 0.0

    def close(self) -> None:
        """End the connection; the process is its owner's to end."""
        self._context.destroy(linger=0)

    def wait_until_ready(self) -> None:
        """Return when the kernel answers, or raise ``KernelNotReady``."""
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            # Outputs published before the connection stands are lost, so ask until one arrives.
            exchange = _Exchange(self._send(self._shell, "kernel_info_request", {}))
            try:
                if self._follow(exchange, time.monotonic() + 1):
                    return
            except KernelEnded as error:
                raise KernelNotReady(str(error)) from error
        raise KernelNotReady(f"the kernel was not ready within {_READY_SECONDS} seconds")

    def execute(self, source: str, seconds: float) -> CellResult:
        """Execute one source for at most so many seconds.

        A source that runs longer or puts out too much is interrupted, and the kernel goes on.
        Raises ``KernelEnded`` when it does not survive.
        """
        outputs = Outputs(self._limits.output_characters)
        exchange = _Exchange(self._request(source), outputs.add)
        self._follow(
            exchange,
            time.monotonic() + seconds,
            lambda: outputs.overflowed or exchange.reply is not None,
        )
        if exchange.reply is not None:
            end = time.monotonic() + _LAST_OUTPUTS_SECONDS
            self._follow(exchange, end, lambda: outputs.overflowed)
        failure = self._failure(exchange, outputs, seconds)
        if exchange.reply is None:
            self._interrupt(exchange)
        if not exchange.is_complete:
            self._renew_outputs()
        self._require_errors_to_be_told()
        if failure is None:
            return CellResult(outputs.result(), exchange.execution_count)
        # First, because nbgrader stops at the first output that means points.
        return CellResult((error_output(*failure), *outputs.result()), exchange.execution_count)

    def _failure(
        self, exchange: "_Exchange", outputs: Outputs, seconds: float
    ) -> tuple[str, str] | None:
        """Return the error that a cell has to show beyond what it has put out."""
        if outputs.overflowed:
            limit = self._limits.output_characters
            return "OutputLimitError", f"the cell put out more than {limit} characters"
        if exchange.reply is None:
            return "CellTimeoutError", f"the cell was stopped after {seconds:.0f} seconds"
        if not exchange.is_complete:
            # nbgrader would give full marks to a test without outputs.
            return (
                "OutputsLostError",
                "the outputs of the cell were lost; perhaps there were too many",
            )
        if exchange.failed and not outputs.has_error:
            return exchange.failure()
        return None

    def _require_errors_to_be_told(self) -> None:
        """Raise ``KernelEnded`` unless the kernel still reports an error as an error.

        A test passes when it raises nothing. Code that makes the shell swallow errors would pass
        every test.
        """
        mark = secrets.token_hex(8)
        exchange = _Exchange(self._request(f"raise RuntimeError({mark!r})", silent=True))
        self._is_replied(exchange, _PROBE_SECONDS)
        if exchange.failed and exchange.failure() == ("RuntimeError", mark):
            return
        self._end("TamperedKernelError", "the kernel does not report errors any more")

    def _interrupt(self, exchange: "_Exchange") -> None:
        """Stop what runs, or the kernel if that does not help."""
        exchange.ignore_outputs()
        if self._is_replied(exchange, _GRACE_SECONDS):
            return
        self._send(self._control, "interrupt_request", {})
        if self._is_replied(exchange, _INTERRUPT_SECONDS):
            return
        # An interrupt that meets the kernel just as a cell has ended costs the cell's reply.
        question = _Exchange(self._send(self._shell, "kernel_info_request", {}))
        if not self._is_replied(question, _ANSWER_SECONDS):
            self._end("DeadKernelError", "the kernel was killed, because it could not be stopped")

    def _is_replied(self, exchange: "_Exchange", seconds: float) -> bool:
        """Tell whether the reply to a request comes within so many seconds."""
        end = time.monotonic() + seconds
        self._follow(exchange, end, lambda: exchange.reply is not None)
        return exchange.reply is not None

    def _follow(
        self,
        exchange: "_Exchange",
        end: float,
        enough: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Take in messages until the exchange is complete, which is returned, or ``end`` comes."""
        while not exchange.is_complete and time.monotonic() < end and not enough():
            for socket, _ in self._poller.poll(_POLL_MILLISECONDS):
                message = self._receive(socket)
                if message is not None:
                    exchange.take(message, is_output=socket is self._iopub)
            self._watch()
        return exchange.is_complete

    def _watch(self) -> None:
        """End the kernel if all of it together uses too much."""
        if time.monotonic() < self._next_watch:
            return
        self._next_watch = time.monotonic() + _WATCH_SECONDS
        if self._process.poll() is not None:
            self._end("DeadKernelError", "the kernel died")
        if self._resident_bytes() > self._limits.memory_bytes:
            self._end("MemoryLimitError", "the code used too much memory")
        # Beside the sockets, this folder is the one place on a disk that the code can write to.
        if sum(1 for _ in self._run_folder.iterdir()) > len(_CHANNELS) + 1:
            self._end("DiskLimitError", "the code wrote where only the kernel's sockets are")

    def _resident_bytes(self) -> int:
        total = 0
        try:
            for process in self._watched.children(recursive=True):
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            return 0  # some have just ended; the next look will tell
        return total

    def _end(self, name: str, told: str) -> NoReturn:
        self._process.kill()
        self._process.wait()
        raise KernelEnded(name, told)

    def _connect(self, channel: str, kind: int) -> "zmq.Socket[bytes]":
        socket = self._context.socket(kind)
        if kind == zmq.SUB:
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(f"ipc://{self._run_folder / 's'}-{_CHANNELS[channel]}")
        self._poller.register(socket, zmq.POLLIN)
        return socket

    def _renew_outputs(self) -> None:
        """Leave behind what is still under way, and a connection that was cut for its size."""
        self._poller.unregister(self._iopub)
        self._iopub.close()
        self._iopub = self._connect("iopub", zmq.SUB)
        try:
            self.wait_until_ready()
        except KernelNotReady as error:
            self._end("DeadKernelError", str(error))

    def _request(self, source: str, *, silent: bool = False) -> str:
        content: dict[str, Any] = {
            "code": source,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return self._send(self._shell, "execute_request", content)

    def _send(self, socket: "zmq.Socket[bytes]", kind: str, content: Mapping[str, Any]) -> str:
        message = self._session.send(socket, kind, dict(content))
        return str(message["header"]["msg_id"]) if message else ""

    def _receive(self, socket: "zmq.Socket[bytes]") -> Mapping[str, Any] | None:
        try:
            _, message = self._session.recv(socket, zmq.NOBLOCK)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            # Not signed, not JSON or of no known shape: nothing that a kernel would send.
            return None
        return message


class _Exchange:
    """One request, and what has come of it."""

    def __init__(
        self, request: str, take_output: Callable[[str, Mapping[str, Any]], None] | None = None
    ) -> None:
        self._request = request
        self._take_output = take_output
        self._is_idle = False
        self.reply: Mapping[str, Any] | None = None

    def take(self, message: Mapping[str, Any], *, is_output: bool) -> None:
        """Take in a message if it belongs to this request."""
        content = _mapping(message.get("content"))
        if _mapping(message.get("parent_header")).get("msg_id") != self._request:
            return
        kind = message.get("msg_type")
        if not is_output:
            self.reply = self.reply or content
        elif kind == "status":
            self._is_idle = self._is_idle or content.get("execution_state") == "idle"
        elif self._take_output is not None:
            self._take_output(str(kind), content)

    def ignore_outputs(self) -> None:
        """Leave out whatever is put out from now on."""
        self._take_output = None

    @property
    def is_complete(self) -> bool:
        """Whether the reply and all outputs are there."""
        return self._is_idle and self.reply is not None

    @property
    def failed(self) -> bool:
        """Whether the reply tells anything but success."""
        return self.reply is not None and self.reply.get("status") != "ok"

    @property
    def execution_count(self) -> int | None:
        """The number of the cell, as the kernel counts."""
        return cell_number(self.reply.get("execution_count")) if self.reply else None

    def failure(self) -> tuple[str, str]:
        """Return the name and the text of the error that the reply tells."""
        reply = self.reply or {}
        return str(reply.get("ename", "Error"))[:200], str(reply.get("evalue", ""))[:2000]


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def write_connection_file(run_folder: Path) -> str:
    """Write what a kernel needs to be reached through ``run_folder``; return the key to it."""
    key = secrets.token_hex(32)
    connection: dict[str, Any] = {f"{name}_port": port for name, port in _CHANNELS.items()}
    connection |= {
        "transport": "ipc",
        "ip": str(run_folder / "s"),
        "key": key,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "python3",
    }
    path = run_folder / CONNECTION_FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps(connection), encoding="utf-8")
    return key


@contextmanager
def connected(
    process: "subprocess.Popen[bytes]", run_folder: Path, key: str, limits: Limits
) -> Generator[Kernel]:
    """Provide a kernel that is ready. Raises ``KernelNotReady``; its process is not ended here."""
    kernel = Kernel(process, run_folder, key, limits)
    try:
        kernel.wait_until_ready()
        yield kernel
    finally:
        kernel.close()
