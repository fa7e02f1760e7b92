"""Tells systemd how the service is, if systemd asked for it (``Type=notify``)."""

import logging
import os
import socket

VARIABLE = "NOTIFY_SOCKET"


def notify(*lines: str) -> None:
    """Send ``lines``, such as ``READY=1``; nothing happens when no systemd listens.

    See sd_notify(3). A failure is logged: the service works all the same.
    """
    address = os.environ.get(VARIABLE)
    if not address:
        return
    if address.startswith("@"):  # a name without a file
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.connect(address)
            channel.sendall("\n".join(lines).encode())
    except OSError as error:
        logging.getLogger(__name__).warning("systemd was not told %s: %s", lines, error)
