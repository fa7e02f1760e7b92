"""The command ``yongxin``: reads the command line and hands over to ``yongxin.commands``."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name

from yongxin.commands import CommandFailed
from yongxin.language import FIRST_LANGUAGE, LANGUAGES

FAILED = 1
USAGE = 2
INTERRUPTED = 130

SITE = "yongxin.site.app:main"
#: The option of ``serve`` that asks for the gallery of questions in place of a course.
GALLERY = "--gallery"

EPILOGUE = """\
`yongxin COMMAND --help` tells more about each. Exit status: 0 done, 1 something to mend,
2 the command line was not understood.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words[:1] == ["serve"]:
            # The site is configured as every Jupyter server is, so its options are its own.
            options = [word for word in words[1:] if word != GALLERY]
            is_gallery = len(options) < len(words[1:])
            serve = resolve_name("yongxin.commands.gallery:serve" if is_gallery else SITE)
            return int(serve(options) or 0)
        arguments = parse_arguments(words)
        return int(resolve_name(arguments.run)(arguments))
    except CommandFailed as error:
        print(f"yongxin: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # `yongxin coverage | head` has read enough.
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return the parsed command line; ``run`` names the function that carries it out.

    Exits with status 2 when it is not understood. What follows ``demo --serve`` or ``serve`` stands
    in ``options``.
    """
    parser = build_parser()
    arguments, rest = parser.parse_known_args(words)
    if rest and not getattr(arguments, "serve", False):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.options = rest
    return arguments


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="yongxin",
        description="The course Service with Heart (用心服务): write it, serve it, grade it.",
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"yongxin {version('yongxin')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_course_commands(commands)
    _add_site_commands(commands)
    _add_people_commands(commands)
    _add_personal_commands(commands)
    _add_backup_commands(commands)
    _add_interchange_commands(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001  (argparse gives the type no public name)


def _add_course_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    check = _add(
        commands,
        "check",
        "yongxin.commands.course:check",
        "read content/ and print every finding with its file and line",
    )
    _add_course(check)

    build = _add(
        commands,
        "build",
        "yongxin.commands.course:build",
        "make course/, solutions/, exercises/ and data/ from content/",
    )
    build.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name the files that are not what a build would make",
    )
    _add_course(build)

    coverage = _add(
        commands,
        "coverage",
        "yongxin.commands.course:coverage",
        "list every unit and system of the decks with the section where it stands",
    )
    _add_course(coverage)

    release = _add(
        commands,
        "release",
        "yongxin.commands.course:release",
        "make a module's exercise and let learners hand it in",
    )
    release.add_argument("module", metavar="MODULE", help="such as a2-pickle")
    _add_course(release)
    _add_store(release)

    grade = _add(
        commands,
        "grade",
        "yongxin.commands.grading:grade",
        "grade a module for everybody who has handed it in",
    )
    grade.add_argument("module", metavar="MODULE", help="such as a2-pickle")
    grade.add_argument("--group", help="only for the members of this group")
    grade.add_argument(
        "--force", action="store_true", help="also what is graded already; marks by hand are kept"
    )

    regrade = _add(
        commands,
        "regrade",
        "yongxin.commands.regrading:regrade",
        "grade everybody again after a key was corrected or a question withdrawn",
    )
    regrade.add_argument("module", metavar="MODULE", help="such as a2-pickle")
    how = regrade.add_mutually_exclusive_group()
    how.add_argument(
        "--dry-run", action="store_true", help="show who would change by how much, change nothing"
    )
    how.add_argument("--yes", action="store_true", help="do it without asking first")
    regrade.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="list all changes in a csv or xlsx file"
    )
    for command in (grade, regrade):
        _add_runners(command)
        _add_course(command)
        _add_store(command)


def _add_runners(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--jobs",
        type=_positive,
        default=1,
        metavar="N",
        help="processes to grade with; %(default)s",
    )
    command.add_argument(
        "--dask", metavar="URL", help="run learners' code on this Dask cluster: tcp://host:8786"
    )
    command.add_argument(
        "--trust-learners-code",
        action="store_true",
        help="run learners' code without a sandbox, with all that you may read, write and send",
    )


def _add_site_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    serve = _add(
        commands,
        "serve",
        SITE,
        "the learners' site; `yongxin serve --help` lists its options",
    )
    serve.set_defaults(serve=True)

    demo = _add(
        commands,
        "demo",
        "yongxin.commands.demo:demo",
        "prepare a demo cohort in var/ and release the exercises",
    )
    demo.add_argument(
        "--serve",
        action="store_true",
        help="then serve the site and print links to sign in; other options go to `serve`",
    )
    _add_course(demo)


def _add_people_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    roster = commands.add_parser("roster", help="who may sign in").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    people = "yongxin.commands.people"

    add = _add(roster, "add", f"{people}:add", "add somebody")
    add.add_argument("username", help="letters of any script, digits and . @ _ -")
    add.add_argument("--name", help="the full name; the username if left out")
    add.add_argument("--role", choices=("learner", "trainer", "hr", "admin"), default="learner")
    add.add_argument("--language", choices=LANGUAGES, default=FIRST_LANGUAGE)
    add.add_argument(
        "--group", action="append", default=[], help="made if it is new; may be given again"
    )

    table = _add(
        roster,
        "import",
        "yongxin.commands.roster:import_roster",
        "bring the roster up to date with a CSV or xlsx file",
    )
    table.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="its heading names 账号 (username) and, as you like, 姓名 (name), 组 (groups), "
        "角色 (role), 语言 (language)",
    )
    table.add_argument(
        "--dry-run", action="store_true", help="show what would change, change nothing"
    )
    table.add_argument(
        "--deactivate-missing",
        action="store_true",
        help="let learners in no more who are not in the file; nothing is deleted",
    )

    show = _add(roster, "list", f"{people}:show", "print the roster")
    show.add_argument("--role", choices=("learner", "trainer", "hr", "admin"))
    show.add_argument("--group")
    show.add_argument("--all", action="store_true", help="those who were deactivated as well")

    link = _add(roster, "link", f"{people}:link", "print a link that signs somebody in once")
    link.add_argument("username")
    link.add_argument("--days", type=_positive, default=1, help="how long it works; 1 if left out")
    link.add_argument(
        "--url", default="http://localhost:8866", help="the site's address; %(default)s"
    )

    password = _add(
        roster, "password", f"{people}:password", "set a password, typed or read from a pipe"
    )
    password.add_argument("username")

    deactivate = _add(
        roster, "deactivate", f"{people}:deactivate", "let somebody in no more; nothing is deleted"
    )
    deactivate.add_argument("username")

    deadline = commands.add_parser(
        "deadline", help="until when exercises are handed in"
    ).add_subparsers(title="commands", metavar="COMMAND", required=True)
    until = _add(deadline, "set", f"{people}:set_deadline", "set or lift a deadline")
    until.add_argument("module", metavar="MODULE")
    until.add_argument(
        "when", metavar="WHEN", help="2026-12-01 (its end), 2026-12-01T18:00 (local time) or never"
    )
    until.add_argument("--group", help="for this group only; it goes before the general deadline")
    listed = _add(deadline, "show", f"{people}:show_deadlines", "print the deadlines")
    listed.add_argument("module", metavar="MODULE", nargs="?")

    completions = _add(
        commands,
        "completions",
        "yongxin.commands.completions:completions",
        "note who has completed modules and paths; for every night",
    )
    completions.add_argument("--language", choices=LANGUAGES, help="of the titles")
    _add_course(completions)
    _add_store(completions)

    gradebook = commands.add_parser("gradebook", help="care for nbgrader's gradebook")
    index = _add(
        gradebook.add_subparsers(title="commands", metavar="COMMAND", required=True),
        "index",
        "yongxin.commands.marks:index",
        "add indexes, so that formgrader keeps pace with thousands of learners",
    )
    index.add_argument("--remove", action="store_true", help="take them away again")
    _add_course(index)

    back = _add(
        commands,
        "return",
        "yongxin.commands.reflections:return_",
        "return what a learner wrote, so that it can be revised and handed in once more",
    )
    back.add_argument("module", metavar="MODULE")
    back.add_argument("username", metavar="USERNAME")
    back.add_argument("reflection", metavar="REFLECTION", help="such as own-customer-log")
    back.add_argument(
        "--comment", required=True, help="why, and what to improve; the learner reads it"
    )

    for command in (add, table, show, link, password, deactivate, until, listed, back):
        _add_course(command)
        _add_store(command)


def _add_backup_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    backup = _add(
        commands,
        "backup",
        "yongxin.commands.backup:make",
        "put everything that is kept about people into one file, while the site goes on",
    )
    backup.add_argument(
        "-o", "--output", type=Path, metavar="FILE", required=True, help="must not be there yet"
    )
    backup.add_argument(
        "--verify", action="store_true", help="read the file again and compare every row in it"
    )
    restore = _add(
        commands,
        "restore",
        "yongxin.commands.backup:restore",
        "restore a backup and compare every row; stop the site first",
    )
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument(
        "--replace",
        action="store_true",
        help="in place of what is there, which is kept, moved aside; else there must be nothing",
    )
    for command in (backup, restore):
        command.add_argument(
            "--exchange",
            type=Path,
            metavar="DIR",
            help="the exchange folder; else what nbgrader_config.py says, or exchange/ in var/",
        )
        _add_course(command)
        _add_store(command)


def _add_personal_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    personal = "yongxin.commands.personal"
    erase = _add(commands, "erase", f"{personal}:erase", "erase somebody everywhere, for good")
    erase.add_argument("username", metavar="USERNAME")
    how = erase.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only show what is kept")
    how.add_argument("--yes", action="store_true", help="do it without asking first")

    copy = _add(
        commands,
        "copy",
        f"{personal}:copy",
        "write all that is kept about somebody, for that person alone",
    )
    copy.add_argument("username", metavar="USERNAME")
    copy.add_argument("-o", "--output", type=Path, metavar="FILE", required=True)

    retention = _add(
        commands, "retention", f"{personal}:retention", "show what has been kept long enough"
    )
    retention.add_argument("--apply", action="store_true", help="delete it, as for a timer")

    for command in (erase, copy, retention):
        _add_course(command)
        _add_store(command)


def _add_interchange_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    interchange = "yongxin.commands.interchange"
    export = _add(
        commands,
        "export",
        f"{interchange}:export",
        "write marks as a table, or the question bank in another format",
    )
    export.add_argument(
        "--format",
        choices=("csv", "xlsx", "gift", "moodle-xml", "json"),
        required=True,
        help="csv and xlsx: marks; the others: questions",
    )
    export.add_argument(
        "--module", metavar="MODULE", action="append", default=[], help="may be given again"
    )
    export.add_argument(
        "--language",
        choices=LANGUAGES,
        help=f"one language; if left out, marks are in {FIRST_LANGUAGE} and questions in both",
    )
    _add_output(export)
    marks = export.add_argument_group("marks")
    marks.add_argument(
        "--table",
        choices=("modules", "items"),
        help="a row for each learner and module (if left out), or for each question",
    )
    marks.add_argument(
        "--group", metavar="GROUP", action="append", default=[], help="may be given again"
    )
    marks.add_argument(
        "--answers",
        action="store_true",
        help="with --table items: what people answered as well, in words",
    )
    _add_store(export)

    take = _add(
        commands,
        "import",
        f"{interchange}:import_questions",
        "add questions from GIFT, Aiken or Moodle XML to a module",
    )
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument("--module", metavar="MODULE", required=True)
    take.add_argument(
        "--format",
        choices=("gift", "aiken", "moodle-xml"),
        help="told by what stands in the file if left out",
    )
    take.add_argument(
        "--language",
        choices=LANGUAGES,
        default=FIRST_LANGUAGE,
        help="of texts that do not tell theirs; %(default)s",
    )
    take.add_argument("--use", choices=("practice", "graded"), default="practice")
    take.add_argument(
        "--unit",
        metavar="UNIT",
        action="append",
        default=[],
        help="what the questions cover, such as A-06; may be given again; else the module's first",
    )
    take.add_argument("--dry-run", action="store_true", help="print the entries, change nothing")

    xapi = _add(
        commands,
        "xapi",
        f"{interchange}:xapi",
        "tell what was learned as xAPI statements, under pseudonyms",
    )
    xapi.add_argument("--since", metavar="WHEN", help="2026-12-01 or 2026-12-01T18:00, local time")
    xapi.add_argument(
        "--lrs",
        metavar="URL",
        help="send them to the record store at this address, with the name and the password in "
        "YONGXIN_LRS_USERNAME and YONGXIN_LRS_PASSWORD; else they are printed as JSON lines",
    )
    xapi.add_argument(
        "--site",
        metavar="URL",
        default="http://localhost:8866",
        help="the site's address, by which statements name what was learned; %(default)s",
    )
    xapi.add_argument(
        "--usernames", action="store_true", help="real usernames instead of pseudonyms"
    )
    xapi.add_argument(
        "--include-free-texts",
        action="store_true",
        help="what people wrote in their own words as well",
    )
    _add_output(xapi)
    _add_store(xapi)
    for command in (export, take, xapi):
        _add_course(command)


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="else it is printed")


def _add(
    commands: "Commands[argparse.ArgumentParser]", name: str, run: str, what: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    command.set_defaults(run=run)
    return command


def _add_course(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--course",
        type=Path,
        metavar="DIR",
        help="the folder that holds content/; else YONGXIN_COURSE, else found from here upwards",
    )


def _add_store(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--store",
        metavar="URL",
        help="the database, such as postgresql://user@host/yongxin; else the course's own in var/",
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
