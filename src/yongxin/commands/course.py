"""Checking and building the course, and releasing an exercise."""

import argparse
from collections import Counter
from collections.abc import Iterable

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store

CONTENT = "content"


def check(arguments: argparse.Namespace) -> int:
    """Print every finding in the content, and how much was examined."""
    from yongxin.content import examine_content

    examination = examine_content(course_root(arguments.course) / CONTENT)
    _print_lines(examination.findings)
    print(f"{_findings(len(examination.findings))} in {_counted(examination.examined)}.")
    return 1 if examination.findings else 0


def build(arguments: argparse.Namespace) -> int:
    """Build the course, or with ``--check`` say which derived file is not what it should be."""
    from yongxin.build import build_course
    from yongxin.content import ContentError
    from yongxin.grading.release import ReleaseRefused

    root = course_root(arguments.course)
    try:
        result = build_course(root, check=arguments.check)
    except ContentError as error:
        _print_lines(error.findings)
        raise CommandFailed(f"{_findings(len(error.findings))}; nothing was built") from error
    except (ReleaseRefused, OSError) as error:
        raise CommandFailed(f"{error}; nothing was built") from error
    wanted = len(result.unchanged) + len(result.missing) + len(result.stale)
    if not arguments.check:
        written = len(result.missing) + len(result.stale)
        removed = len(result.superfluous)
        print(f"Built {wanted} files: {written} written, {removed} removed.")
        return 0
    _print_lines(result.differences())
    if result.is_current:
        print(f"All {wanted} files are what `yongxin build` makes.")
        return 0
    print(f"Of {wanted} files, {len(result.unchanged)} are current. Run `yongxin build`.")
    return 1


def coverage(arguments: argparse.Namespace) -> int:
    """Print where each unit and system stands; fail when a released module lacks one of its own."""
    from yongxin.content import ContentError, load_content
    from yongxin.content.coverage import coverage as cover

    try:
        found = cover(load_content(course_root(arguments.course) / CONTENT))
    except ContentError as error:
        _print_lines(error.findings)
        raise CommandFailed(f"{_findings(len(error.findings))}; run `yongxin check`") from error
    print(found.table())
    return 1 if found.missing else 0


def release(arguments: argparse.Namespace) -> int:
    """Make a module's exercise from its solution and give it out; enter the learners' names."""
    from yongxin.grading.exchange import NotReleased, release_module, sync_roster

    root = course_root(arguments.course)
    try:
        release_module(root, arguments.module)
    except (NotReleased, OSError) as error:
        raise CommandFailed(str(error)) from error
    with open_store(arguments) as store:
        names = {one.username: one.name for one in store.learners(role="learner")}
    sync_roster(root, names)
    print(f"Released {arguments.module}; {len(names)} learners can hand it in.")
    return 0


def _print_lines(lines: Iterable[object]) -> None:
    for line in lines:
        print(line)


def _findings(number: int) -> str:
    return {0: "no findings", 1: "1 finding"}.get(number, f"{number} findings")


def _counted(examined: Counter[str]) -> str:
    """Return ``12 files, 5 items``: what was examined, so that "nothing found" means something."""
    counts = (
        f"{number} {what.removesuffix('s') if number == 1 else what}"
        for what, number in examined.items()
    )
    return ", ".join(counts) or "nothing"
