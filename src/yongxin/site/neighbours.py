"""The processes of one site, which find each other through the state folder.

Everything but a kernel is the same in all of them. A kernel lives in the process that started it,
so its id begins with that process's name, and a request that arrives elsewhere is forwarded to that
process's own socket, which only this account can open.
"""

import os
import secrets
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

#: What fits into the address of a Unix socket everywhere; macOS has the shortest.
LONGEST_SOCKET_PATH = 103
_FOLDER = "workers"


def new_name() -> str:
    """Return a name for a process: as many digits as the first group of a kernel's id has."""
    return secrets.token_hex(4)


def kernel_id(name: str) -> str:
    """Return a new kernel id that tells in which process the kernel runs."""
    return f"{name}{str(uuid.uuid4())[len(name) :]}"


class Neighbours:
    """The processes that serve one state folder on this machine; this one is called ``name``."""

    def __init__(self, state: Path, name: str) -> None:
        self.name = name
        self.forwards = 0  # how many requests are being forwarded, open WebSockets among them
        self._folder = state / _FOLDER

    def announce(self, address: Path) -> None:
        """Let the others forward to the socket at ``address``. Raises ``OSError``."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for link in self._folder.iterdir():
            if not link.exists():  # its process was killed and took its socket with it
                link.unlink(missing_ok=True)
        # A link, and not the socket itself, because the state folder's path may be too long.
        (self._folder / self.name).symlink_to(address)

    def withdraw(self) -> None:
        """Be found no more."""
        (self._folder / self.name).unlink(missing_ok=True)

    def home_of(self, kernel: str) -> str | None:
        """Return the socket of the other process in which a kernel lives, if there is one."""
        name = kernel.partition("-")[0]
        if name == self.name:
            return None
        with suppress(OSError):
            return os.readlink(self._folder / name)  # noqa: PTH115  (on every request; text suffices)
        return None

    @contextmanager
    def forwarding(self) -> Generator[None]:
        """Count a request that is forwarded while the block runs."""
        self.forwards += 1
        try:
            yield
        finally:
            self.forwards -= 1
