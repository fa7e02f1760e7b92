"""Ids for what comes from elsewhere without any."""

import re
from collections.abc import Collection

from yongxin.interchange.question import Wording

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 48
_WORDS = 5


def is_id(text: str) -> bool:
    """Say whether a text can be an id of the course as it is."""
    return len(text) <= 64 and _SLUG.fullmatch(text) is not None


def id_from(text: str) -> str | None:
    """Return the first words of a text as an id, or ``None`` where there are no Latin ones."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))
    while words and not words[0][0].isalpha():
        words.pop(0)
    slug = "-".join(words[:_WORDS])[:_LONGEST].strip("-")
    return slug if is_id(slug) else None


def new_id(preferred: str | None, otherwise: str, taken: Collection[str]) -> str:
    """Return ``preferred``, or ``otherwise`` where there is none, with a number if it is taken."""
    base = preferred or otherwise
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def option_ids(texts: list[Wording], otherwise: str) -> list[str]:
    """Return an id for each of several texts, from its English words if it has any."""
    ids: list[str] = []
    for number, text in enumerate(texts, start=1):
        ids.append(new_id(id_from(text.get("en", "")), f"{otherwise}-{number}", ids))
    return ids
