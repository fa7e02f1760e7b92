"""Where everything is that belongs into a backup."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from yongxin.backup.errors import BackupFailed
from yongxin.catalogue import Catalogue
from yongxin.grading.configuration import COURSE_ID, state_directory, store_url
from yongxin.grading.exchange import ExchangeSettings, nbgrader_configuration

#: The tree of all files that stand in the state folder and in no other tree.
STATE = "state"
_OF_TRAINERS = {
    "submitted": "submitted_directory",
    "autograded": "autograded_directory",
    "feedback": "feedback_directory",
}


@dataclass(frozen=True)
class Places:
    """The databases and folders of one course.

    ``gradebook_url`` is ``None`` for a site without the trainers' side. ``trees`` go by what is in
    them: ``state``, ``exchange``, ``submitted``, ``autograded``, ``feedback``.
    """

    course: Path
    trainers: Path | None
    store_url: str
    gradebook_url: str | None
    trees: dict[str, Path]

    @classmethod
    def of(
        cls, course: Path, *, store: str | None = None, exchange: Path | None = None
    ) -> "Places":
        """Return the places of the course in ``course``.

        ``store`` and ``exchange`` are told where the site is told them. The trainers' side is there
        if the course's folder has ``content/`` or ``nbgrader_config.py``.
        """
        course = course.resolve()
        state = state_directory(course)
        is_trainers = (course / "content").is_dir() or (course / "nbgrader_config.py").is_file()
        trees = {STATE: state, "exchange": exchange or state / "exchange"}
        gradebook: str | None = None
        if is_trainers:
            config = nbgrader_configuration(course)
            directory: Any = config.CourseDirectory
            gradebook = str(directory.db_url)
            trees["exchange"] = exchange or Path(str(config.Exchange.root))
            root = Path(directory.root)
            trees |= {name: root / str(directory[key]) for name, key in _OF_TRAINERS.items()}
        return cls(
            course=course,
            trainers=course if is_trainers else None,
            store_url=store or store_url(course),
            gradebook_url=gradebook,
            trees={name: path.resolve() for name, path in trees.items()},
        )

    @property
    def state(self) -> Path:
        """The folder that the site and grading write in."""
        return self.trees[STATE]

    @property
    def exchange(self) -> ExchangeSettings:
        """Where hand-ins are put."""
        return ExchangeSettings(self.trees["exchange"], COURSE_ID)

    @property
    def databases(self) -> dict[str, str]:
        """The URLs by what they are of: ``store``, and ``gradebook`` if there is one."""
        gradebook = {} if self.gradebook_url is None else {"gradebook": self.gradebook_url}
        return {"store": self.store_url} | gradebook

    def modules(self) -> tuple[str, ...]:
        """Return the ids of the course's modules. Raises ``CatalogueError``."""
        return tuple(Catalogue(self.course).course.modules)

    def title(self) -> dict[str, str]:
        """Return the course's title by language. Raises ``CatalogueError``."""
        return Catalogue(self.course).course.title.model_dump(mode="json", by_alias=True)


def kind_of(url: str) -> str:
    """Return ``sqlite`` or ``postgresql``. Raises ``BackupFailed`` for any other."""
    try:
        kind = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise BackupFailed("this is no database URL") from error
    if kind not in {"sqlite", "postgresql"}:
        raise BackupFailed(f"a database in {kind} cannot be backed up; back it up by itself")
    return kind


def sqlite_path(url: str) -> Path:
    """Return the file of a SQLite URL, absolute."""
    return Path(make_url(url).database or "").absolute()
