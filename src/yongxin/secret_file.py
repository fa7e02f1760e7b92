"""Secrets that a machine makes for itself and keeps in a file of its own."""

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class UnsafeSecret(Exception):
    """The secret's file could be known to others; the message says what to do."""


def secret_in(path: Path, length: int, *, if_deleted: str) -> bytes:
    """Return the secret in ``path``, made now if there is none; only its owner may read it.

    It is ``length`` random bytes in hexadecimal digits. See ``secret_made_by``.
    """

    def make() -> bytes:
        return secrets.token_hex(length).encode("ascii")

    secret = secret_made_by(path, make, if_deleted=if_deleted)
    if len(secret) < length:
        raise UnsafeSecret(f"{path} is too short to be a secret; delete it")
    return secret


def secret_made_by(path: Path, make: Callable[[], bytes], *, if_deleted: str) -> bytes:
    """Return the secret in ``path``, which ``make`` makes if there is none.

    Several programs that come at the same time get the same. ``if_deleted`` tells what follows for
    people. Raises ``UnsafeSecret`` and ``OSError``.
    """
    if not path.exists():
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        # Unlike renaming, linking leaves the file of a program that was quicker as it is.
        with suppress(FileExistsError):
            os.link(temporary, path)
        Path(temporary).unlink()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnsafeSecret(
            f"{path} can be read by others; delete it ({if_deleted}) or run `chmod 600` on it"
        )
    return path.read_bytes().strip()
