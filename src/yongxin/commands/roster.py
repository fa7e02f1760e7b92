"""The roster from a table that a trainer or HR keeps."""

import argparse
import getpass
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.commands.printed_table import print_table

if TYPE_CHECKING:
    from yongxin.grading.roster import ReadRoster
    from yongxin.store import RosterChange, Store

_NOTHING = "–"


def import_roster(arguments: argparse.Namespace) -> int:
    """Show what a table would change on the roster and, without ``--dry-run``, change it."""
    listed = _read(arguments.file)
    options = {"deactivate_missing": arguments.deactivate_missing}
    with open_store(arguments) as store:
        if arguments.dry_run:
            changes = store.compare_roster(listed.entries, **options)
        else:
            changes = store.update_roster(listed.entries, **options)
            counts = Counter(one.kind for one in changes)
            store.audit(
                f"{getpass.getuser()} (command line)",
                "roster import",
                arguments.file.name,
                **counts,
            )
            for one in changes:
                _note_role(store, one)
        names = {one.username: one.name for one in store.learners(role="learner")}
    _show(changes)
    if arguments.dry_run:
        print("Nothing was changed (--dry-run).")
    elif arguments.store is None or arguments.course is not None:
        _tell_nbgrader(course_root(arguments.course), names)
    return 0


def _note_role(store: "Store", change: "RosterChange") -> None:
    """Enter in the audit log who may do what from now on, and could not before."""
    before, after = change.before and change.before.role, change.after.role
    if change.kind != "deactivated" and before != after and (before or after != "learner"):
        store.audit(
            f"{getpass.getuser()} (command line)",
            "role change",
            change.after.username,
            before=before,
            after=after,
        )


def _read(path: Path) -> "ReadRoster":
    from yongxin.grading.roster import RosterRefused, read_roster
    from yongxin.grading.roster_file import UnreadableTable, read_table

    try:
        table = read_table(path)
        listed = read_roster(table)
    except UnreadableTable as error:
        raise CommandFailed(f"{path}: {error}; nothing was changed") from error
    except RosterRefused as error:
        problems = "\n".join(f"{path}: {one}" for one in error.problems)
        print(problems, file=sys.stderr)
        count = len(error.problems)
        raise CommandFailed(
            f"{count} {'problem' if count == 1 else 'problems'} in {path}; nothing was changed"
        ) from error
    print(f"{path}: {len(listed.entries)} people, read as {table.read_as}.", file=sys.stderr)
    if listed.ignored:
        print(f"Columns that are not kept: {', '.join(listed.ignored)}.", file=sys.stderr)
    return listed


def _show(changes: "list[RosterChange]") -> None:
    rows = [_row(one) for one in changes if one.kind != "unchanged"]
    print_table(("", "username", "name", "role", "language", "groups"), rows)
    counts = Counter(one.kind for one in changes)
    kinds = ("new", "changed", "reactivated", "deactivated", "unchanged")
    print(f"{', '.join(f'{counts[kind]} {kind}' for kind in kinds)}.")


def _row(change: "RosterChange") -> tuple[str, ...]:
    before, after = change.before, change.after
    fields = [
        (before and before.name, after.name),
        (before and before.role, after.role),
        (before and before.language, after.language),
        (before and ", ".join(before.groups), ", ".join(after.groups or ())),
    ]
    cells = (after if before is None else _changed(before, after) for before, after in fields)
    return (change.kind, change.after.username, *(cell or _NOTHING for cell in cells))


def _changed(before: str, after: str | None) -> str | None:
    return after if before == after else f"{before or _NOTHING} → {after or _NOTHING}"


def _tell_nbgrader(root: Path, names: dict[str, str]) -> None:
    """Enter the learners into the gradebook; whoever left stays there, with their marks."""
    from sqlalchemy.exc import SQLAlchemyError

    from yongxin.grading.exchange import prepare_state, sync_roster

    try:
        prepare_state(root)
        sync_roster(root, names)
    except (SQLAlchemyError, OSError, ValueError) as error:
        raise CommandFailed(
            f"the roster is up to date, but nbgrader's list of students is not: {error}; "
            "run the same command again"
        ) from error
    print(f"nbgrader knows all {len(names)} learners.")
