"""Questions from and to other systems, and statements for a record store."""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from yongxin.commands import CommandFailed, marks
from yongxin.commands.places import course_root, open_store
from yongxin.language import LANGUAGES

CONTENT = "content"

#: Where the name and the password for a record store are read; a command line is seen by others.
LRS_USERNAME, LRS_PASSWORD = "YONGXIN_LRS_USERNAME", "YONGXIN_LRS_PASSWORD"


def export(arguments: argparse.Namespace) -> int:
    """Write marks as a table, or the question bank in another format.

    Says what a format cannot carry.
    """
    if arguments.format in marks.FORMATS:
        return marks.export(arguments)
    if arguments.table or arguments.group or arguments.answers:
        raise CommandFailed(
            f"--table, --group and --answers go with --format {' or '.join(marks.FORMATS)}"
        )
    from yongxin.content import ContentError, load_content
    from yongxin.interchange.exporting import export as write
    from yongxin.interchange.importing import modules_of

    try:
        content = load_content(course_root(arguments.course) / CONTENT)
        chosen = modules_of(content.course, arguments.module)
    except ContentError as error:
        raise CommandFailed(
            f"the content has {_counted(len(error.findings), 'finding')}; run `yongxin check`"
        ) from error
    except LookupError as error:
        raise CommandFailed(str(error)) from error
    written = [one for one in chosen if one in content.modules]
    for one in arguments.module:
        if one not in written:
            raise CommandFailed(f"{one} has no lesson yet; nothing is asked in it")
    languages = (arguments.language,) if arguments.language else LANGUAGES
    made = write(content, arguments.format, written, languages)
    _write(arguments.output, made.text)
    _report(made.left_out)
    _report(made.losses)
    _say(
        f"Exported {_counted(made.written, 'question')} from {_counted(len(written), 'module')}; "
        f"{len(made.left_out)} left out."
    )
    if arguments.format != "json":
        _say("Keys and feedback are in the file. Option ids are not: the format has no place.")
    return 0


def import_questions(arguments: argparse.Namespace) -> int:
    """Add questions from a file to a module's items; report what could not be taken."""
    from yongxin.interchange.importing import append, convert, destination, read_questions
    from yongxin.interchange.source_file import UnreadableFile
    from yongxin.interchange.to_items import Defaults

    try:
        place = destination(course_root(arguments.course) / CONTENT, arguments.module)
        questions = read_questions(arguments.file, arguments.format, arguments.language)
        defaults = Defaults(arguments.use, tuple(arguments.unit) or (place.first_unit,))
        made = convert(questions, place.ids, defaults)
    except UnreadableFile as error:
        raise CommandFailed(f"{error}; nothing was imported") from error
    except LookupError as error:
        raise CommandFailed(str(error)) from error
    _report(made.refused)
    _report(made.notes)
    what = _counted(len(made.ids), "question")
    if arguments.dry_run:
        sys.stdout.write(made.text)
        _say(f"{what} would be added to {place.items}; {len(made.refused)} refused.")
    else:
        if made.ids:
            append(place.items, made.text)
        _say(f"Added {what} to {place.items}; {len(made.refused)} refused.")
    if made.missing:
        _say(
            f"{_counted(made.missing, 'text')} still to be written, marked ⟦missing⟧; "
            f"`yongxin check` lists them."
        )
    return 1 if made.refused else 0


def xapi(arguments: argparse.Namespace) -> int:
    """Write xAPI statements as JSON lines, or send them to a record store."""
    from yongxin.catalogue import Catalogue, CatalogueError
    from yongxin.grading.configuration import state_directory
    from yongxin.grading.exchange import ExchangeSettings
    from yongxin.grading.private import make_private
    from yongxin.interchange.xapi.accounts import Accounts, read_salt
    from yongxin.interchange.xapi.collect import Scope, collect
    from yongxin.interchange.xapi.record_store import RecordStore, SendingFailed
    from yongxin.secret_file import UnsafeSecret

    root = course_root(arguments.course)
    state = state_directory(root)
    try:
        make_private(state)
        accounts = Accounts(arguments.site, None if arguments.usernames else read_salt(state))
        scope = Scope(
            site=arguments.site,
            since=read_since(arguments.since),
            free_texts=arguments.include_free_texts,
            exchange=ExchangeSettings(state / "exchange"),
        )
        with open_store(arguments) as store:
            statements = list(collect(Catalogue(root), store, accounts, scope))
            store.audit(
                "command line",
                "xapi",
                arguments.lrs or "a file",
                since=arguments.since,
                statements=len(statements),
                usernames=arguments.usernames,
                free_texts=arguments.include_free_texts,
            )
        if arguments.lrs is None:
            lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in statements)
            _write(arguments.output, "".join(lines))
        else:
            username, password = os.environ.get(LRS_USERNAME), os.environ.get(LRS_PASSWORD)
            if not username or not password:
                raise CommandFailed(f"set {LRS_USERNAME} and {LRS_PASSWORD} for the record store")
            RecordStore(arguments.lrs, username, password).send(statements)
    except (CatalogueError, UnsafeSecret, SendingFailed, OSError) as error:
        raise CommandFailed(str(error)) from error
    _say(f"{_counted(len(statements), 'statement')} {'sent' if arguments.lrs else 'written'}.")
    return 0


def read_since(text: str | None) -> datetime | None:
    """Return the moment that ``2026-12-01`` or ``2026-12-01T18:00`` means here, in local time.

    Raises ``CommandFailed`` for anything else.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(f"{text!r} is no date; write 2026-12-01 or 2026-12-01T18:00") from error
    return moment if moment.tzinfo else moment.astimezone()


def _write(output: Path | None, text: str) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{output} cannot be written: {error.strerror}") from error


def _report(lines: Iterable[object]) -> None:
    for line in lines:
        _say(str(line))


def _say(line: str) -> None:
    # What the command makes may go to the standard output, so what it says does not.
    print(line, file=sys.stderr)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
