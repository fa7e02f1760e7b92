"""The sample course and the repository's own, loaded."""

from pathlib import Path

import pytest

from yongxin.content import Content, load_content


@pytest.fixture(scope="session", params=["sample", "own"])
def content(request: pytest.FixtureRequest, sample_content: Path, repository: Path) -> Content:
    """The content of either course."""
    return load_content(sample_content if request.param == "sample" else repository / "content")
