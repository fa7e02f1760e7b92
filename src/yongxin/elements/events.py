"""Reading events: whatever a browser sends is measured and checked before an element uses it."""

import json
from collections.abc import Mapping

from yongxin.elements.contract import MAXIMUM_BYTES, Event, RefusedEvent
from yongxin.items.base import JSON

#: For each type of event, the names of what it carries besides ``type``.
Shapes = Mapping[str, frozenset[str]]

NOTHING: frozenset[str] = frozenset()


def read_event(event: JSON, shapes: Shapes) -> tuple[str, Event]:
    """Return the event's type and the event, if it has exactly one of the ``shapes``.

    Raises ``RefusedEvent``: ``too-large``, or ``malformed`` for any other value whatever.
    """
    if not isinstance(event, dict):
        raise RefusedEvent("malformed")
    try:
        size = len(json.dumps(event, ensure_ascii=False, allow_nan=False).encode("utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        # NaN, half a surrogate pair, endless nesting: not JSON that anything could keep.
        raise RefusedEvent("malformed") from error
    if size > MAXIMUM_BYTES:
        raise RefusedEvent("too-large", kilobytes=MAXIMUM_BYTES // 1024)
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in shapes or event.keys() - {"type"} != shapes[kind]:
        raise RefusedEvent("malformed")
    return kind, event


def read_mapping(value: JSON) -> dict[str, JSON]:
    """Return ``value`` if it is a mapping from texts. Raises ``RefusedEvent``: ``malformed``."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise RefusedEvent("malformed")
    return value
