"""Learners' code on a Dask cluster: the same results, and whoever dies loses nobody's work."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.code_exercise import MODULE, QUIZ, RIGHT, add_code_exercise, hand_in, scores
from support.cohort import RIGHT_ORDER, Cohort
from yongxin.grading.batch import GradingFailed, grade_assignment
from yongxin.grading.cluster import cluster_runner
from yongxin.grading.sandbox import (
    CodeJob,
    CodeResult,
    SandboxMissing,
    require_sandbox,
    run_code,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    # Dask's own, when a worker dies or a cluster of one process ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
]


def local_cluster(**settings: Any) -> Any:
    """Return a cluster on this machine, as a context."""
    from distributed import LocalCluster

    return LocalCluster(dashboard_address="127.0.0.1:0", **settings)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers in processes of their own; one that dies is replaced."""
    if shutil.which("bwrap") is None:
        pytest.skip("needs bubblewrap")
    require_sandbox()
    with local_cluster(n_workers=2, threads_per_worker=1) as started:
        yield started


def worker_processes(cluster: Any) -> list[int]:
    from distributed import Client

    with Client(cluster.scheduler_address, set_as_default=False) as client:
        processes: Any = client.run(os.getpid)
        return list(processes.values())


def test_a_killed_worker_loses_nothing(cluster: Any, cohort: Cohort) -> None:
    add_code_exercise(cohort)
    learners = [f"learner-{number}" for number in range(6)]
    for number, name in enumerate(learners):
        sources = RIGHT if number % 2 else {**RIGHT, "mean-answer": "mean = len"}
        hand_in(cohort, name, sources, {QUIZ: RIGHT_ORDER})
    victim = worker_processes(cluster)[0]
    on_cluster = cluster_runner(cluster.scheduler_address)

    def disturbed(jobs: Any) -> Iterator[CodeResult]:
        for number, result in enumerate(on_cluster(jobs)):
            if number == 1:
                os.kill(victim, signal.SIGKILL)
            yield result

    summary = grade_assignment(cohort.root, MODULE, code_runner=disturbed)
    assert [(one.username, one.status) for one in summary.outcomes] == [
        (name, "graded") for name in learners
    ]
    for number, name in enumerate(learners):
        mean = 3.0 if number % 2 else 0.0
        assert scores(cohort, name) == {QUIZ: 2.0, "mean-test": mean, "share-test": 2.0}


def test_what_kills_its_workers_is_refused(cluster: Any) -> None:
    """A job that takes its worker with it goes from one to the next until Dask gives up."""
    from distributed import Client

    with Client(cluster.scheduler_address, set_as_default=False) as client:
        client.run(_die_of, "deadly")
        allowed = client.run_on_scheduler(_allow_failures, 0)
        jobs = [CodeJob(key, ("1",)) for key in ("李雷", "deadly", "韩梅梅")]
        results = {one.key: one for one in cluster_runner(cluster.scheduler_address)(jobs)}
        client.run_on_scheduler(_allow_failures, allowed)
    assert results["deadly"].refused == "every Dask worker that was to run its code died"


def _die_of(key: str) -> None:
    """Let a worker die of one job, as it does when its machine goes down."""
    from yongxin.grading.sandbox import run

    def die(job: CodeJob) -> Any:
        if job.key == key:
            os.kill(os.getpid(), signal.SIGKILL)
        return folder(job)

    folder, run._folder = run._folder, die


def _allow_failures(number: int, dask_scheduler: Any) -> int:
    before, dask_scheduler.allowed_failures = dask_scheduler.allowed_failures, number
    return before


def test_code_does_on_a_cluster_what_it_does_here(cluster: Any) -> None:
    jobs = [
        CodeJob("files", ("open('a/b').read()",), {"a/b": "字".encode()}),
        CodeJob("error", ("1 / 0", "print(2)")),
        CodeJob("refused", ("1",), {"../outside": b""}),
    ]
    results = {one.key: one for one in cluster_runner(cluster.scheduler_address)(jobs)}
    assert results["files"] == run_code(jobs[0])
    assert results["error"] == run_code(jobs[1])
    assert "no path of a file" in str(results["refused"].refused)


def test_workers_without_a_sandbox_run_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    job = CodeJob("李雷", (f"open({str(canary)!r}, 'w').close()",))
    with local_cluster(n_workers=1, processes=False) as inside:
        with monkeypatch.context() as patch:
            patch.setenv("PATH", str(tmp_path))
            with pytest.raises(SandboxMissing, match="on a worker of the Dask cluster"):
                list(cluster_runner(inside.scheduler_address)([job]))
        assert not canary.exists()
        list(cluster_runner(inside.scheduler_address, trusted=True)([job]))
        assert canary.exists()


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_cluster_that_is_not_there_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yongxin.grading.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(GradingFailed, match="there is no Dask scheduler at"):
        list(cluster_runner(url)([CodeJob("李雷", ("1",))]))


def test_a_scheduler_that_is_lost_is_told() -> None:
    with local_cluster(n_workers=1, processes=False) as inside:
        results = cluster_runner(inside.scheduler_address)(
            CodeJob(str(number), ("import time; time.sleep(1)",)) for number in range(100)
        )
        assert next(results).refused is None
        inside.close()
        with pytest.raises(GradingFailed, match="run the same again"):
            list(results)


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yongxin.grading.cluster._PATIENCE_SECONDS", 1)
    job = CodeJob("李雷", ("1",))
    with (
        local_cluster(n_workers=0, processes=False) as empty,
        pytest.raises(GradingFailed, match="has had no worker for 1 seconds"),
    ):
        list(cluster_runner(empty.scheduler_address)([job]))
