"""Find or install a Chromium, and drive it so that a test fails when a page reaches out.

``python tests/support/browser.py`` makes sure that there is a browser and prints where it stands;
``make test`` calls it. It installs Debian's package when it may, and Playwright's build otherwise.
"""

import ipaddress
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    ViewportSize,
    WebError,
    WebSocket,
    sync_playwright,
)

#: Viewports that the course is looked at in: a phone and a desk.
PHONE: ViewportSize = {"width": 375, "height": 812}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),)
PACKAGES = ("chromium", "fonts-noto-cjk")

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name resolves, so that a page which reaches out fails here as it would on a closed network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

MISSING = """\
No browser for the browser tests. Any one of these is enough:
  Debian, Ubuntu:   sudo apt-get install chromium
  anything else:    .venv/bin/playwright install chromium
  already there:    set YONGXIN_BROWSER to its path"""


class NoBrowser(RuntimeError):
    """There is no browser and none could be installed; the message says what to install."""


def find_browser(playwright: Playwright) -> Path | None:
    """Return the browser to test with: YONGXIN_BROWSER, a system one, or Playwright's own."""
    named = os.environ.get("YONGXIN_BROWSER")
    if named:
        if not Path(named).is_file():
            raise NoBrowser(f"YONGXIN_BROWSER names {named}, and there is no such file")
        return Path(named)
    on_path = (shutil.which(name) for name in NAMES)
    found = [Path(path) for path in on_path if path]
    found += [*PLACES, Path(playwright.chromium.executable_path)]
    return next((path for path in found if path.exists()), None)


def ensure_browser() -> Path:
    """Return a browser, installed now if need be. Raises ``NoBrowser`` when there is no way."""
    with sync_playwright() as playwright:
        found = find_browser(playwright)
        for command in () if found else _ways_to_install():
            print("Installing a browser for the tests:", *command, flush=True)
            environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            if subprocess.run(command, env=environment, check=False).returncode != 0:
                continue
            found = find_browser(playwright)
            if found:
                break
    if found is None:
        raise NoBrowser(MISSING)
    return found


def _ways_to_install() -> list[list[str]]:
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if not (debian and os.geteuid() == 0):
        return [own]
    install = f"apt-get install -q -y --no-install-recommends {' '.join(PACKAGES)}"
    return [["sh", "-c", f"apt-get update -q && {install}"], own]


def launch(playwright: Playwright, *, keeps_pages: bool = False) -> Browser:
    """Start the browser without a window. Raises ``NoBrowser``.

    ``keeps_pages`` lets it keep whole pages for the way back, as people's browsers do.
    """
    executable = find_browser(playwright)
    if executable is None:
        raise NoBrowser(MISSING)
    # Chromium's sandbox needs user namespaces, which root and most containers do not give it.
    confined = hasattr(os, "geteuid") and os.geteuid() != 0 and "CI" not in os.environ
    return playwright.chromium.launch(
        executable_path=executable,
        args=list(ARGUMENTS),
        chromium_sandbox=confined,
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
    )


class GuardedBrowser:
    """A browser for one test: it remembers every request that would have left this machine.

    ``verify`` fails the test on such a request and on any exception that a page did not catch.
    A test that opens somebody else's page (JupyterLab, formgrader) may set ``forgive_exceptions``;
    requests are never forgiven.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.forgive_exceptions = False
        self.requests = 0
        self.foreign: list[str] = []
        self.exceptions: list[str] = []
        self.console: list[str] = []

    def new_context(self, **options: Any) -> BrowserContext:
        """Return a browser with no history, as Playwright's ``Browser.new_context`` does."""
        options.setdefault("viewport", DESKTOP)
        # A page turn takes its time, and is broken off, aloud, by a test that looks too soon.
        options.setdefault("reduced_motion", "reduce")
        context = self._browser.new_context(**options)
        context.on("request", self._saw_request)
        context.on("weberror", self._saw_exception)
        context.on("console", self._saw_console)
        context.on("page", lambda page: page.on("websocket", self._saw_websocket))
        self._contexts.append(context)
        return context

    def new_page(self, **options: Any) -> Page:
        """Return a page in a context of its own."""
        return self.new_context(**options).new_page()

    def pages(self) -> list[Page]:
        """Return the pages that are open."""
        return [page for context in self._contexts for page in context.pages]

    def close(self) -> None:
        """Close what this test opened."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def verify(self) -> None:
        """Raise ``AssertionError`` that lists foreign requests and uncaught exceptions."""
        assert not self.foreign, "requests that leave this machine:\n" + "\n".join(self.foreign)
        if not self.forgive_exceptions:
            assert not self.exceptions, "uncaught in the page:\n" + "\n".join(self.exceptions)

    def _saw_request(self, request: Request) -> None:
        self.requests += 1
        self._check(request.url)

    def _saw_websocket(self, socket: WebSocket) -> None:
        self._check(socket.url)

    def _check(self, url: str) -> None:
        if not stays_here(url):
            self.foreign.append(url)

    def _saw_exception(self, error: WebError) -> None:
        self.exceptions.append(str(error.error))

    def _saw_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")


def stays_here(url: str) -> bool:
    """Tell whether opening ``url`` needs nothing but this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "ws", "wss", "ftp"}:
        return True
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    try:
        print(ensure_browser())
    except NoBrowser as error:
        sys.exit(str(error))
