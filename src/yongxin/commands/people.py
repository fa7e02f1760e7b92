"""Who may sign in, and until when exercises are handed in."""

import argparse
import getpass
import sys
from datetime import datetime, time, timedelta

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.commands.printed_table import print_table
from yongxin.store import AuditAction, Store

#: Passwords are typed by people on phones; sign-in attempts are limited, so length is what counts.
SHORTEST_PASSWORD = 8


def add(arguments: argparse.Namespace) -> int:
    """Add somebody to the roster."""
    with open_store(arguments) as store:
        person = store.add_learner(
            arguments.username,
            arguments.name or arguments.username,
            role=arguments.role,
            language=arguments.language,
            groups=arguments.group,
        )
        _audit(store, "roster add", person.username, role=person.role)
    print(f"Added {person.username} ({person.name}), {person.role}.")
    print(f"A link to sign in: yongxin roster link {person.username}")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print the roster."""
    with open_store(arguments) as store:
        people = store.learners(
            role=arguments.role, group=arguments.group, active=None if arguments.all else True
        )
    rows = [
        (
            one.username,
            one.name,
            one.role,
            one.language,
            ", ".join(one.groups),
            "" if one.active else "deactivated",
        )
        for one in people
    ]
    print_table(("username", "name", "role", "language", "groups", ""), rows)
    print(f"{len(people)} on the roster.")
    return 0


def link(arguments: argparse.Namespace) -> int:
    """Print a link that signs somebody in once."""
    with open_store(arguments) as store:
        token = store.issue_sign_in_token(arguments.username, timedelta(days=arguments.days))
        _audit(store, "sign-in link", arguments.username, days=arguments.days)
    print(f"{arguments.url.rstrip('/')}/sign-in/{token}")
    print(f"Works once, within {_days(arguments.days)}.", file=sys.stderr)
    return 0


def password(arguments: argparse.Namespace) -> int:
    """Set a password, typed twice, or read as one line when the input is no terminal."""
    if sys.stdin.isatty():
        chosen = getpass.getpass("New password: ")
        if getpass.getpass("Once more: ") != chosen:
            raise CommandFailed("the two passwords differ; nothing was changed")
    else:
        chosen = sys.stdin.readline().rstrip("\n")
    if len(chosen) < SHORTEST_PASSWORD:
        raise CommandFailed(
            f"a password needs {SHORTEST_PASSWORD} characters or more; nothing was changed"
        )
    with open_store(arguments) as store:
        store.set_password(arguments.username, chosen)
        _audit(store, "password", arguments.username)
    print(f"The password of {arguments.username} is set; earlier sessions and links have ended.")
    return 0


def deactivate(arguments: argparse.Namespace) -> int:
    """Let somebody in no more; what they did is kept."""
    with open_store(arguments) as store:
        person = store.deactivate(arguments.username)
        _audit(store, "roster deactivate", person.username)
    print(f"{person.username} can no longer sign in. Answers and marks are kept.")
    return 0


def set_deadline(arguments: argparse.Namespace) -> int:
    """Set or lift the deadline of a module, for everybody or for one group.

    nbgrader knows one deadline a module: the general one is told to the gradebook as well.
    """
    due = read_deadline(arguments.when)
    with open_store(arguments) as store:
        store.set_deadline(arguments.module, due, group=arguments.group)
        _audit(
            store,
            "deadline set",
            arguments.module,
            due=due.isoformat() if due else None,
            group=arguments.group,
        )
    whom = f"group {arguments.group}" if arguments.group else "everybody"
    print(f"{arguments.module}, {whom}: {_moment(due)}")
    if arguments.group is None and arguments.store is None:
        from yongxin.grading.exchange import prepare_state, set_due_date

        root = course_root(arguments.course)
        prepare_state(root)
        set_due_date(root, arguments.module, due)
    return 0


def show_deadlines(arguments: argparse.Namespace) -> int:
    """Print the deadlines."""
    with open_store(arguments) as store:
        deadlines = store.deadlines(arguments.module)
    print_table(
        ("module", "for", "until"),
        [(one.module, one.group or "everybody", _moment(one.due)) for one in deadlines],
    )
    print(f"{len(deadlines)} set.")
    return 0


def read_deadline(text: str) -> datetime | None:
    """Return the moment that ``2026-12-01`` (its end) or ``2026-12-01T18:00`` means here.

    A time without an offset is this machine's local time; ``never`` gives None. Raises
    ``CommandFailed`` for anything else.
    """
    if text == "never":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(
            f"{text!r} is no date; write 2026-12-01, 2026-12-01T18:00 or never"
        ) from error
    if "T" not in text and " " not in text:
        moment = datetime.combine(moment, time(23, 59, 59))
    return moment if moment.tzinfo else moment.astimezone()


def _moment(due: datetime | None) -> str:
    return f"{due.astimezone():%Y-%m-%d %H:%M %z}" if due else "no deadline"


def _days(days: int) -> str:
    return "a day" if days == 1 else f"{days} days"


def _audit(store: Store, action: AuditAction, subject: str, **detail: object) -> None:
    store.audit(f"{getpass.getuser()} (command line)", action, subject, **detail)
