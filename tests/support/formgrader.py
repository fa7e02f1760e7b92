"""A real Jupyter server with formgrader in it, as a trainer starts it in the course's folder."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 20


class Formgrader:
    """``jupyter server`` in a course's folder; ``start`` starts it, ``stop`` ends it."""

    def __init__(self, course_root: Path) -> None:
        self.course_root = course_root
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self.log = course_root / "var" / "formgrader.log"
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, path: str = "") -> str:
        """Return an address that signs its reader in and leads to a page below ``/formgrader/``.

        It goes by the server's own sign-in page: formgrader would set a cookie for that one page,
        and its scripts would be turned away.
        """
        query = urllib.parse.urlencode({"token": self.token, "next": f"/formgrader/{path}"})
        return f"http://127.0.0.1:{self.port}/login?{query}"

    def submission_url(self, gradebook_url: str, module_id: str, username: str) -> str:
        """Return the address of the page on which a learner's submission is marked."""
        from nbgrader.api import Gradebook

        with Gradebook(gradebook_url) as gradebook:
            submission = gradebook.find_submission_notebook(module_id, module_id, username)
            return self.url(f"submissions/{submission.id}/")

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ``RuntimeError`` with its log."""
        command = [
            sys.executable,
            "-m",
            "jupyter",
            "server",
            "--no-browser",
            "--allow-root",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.course_root,
                env={name: value for name, value in os.environ.items() if name != "YONGXIN_STATE"},
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url("manage_assignments"), timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return
        self.stop()
        raise RuntimeError(
            f"formgrader did not start:\n{self.log.read_text(encoding='utf-8', errors='replace')}"
        )

    def stop(self) -> None:
        """End the server."""
        process, self.process = self.process, None
        if process is None:
            return
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, how)
                process.wait(STOP_SECONDS)
            except ProcessLookupError:
                return  # it has ended by itself
            except subprocess.TimeoutExpired:
                continue
            return


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
