"""XML from elsewhere: no document types, no entities, no outside, and only so deep and so much."""

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from yongxin.interchange.source_file import UnreadableFile

#: Moodle's own files are at most eight levels deep.
MAXIMUM_DEPTH = 24
MAXIMUM_ELEMENTS = 100_000
_CHUNK = 64 * 1024


class _TooMuch(Exception):
    """The document is deeper or larger than any that is meant."""


class _BoundedBuilder(TreeBuilder):
    """Builds a tree until there is too much of it."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._elements = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAXIMUM_DEPTH:
            raise _TooMuch(f"nested deeper than {MAXIMUM_DEPTH} levels")
        if self._elements > MAXIMUM_ELEMENTS:
            raise _TooMuch(f"more than {MAXIMUM_ELEMENTS} elements")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse(content: bytes) -> Element:
    """Return the root element. Raises ``UnreadableFile`` for anything that is not plain XML."""
    parser = DefusedXMLParser(
        target=_BoundedBuilder(), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        # Little by little, so that what is too much is seen before all of it has been read.
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
        root = parser.close()
    except DefusedXmlException as error:
        raise UnreadableFile(
            "it declares a document type or entities, which no question bank needs"
        ) from error
    except _TooMuch as error:
        raise UnreadableFile(str(error)) from error
    except (ParseError, LookupError, ValueError) as error:
        raise UnreadableFile(f"it is no XML: {error}") from error
    if not isinstance(root, Element):
        raise UnreadableFile("it is no XML: it is empty")
    return root
