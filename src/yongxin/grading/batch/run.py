"""One run: what there is to grade is graded, entered in the gradebook and put in its place."""

import time
from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.grading.batch.code import grade_with_code
from yongxin.grading.batch.gradebook import open_gradebook
from yongxin.grading.batch.grading import Job, grade_hand_ins
from yongxin.grading.batch.outcome import GradingFailed, Progress, ReportProgress, Summary
from yongxin.grading.batch.penalty import configured_penalty
from yongxin.grading.batch.plan import make_plan
from yongxin.grading.batch.prepare import prepare
from yongxin.grading.batch.register import Register
from yongxin.grading.batch.rows import read_assignment, read_standings, read_students
from yongxin.grading.batch.settings import Settings, read_settings
from yongxin.grading.batch.staging import stage
from yongxin.grading.batch.workers import Results, grade_in_parallel
from yongxin.grading.sandbox import SandboxMissing

if TYPE_CHECKING:
    from yongxin.grading.sandbox import CodeRunner

#: How many submissions a process grades before it tells what came of them.
_BATCH = 32


def run(
    course_root: Path,
    module_id: str,
    *,
    usernames: Collection[str] | None,
    jobs: int,
    force: bool,
    code_runner: "CodeRunner | None",
    progress: ReportProgress,
) -> Summary:
    """Grade a module; see ``grade_assignment``."""
    started = time.monotonic()
    settings = read_settings(course_root, module_id)
    with (
        open_gradebook(settings.gradebook_url) as engine,
        stage(settings.autograded, module_id, settings.permissions) as staging,
    ):
        with engine.begin() as connection:
            rows = read_assignment(connection, module_id)
        assignment = prepare(settings, module_id, rows.sources)
        with engine.begin() as connection:
            standings = read_standings(connection, rows, assignment.automatic)
            students = read_students(connection)
        plan = make_plan(
            settings.submitted,
            settings.autograded,
            module_id,
            usernames=usernames,
            excluded=settings.excluded,
            standings=standings,
            force=force,
        )
        if not settings.may_create_students:
            plan.refuse_strangers(students)
        register = Register(engine, rows, staging, configured_penalty(settings.config), standings)
        for one in plan.refused:
            register.refuse(one)
        for name in plan.unchanged:
            register.leave(name)
        job = Job(assignment, settings.submitted, staging, settings.ignore, settings.provided)
        done, total = 0, len(plan.waiting)
        progress(Progress(done, total))
        # Closed before the staging folder goes, so that no process writes into it any more.
        with closing(_results(job, settings, plan.waiting, jobs, code_runner)) as graded:
            for results in graded:
                register.add(results)
                done += len(results)
                progress(Progress(done, total))
        register.finish()
    outcomes = sorted(register.outcomes, key=lambda one: one.username)
    return Summary(module_id, tuple(outcomes), time.monotonic() - started)


def _results(
    job: Job,
    settings: Settings,
    names: Sequence[str],
    jobs: int,
    code_runner: "CodeRunner | None",
) -> Generator[Results]:
    if job.assignment.has_code:
        try:
            yield from grade_with_code(job, settings.config, names, jobs, code_runner)
        except SandboxMissing as error:
            raise GradingFailed(str(error)) from error
        return
    batches = [names[start : start + _BATCH] for start in range(0, len(names), _BATCH)]
    if jobs > 1 and len(batches) > 1:
        yield from grade_in_parallel(job, batches, min(jobs, len(batches)))
    else:
        for batch in batches:
            yield grade_hand_ins(job, batch)
