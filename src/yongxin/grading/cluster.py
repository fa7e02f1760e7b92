"""Running learners' code on a Dask cluster, which its owner has started and keeps.

A job is a submission's code and files, nothing else: workers need this package, bubblewrap and the
kernel's packages, but no course, no gradebook and no keys.
"""

# distributed is typed in parts, and an extra.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import uuid
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.sandbox import CodeJob, CodeResult, CodeRunner, SandboxMissing, run_code

#: How often a job is tried again elsewhere when a worker cannot do it. When a worker dies, Dask
#: itself gives its jobs to others.
_RETRIES = 2
_CONNECT_SECONDS = 15
#: How long a cluster may take to start workers when it has none. A job takes less than this.
_PATIENCE_SECONDS = 300
_GO_ON = "run the same again to go on from here"
#: Jobs that wait at the cluster for each of its threads, so that none idles, and at least so many,
#: because a cluster may start its first workers only when there is work.
_JOBS_PER_THREAD, _LEAST_JOBS = 2, 8


def cluster_runner(url: str, *, trusted: bool = False) -> CodeRunner:
    """Return what runs jobs on the cluster whose scheduler is at ``url``.

    It connects when the first job is asked for, and raises ``GradingFailed`` when the cluster is
    not there or gets lost, ``SandboxMissing`` when its workers cannot lock code in.
    """
    return partial(_run_all, url=url, trusted=trusted)


def _run_all(jobs: Iterable[CodeJob], *, url: str, trusted: bool) -> Iterator[CodeResult]:
    waiting = iter(jobs)
    running: dict[Any, str] = {}
    with _connected(url) as client:
        while True:
            for job in islice(waiting, _room(client, url) - len(running)):
                name = f"yongxin-{uuid.uuid4().hex}"
                future = client.submit(run_code, job, trusted=trusted, key=name, retries=_RETRIES)
                running[future] = job.key
            if not running:
                return
            for future in _next_done(client, list(running), url):
                yield _result(future, running.pop(future), url)


def _next_done(client: Any, running: list[Any], url: str) -> list[Any]:
    from distributed import wait

    while True:
        try:
            with client.as_current():
                waited: Any = wait(running, _PATIENCE_SECONDS, return_when="FIRST_COMPLETED")
            return list(waited.done)
        except CancelledError as error:
            raise GradingFailed(f"the Dask scheduler at {url} was lost; {_GO_ON}") from error
        except TimeoutError as error:
            if not client.nthreads():
                raise GradingFailed(
                    f"the Dask cluster at {url} has had no worker for "
                    f"{_PATIENCE_SECONDS} seconds; {_GO_ON}"
                ) from error


@contextmanager
def _connected(url: str) -> Generator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise GradingFailed("--dask needs a package more: pip install 'yongxin[dask]'") from error
    try:
        client: Any = Client(url, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GradingFailed(f"there is no Dask scheduler at {url}: {error}") from error
    with client:
        yield client


def _room(client: Any, url: str) -> int:
    try:
        threads = sum(client.nthreads().values())
    except OSError as error:
        raise GradingFailed(f"the Dask scheduler at {url} was lost; {_GO_ON}") from error
    return max(_LEAST_JOBS, _JOBS_PER_THREAD * threads)


def _result(future: Any, key: str, url: str) -> CodeResult:
    from distributed import KilledWorker

    try:
        return future.result()
    except SandboxMissing as error:
        raise SandboxMissing(f"on a worker of the Dask cluster at {url}: {error}") from error
    except ImportError as error:
        raise GradingFailed(
            f"the workers of the Dask cluster at {url} need the same yongxin as here: {error}"
        ) from error
    except CancelledError as error:
        raise GradingFailed(f"the Dask scheduler at {url} was lost; {_GO_ON}") from error
    except KilledWorker:
        return CodeResult(key, refused="every Dask worker that was to run its code died")
    except Exception as error:  # noqa: BLE001  (it is the outcome of this submission alone)
        return CodeResult(key, refused=f"a Dask worker failed: {type(error).__name__}: {error}")
