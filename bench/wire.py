"""HTTP/1.1 on one kept connection, in as little time as Python can: a thousand learners at once.

A full HTTP client costs more processor time for a request than the server that is measured.
"""

import asyncio
import gzip
import re
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=\r]+)=([^;\r]*)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_GZIP = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """A response that has arrived in full.

    ``body`` is plain if words were looked for in it, and otherwise as it came: see ``plain``.
    """

    status: int
    head: bytes
    body: bytes
    #: Bytes of head and body as they came over the wire.
    size: int
    is_compressed: bool
    #: When the words that were looked for had arrived, on the clock of ``time.perf_counter``.
    words_at: float | None

    def plain(self) -> bytes:
        """Return the body as it was before it was compressed."""
        return gzip.decompress(self.body) if self.body and self.is_compressed else self.body


class Connection:
    """One learner's browser: a connection, opened when it is needed, and cookies."""

    def __init__(self, host: str, port: int) -> None:
        self.cookies: dict[str, str] = {}
        self._host, self._port = host, port
        self._stream: _Stream | None = None

    async def get(self, path: str, words: bytes = b"") -> Reply:
        """Fetch ``path``, and note when ``words`` of its plain body have arrived.

        Raises ``OSError`` or ``EOFError`` when the connection breaks.
        """
        return await self._ask("GET", path, "", b"", words)

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send ``body`` to ``path``, with the XSRF token. Raises ``OSError`` or ``EOFError``."""
        given = {"X-XSRFToken": self.cookies.get("_xsrf", ""), "Content-Length": len(body)}
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**given, **headers}.items())
        return await self._ask("POST", path, lines, body)

    def close(self) -> None:
        """Close the connection; cookies stay."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    async def _ask(
        self, method: str, path: str, lines: str, body: bytes, words: bytes = b""
    ) -> Reply:
        if self._stream is None or self._stream.is_closed:
            loop = asyncio.get_running_loop()
            _, self._stream = await loop.create_connection(_Stream, self._host, self._port)
        origin = f"{self._host}:{self._port}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {origin}\r\nOrigin: http://{origin}\r\n"
            f"Accept: */*\r\nAccept-Encoding: gzip\r\nCookie: {cookies}\r\n{lines}\r\n"
        )
        reply = await self._stream.ask(head.encode() + body, words)
        for name, value in _COOKIE.findall(reply.head):
            self.cookies[name.decode()] = value.decode()
        if _CLOSE.search(reply.head):
            self.close()
        return reply


class _Stream(asyncio.Protocol):
    """Sends one request after the other and reads the responses."""

    def __init__(self) -> None:
        self.is_closed = False
        self._transport: asyncio.Transport | None = None
        self._incoming: _Incoming | None = None
        self._waiting: asyncio.Future[Reply] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        self._fail(exc or EOFError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        if self._incoming is None or self._waiting is None or self._waiting.done():
            return
        try:
            if self._incoming.feed(data):
                self._waiting.set_result(self._incoming.reply())
        except (ValueError, zlib.error) as error:
            self._fail(EOFError(f"cannot be read: {error}"))
            self.close()

    def close(self) -> None:
        self.is_closed = True
        if self._transport is not None:
            self._transport.close()

    async def ask(self, request: bytes, words: bytes) -> Reply:
        assert self._transport is not None
        self._incoming = _Incoming(words)
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._waiting
        except asyncio.CancelledError:
            # What still comes for this request must not be taken for the answer to the next.
            self.close()
            raise

    def _fail(self, error: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)


class _Incoming:
    """A response while it arrives."""

    def __init__(self, words: bytes) -> None:
        self._words = words
        self._words_at: float | None = None
        self._unread = bytearray()
        self._size = 0
        self._head = b""
        self._length: int | None = None
        self._body = bytearray()
        self._received = 0
        self._inflate: zlib._Decompress | None = None

    def feed(self, data: bytes) -> bool:
        """Take what has arrived; return whether the response is complete."""
        self._unread += data
        self._size += len(data)
        if not self._head and not self._read_head():
            return False
        return self._read_chunks() if self._length is None else self._read_body(self._length)

    def reply(self) -> Reply:
        status = _STATUS.match(self._head)
        if status is None:
            raise ValueError(self._head[:40])
        return Reply(
            status=int(status[1]),
            head=self._head,
            body=bytes(self._body),
            size=self._size,
            is_compressed=self._inflate is None and bool(_GZIP.search(self._head)),
            words_at=self._words_at,
        )

    def _read_head(self) -> bool:
        end = self._unread.find(b"\r\n\r\n")
        if end < 0:
            return False
        self._head = bytes(self._unread[:end])
        del self._unread[: end + 4]
        length = _LENGTH.search(self._head)
        if length or not _CHUNKED.search(self._head):
            self._length = int(length[1]) if length else 0
        if self._words and _GZIP.search(self._head):
            self._inflate = zlib.decompressobj(wbits=31)
        return True

    def _read_body(self, length: int) -> bool:
        self._take(bytes(self._unread))
        self._unread.clear()
        return self._received >= length

    def _read_chunks(self) -> bool:
        while (end := self._unread.find(b"\r\n")) >= 0:
            length = int(self._unread[:end], 16)
            rest = end + 2 + length
            if len(self._unread) < rest + 2:
                return False
            self._take(bytes(self._unread[end + 2 : rest]))
            del self._unread[: rest + 2]
            if not length:
                return True
        return False

    def _take(self, part: bytes) -> None:
        self._received += len(part)
        begin = max(0, len(self._body) - len(self._words))
        self._body += self._inflate.decompress(part) if self._inflate else part
        if self._words and self._words_at is None and self._body.find(self._words, begin) >= 0:
            self._words_at = time.perf_counter()
