"""Grading a module for everybody who has handed it in."""

import argparse
import getpass
import sys
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.commands.printed_table import print_table

if TYPE_CHECKING:
    from yongxin.grading.batch import Outcome, Progress, Summary
    from yongxin.grading.sandbox import CodeRunner

#: Damaged hand-ins of which the screen tells; beside each graded notebook stands the whole.
_LISTED = 20
_SECONDS_BETWEEN = 0.2


def grade(arguments: argparse.Namespace) -> int:
    """Grade and tell what came of it; the exit status is 1 when a submission was refused."""
    from yongxin.grading.batch import GradingFailed, grade_assignment

    root = course_root(arguments.course)
    usernames = None if arguments.group is None else _members(arguments)
    try:
        summary = grade_assignment(
            root,
            arguments.module,
            usernames=usernames,
            jobs=arguments.jobs,
            force=arguments.force,
            code_runner=code_runner(arguments),
            progress=progress_line(),
        )
    except GradingFailed as error:
        raise CommandFailed(str(error)) from error
    if summary.outcomes:
        _note(arguments, summary)
    _tell(summary)
    return 1 if summary.count("refused") else 0


def _note(arguments: argparse.Namespace, summary: "Summary") -> None:
    """Enter in the audit log that marks were written; whose they are is in the gradebook."""
    with open_store(arguments) as store:
        store.audit(
            f"{getpass.getuser()} (command line)",
            "grades write",
            summary.module_id,
            graded=summary.count("graded") + summary.count("waiting"),
            refused=summary.count("refused"),
        )


def _members(arguments: argparse.Namespace) -> Collection[str]:
    with open_store(arguments) as store:
        members = {one.username for one in store.learners(group=arguments.group, active=None)}
    if not members:
        raise CommandFailed(f"nobody is in a group {arguments.group!r}; see `yongxin roster list`")
    return members


def code_runner(arguments: argparse.Namespace) -> "CodeRunner | None":
    """Return what runs learners' code, ``None`` for what the course is configured for."""
    trusted: bool = arguments.trust_learners_code
    if arguments.dask is not None:
        from yongxin.grading.cluster import cluster_runner

        return cluster_runner(arguments.dask, trusted=trusted)
    if trusted:
        from yongxin.grading.sandbox import runner

        return runner(arguments.jobs, trusted=True)
    return None


def progress_line() -> "Callable[[Progress], None]":
    """Return what keeps one line on the terminal up to date, and says nothing anywhere else."""
    is_seen = sys.stderr.isatty()
    started = shown = time.monotonic()

    def show(progress: "Progress") -> None:
        nonlocal shown
        now = time.monotonic()
        is_last = progress.done == progress.total
        if is_seen and progress.total and (is_last or now - shown >= _SECONDS_BETWEEN):
            shown = now
            line = progress_text(progress, now - started)
            # Wipes what was longer, and leaves the last state standing.
            print(f"\r\x1b[2K{line}", end="\n" if is_last else "", file=sys.stderr, flush=True)

    return show


def progress_text(progress: "Progress", seconds: float) -> str:
    """Return how far a run is after so many seconds, how fast, and how long it will take still."""
    text = f"{progress.done} of {progress.total} submissions"
    if not progress.done or seconds <= 0:
        return text
    rate = progress.done / seconds
    minutes, rest = divmod(round((progress.total - progress.done) / rate), 60)
    return f"{text}, {rate:.3g} a second, {minutes}:{rest:02} left"


def _tell(summary: "Summary") -> None:
    total = len(summary.outcomes)
    if not total:
        print(f"Nobody has handed in {summary.module_id}; run `nbgrader collect` first.")
        return
    print(f"{summary.module_id}: {total} submissions in {summary.seconds:.1f} s")
    print_table(
        ("outcome", "number", ""),
        [
            ("graded", str(summary.count("graded")), ""),
            ("waiting", str(summary.count("waiting")), "graded; formgrader asks for marks"),
            ("unchanged", str(summary.count("unchanged")), "graded before, nothing newer came in"),
            ("refused", str(summary.count("refused")), "not graded"),
        ],
    )
    refused = [one for one in summary.outcomes if one.status == "refused"]
    if refused:
        print("\nRefused; whatever was graded of them before still stands:")
        print_table(
            ("username", "why"), [(shown(one.username), one.reason or "") for one in refused]
        )
    damaged = [one for one in summary.outcomes if one.findings]
    if damaged:
        print("\nHanded in with damage, and graded with every sound answer:")
        print_table(
            ("username", "what"),
            [(shown(one.username), _findings(one)) for one in damaged[:_LISTED]],
        )
        if len(damaged) > _LISTED:
            print(f"  … and {len(damaged) - _LISTED} more")
        print("What was wrong is in findings.json beside each graded notebook.")


def _findings(outcome: "Outcome") -> str:
    first, *others = outcome.findings
    more = f" (and {len(others)} more)" if others else ""
    return f"{first.code}: {first.detail}{more}"


def shown(username: str) -> str:
    # It is the name of a folder, which might hold anything.
    return username if username.isprintable() else ascii(username)
