"""Making a backup of everything that a course keeps, and restoring one."""

import argparse
import getpass
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.commands import CommandFailed
from yongxin.commands.printed_table import print_table
from yongxin.store import Store, StoreError, StoreOutdated

if TYPE_CHECKING:
    from yongxin.backup import Made, Places

#: What the shell reports of a command that SIGTERM has ended.
_TERMINATED = 128 + signal.SIGTERM


def make(arguments: argparse.Namespace) -> int:
    """Make a backup, and note in the store that there is one."""
    from yongxin.backup import BackupFailed, make_backup

    places = _places(arguments)
    try:
        with _ending_politely():
            made = make_backup(places, arguments.output, verified=arguments.verify)
            _note(places, made)
    except (BackupFailed, StoreError, ValueError) as error:
        raise CommandFailed(str(error)) from error
    databases = made.manifest.databases
    for name, one in databases.items():
        print(f"{name}: {len(one.tables)} tables, {one.rows:,} rows, version {one.version}")
    print(f"files: {sum(made.manifest.files.values()):,}")
    for left in made.manifest.left_out:
        print(f"left out: {left}", file=sys.stderr)
    if arguments.verify:
        print(f"Read back: {sum(one.rows for one in made.verified):,} rows compared, all the same.")
    print(f"{made.path}: {made.bytes:,} bytes, SHA-256 {made.digest}")
    print("It holds secrets and what people wrote: keep it where only you can read it.")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Restore a backup, and compare every row."""
    from yongxin.backup import BackupFailed, restore_backup

    try:
        with _ending_politely():
            done = restore_backup(
                _places(arguments), arguments.file, replace=arguments.replace, actor=_actor()
            )
    except (BackupFailed, ValueError) as error:
        raise CommandFailed(str(error)) from error
    rows = [(one.table, f"{one.rows:,}", "same") for one in done.compared]
    print_table(("table", "rows", ""), rows)
    print(f"{sum(one.rows for one in done.compared):,} rows compared, all as they were backed up.")
    print(f"{done.files:,} files restored; the backup is of {done.manifest.made_at}.")
    if done.erased:
        print(f"Erased again, as they had been since: {done.erased}.")
    _tell_moved(done.moved)
    return 0


def _note(places: "Places", made: "Made") -> None:
    try:
        with Store.open(places.store_url, migrate=False) as store:
            store.keep_backup(made.path.name, made.digest, made_at=made.made_at, actor=_actor())
    except StoreOutdated as error:
        # As before an upgrade, when the new version is installed already: the backup is good.
        print(f"not noted in the store: {error}", file=sys.stderr)


def _places(arguments: argparse.Namespace) -> "Places":
    from yongxin.backup import BackupFailed, Places
    from yongxin.catalogue import CatalogueError
    from yongxin.catalogue.root import find_root

    course: Path | None = arguments.course
    try:
        root = course.expanduser() if course is not None else find_root()
        return Places.of(root, store=arguments.store, exchange=arguments.exchange)
    except (CatalogueError, BackupFailed, ValueError) as error:
        raise CommandFailed(str(error)) from error


def _tell_moved(moved: Iterable[str]) -> None:
    for place in moved:
        print(f"What stood there is kept in {place}; delete it when you no longer need it.")


@contextmanager
def _ending_politely() -> Iterator[None]:
    """Let a SIGTERM end the command as Ctrl-C does: what was begun is cleared away."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _actor() -> str:
    return f"{getpass.getuser()} (command line)"
