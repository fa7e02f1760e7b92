"""The gallery's course, and the copies that are made of it."""

from pathlib import Path

import pytest

from yongxin.content import Content, load_content
from yongxin.gallery.copies import Copy, gallery_copies
from yongxin.gallery.responses import Responses


@pytest.fixture(scope="session")
def gallery_course(repository: Path) -> Path:
    return repository / "docs" / "items"


@pytest.fixture(scope="session")
def content(gallery_course: Path) -> Content:
    return load_content(gallery_course / "content")


@pytest.fixture(scope="session")
def responses(gallery_course: Path) -> Responses:
    return Responses.read(gallery_course)


@pytest.fixture(scope="session")
def copies(content: Content, responses: Responses) -> list[Copy]:
    found = gallery_copies(content, responses.known)
    return [copy for module in found.values() for copy in module]
