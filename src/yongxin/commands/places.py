"""Where commands find the course, and the store beside it."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yongxin.catalogue.root import VARIABLE
from yongxin.commands import CommandFailed
from yongxin.grading.configuration import state_directory, store_url
from yongxin.grading.private import make_private
from yongxin.store import Store, StoreError

COURSE_SOURCE = Path("content", "course.yaml")


def course_root(named: Path | None) -> Path:
    """Return the folder that holds ``content/``, absolute.

    That is ``named``, else what YONGXIN_COURSE names, else the nearest of the working directory and
    its ancestors. Raises ``CommandFailed``.
    """
    variable = os.environ.get(VARIABLE)
    explicit = named or (Path(variable) if variable else None)
    here = (explicit or Path.cwd()).expanduser().resolve()
    for folder in (here,) if explicit else (here, *here.parents):
        if (folder / COURSE_SOURCE).is_file():
            return folder
    place = "there" if explicit else "there or in any folder above it"
    raise CommandFailed(
        f"no course in {here}: {COURSE_SOURCE} is not {place}; name its folder with --course"
    )


@contextmanager
def open_store(arguments: argparse.Namespace) -> Iterator[Store]:
    """Open the store that ``--store`` or ``--course`` names; what it refuses fails the command."""
    try:
        url: str = arguments.store
        if url is None:
            root = course_root(arguments.course)
            make_private(state_directory(root))
            url = store_url(root)
        with Store.open(url) as store:
            yield store
    except (StoreError, LookupError, ValueError) as error:
        raise CommandFailed(_plain(error)) from error


def _plain(error: Exception) -> str:
    # The text of a KeyError is the repr of its argument.
    return str(error.args[0] if isinstance(error, KeyError) and error.args else error)
