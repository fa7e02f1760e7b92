"""Ralph, an open-source learning record store, in an environment and a process of its own."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from support.processes import end_group, free_port

#: Ralph pins older versions of what we use, so it gets its own environment. ``requests`` is missing
#: from its own list.
REQUIREMENTS = ("ralph-malph[cli,lrs]==5.1.0", "requests>=2.32")
USERNAME, PASSWORD = "yongxin", "a-password-of-the-test"
START_SECONDS = 90
_INSTALL_SECONDS = 300

#: What uv says when it reached no registry, as against a requirement that cannot be met.
_UNREACHABLE = (
    "error sending request",
    "failed to fetch",
    "dns error",
    "connection refused",
    "network is unreachable",
    "operation timed out",
)


class Ralph:
    """A running record store with one account that may write and read."""

    def __init__(self, folder: Path) -> None:
        """Install it in ``folder``; skip the test if no registry of packages can be reached."""
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/xAPI"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "RALPH_APP_DIR": str(folder),
            "RALPH_AUTH_FILE": str(folder / "auth.json"),
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "statements"),
            "RALPH_BACKENDS__LRS__FS__DEFAULT_LRS_FILE": "statements.jsonl",
        }
        (folder / "statements").mkdir()
        programs = _install(folder / "environment")
        account = ("--username", USERNAME, "--password", PASSWORD, "--scope", "all")
        subprocess.run(
            [programs / "ralph", "auth", *account, "-M", "mailto:lrs@example.org", "-w"],
            env=self._environment,
            check=True,
            capture_output=True,
            timeout=START_SECONDS,
        )
        with (folder / "ralph.log").open("wb") as log:
            self._process = subprocess.Popen(
                [programs / "uvicorn", "ralph.api:app", f"--port={self.port}"],
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                self.statements()
            except OSError:
                time.sleep(0.2)
            else:
                return
        self.stop()
        raise RuntimeError((self._folder / "ralph.log").read_text(encoding="utf-8"))

    def statements(self) -> list[dict[str, Any]]:
        """Return all statements that it keeps."""
        token = b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/statements?limit=500",
            headers={"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["statements"]

    def stop(self) -> None:
        """End it."""
        end_group(self._process)


def _install(environment: Path) -> Path:
    """Return the folder of the programs of an environment that holds Ralph."""
    uv = Path(sys.executable).with_name("uv")
    for command in (
        ("venv", "--quiet", f"--python={sys.executable}", environment),
        ("pip", "install", "--quiet", f"--python={environment}", *REQUIREMENTS),
    ):
        done = subprocess.run(
            [uv, *command], capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
        )
        if done.returncode:
            if any(words in done.stderr.lower() for words in _UNREACHABLE):
                pytest.skip(f"no package registry can be reached to install Ralph: {done.stderr}")
            raise RuntimeError(done.stderr)
    return environment / "bin"
