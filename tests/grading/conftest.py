"""The sample course with nbgrader's state beside it, prepared once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cohort import MODULE, Cohort
from support.gradebook_server import on_a_server

HERE = Path(__file__).parent

#: nbgrader 0.9.6 has been written for older versions of what it stands on.
NBGRADER_WARNS = (
    "ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning",
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
    # It leaves timestamp.txt open when it releases feedback.
    "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            for warning in NBGRADER_WARNS:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="session")
def released_course(
    built_course: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The sample course, its exercise released, with the repository's nbgrader_config.py."""
    from yongxin.grading.exchange import release_module, sync_roster

    root = tmp_path_factory.mktemp("released") / "course"
    shutil.copytree(built_course, root)
    shutil.copy(repository / "nbgrader_config.py", root)
    release_module(root, MODULE)
    sync_roster(root, {"李雷": "李雷", "han.meimei": "韩梅梅"})
    return root


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released course of one module with every kind of graded question; read only."""
    from support.whole_module import make_course

    return make_course(tmp_path_factory.mktemp("every-kind") / "course")


@pytest.fixture
def cohort(
    request: pytest.FixtureRequest, released_course: Path, tmp_path: Path
) -> Iterator[Cohort]:
    """A released course of the test's own, and people who work with it; see ``ON_BOTH``."""
    root = tmp_path / "course"
    shutil.copytree(released_course, root)
    if getattr(request, "param", "sqlite") == "sqlite":
        yield Cohort(root)
        return
    with on_a_server(root) as cohort:
        yield cohort
