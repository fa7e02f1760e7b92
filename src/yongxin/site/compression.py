"""Responses of which a part is compressed long before it is asked for, in one gzip stream.

A gzip stream is a header, a deflate stream, and a checksum of all its text. Deflate streams that
were made one by one can stand behind one another as long as each ends on a byte and refers to
nothing before itself; only the checksum has to be made anew, which costs little.
"""

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import brotli

#: The magic number, method deflate, no flags, no time, no hint, unknown system: RFC 1952.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
#: The last block of a deflate stream, with nothing in it.
_LAST_BLOCK = b"\x03\x00"

#: How hard to try: for text that is compressed once, and for text of one reader.
BEST, QUICK = 9, 3

#: Above this size, brotli's better levels take longer than a server's start should be delayed.
_LARGE = 256 * 1024


@dataclass(frozen=True)
class Segment:
    """Text that is compressed already."""

    plain: bytes
    deflated: bytes

    @property
    def size(self) -> int:
        """How many bytes of memory it takes."""
        return len(self.plain) + len(self.deflated)


#: What a stream is made of: text that is compressed already, and text that is not.
Part: TypeAlias = Segment | bytes


def segment(plain: bytes) -> Segment:
    """Return ``plain``, compressed as well as can be."""
    return Segment(plain, _deflate(plain, BEST))


class Stream:
    """Puts one response together. What ``add`` and ``end`` return is to be sent in that order."""

    def __init__(self, *, compressed: bool) -> None:
        self._compressed = compressed
        self._checksum = 0
        self._size = 0
        self._header = _HEADER if compressed else b""

    def add(self, parts: Iterable[Part]) -> bytes:
        """Return what comes next in the response when ``parts`` come next in the text."""
        header, self._header = self._header, b""
        found = [header]
        waiting: list[bytes] = []
        for part in parts:
            if isinstance(part, bytes):
                waiting.append(part)
            else:
                found += [self._now(waiting), self._text(part.plain, part.deflated)]
                waiting = []
        return b"".join([*found, self._now(waiting)])

    def end(self) -> bytes:
        """Return the end of the response."""
        if not self._compressed:
            return b""
        checks = self._checksum.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little")
        return _LAST_BLOCK + checks

    def _now(self, plain: list[bytes]) -> bytes:
        text = b"".join(plain)
        if not text or not self._compressed:
            return text
        return self._text(text, _deflate(text, QUICK))

    def _text(self, plain: bytes, deflated: bytes) -> bytes:
        if not self._compressed:
            return plain
        self._checksum = zlib.crc32(plain, self._checksum)
        self._size += len(plain)
        return deflated


def gzipped(content: bytes) -> bytes:
    """Return ``content`` for clients that know gzip; the same on every server, at any time."""
    return gzip.compress(content, BEST, mtime=0)


def brotlied(content: bytes) -> bytes:
    """Return ``content`` for clients that know brotli."""
    quality = 9 if len(content) <= _LARGE else 5
    return brotli.compress(content, quality=quality)


def compressed_forms(content: bytes) -> tuple[tuple[str, bytes], ...]:
    """Return ``content`` by the name of each encoding, the smallest first."""
    forms = [("br", brotlied(content)), ("gzip", gzipped(content))]
    return tuple(sorted(forms, key=lambda form: len(form[1])))


def accepts(header: str, encoding: str) -> bool:
    """Say whether a client whose ``Accept-Encoding`` is ``header`` takes ``encoding``."""
    for one in header.split(","):
        name, _, options = one.partition(";")
        if name.strip().lower() == encoding:
            return options.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _deflate(plain: bytes, level: int) -> bytes:
    """Return ``plain`` as blocks of a deflate stream that goes on."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(plain) + compressor.flush(zlib.Z_SYNC_FLUSH)
