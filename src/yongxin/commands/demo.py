"""The demo cohort, and the site with it."""

import argparse
import sys

from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store


def demo(arguments: argparse.Namespace) -> int:
    """Prepare the demo cohort; with ``--serve`` start the site and invite to it."""
    from yongxin.catalogue import CatalogueError
    from yongxin.demo import COHORT, announce, prepare

    arguments.store = None
    root = course_root(arguments.course)
    try:
        with open_store(arguments) as store:
            problems = prepare(root, store)
    except (CatalogueError, OSError) as error:
        raise CommandFailed(str(error)) from error
    for problem in problems:
        print(f"{problem}. To begin the demo anew, delete its state folder, var/.", file=sys.stderr)
    if not arguments.serve:
        print(f"{len(COHORT)} people are on the roster. Start the site: yongxin demo --serve")
        return 1 if problems else 0

    from yongxin.site.app import main

    return main([f"--course={root}", *arguments.options], when_ready=announce)
