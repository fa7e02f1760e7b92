"""Passages with hot words, as authors write them: ``Who said he was [angry](angry-word)?``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HOT = re.compile(r"\[([^\[\]]+)\]\(([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\)")


@dataclass(frozen=True)
class Part:
    """A piece of a passage: hot, with its id, or plain, with ``None``."""

    text: str
    hot: str | None


def parts_of(passage: str) -> Iterator[Part]:
    """Yield the pieces of a passage in order; no plain piece is empty."""
    end = 0
    for match in _HOT.finditer(passage):
        if match.start() > end:
            yield Part(passage[end : match.start()], None)
        yield Part(match[1], match[2])
        end = match.end()
    if end < len(passage):
        yield Part(passage[end:], None)


def hot_ids(passage: str) -> list[str]:
    """Return the ids of the hot pieces in order."""
    return [part.hot for part in parts_of(passage) if part.hot is not None]
