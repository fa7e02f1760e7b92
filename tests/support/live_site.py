"""A real ``yongxin serve`` in a process of its own, that tests may kill and start again."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

from support.processes import end_group, free_port
from yongxin.store import Role, Store

START_SECONDS = 60

#: Who is on every live site: username → (name, role, groups).
PEOPLE: dict[str, tuple[str, Role, tuple[str, ...]]] = {
    "learner": ("林夏", "learner", ("east",)),
    "second": ("周远", "learner", ("west",)),
    "trainer": ("陈敏", "trainer", ()),
    "hr": ("吴静", "hr", ()),
    "admin": ("管理员", "admin", ()),
}


class LiveSite:
    """One site over one course, with a state directory of its own and ``PEOPLE`` in its store."""

    start_seconds = START_SECONDS

    def __init__(self, course_root: Path, state: Path, *options: str) -> None:
        """Prepare the state; ``options`` are added to the command line. ``start`` starts it."""
        self.course_root = course_root
        self.state = state
        self.options = list(options)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = state / "site.log"
        self.store_url = f"sqlite:///{state / 'yongxin.db'}"
        self.process: subprocess.Popen[bytes] | None = None
        state.mkdir(parents=True, exist_ok=True)
        self.store = Store.open(self.store_url)
        for username, (name, role, groups) in PEOPLE.items():
            if self.store.learner(username) is None:
                self.store.add_learner(
                    username, name, role=role, groups=groups, password=f"{username}-password"
                )

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ``RuntimeError`` with its log."""
        assert self.process is None, "it runs already"
        command = [
            sys.executable,
            "-m",
            "yongxin",
            "serve",
            f"--course={self.course_root}",
            f"--state={self.state}",
            f"--port={self.port}",
            "--ip=127.0.0.1",
            *self.options,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.state,
                env=os.environ | {"PYTHONUNBUFFERED": "1", "YONGXIN_STATE": str(self.state)},
                start_new_session=True,
            )
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self.is_up():
                return
            time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"the site did not start:\n{self.read_log()}")

    def is_up(self) -> bool:
        """Tell whether the health page answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End the server and its kernels at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the server to end; kill it if it does not within some seconds."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Stop and start on the same port with the same state."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self.store.close()

    def sign_in_link(self, username: str = "learner") -> str:
        """Return a link that signs ``username`` in once."""
        return f"{self.url}/sign-in/{self.store.issue_sign_in_token(username)}"

    def sign_in(self, page: Page, username: str = "learner") -> None:
        """Sign ``username`` in as a person would: open the link and press its button."""
        page.goto(self.sign_in_link(username))
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(re.compile(rf"^{re.escape(self.url)}/(zh-CN|en)/"))

    def read_log(self) -> str:
        """Return what the server has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None:
            # The server leads a process group of its own, so its kernels end with it.
            end_group(process, how)
