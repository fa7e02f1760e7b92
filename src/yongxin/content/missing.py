"""The mark for a text that is still to be written.

Whoever puts questions into the content without having every text in both languages, such as the
import, writes this mark in its place. ``yongxin check`` reports each one, so that nothing that
holds it can be built.
"""

_OPENING = "⟦missing"
MISSING = f"{_OPENING}⟧"


def missing(number: int) -> str:
    """Return a mark of its own, for places where texts have to differ."""
    return f"{_OPENING} {number}⟧"


def holds_missing(text: str) -> bool:
    """Say whether a text, or a part of it, is still to be written."""
    return _OPENING in text
