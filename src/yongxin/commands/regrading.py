"""Regrading a cohort after a key was corrected or a question withdrawn."""

import argparse
import getpass
import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.commands import CommandFailed
from yongxin.commands.grading import code_runner, progress_line, shown
from yongxin.commands.places import course_root, open_store
from yongxin.commands.printed_table import print_table

if TYPE_CHECKING:
    from yongxin.grading.regrading import KeyChange, LearnerChange, Preview
    from yongxin.items import JSON

CONTENT = "content"

#: Learners that are listed on the screen; a file gets all of them.
_LISTED = 20
_VALUE_CHARACTERS = 60


def regrade(arguments: argparse.Namespace) -> int:
    """Show who would change by how much and, once that is confirmed, grade everybody again."""
    root = course_root(arguments.course)
    found = _look(root, arguments.module)
    _show(found)
    if arguments.output is not None:
        _write_table(found, arguments.output)
    if found.is_empty:
        print("Nothing to change: everybody has the points that the keys give.")
        return 0
    if arguments.dry_run:
        print("Nothing was changed (--dry-run).")
        return 0
    if not (arguments.yes or _is_confirmed()):
        raise CommandFailed("nothing was changed; to regrade without being asked, add --yes")
    return _carry_out(arguments, root, found)


def _look(root: Path, module_id: str) -> "Preview":
    from yongxin.build.solution import solution_notebook
    from yongxin.content import ContentError, load_content
    from yongxin.grading.batch import GradingFailed
    from yongxin.grading.regrading import preview

    try:
        content = load_content(root / CONTENT)
    except ContentError as error:
        for finding in error.findings:
            print(finding)
        raise CommandFailed("the content has to be mended first; nothing was changed") from error
    if module_id not in content.modules:
        raise CommandFailed(f"there is no module {module_id} in {root / CONTENT}")
    try:
        return preview(root, module_id, solution_notebook(content, module_id))
    except (GradingFailed, OSError, ValueError) as error:
        raise CommandFailed(f"{error}; nothing was changed") from error


def _carry_out(arguments: argparse.Namespace, root: Path, found: "Preview") -> int:
    from yongxin.build import build_course
    from yongxin.content import ContentError
    from yongxin.grading.batch import GradingFailed
    from yongxin.grading.exchange import NotReleased
    from yongxin.grading.regrading import regrade as carry_out
    from yongxin.grading.release import ReleaseRefused, solution_path

    actor = f"{getpass.getuser()} (command line)"
    with open_store(arguments) as store:
        try:
            build_course(root)
            if solution_path(root, found.module_id).read_bytes() != found.solution:
                raise CommandFailed(
                    f"{CONTENT}/{found.module_id} was changed meanwhile; look again"
                )
            done = carry_out(
                root,
                found,
                by=actor,
                jobs=arguments.jobs,
                code_runner=code_runner(arguments),
                progress=progress_line(),
            )
        except (ContentError, ReleaseRefused, NotReleased, GradingFailed, OSError) as error:
            raise CommandFailed(f"{error}; run the same command again to finish") from error
        store.audit(
            actor,
            "regrade",
            found.module_id,
            record=done.record.name,
            keys={one.cell: [_digest(one.before), _digest(one.after)] for one in found.keys},
            higher=found.higher,
            lower=found.lower,
            new=found.new,
        )
    graded = done.summary.count("graded") + done.summary.count("waiting")
    print(f"Graded {graded} hand-ins again; {done.record} keeps what was changed.")
    for one in done.summary.outcomes:
        if one.status == "refused":
            print(f"Not graded: {shown(one.username)}: {one.reason}")
    print(
        f"Learners see it after `nbgrader generate_feedback {found.module_id}` and "
        f"`nbgrader release_feedback {found.module_id}`."
    )
    return 1 if done.summary.count("refused") else 0


def _is_confirmed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Release these keys and grade everybody again? [y/N] ").strip().lower() == "y"


def _show(found: "Preview") -> None:
    for key in found.keys:
        print(f"{key.cell}: {_describe(key)}")
    if found.is_resumed:
        print("An earlier regrading did not come to its end; this one finishes it.")
    print(
        f"{_count(found.examined, 'hand-in')} looked at: {found.higher} higher, {found.lower} "
        f"lower, {found.new} graded for the first time, "
        f"{found.examined - len(found.learners)} unchanged."
    )
    cells = sorted({change.cell for one in found.learners for change in one.cells})
    print_table(
        ("question", "higher", "lower"),
        [(cell, *map(str, found.of_cell(cell))) for cell in cells],
    )
    print_table(
        ("learner", "name", "points", "questions"),
        [_row(one) for one in found.learners[:_LISTED]],
    )
    if len(found.learners) > _LISTED:
        print(f"… and {len(found.learners) - _LISTED} more; -o FILE lists everybody.")
    marked = sum(change.is_marked for one in found.learners for change in one.cells)
    if marked:
        print(f"{_count(marked, 'mark')} given by hand on these questions stay, and wait for you.")
    for username, reason in found.refused:
        print(f"Cannot be graded: {shown(username)}: {reason}")


def _row(change: "LearnerChange") -> tuple[str, ...]:
    cells = [
        f"{one.cell} {_points(one.before)} → {_points(one.after)}"
        + (" (marked by hand)" if one.is_marked else "")
        for one in change.cells
    ]
    if change.is_newer:
        cells.insert(0, "newer hand-in")
    points = f"{_points(change.before)} → {_points(change.after)}"
    return (shown(change.username), shown(change.name), points, ", ".join(cells))


def _points(points: float | None) -> str:
    return "–" if points is None else f"{round(points, 2):g}"


def _describe(change: "KeyChange") -> str:
    if change.is_code:
        return "other tests; only running them tells what that changes"
    before, after = change.before, change.after
    if isinstance(before, str) or before["type"] != after["type"]:
        if after["type"] == "withdrawn":
            return "withdrawn, everybody gets its points"
        return f"now {after['type']}"
    names: set[str] = {*before, *after}
    return "; ".join(
        f"{name} {_value(before.get(name))} → {_value(after.get(name))}"
        for name in sorted(names)
        if before.get(name) != after.get(name)
    )


def _value(value: "JSON") -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[:_VALUE_CHARACTERS]}…"


def _digest(key: "JSON") -> str:
    """Return what tells two keys apart without telling them: the site can read the audit log."""
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def _write_table(found: "Preview", path: Path) -> None:
    from yongxin.grading.export.exporting import write_sheet
    from yongxin.grading.export.sheet import Column, Sheet

    columns = (
        Column("username", 20),
        Column("name", 20),
        Column("points before", 14),
        Column("points after", 14),
        Column("question", 30),
        Column("before", 10),
        Column("after", 10),
    )
    rows = (
        (one.username, one.name, one.before, one.after, *cell)
        for one in found.learners
        for cell in [(cell.cell, cell.before, cell.after) for cell in one.cells]
        or [(None, None, None)]
    )
    try:
        write_sheet(
            Sheet("regrade", columns, rows), path, "xlsx" if path.suffix == ".xlsx" else "csv"
        )
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error}; nothing was changed") from error


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
