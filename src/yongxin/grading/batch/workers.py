"""Processes that grade side by side.

Each is started afresh, not forked: nothing of this process's threads and open files goes with it,
so that the far end of its pipe closes when this process is killed, and it ends too. The pools of
the standard library leave theirs waiting for ever.
"""

import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self, cast

from yongxin.grading.batch.grading import Job, Record, Refused, grade_hand_ins
from yongxin.grading.batch.outcome import GradingFailed

Results = list[Record | Refused]

#: So many deaths without a result in between are not the fault of a submission.
_MAXIMUM_DEATHS = 8
_SECONDS_TO_END = 10


def grade_in_parallel(
    job: Job, batches: Iterable[Sequence[str]], processes: int
) -> Iterator[Results]:
    """Grade batches of usernames in so many processes; results come in any order.

    A process that dies takes no result with it: what it was grading is graded again one by one,
    and the one submission on which a process dies once more is refused. Raises ``GradingFailed``
    when processes do nothing but die.
    """
    waiting = iter(batches)
    again: deque[Sequence[str]] = deque()
    busy: dict[Connection, tuple[_Worker, Sequence[str]]] = {}
    deaths = 0
    with ExitStack() as stack:
        idle = [stack.enter_context(_Worker(job)) for _ in range(processes)]
        while True:
            while idle and (names := again.popleft() if again else next(waiting, None)):
                worker = idle.pop()
                worker.send(names)
                busy[worker.connection] = worker, names
            if not busy:
                return
            for connection in cast("list[Connection]", wait(list(busy))):
                worker, names = busy.pop(connection)
                results = worker.receive()
                if results is not None:
                    deaths = 0
                    idle.append(worker)
                    yield results
                    continue
                deaths += 1
                if deaths > _MAXIMUM_DEATHS:
                    raise GradingFailed(f"the processes that grade die: {worker.end}")
                idle.append(stack.enter_context(_Worker(job)))
                if len(names) > 1:
                    again.extend([name] for name in names)
                else:
                    yield [Refused(names[0], f"it ended the process that graded it: {worker.end}")]


class _Worker:
    """One process, and this end of the pipe to it."""

    def __init__(self, job: Job) -> None:
        self.connection, far_end = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(
            target=_serve, args=(far_end, job), name="yongxin-grade", daemon=True
        )
        self._process.start()
        far_end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.connection.close()
        self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    @property
    def end(self) -> str:
        """How the process has ended."""
        self._process.join(_SECONDS_TO_END)
        code = self._process.exitcode
        return signal.strsignal(-code) or str(code) if code and code < 0 else f"status {code}"

    def send(self, names: Sequence[str]) -> None:
        with suppress(BrokenPipeError):  # it has died meanwhile, which ``receive`` will tell
            self.connection.send(names)

    def receive(self) -> Results | None:
        """Return its results, ``None`` when it has died."""
        try:
            return self.connection.recv()
        except (EOFError, ConnectionResetError):
            return None


def _serve(connection: Connection, job: Job) -> None:
    """Grade what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    while True:
        try:
            names: Sequence[str] = connection.recv()
        except EOFError:
            return
        try:
            connection.send(grade_hand_ins(job, names))
        except BrokenPipeError:
            return
