"""The HTTP server, with an end at which nobody is cut off."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine

#: A browser that has just been answered may send its next request within so many seconds.
SECONDS_OF_COURTESY = 0.5
_SECONDS_BETWEEN_LOOKS = 0.02


class SharedSocket(socket.socket):
    """A listening socket of several processes, of which none takes more than it can begin with.

    Tornado accepts until nobody is waiting, up to 128 connections at a time, and so one process
    would have a whole class while the others sleep. This socket says after each connection that
    there is none; the event loop asks again in its next round, unless another process was faster.
    """

    _has_given = False

    def accept(self) -> tuple[socket.socket, Any]:
        if self._has_given:
            self._has_given = False
            raise BlockingIOError
        accepted = super().accept()
        self._has_given = True
        return accepted


class PoliteServer(HTTPServer):
    """Knows which of its connections wait for an answer, so that it can end after the last."""

    def initialize(self, *positional: Any, **options: Any) -> None:
        super().initialize(*positional, **options)
        self._busy: set[object] = set()
        self._idle: set[object] = set()

    def start_request(self, server_conn: object, request_conn: Any) -> HTTPMessageDelegate:
        """Begin to wait for a request; the one before it on this connection is answered."""
        self._busy.discard(server_conn)
        self._idle.add(server_conn)
        delegate = super().start_request(server_conn, request_conn)
        return _Watched(delegate, lambda: self._begin(server_conn))

    def on_close(self, server_conn: object) -> None:
        """Forget a connection, which may also have become one of another protocol."""
        self._busy.discard(server_conn)
        self._idle.discard(server_conn)
        super().on_close(server_conn)

    async def drain(self, seconds: float, *, close_idle: bool) -> bool:
        """Accept nothing more, and wait until every request that was begun is answered.

        Each answer says that its connection ends with it. With ``close_idle`` connections on which
        nobody has asked for a moment are closed; else they are waited for as well, since a request
        may be on its way: they end with their next answer or by their own limit. Returns whether
        ``seconds`` were enough.
        """
        self.stop()
        self.conn_params.no_keep_alive = True
        began = time.monotonic()
        while self._busy or self._idle:
            waited = time.monotonic() - began
            if waited > seconds:
                break
            if close_idle and not self._busy and waited > SECONDS_OF_COURTESY:
                break
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        in_time = not self._busy
        await self.close_all_connections()
        return in_time

    def _begin(self, connection: object) -> None:
        self._idle.discard(connection)
        self._busy.add(connection)


class _Watched(HTTPMessageDelegate):
    """Passes a request on, and tells when its first line has arrived."""

    def __init__(self, delegate: HTTPMessageDelegate, begun: Callable[[], None]) -> None:
        self._delegate = delegate
        self._begun = begun

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._begun()
        return self._delegate.headers_received(cast(Any, start_line), headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        self._delegate.finish()

    def on_connection_close(self) -> None:
        self._delegate.on_connection_close()
