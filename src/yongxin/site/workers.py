"""Several processes that serve one site, and the parent that starts, replaces and ends them.

The parent opens the sockets and serves nobody. Each worker is a program of its own that inherits
them (never a fork of something that has threads already), so after an update a restart runs the new
version. Between the parent and each worker there is a pair of connected sockets: the worker says
when it is ready, the parent says what to do, and whichever ends is noticed by the other at once.
"""

import asyncio
import itertools
import json
import logging
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Self

from yongxin.site import systemd
from yongxin.site.waiting import first_of

READY: Final = b"ready\n"
#: End as soon as every request that was begun is answered.
STOP: Final = b"stop\n"
#: Others have taken over: accept nothing more, and end when nobody needs this process any longer.
RETIRE: Final = b"retire\n"

#: A worker that ends by itself is replaced after so many seconds, twice as many each time …
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: … until one has lived for so long.
SECONDS_TO_TRUST = 60
#: Beyond the time that a worker takes for its last requests, until it is killed.
SECONDS_TO_END = 15


class WorkersFailed(Exception):
    """A worker ended before it was ready; its own words are in the log."""


@dataclass(frozen=True)
class Task:
    """What the parent tells a worker: its number, and file descriptors that it inherits."""

    number: int
    listening: tuple[int, ...]
    control: int
    folder: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what ``written`` wrote."""
        found = json.loads(text)
        return cls(found["number"], tuple(found["listening"]), found["control"], found["folder"])

    def written(self) -> str:
        """Return this task as one word of a command line."""
        return json.dumps(asdict(self))

    def sockets(self) -> list[socket.socket]:
        """Return the listening sockets."""
        return [socket.socket(fileno=one) for one in self.listening]

    async def follow(
        self, *, ready: asyncio.Event, retire: asyncio.Event, stop: asyncio.Event
    ) -> None:
        """Tell the parent when this worker is ready, and set what the parent orders.

        A parent that is gone cannot order anything: then this worker stops as well.
        """
        loop = asyncio.get_running_loop()
        with socket.socket(fileno=self.control) as control:
            control.setblocking(False)
            await ready.wait()
            await loop.sock_sendall(control, READY)
            try:
                while (orders := await loop.sock_recv(control, 64)) and STOP not in orders:
                    retire.set()
            except OSError:
                logging.getLogger(__name__).warning("the parent of this worker is gone")
        stop.set()


@dataclass(eq=False)
class _Worker:
    """A running process."""

    number: int
    process: asyncio.subprocess.Process
    control: socket.socket
    folder: Path

    def order(self, what: bytes) -> None:
        """Tell the process what to do; one that has ended needs not be told."""
        try:
            self.control.send(what)
        except OSError:
            logging.getLogger(__name__).debug("worker %d has ended already", self.number)


@dataclass(eq=False)
class _Post:
    """A place that one worker fills, and after it another one, until the post is given up."""

    ready: asyncio.Future[None]
    worker: _Worker | None = None
    given_up: bool = False


@dataclass
class Supervisor:
    """The parent of ``count`` workers, which are started with ``options`` and share ``sockets``."""

    options: Sequence[str]
    count: int
    sockets: Sequence[socket.socket]
    folder: Path
    seconds_to_stop: float
    log: logging.Logger | logging.LoggerAdapter[logging.Logger]
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Called with the id of each process that has ended.
    has_ended: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._running: dict[int, _Worker] = {}
        self._keepers: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._restarting = asyncio.Event()

    def processes(self) -> Mapping[str, int]:
        """Return worker number → process id of those that run; may be called from any thread."""
        running = list(self._running.values())
        return {str(one.number): one.process.pid for one in running}

    async def run(self, when_ready: Callable[[], None]) -> None:
        """Serve until a signal says to stop. Raises ``WorkersFailed`` if that cannot begin.

        SIGTERM and SIGINT stop; SIGHUP starts new workers and then lets the old ones end.
        """
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._restarting.set)
        try:
            posts = await self._fill_posts()
            if not self._stopping.is_set():
                when_ready()
            while await self._told_to_restart():
                posts = await self._replace(posts)
        finally:
            await self._end()

    async def _told_to_restart(self) -> bool:
        """Wait for a signal; return whether it was not the one to stop."""
        await first_of(self._stopping.wait(), self._restarting.wait())
        self._restarting.clear()
        return not self._stopping.is_set()

    async def _replace(self, old: list[_Post]) -> list[_Post]:
        self.log.info("starting new workers")
        microseconds = time.monotonic_ns() // 1000
        systemd.notify("RELOADING=1", f"MONOTONIC_USEC={microseconds}")
        try:
            new = await self._fill_posts()
        except WorkersFailed as error:
            self.log.error("%s; the workers of before go on", error)  # noqa: TRY400  (no traceback)
            return old
        finally:
            systemd.notify("READY=1")
        for post in old:
            self._give_up(post, RETIRE)
        return new

    async def _fill_posts(self) -> list[_Post]:
        """Start as many workers as there shall be, and wait until all are ready."""
        loop = asyncio.get_running_loop()
        posts = [_Post(loop.create_future()) for _ in range(self.count)]
        for post in posts:
            keeper = asyncio.create_task(self._keep(post))
            self._keepers.add(keeper)
            keeper.add_done_callback(self._keepers.discard)

        async def all_ready() -> None:
            await asyncio.gather(*(post.ready for post in posts))

        try:
            await first_of(all_ready(), self._stopping.wait())
        except WorkersFailed:
            for post in posts:
                self._give_up(post, STOP)
            raise
        return posts

    async def _keep(self, post: _Post) -> None:
        """Keep one post filled."""
        pause = FIRST_PAUSE
        while not post.given_up:
            worker = post.worker = await self._start()
            if post.given_up or self._stopping.is_set():
                worker.order(STOP)
            began = time.monotonic()
            ended = asyncio.create_task(worker.process.wait())
            try:
                if await self._says_ready(worker) and not post.ready.done():
                    post.ready.set_result(None)
                status = await ended
            finally:
                self._forget(worker)
            if post.given_up or self._stopping.is_set():
                break
            told = f"worker {worker.number} (process {worker.process.pid}) ended {_how(status)}"
            if not post.ready.done():
                post.ready.set_exception(WorkersFailed(told))
                break
            if time.monotonic() - began > SECONDS_TO_TRUST:
                pause = FIRST_PAUSE
            self.log.error("%s; another one is started in %.1f s", told, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
                break
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _start(self) -> _Worker:
        number = next(self._numbers)
        folder = self.folder / str(number)
        folder.mkdir(mode=0o700)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        listening = tuple(one.fileno() for one in self.sockets)
        inherited = {name: value for name, value in os.environ.items() if name != systemd.VARIABLE}
        with theirs:
            task = Task(number, listening, theirs.fileno(), str(folder))
            process = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-m",
                    "yongxin.site.worker_process",
                    task.written(),
                    *self.options,
                ),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(*listening, theirs.fileno()),
                env={**inherited, **self.environment},
            )
        worker = _Worker(number, process, ours, folder)
        self._running[number] = worker
        return worker

    async def _says_ready(self, worker: _Worker) -> bool:
        try:
            said = await asyncio.get_running_loop().sock_recv(worker.control, 64)
        except OSError:  # it has ended before it could say anything
            return False
        if said == READY:
            self.log.info("worker %d (process %d) is ready", worker.number, worker.process.pid)
        return said == READY

    def _forget(self, worker: _Worker) -> None:
        worker.control.close()
        self._running.pop(worker.number, None)
        # One that was killed has left its sockets and the files of its kernels behind.
        shutil.rmtree(worker.folder, ignore_errors=True)
        self.has_ended(worker.process.pid)

    @staticmethod
    def _give_up(post: _Post, order: bytes) -> None:
        post.given_up = True
        if post.worker is not None:
            post.worker.order(order)

    async def _end(self) -> None:
        """Stop all workers, those that still retire among them; kill whoever does not end."""
        self._stopping.set()
        systemd.notify("STOPPING=1")
        # The workers have the sockets too. Whoever comes after the last of them is refused at once.
        for one in self.sockets:
            one.close()
        for worker in self._running.values():
            worker.order(STOP)
        if self._keepers:
            _, late = await asyncio.wait(
                self._keepers, timeout=self.seconds_to_stop + SECONDS_TO_END
            )
            for worker in self._running.values() if late else ():
                self.log.error("worker %d does not end and is killed", worker.number)
                worker.process.kill()
            for keeper in late:
                await keeper


def _how(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with status {status}"
