"""The places where a lesson's notebook can be opened, all behind one interface."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import Page

from support.live_site import LiveSite
from support.processes import end_group, free_port
from yongxin.language import Language

START_SECONDS = 90
#: A kernel starts, and on a busy machine takes its time.
ELEMENT_MILLISECONDS = 90_000


class Host(ABC):
    """A server that shows lessons to one learner, whose answers outlive a page."""

    name: ClassVar[str]
    #: Whether the host's own pages ask for things that are not on this machine.
    reaches_out: ClassVar[bool] = False
    #: Whether the host's own pages throw what nobody catches.
    throws: ClassVar[bool] = False

    def __init__(self, course: Path, state: Path) -> None:
        """Prepare to show ``course``; ``state`` is an empty folder for what is kept."""
        self.course = course
        self.state = state

    @abstractmethod
    def start(self) -> None:
        """Start the server and wait until it answers. Raises ``RuntimeError`` with its log."""

    @abstractmethod
    def open_lesson(self, page: Page, module: str, language: Language) -> None:
        """Open a lesson as the learner and wait until its first element is alive."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the server and all that it started."""


class NotebookHost(Host):
    """A Jupyter server of the learner's own, with a kernel for the notebook."""

    def __init__(self, course: Path, state: Path) -> None:
        super().__init__(course, state)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that starts the server."""

    def start(self) -> None:
        log = self.state / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.course,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | {"YONGXIN_STORE": f"sqlite:///{self.state / 'answers.db'}"},
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return
        self.stop()
        raise RuntimeError(f"{self.name} did not start:\n{log.read_text(errors='replace')}")

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end_group(process, signal.SIGKILL)


class JupyterLab(NotebookHost):
    name = "lab"
    throws = True

    def command(self) -> list[str]:
        return [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--port={self.port}",
            "--IdentityProvider.token=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.expose_app_in_browser=True",
        ]

    def open_lesson(self, page: Page, module: str, language: Language) -> None:
        page.goto(f"{self.url}/lab/tree/course/{language}/{module}.ipynb?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=ELEMENT_MILLISECONDS)
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
        # Cells that are run before there is a kernel make JupyterLab ask for one.
        page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.ready")
        page.wait_for_function(
            "jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
            timeout=ELEMENT_MILLISECONDS,
        )
        # Not waited for: the command's promise is kept when the last output has been drawn.
        page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
        wait_for_element(page)


class PlainVoila(NotebookHost):
    name = "voila"
    # The stock template links fonts on a content delivery network. Ours does not.
    reaches_out = True
    throws = True

    def command(self) -> list[str]:
        return [sys.executable, "-m", "voila", "course", "--no-browser", f"--port={self.port}"]

    def open_lesson(self, page: Page, module: str, language: Language) -> None:
        page.goto(f"{self.url}/voila/render/{language}/{module}.ipynb")
        wait_for_element(page)


class OurSite(Host):
    name = "site"

    def __init__(self, course: Path, state: Path) -> None:
        super().__init__(course, state)
        self._site = LiveSite(course, state / "site")

    def start(self) -> None:
        self._site.start()

    def open_lesson(self, page: Page, module: str, language: Language) -> None:
        if not page.context.cookies(self._site.url):
            self._site.sign_in(page)
        page.goto(f"{self._site.url}/{language}/lesson/{module}")
        wait_for_element(page)

    def stop(self) -> None:
        self._site.close()


def wait_for_element(page: Page) -> None:
    """Wait until a first element can be used."""
    page.locator("[data-yongxin-mounted]").first.wait_for(timeout=ELEMENT_MILLISECONDS)


HOSTS: tuple[type[Host], ...] = (JupyterLab, PlainVoila, OurSite)
