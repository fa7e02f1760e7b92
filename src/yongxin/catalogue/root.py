"""Where the built course stands."""

import os
from pathlib import Path

from yongxin.catalogue.errors import CourseNotFound

VARIABLE = "YONGXIN_COURSE"
COURSE_FILE = Path("data", "course.json")


def find_root(start: Path | None = None) -> Path:
    """Return the absolute folder of the built course.

    That is the folder named by the environment variable ``YONGXIN_COURSE``, else the nearest of
    ``start`` (by default the working directory) and its ancestors that holds ``data/course.json``.
    Raises ``CourseNotFound``.
    """
    named = os.environ.get(VARIABLE)
    if named:
        root = Path(named).expanduser().resolve()
        if (root / COURSE_FILE).is_file():
            return root
        raise CourseNotFound(
            f"{VARIABLE} names {root}, which holds no {COURSE_FILE.as_posix()}; "
            "name the folder in which `yongxin build` was run"
        )
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / COURSE_FILE).is_file():
            return folder
    raise CourseNotFound(
        f"no built course in {here} or any folder above it ({COURSE_FILE.as_posix()} is missing); "
        f"run `yongxin build` there, or let {VARIABLE} name the course's folder"
    )
