"""JSON as the store keeps it: strict, compact, readable text in a column."""

import json

from yongxin.store.errors import StateRefused
from yongxin.store.values import JSON

#: The largest state of one element, as JSON in UTF-8.
MAXIMUM_STATE_BYTES = 64 * 1024

#: The largest snapshot of a module's answers, receipt or audit detail.
MAXIMUM_DOCUMENT_BYTES = 4 * 1024 * 1024


def encode(value: JSON, maximum_bytes: int = MAXIMUM_DOCUMENT_BYTES) -> str:
    """Return ``value`` as JSON text. Raises ``StateRefused`` when it is none or too large.

    NaN, infinities and lone surrogates are refused: other readers of the text would fail on them.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode("utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        raise StateRefused(f"this is not JSON that can be kept: {error}") from error
    if size > maximum_bytes:
        raise StateRefused(f"{size} bytes of JSON are too many; {maximum_bytes} are allowed")
    return text


def decode(text: str) -> JSON:
    """Return the value of text that ``encode`` wrote."""
    return json.loads(text)
