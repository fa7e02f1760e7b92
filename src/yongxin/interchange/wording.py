"""Texts of entries as the course writes them, with marks for what is missing."""

from typing import Any, TypeAlias

from yongxin.content.missing import MISSING
from yongxin.interchange.question import Wording
from yongxin.language import LANGUAGES

Entry: TypeAlias = dict[str, Any]


class NotTaken(Exception):
    """A question that the course cannot ask. The message says why."""


def words(wording: Wording) -> Entry:
    """Return a text in both languages."""
    return {language: wording.get(language, MISSING) for language in LANGUAGES}


def tidy(number: float | None) -> float | int | None:
    """Return a number as people write it: 2, not 2.0."""
    return int(number) if number is not None and number == int(number) else number
