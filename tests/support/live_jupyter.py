"""A trainer's JupyterLab in a process of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from support.processes import end_group, free_port

START_SECONDS = 120
TOKEN = "a-trainer-at-a-desk"


class LiveJupyter:
    """JupyterLab, with nbgrader's formgrader, over the course in ``root``."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root = root
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers. Raises ``RuntimeError`` with its log."""
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"JupyterLab did not start:\n{self.read_log()}")

    def address(self, path: str) -> str:
        """Return the address of a page, token included."""
        return f"{self.url}/{path.lstrip('/')}?token={TOKEN}"

    def stop(self) -> None:
        """End the server and its kernels."""
        process, self.process = self.process, None
        if process is not None:
            end_group(process)

    def read_log(self) -> str:
        """Return what the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False
