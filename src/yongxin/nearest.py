"""Nearest spellings: what a person probably meant by a name that nothing carries."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return up to ``count`` of the ``known`` names, the likeliest first, however unlikely."""
    return tuple(difflib.get_close_matches(name, sorted(set(known)), n=count, cutoff=0.0))
