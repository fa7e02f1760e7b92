"""Who has completed what, noted at a terminal or every night."""

import argparse

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.commands.printed_table import print_table
from yongxin.language import FIRST_LANGUAGE

#: Marks are read from the gradebook in turns of so many seconds.
_TURN = 30.0


def completions(arguments: argparse.Namespace) -> int:
    """Read all marks, note what was completed, and print how many have completed each path."""
    from yongxin.catalogue import Catalogue, CatalogueError
    from yongxin.cohort.completion import CompletionDesk
    from yongxin.cohort.marks import Marks
    from yongxin.grading.batch import GradingFailed

    root = course_root(arguments.course)
    try:
        catalogue = Catalogue(root)
        with open_store(arguments) as store:
            marks = Marks(root, catalogue, store)
            try:
                marks.refresh(seconds=_TURN)
                while marks.is_behind:
                    marks.refresh(seconds=_TURN)
            finally:
                marks.close()
            desk = CompletionDesk(catalogue, store)
            desk.catch_up(at_once=True)
            language = arguments.language or FIRST_LANGUAGE
            rows = [
                (
                    path.path.title.in_language(language),
                    str(path.rule.version),
                    str(counts["reached"]),
                    str(counts["on-the-way"]),
                    str(counts["not-begun"]),
                    str(counts["overdue"]),
                )
                for path in desk.paths()
                for counts in (desk.overview(path.id).counts(),)
            ]
    except (CatalogueError, GradingFailed) as error:
        raise CommandFailed(str(error)) from error
    print_table(("path", "rule", "completed", "on the way", "not begun", "overdue"), rows)
    return 0
