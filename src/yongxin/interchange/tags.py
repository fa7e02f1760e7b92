"""What questions carry as tags: where they are used, what they cover and what else has no place.

Moodle keeps tags with a question through import and export, and shows them to teachers only.
"""

from collections.abc import Iterable
from typing import NamedTuple

from yongxin.items import ITEM_TYPES, Item


class Tags(NamedTuple):
    """What the tags of a question say, as far as they are ours; ``None`` where they do not."""

    use: str | None
    type: str | None
    points: float | None
    units: tuple[str, ...]
    systems: tuple[str, ...]
    mastery: bool


def tags_of(item: Item) -> tuple[str, ...]:
    """Return the tags of an item."""
    return (
        f"use:{item.use}",
        f"type:{item.type}",
        f"points:{item.points:g}",
        *(f"unit:{one}" for one in item.units),
        *(f"system:{one}" for one in item.systems),
        *(["mastery:yes"] if item.mastery else []),
    )


def read_tags(tags: Iterable[str]) -> Tags:
    """Return what the tags say; others and unreadable ones are passed over."""
    said: dict[str, list[str]] = {}
    for tag in tags:
        name, colon, value = tag.partition(":")
        if colon:
            # Moodle may write tags in small letters.
            said.setdefault(name.strip().lower(), []).append(value.strip())
    use = next((one for one in said.get("use", []) if one in ("practice", "graded")), None)
    names = {one.name for one in ITEM_TYPES}
    return Tags(
        use=use,
        type=next((one for one in said.get("type", []) if one in names), None),
        points=next((float(one) for one in said.get("points", []) if _is_number(one)), None),
        units=tuple(one.upper() for one in said.get("unit", [])),
        systems=tuple(one.upper() for one in said.get("system", [])),
        mastery="yes" in said.get("mastery", []),
    )


def _is_number(text: str) -> bool:
    try:
        return 0 < float(text) <= 100
    except ValueError:
        return False
