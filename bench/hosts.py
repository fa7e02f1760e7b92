"""The servers that are measured, each a real process behind the same small interface."""

import contextlib
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext

from bench.course import CHART_PAGE, LANGUAGE, MODULE, QUIZ_PAGE
from bench.processes import free_port, running
from yongxin.store import Store

#: Who opens pages in a browser; a burst brings its own learners.
VISITOR = "visitor"

#: Where the site shows the pages that ``course.make_pages`` makes, and the course's own lesson.
PAGES = {
    "quiz": f"/zh-CN/lesson/{QUIZ_PAGE}",
    "second": f"/en/lesson/{QUIZ_PAGE}",
    "chart": f"/zh-CN/lesson/{CHART_PAGE}",
}
WHOLE_LESSON = {"lesson": f"/{LANGUAGE}/lesson/{MODULE}"}


@dataclass(frozen=True)
class Host:
    """A running server. ``pages`` are its addresses by kind, such as ``quiz`` and ``second``."""

    name: str
    pid: int
    pages: Mapping[str, str]
    #: Signs a new browser in, which is no part of what is measured.
    sign_in: Callable[[BrowserContext], None] | None = None
    #: Opening its pages takes so long that one round on a slow phone is enough.
    takes_long: bool = False


@dataclass(frozen=True)
class RunningSite:
    """The learners' site, and its store, which is open in this process too."""

    pid: int
    port: int
    store: Store
    state: Path

    def sign_in_path(self, username: str) -> str:
        """Return the address of a page that signs ``username`` in once, without the host."""
        return f"/sign-in/{self.store.issue_sign_in_token(username)}"


@contextlib.contextmanager
def stock(root: Path, folder: Path, *, preheated: bool = False) -> Iterator[Host]:
    """Plain ``voila`` over the same pages, with or without its pool of preheated kernels."""
    port = free_port()
    name = "preheated" if preheated else "stock"
    command = [sys.executable, "-m", "voila", str(root / "plain"), "--no-browser"]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1"]
    if preheated:
        command += ["--preheat_kernel=True", "--pool_size=2"]
    environment = {
        "YONGXIN_COURSE": str(root),
        "YONGXIN_STORE": f"sqlite:///{folder / f'{name}.db'}",
        "YONGXIN_LANGUAGE": "zh-CN",
    }
    with running(command, port, folder / f"{name}.log", environment) as pid:
        base = f"http://127.0.0.1:{port}/voila/render"
        yield Host(name, pid, {kind: f"{base}/{kind}.ipynb" for kind in PAGES}, takes_long=True)


@contextlib.contextmanager
def floor(folder: Path) -> Iterator[Host]:
    """The static pages."""
    port = free_port()
    command = [sys.executable, "-m", "bench.floor", str(port)]
    with running(command, port, folder / "floor.log") as pid:
        base = f"http://127.0.0.1:{port}"
        yield Host("floor", pid, {kind: f"{base}/{kind}" for kind in PAGES})


@contextlib.contextmanager
def site(root: Path, state: Path, *options: str) -> Iterator[RunningSite]:
    """The learners' site over the course in ``root``, as ``yongxin serve`` starts it."""
    port = free_port()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "yongxin", "serve", f"--course={root}", f"--state={state}"]
    command += [f"--port={port}", "--ip=127.0.0.1", *options]
    with (
        Store.open(f"sqlite:///{state / 'yongxin.db'}") as store,
        running(command, port, state / "site.log") as pid,
    ):
        yield RunningSite(pid, port, store, state)


@contextlib.contextmanager
def pages_on_site(
    root: Path, state: Path, name: str, pages: Mapping[str, str], *options: str
) -> Iterator[Host]:
    """The learners' site for a browser to open, with its ``pages`` as paths below it."""
    with site(root, state, *options) as running_site:
        yield _as_host(running_site, name, pages)


def _as_host(running_site: RunningSite, name: str, pages: Mapping[str, str]) -> Host:
    base = f"http://127.0.0.1:{running_site.port}"
    numbers = itertools.count(1)

    def sign_in(context: BrowserContext) -> None:
        # Somebody else each time, who has not answered yet.
        username = f"{VISITOR}-{next(numbers)}"
        running_site.store.add_learner(username, "林夏")
        link = base + running_site.sign_in_path(username)
        context.request.get(link)
        cookies = {one.get("name"): one.get("value") for one in context.cookies()}
        reply = context.request.post(
            link, headers={"X-XSRFToken": str(cookies["_xsrf"])}, max_redirects=0
        )
        if reply.status != 303:
            raise RuntimeError(f"cannot sign in: {reply.status} {reply.text()[:200]}")

    return Host(
        name, running_site.pid, {kind: base + path for kind, path in pages.items()}, sign_in
    )
