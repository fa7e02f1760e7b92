"""Fixtures for all tests: the repository, the sample course, and a machine without habits."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("yongxin", deadline=None)
settings.load_profile("yongxin")

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLE = REPOSITORY / "tests" / "fixtures" / "course"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help="write the pictures that browser tests take of each page into DIR",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if REPOSITORY / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
        # Browsers, kernels and servers share the machine and its ports with whatever else runs
        # there (jupyter_client lets go of a port before the kernel takes it). What is truly broken
        # fails twice, and the summary counts what was run again.
        if any(item.get_closest_marker(name) for name in ("browser", "slow")):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))


@pytest.fixture(scope="session", autouse=True)
def _no_habits_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the developer's own Jupyter, nbgrader and Yongxin settings out of every test."""
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(variable, str(home / variable.lower()))
        for variable in ("YONGXIN_COURSE", "YONGXIN_STATE", "JUPYTER_CONFIG_PATH"):
            patch.delenv(variable, raising=False)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository; read only."""
    return REPOSITORY


@pytest.fixture(scope="session")
def sample_content() -> Path:
    """The content folder of the sample course; read only."""
    return SAMPLE / "content"


@pytest.fixture(scope="session")
def built_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the sample course with everything built; read only."""
    from yongxin.build import build_course

    root = tmp_path_factory.mktemp("course")
    shutil.copytree(SAMPLE / "content", root / "content")
    build_course(root)
    return root


@pytest.fixture
def own_course(built_course: Path, tmp_path: Path) -> Path:
    """A copy of the built sample course that the test may change."""
    root = tmp_path / "own-course"
    shutil.copytree(built_course, root)
    return root


@pytest.fixture(scope="session")
def demo_course() -> Path:
    """The repository's own course as it is committed; read only."""
    assert (REPOSITORY / "data" / "course.json").is_file(), "run `yongxin build` first"
    return REPOSITORY


@pytest.fixture
def own_demo_course(demo_course: Path, tmp_path: Path) -> Path:
    """A copy of the repository's own course that the test may grade in."""
    root = tmp_path / "demo-course"
    for folder in ("content", "course", "data", "exercises", "solutions"):
        shutil.copytree(demo_course / folder, root / folder)
    shutil.copy(demo_course / "nbgrader_config.py", root)
    return root
