"""A copy of the sample content that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from yongxin.content import check_content

ITEMS = "z1-lift/items.yaml"
REFLECTIONS = "z1-lift/reflections.yaml"
ENGLISH = "z1-lift/lesson.en.md"
CHINESE = "z1-lift/lesson.zh-CN.md"

Edit = Callable[..., None]
Findings = Callable[[], list[str]]


@pytest.fixture
def content(sample_content: Path, tmp_path: Path) -> Path:
    """The content folder to spoil."""
    directory = tmp_path / "content"
    shutil.copytree(sample_content, directory)
    return directory


@pytest.fixture
def edit(content: Path) -> Edit:
    """Replace the first occurrence of a text in one of the files."""

    def replace(file: str, old: str, new: str) -> None:
        path = content / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"the sample no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def findings(content: Path) -> Findings:
    """Check the folder and return the printed findings."""
    return lambda: [str(finding) for finding in check_content(content)]
