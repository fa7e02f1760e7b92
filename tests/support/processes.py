"""Servers that tests start: their ports, and their end."""

import os
import signal
import socket
import subprocess

STOP_SECONDS = 20


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def end_group(process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> None:
    """End a process that was started in a session of its own, and all that it has started.

    It is killed when it does not end within some seconds.
    """
    _signal_group(process.pid, how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def _signal_group(leader: int, how: signal.Signals) -> None:
    try:
        os.killpg(leader, how)
    except ProcessLookupError:
        return  # it has ended by itself
