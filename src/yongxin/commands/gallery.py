"""The gallery of questions: made in a temporary folder, and served from it."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from yongxin.commands import CommandFailed
from yongxin.store import Store

PLACE = Path("docs", "items")

#: Options of the site that the gallery sets itself.
_OWN = ("--course", "--state", "--store", "--exchange", "--workers")


def serve(words: Sequence[str]) -> int:
    """Serve the gallery until a signal says to stop; ``words`` are options of the site."""
    taken = [word for word in words if word.partition("=")[0] in _OWN]
    if taken:
        raise CommandFailed(f"the gallery has its own course and state; leave out {taken[0]}")
    course = gallery_course()

    from yongxin.content import ContentError
    from yongxin.gallery.grading import NotGraded
    from yongxin.gallery.prepare import prepare
    from yongxin.gallery.server import GalleryServer
    from yongxin.site.app import run

    server = GalleryServer()
    server.when_ready = _announce
    with _throw_away_folder() as root:
        if not {"--help", "-h", "--help-all"}.intersection(words):
            print(f"Making the gallery of {course} …", flush=True)
            try:
                prepare(course, root)
            except (ContentError, NotGraded, OSError) as error:
                raise CommandFailed(f"the gallery cannot be made: {error}") from error
        return run(server, [*words, f"--course={root}", f"--state={root / 'var'}"])


def _announce(store: Store, url: str) -> None:
    """Print the invitation at once, also into a pipe."""
    from yongxin.gallery.invitation import invitation

    print(invitation(store, url), flush=True)


def gallery_course() -> Path:
    """Return the folder of the gallery's course. Raises ``CommandFailed`` where there is none."""
    here = Path.cwd()
    for folder in (Path(__file__).resolve().parents[3], here, *here.parents):
        if (folder / PLACE / "content" / "course.yaml").is_file():
            return folder / PLACE
    raise CommandFailed(
        f"the gallery stands in {PLACE} of the course's repository, which an installed package "
        "does not bring along; run this command in a clone of the repository"
    )


@contextmanager
def _throw_away_folder() -> Iterator[Path]:
    """Yield a folder for the gallery, and keep nbgrader out of the state of any other course."""
    from yongxin.grading.configuration import STATE_VARIABLE

    with tempfile.TemporaryDirectory(prefix="yongxin-gallery-") as name:
        root = Path(name).resolve()
        before = os.environ.get(STATE_VARIABLE)
        os.environ[STATE_VARIABLE] = str(root / "var")
        try:
            yield root
        finally:
            if before is None:
                del os.environ[STATE_VARIABLE]
            else:
                os.environ[STATE_VARIABLE] = before
