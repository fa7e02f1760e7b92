"""Where requests come in: sockets for everybody, and one for the other processes of the site."""

import logging
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from tornado import web
from tornado.netutil import bind_unix_socket

from yongxin.site.connections import PoliteServer, SharedSocket
from yongxin.site.neighbours import LONGEST_SOCKET_PATH, Neighbours

#: Anything larger is cut off while it arrives; ``handlers.base`` refuses in words long before.
MOST_BYTES_RECEIVED = 1024 * 1024
#: After so many seconds in which nothing is sent a connection is closed.
SECONDS_OF_SILENCE = 90


class Door:
    """Lets requests in to ``application``.

    ``behind_proxy`` tells whether what a proxy says of its clients is believed; what another
    process of the site says is always believed, since only this account can open that socket.
    """

    def __init__(
        self, application: web.Application, neighbours: Neighbours, *, behind_proxy: bool
    ) -> None:
        self._application = application
        self._neighbours = neighbours
        self._outer = self._server(believes_headers=behind_proxy)
        self._inner = self._server(believes_headers=True)

    def open(self, sockets: Sequence[socket.socket], folder: Path) -> None:
        """Let everybody in through ``sockets``, and other processes through one in ``folder``."""
        self._outer.add_sockets([SharedSocket(fileno=one.detach()) for one in sockets])
        path = folder / "requests"
        if not hasattr(socket, "AF_UNIX") or len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            logging.getLogger(__name__).warning(
                "no socket for the site's other processes can be made at %s; a page whose Python "
                "runs in a kernel works only while all its requests come to the same process",
                path,
            )
            return
        self._inner.add_socket(bind_unix_socket(str(path)))
        self._neighbours.announce(path)

    async def drain(self, seconds: float, *, close_idle: bool) -> bool:
        """Let nobody in any longer; see ``PoliteServer.drain``."""
        return await self._outer.drain(seconds, close_idle=close_idle)

    async def close(self) -> None:
        """Close what is still open."""
        self._neighbours.withdraw()
        for server in (self._outer, self._inner):
            server.stop()
            await server.close_all_connections()

    def _server(self, *, believes_headers: bool) -> PoliteServer:
        return PoliteServer(
            self._application,
            xheaders=believes_headers,
            max_body_size=MOST_BYTES_RECEIVED,
            max_buffer_size=2 * MOST_BYTES_RECEIVED,
            idle_connection_timeout=SECONDS_OF_SILENCE,
            body_timeout=SECONDS_OF_SILENCE,
        )
