"""Returning what a learner wrote, so that it can be revised."""

import argparse
import getpass

from yongxin.catalogue import Catalogue, CatalogueError
from yongxin.commands import CommandFailed
from yongxin.commands.places import course_root, open_store
from yongxin.site.modules import InPreparation
from yongxin.site.returning import return_reflection


def return_(arguments: argparse.Namespace) -> int:
    """Return one reflection of one learner."""
    try:
        with open_store(arguments) as store:
            return_reflection(
                Catalogue(course_root(arguments.course)),
                store,
                module_id=arguments.module,
                username=arguments.username,
                reflection_id=arguments.reflection,
                comment=arguments.comment,
                actor=f"{getpass.getuser()} (command line)",
            )
    except (CatalogueError, InPreparation) as error:
        raise CommandFailed(str(error)) from error
    print(f"Returned {arguments.reflection} to {arguments.username}, to be revised once.")
    return 0
