"""The secret that signs cookies, kept so that nobody is signed out by a restart."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

FILE_NAME = "cookie_secret"
SECRET_BYTES = 48


class UnsafeSecret(Exception):
    """The secret's file could be known to others; the message says what to do."""


def cookie_secret(folder: Path) -> bytes:
    """Return the secret in ``folder``, made now if there is none; only its owner may read it.

    Several servers that start at the same time over one folder get the same secret. Raises
    ``UnsafeSecret`` and ``OSError``.
    """
    path = folder / FILE_NAME
    if not path.exists():
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{FILE_NAME}.")  # 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(SECRET_BYTES).encode("ascii"))
        # Unlike renaming, linking leaves the file of a server that was quicker as it is.
        with suppress(FileExistsError):
            os.link(temporary, path)
        Path(temporary).unlink()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnsafeSecret(
            f"{path} can be read by others; delete it (everybody will have to sign in again) "
            "or run `chmod 600` on it"
        )
    secret = path.read_bytes().strip()
    if len(secret) < SECRET_BYTES:
        raise UnsafeSecret(f"{path} is too short to be a secret; delete it")
    return secret
