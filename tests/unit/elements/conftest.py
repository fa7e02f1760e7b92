"""The sample course's elements, and a moment to use them in."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from support.sample_elements import sample_elements
from yongxin.elements import Context, Element
from yongxin.language import Language

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def elements() -> dict[str, Element]:
    """Every element of the sample course, by name."""
    return sample_elements()


@pytest.fixture(scope="session")
def moment() -> Callable[..., Context]:
    """``moment("en", locked=True)`` is the context of an event."""

    def context(language: Language = "en", *, locked: bool = False) -> Context:
        return Context(language, NOW, locked)

    return context
