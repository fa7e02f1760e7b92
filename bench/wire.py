"""HTTP/1.1 on one kept connection, in as little time as Python can: a thousand learners at once.

A full HTTP client costs more processor time for a request than the server that is measured.
"""

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reply:
    """A response whose body has arrived in full."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: Bytes of head and body as they came over the wire.
    size: int

    def all(self, name: str) -> list[str]:
        """Return the values of a header, which may be there several times."""
        return [value for key, value in self.headers if key == name]


@dataclass
class Connection:
    """One learner's browser: a connection, opened when it is needed, and cookies."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Reply:
        """Fetch ``path``. Raises ``OSError`` or ``EOFError`` when the connection breaks."""
        return await self._request("GET", path, {}, b"")

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send ``body`` to ``path``, with the XSRF token. Raises ``OSError`` or ``EOFError``."""
        token = {"X-XSRFToken": self.cookies.get("_xsrf", "")}
        return await self._request("POST", path, {**token, **headers}, body)

    def close(self) -> None:
        """Close the connection; cookies stay."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Origin: http://{self.host}:{self.port}",
            "Accept: */*",
            "Accept-Encoding: gzip",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        if cookies:
            lines.append(f"Cookie: {cookies}")
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        reply = await _read(reader)
        for cookie in reply.all("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if "close" in reply.all("connection"):
            self.close()
        return reply


async def _read(reader: asyncio.StreamReader) -> Reply:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    known = dict(headers)
    status = int(first.split()[1])
    if "content-length" in known:
        body = await reader.readexactly(int(known["content-length"]))
        size = len(body)
    elif known.get("transfer-encoding") == "chunked":
        body, size = await _read_chunks(reader)
    else:
        body, size = b"", 0
    if known.get("content-encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return Reply(status, headers, body, len(head) + size)


async def _read_chunks(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    parts: list[bytes] = []
    size = 0
    while True:
        line = await reader.readuntil(b"\r\n")
        length = int(line, 16)
        chunk = await reader.readexactly(length + 2)
        size += len(line) + len(chunk)
        if not length:
            return b"".join(parts), size
        parts.append(chunk[:-2])
