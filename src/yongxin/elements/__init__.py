"""Elements: the interactive things of a page, the same in a kernel and on the site."""

from yongxin.elements.contract import (
    MAXIMUM_BYTES,
    Context,
    Element,
    Event,
    Presentation,
    RefusedEvent,
    Reply,
    State,
)
from yongxin.elements.recognise import Import, recognise
from yongxin.elements.registry import find_element

__all__ = [
    "MAXIMUM_BYTES",
    "Context",
    "Element",
    "Event",
    "Import",
    "Presentation",
    "RefusedEvent",
    "Reply",
    "State",
    "find_element",
    "recognise",
]
