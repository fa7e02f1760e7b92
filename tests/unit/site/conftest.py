"""A site in this process for each module of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.site_here import Site, open_site


@pytest.fixture(scope="module")
def site(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that the tests of one module share."""
    yield from open_site(built_course, tmp_path_factory.mktemp("state"))


@pytest.fixture
def own_site(own_course: Path, tmp_path: Path) -> Iterator[Site]:
    """A site over a course that the test may change."""
    yield from open_site(own_course, tmp_path / "state")
