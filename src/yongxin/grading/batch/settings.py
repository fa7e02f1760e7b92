"""What the course's nbgrader configuration says about grading, and what of it a batch can follow.

This module imports nbgrader, which takes seconds.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files
from traitlets.config import Config

from yongxin.grading import answers, findings
from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.configuration import AUTOGRADE, SANITIZE
from yongxin.grading.exchange import nbgrader_configuration
from yongxin.grading.links import set_links_aside

#: Files that nbgrader never copies.
_NOTEBOOKS = "*.ipynb"


@dataclass(frozen=True)
class Settings:
    """The configuration of one course for one assignment.

    ``ignore`` are patterns of files that are not kept with what is graded, ``excluded`` learners
    who are not graded, ``permissions`` those of graded files. ``provided`` are the files beside the
    source notebook, by their path there; they go over a learner's.
    """

    config: Config
    gradebook_url: str
    root: Path
    released: Path
    submitted: Path
    autograded: Path
    ignore: tuple[str, ...]
    excluded: frozenset[str]
    permissions: int
    may_create_students: bool
    provided: dict[str, Path]


def read_settings(course_root: Path, module_id: str) -> Settings:
    """Read the configuration. Raises ``GradingFailed`` for what only nbgrader itself can follow."""
    config = nbgrader_configuration(course_root)
    config.CourseDirectory.assignment_id = module_id
    directory: Any = CourseDirectory(config=config)
    converter: Any = Autograde(coursedir=directory, config=config)
    _check(directory, converter)
    root = Path(directory.root)
    source = root / directory.source_directory / module_id
    ignore = (*directory.ignore, _NOTEBOOKS)
    return Settings(
        config=config,
        gradebook_url=directory.db_url,
        root=root,
        released=root / directory.release_directory / module_id / f"{module_id}.ipynb",
        submitted=root / directory.submitted_directory,
        autograded=root / directory.autograded_directory,
        ignore=ignore,
        excluded=frozenset(filter(None, directory.student_id_exclude.split(","))),
        permissions=int(str(converter.permissions), 8),
        may_create_students=converter.create_student,
        provided=_provided(source, ignore, converter.exclude_overwriting.get(module_id, ())),
    )


def _check(directory: Any, converter: Any) -> None:
    standard = {
        "Autograde.sanitize_preprocessors": (converter.sanitize_preprocessors, list(SANITIZE)),
        "Autograde.autograde_preprocessors": (converter.autograde_preprocessors, list(AUTOGRADE)),
        "Autograde.pre_convert_hook": (converter.pre_convert_hook, set_links_aside),
        "Autograde.post_convert_hook": (converter.post_convert_hook, None),
        "CourseDirectory.groupshared": (directory.groupshared, False),
        "CourseDirectory.directory_structure": (
            directory.directory_structure,
            CourseDirectory.directory_structure.default_value,
        ),
    }
    for name, (found, known) in standard.items():
        if found != known:
            raise GradingFailed(
                f"nbgrader_config.py sets c.{name}, which `yongxin grade` does not follow; "
                "grade with `nbgrader autograde`"
            )


def _provided(source: Path, ignore: Sequence[str], excluded: Collection[str]) -> dict[str, Path]:
    found = find_all_files(str(source), list(ignore))
    files = {Path(one).relative_to(source).as_posix(): Path(one) for one in found}
    for name in (answers.FILE_NAME, findings.FILE_NAME):
        if name in files:
            raise GradingFailed(f"{files[name]} would replace every learner's {name}; delete it")
    return {name: path for name, path in files.items() if name not in excluded}
