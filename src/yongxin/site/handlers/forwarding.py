"""Requests for a kernel that lives in another process of the site are forwarded to that process."""

import asyncio
import socket
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream, StreamClosedError
from tornado.routing import PathMatches, Rule

from yongxin.site.handlers.base import Guarded
from yongxin.site.neighbours import Neighbours
from yongxin.site.refusals import Refusal

_KERNEL = r"(?:api/kernels|voila/api/shutdown)/(?P<kernel_id>\w+(?:-\w+){4})(?:/\w+)?"
_AT_ONCE = 64 * 1024
#: These are for one connection only, or are told anew from what this process knows.
_NOT_FORWARDED = frozenset(
    {
        "connection",
        "content-length",
        "keep-alive",
        "transfer-encoding",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-real-ip",
        "x-request-id",
        "x-scheme",
    }
)


def forwarding_rule(root: str, neighbours: Neighbours) -> Rule:
    """Return the rule for requests below ``root`` that are for a kernel of another process."""
    return Rule(_Elsewhere(root + _KERNEL, neighbours), ForwardHandler, {"neighbours": neighbours})


class _Elsewhere(PathMatches):
    """Matches the addresses of kernels that live in another process."""

    def __init__(self, pattern: str, neighbours: Neighbours) -> None:
        super().__init__(pattern)
        self._neighbours = neighbours

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        found = super().match(request)
        if found is None:
            return None
        kernel = found["path_kwargs"]["kernel_id"].decode("ascii", errors="replace")
        return None if self._neighbours.home_of(kernel) is None else found


class ForwardHandler(Guarded):
    """Joins the client's connection to the other process, byte for byte, WebSockets included.

    Who may do what is asked there, where the whole request arrives as it came.
    """

    route = "kernel-elsewhere"
    for_programs = True

    def initialize(self, neighbours: Neighbours) -> None:
        self._neighbours = neighbours

    def check_xsrf_cookie(self) -> None:
        """Leave this, too, to the process that owns the kernel."""

    async def prepare(self, **options: Any) -> None:  # noqa: ARG002
        """Forward the request until one side closes. Raises ``Refusal`` if nobody is there."""
        home = self._neighbours.home_of(self.path_kwargs["kernel_id"])
        if home is None:
            raise Refusal(404, "no-kernel")
        there = IOStream(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        try:
            await there.connect(home)
            await there.write(self._head() + self.request.body)
        except (OSError, StreamClosedError) as error:
            there.close()
            raise Refusal(404, "no-kernel") from error
        here = self.detach()
        here.set_nodelay(True)
        with self._neighbours.forwarding():
            await asyncio.gather(_pour(here, there), _pour(there, here))

    def _head(self) -> bytes:
        """Return the request's first line and headers for the other process."""
        request = self.request
        upgrades = request.headers.get("Upgrade", "").lower() == "websocket"
        lines = [
            f"{request.method} {request.uri} HTTP/1.1",
            *(
                f"{name}: {value}"
                for name, value in request.headers.get_all()
                if name.lower() not in _NOT_FORWARDED
            ),
            f"Connection: {'Upgrade' if upgrades else 'close'}",
            f"X-Real-IP: {request.remote_ip}",
            f"X-Forwarded-Proto: {request.protocol}",
            f"X-Request-ID: {self.request_id}",
        ]
        if request.body:
            lines.append(f"Content-Length: {len(request.body)}")
        # tornado decodes headers as Latin-1, so this gives the same bytes again.
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _pour(source: IOStream, sink: IOStream) -> None:
    try:
        while True:
            await sink.write(await source.read_bytes(_AT_ONCE, partial=True))
    except StreamClosedError:
        sink.close()  # and so the other direction ends as well
