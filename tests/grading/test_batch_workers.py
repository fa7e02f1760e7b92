"""The processes of the batch: none of them takes others with it, and none is left behind."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, Cohort
from support.deadly_jobs import DEADLY, DeadlyFolder
from support.gradebook_rows import difference, read_rows
from yongxin.grading.batch import GradingFailed, grade_assignment
from yongxin.grading.batch.grading import Job, Record, Refused

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NAMES = [f"learner-{number:02}" for number in range(12)]


@pytest.fixture
def collected(cohort: Cohort) -> Cohort:
    for name in NAMES:
        cohort.hand_in(name, {"chain-order": HALF_RIGHT_ORDER}, {"facts": name})
    cohort.nbgrader("collect", MODULE, "--quiet")
    return cohort


def make_job(cohort: Cohort, **changes: Any) -> Job:
    from yongxin.grading.batch.prepare import prepare
    from yongxin.grading.batch.settings import read_settings
    from yongxin.grading.batch.staging import Staging

    settings = read_settings(cohort.root, MODULE)
    names = {"chain-order", "gap-sign", "reflection-lift-log"}
    staging = Staging(cohort.root / "var" / "staging", settings.autograded, MODULE, 0o444)
    job = Job(prepare(settings, MODULE, names), settings.submitted, staging, settings.ignore, {})
    return replace(job, **changes)


def grade(job: Job, batches: Iterable[list[str]]) -> dict[str, Record | Refused]:
    from yongxin.grading.batch.workers import grade_in_parallel

    results = grade_in_parallel(job, batches, 2)
    return {one.username: one for several in results for one in several}


def test_several_processes_write_what_one_does(collected: Cohort) -> None:
    grade_assignment(collected.root, MODULE)
    expected = read_rows(collected.gradebook_url)
    from yongxin.grading.batch import run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_BATCH", 2)
        summary = grade_assignment(collected.root, MODULE, jobs=3, force=True)
    assert summary.count("waiting") == len(NAMES)
    assert difference(expected, read_rows(collected.gradebook_url)) == []


def test_a_submission_that_ends_its_process_stops_nobody(collected: Cohort) -> None:
    submitted = collected.root / "var" / "submitted"
    job = make_job(collected, submitted=cast("Path", DeadlyFolder(submitted)))
    found = grade(job, [[*NAMES[:3], DEADLY, *NAMES[3:6]], NAMES[6:]])
    assert set(found) == {*NAMES, DEADLY}
    deadly = found[DEADLY]
    assert isinstance(deadly, Refused)
    assert "Killed" in deadly.reason
    records = [one for one in found.values() if isinstance(one, Record)]
    assert {one.marks.scores["chain-order"] for one in records} == {1.0}
    assert len(records) == len(NAMES)


def test_processes_that_only_die_end_the_run(collected: Cohort) -> None:
    folder = DeadlyFolder(collected.root, always=True)
    with pytest.raises(GradingFailed, match="die"):
        grade(make_job(collected, submitted=cast("Path", folder)), [[name] for name in NAMES])


PROGRAM = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from yongxin.grading.batch.grading import Job
from yongxin.grading.batch.workers import grade_in_parallel

if __name__ == "__main__":
    job = Job(SimpleNamespace(module_id="none"), Path(sys.argv[1]), None, (), {})
    for results in grade_in_parallel(job, [["nobody"], ["nobody"]], 2):
        print(len(results), flush=True)
        time.sleep(600)
"""


def test_no_process_outlives_the_run_that_started_it(tmp_path: Path) -> None:
    """The pools of the standard library leave theirs waiting for ever."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    with subprocess.Popen([sys.executable, program, tmp_path], stdout=subprocess.PIPE) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == b"1\n"
            workers = psutil.Process(run.pid).children(recursive=True)
            assert len(workers) >= 2
        finally:
            run.kill()
    _, left = psutil.wait_procs(workers, timeout=30)
    assert left == []
