"""A real ``yongxin serve --gallery`` in a process of its own, and the visitor signed in to it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from support.processes import end_group, free_port

START_SECONDS = 200
_LINK = re.compile(r"http://\S+/sign-in/\S+")


class LiveGallery:
    """The gallery, served from ``folder``; ``session`` is the visitor's, for browsers to take."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "gallery.log"
        command = [sys.executable, "-m", "yongxin", "serve", "--gallery", f"--port={self.port}",
                   "--ip=127.0.0.1"]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env=os.environ | {"TMPDIR": str(folder)},
                start_new_session=True,
            )
        self.client = httpx.Client(base_url=self.url, trust_env=False, timeout=60)
        try:
            self._sign_in(self._printed_link())
        except BaseException:
            self.close()
            raise

    def page(self, address: str) -> str:
        """Return a page's HTML."""
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.text

    @property
    def session(self) -> dict[str, Any]:
        """The visitor's cookies, as Playwright's ``storage_state``."""
        cookies = [
            {
                "name": one.name,
                "value": one.value,
                "domain": "127.0.0.1",
                "path": one.path,
                "expires": -1,
                "httpOnly": False,
                "secure": False,
                "sameSite": "Lax",
            }
            for one in self.client.cookies.jar
        ]
        return {"cookies": cookies, "origins": []}

    def close(self) -> None:
        """End it as Ctrl-C does, and wait until it has thrown its folder away."""
        self.client.close()
        end_group(self.process, signal.SIGINT)

    def _printed_link(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            printed = _LINK.search(self.log.read_text(encoding="utf-8", errors="replace"))
            if printed:
                return printed[0]
            time.sleep(0.2)
        raise RuntimeError(f"no gallery:\n{self.log.read_text(encoding='utf-8')}")

    def _sign_in(self, link: str) -> None:
        self.client.get("en/sign-in")
        self.client.headers["X-XSRFToken"] = self.client.cookies["_xsrf"]
        answer = self.client.post(link.replace(link[: link.index("/sign-in/")], self.url))
        assert answer.status_code == 303, answer.text
