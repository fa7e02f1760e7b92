"""Personal data at the command line: erasing somebody, copying what is kept, and retention."""

import argparse
import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.commands.printed_table import print_table

if TYPE_CHECKING:
    from yongxin.cohort.erasure import Erased, Places

#: So many pieces of each kind go in one step of ``retention --apply``, which takes as many steps
#: as there are.
_AT_ONCE = 500


def erase(arguments: argparse.Namespace) -> int:
    """Show what is kept about somebody and, without ``--dry-run``, erase it."""
    from yongxin.cohort import erasure

    places = _places(arguments)
    with open_store(arguments) as store:
        try:
            found = erasure.survey(places, store, arguments.username)
            _tell(found)
            if arguments.dry_run:
                print("Nothing was erased (--dry-run).")
                return 0
            if not arguments.yes and input(f"Type {found.username} to erase: ") != found.username:
                raise CommandFailed("that is not the username; nothing was erased")
            erasure.erase(places, store, found.username, _actor())
        except erasure.ErasureStopped as stopped:
            raise CommandFailed(f"{stopped}; run the same command again to finish") from stopped
        backups = store.backups()
    print(f"Erased {found.username}.")
    for one in backups:
        print(f"Still in the backup {one.file_name} of {one.made_at:%Y-%m-%d %H:%M} UTC.")
    for name in found.exported:
        print(f"{name} names this person; export it anew.")
    return 0


def copy(arguments: argparse.Namespace) -> int:
    """Write somebody's own copy of all that is kept about them."""
    from yongxin.catalogue import Catalogue, CatalogueError
    from yongxin.cohort.erasure import ErasureStopped
    from yongxin.cohort.personal_copy import write_copy

    places = _places(arguments)
    output: Path = arguments.output
    with open_store(arguments) as store:
        person = store.learner(arguments.username)
        if person is None:
            raise CommandFailed(f"there is no {arguments.username} on the roster")
        store.audit(_actor(), "personal export", person.username, whole=True)
        try:
            with output.open("xb") as file:
                output.chmod(0o600)
                catalogue, now = Catalogue(course_root(arguments.course)), datetime.now(UTC)
                write_copy(file, store, places, catalogue, person, own=True, now=now)
        except FileExistsError as error:
            raise CommandFailed(f"{output} exists already; name another file") from error
        except (CatalogueError, ErasureStopped, OSError) as error:
            output.unlink(missing_ok=True)
            raise CommandFailed(str(error)) from error
    print(f"{output}: everything about {person.username}. It is meant for that person alone.")
    return 0


def retention(arguments: argparse.Namespace) -> int:
    """Show what has been kept long enough and, with ``--apply``, delete it."""
    from yongxin.cohort.erasure import ErasureStopped
    from yongxin.cohort.retention import RetentionRefused, carry_out, look, read_periods

    places = _places(arguments)
    now = datetime.now(UTC)
    with open_store(arguments) as store:
        try:
            periods = read_periods(places.state)
            found = look(store, periods, now)
            print_table(
                ("kind", "number", "oldest"),
                [
                    (one.kind, str(one.number), f"{one.oldest:%Y-%m-%d}" if one.oldest else "")
                    for one in found
                ],
            )
            if not arguments.apply:
                print("Nothing was deleted; --apply deletes it.")
                return 0
            total: dict[str, int] = {}
            while done := carry_out(places, store, periods, now, actor=_actor(), most=_AT_ONCE):
                total = {kind: total.get(kind, 0) + done.get(kind, 0) for kind in {*total, *done}}
        except RetentionRefused as refused:
            raise CommandFailed(f"nothing was deleted:\n{refused}") from refused
        except ErasureStopped as stopped:
            raise CommandFailed(f"{stopped}; run the same command again to finish") from stopped
    print(f"Deleted: {_counted(total) or 'nothing'}.")
    return 0


def _places(arguments: argparse.Namespace) -> "Places":
    from yongxin.cohort.erasure import Places
    from yongxin.grading.configuration import state_directory
    from yongxin.grading.exchange import ExchangeSettings, nbgrader_configuration

    root = course_root(arguments.course)
    exchange = Path(nbgrader_configuration(root).Exchange.root)
    return Places(state_directory(root), ExchangeSettings(exchange), root)


def _tell(found: "Erased") -> None:
    if found.is_empty:
        print(f"Nothing is kept about {found.username}.")
        return
    rows = [
        (place, name, str(number))
        for place, counts in (
            ("store", found.rows), ("gradebook", found.gradebook), ("files", found.files),
        )
        for name, number in counts.items()
    ]  # fmt: skip
    print_table(("where", "what", "number"), rows)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))


def _actor() -> str:
    return f"{getpass.getuser()} (command line)"
