"""A whole site in the process of the test, on a port of its own, with people on its roster."""

import asyncio
import atexit
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx

from yongxin.site.app import YongxinServer
from yongxin.store import Learner, Role, Store

#: username → role
PEOPLE: dict[str, Role] = {
    "lin": "learner",
    "zhou": "learner",
    "chen": "trainer",
    "wu": "hr",
    "guan": "admin",
}
PASSWORD = "a password of some length"
DATABASE = "yongxin.db"


class Site:
    """A running site; ``client`` returns a browser's stand-in for somebody who is signed in."""

    def __init__(self, course_root: Path, state: Path, *options: str) -> None:
        self.server = YongxinServer()
        before = signal.getsignal(signal.SIGTERM)
        try:
            self.server.initialize(
                [
                    f"--course={course_root}",
                    f"--state={state}",
                    "--port=0",
                    "--ip=127.0.0.1",
                    *options,
                ]
            )
        finally:
            signal.signal(signal.SIGTERM, before)
        self.url = ""
        self._ready = threading.Event()
        self._stop: Callable[[], None] | None = None
        self.loop: asyncio.AbstractEventLoop
        self.server.when_ready = self._announce
        self._thread = threading.Thread(target=self._run, name="site", daemon=True)
        self._clients: list[httpx.Client] = []

    @property
    def store(self) -> Store:
        return self.server.services.store

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(30), "the site did not start"

    def close(self) -> None:
        for client in self._clients:
            client.close()
        if self._stop:
            self._stop()
        self._thread.join(30)
        assert not self._thread.is_alive(), "the site did not stop"

    def client(self, username: str | None = None) -> httpx.Client:
        """Return a client; with a username, one that is signed in and sends the XSRF token."""
        client = httpx.Client(
            base_url=self.url, follow_redirects=False, trust_env=False, timeout=60
        )
        self._clients.append(client)
        client.get("en/sign-in")
        client.headers["X-XSRFToken"] = client.cookies["_xsrf"]
        if username is not None:
            # By a link, because looking at a password takes a third of a second.
            token = self.store.issue_sign_in_token(username)
            answer = client.post(f"sign-in/{token}")
            assert answer.status_code == 303, answer.text
        return client

    def learner(self, username: str) -> Learner:
        found = self.store.learner(username)
        assert found is not None
        return found

    def _announce(self, _store: Store, url: str) -> None:
        self.url = url
        self._ready.set()

    def _run(self) -> None:
        async def until_stopped() -> None:
            stopping = asyncio.Event()
            self.loop = loop = asyncio.get_running_loop()

            def stop() -> None:
                loop.call_soon_threadsafe(stopping.set)

            self._stop = stop
            await self.server.serve(stopping)

        asyncio.run(until_stopped())


def open_site(course_root: Path, state: Path, *options: str) -> Iterator[Site]:
    """Yield a site that runs, with ``PEOPLE`` on its roster."""
    if not (state / DATABASE).exists():
        state.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(_roster(), state / DATABASE)
    site = Site(course_root, state, *options)
    site.start()
    yield site
    site.close()


@cache
def _roster() -> Path:
    """Return a database with ``PEOPLE`` in it; hashing their passwords takes a while."""
    folder = tempfile.mkdtemp(prefix="yongxin-roster-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, DATABASE)
    with Store.open(f"sqlite:///{path}") as store:
        for username, role in PEOPLE.items():
            store.add_learner(username, username.title(), role=role, password=PASSWORD)
    return path
