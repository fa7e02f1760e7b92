"""Links among what was handed in: they are never followed, and kept out of what is graded.

nbgrader copies what a link points at, be it the gradebook or a device without an end.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from yongxin.grading.findings import Finding, quote
from yongxin.grading.private import find_links

#: Ends the names of links that were set aside; nbgrader is told to ignore such files.
SET_ASIDE = ".refused"


def report_links(folder: Path) -> Iterator[Finding]:
    """Say of each link in a submission's folder that it does not count."""
    for path in find_links(folder):
        name = path.relative_to(folder).as_posix().removesuffix(SET_ASIDE)
        if not name.endswith(".ipynb"):  # what it is worth is told of the notebook itself
            yield Finding(code="link", detail=f"{quote(name)} is no plain file and was left out")


def set_links_aside(*, notebooks: Iterable[str], **_: object) -> None:
    """Rename links, pipes and devices of a submission so that nbgrader copies none of them.

    This is nbgrader's ``pre_convert_hook``; ``report_links`` tells the trainer. ``notebooks`` are
    the paths of the submission's notebooks; a link in the place of one stays, because notebooks are
    read by our own exporter.
    """
    own = set(map(Path, notebooks))
    for folder in {path.parent for path in own}:
        for path in list(find_links(folder)):
            if path not in own and not path.name.endswith(SET_ASIDE):
                path.rename(path.with_name(f"{path.name}{SET_ASIDE}"))
