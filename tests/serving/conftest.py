"""A course for each module of tests, which the tests may damage."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def own_module_course(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own") / "course"
    shutil.copytree(built_course, root)
    return root
