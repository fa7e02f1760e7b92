"""Marks as tables, and the indexes of the gradebook."""

import argparse
import getpass
import sys
from pathlib import Path

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.language import FIRST_LANGUAGE

#: The formats of ``yongxin export`` that are tables of marks; the others are of questions.
FORMATS = ("csv", "xlsx")


def export(arguments: argparse.Namespace) -> int:
    """Write a table of marks."""
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy.exc import SQLAlchemyError

    from yongxin.catalogue import Catalogue, CatalogueError
    from yongxin.grading.exchange import nbgrader_configuration
    from yongxin.grading.export import csv_file
    from yongxin.grading.export.exporting import Sources, Wanted, open_sheet, write_sheet
    from yongxin.grading.gradebook import create_gradebook

    output: Path | None = arguments.output
    table = arguments.table or "modules"
    if output is None and arguments.format == "xlsx":
        raise CommandFailed("a workbook cannot be printed; name a file with -o")
    if arguments.answers and table != "items":
        raise CommandFailed("--answers goes with --table items")
    wanted = Wanted(
        table=table,
        language=arguments.language or FIRST_LANGUAGE,
        modules=tuple(arguments.module),
        groups=tuple(arguments.group),
        answers=arguments.answers,
    )
    root = course_root(arguments.course)
    directory = CourseDirectory(config=nbgrader_configuration(root))
    try:
        create_gradebook(directory.db_url)
        with (
            open_store(arguments) as store,
            Gradebook(directory.db_url, directory.course_id) as gradebook,
        ):
            sheet = open_sheet(Sources(gradebook, directory, Catalogue(root), store), wanted)
            store.audit(
                f"{getpass.getuser()} (command line)",
                "export",
                "marks",
                table=table,
                modules=list(wanted.modules),
                groups=list(wanted.groups),
                answers=wanted.answers,
            )
            if output is None:
                csv_file.write(sheet, sys.stdout)
                return 0
            count = write_sheet(sheet, output, arguments.format)
    except (SQLAlchemyError, CatalogueError, OSError) as error:
        raise CommandFailed(str(error)) from error
    print(f"{output}: {count} {'row' if count == 1 else 'rows'}.", file=sys.stderr)
    return 0


def index(arguments: argparse.Namespace) -> int:
    """Add the indexes that formgrader misses with many learners, or take them away again."""
    from sqlalchemy.exc import SQLAlchemyError

    from yongxin.grading.exchange import nbgrader_configuration
    from yongxin.grading.gradebook_indexes import NoGradebook, add_indexes, remove_indexes

    url: str = nbgrader_configuration(course_root(arguments.course)).CourseDirectory.db_url
    try:
        changed = remove_indexes(url) if arguments.remove else add_indexes(url)
    except (SQLAlchemyError, NoGradebook) as error:
        raise CommandFailed(f"{error}; nothing was changed") from error
    for name in changed:
        print(f"{'Removed' if arguments.remove else 'Added'} {name}.")
    print(f"{len(changed)} {'index' if len(changed) == 1 else 'indexes'}; marks are as they were.")
    return 0
