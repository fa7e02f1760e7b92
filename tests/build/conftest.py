"""Fixtures for the tests of building."""

import shutil
from pathlib import Path

import pytest

from yongxin.content import Content, load_content


@pytest.fixture(scope="session")
def content(sample_content: Path) -> Content:
    """The sample course's content, loaded; a test that needs another replaces parts of it."""
    return load_content(sample_content)


@pytest.fixture
def written_course(sample_content: Path, tmp_path: Path) -> Path:
    """A course of the test's own that has its content and nothing built."""
    root = tmp_path / "course"
    shutil.copytree(sample_content, root / "content")
    return root
