"""Who a statement speaks of: a pseudonym that only this course's own salt can make."""

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "xapi_salt"
_SALT_BYTES = 32
_NAME_CHARACTERS = 32


class UnsafeSalt(Exception):
    """The salt's file could be known to others; the message says what to do."""


@dataclass(frozen=True)
class Accounts:
    """Gives usernames their accounts at ``site``; without a ``salt`` under their own names."""

    site: str
    salt: bytes | None

    def name(self, username: str) -> str:
        """Return the name of a learner's account."""
        if self.salt is None:
            return username
        digest = hmac.new(self.salt, username.encode("utf-8"), hashlib.sha256).hexdigest()
        return digest[:_NAME_CHARACTERS]

    def actor(self, username: str) -> dict[str, Any]:
        """Return the actor of a learner's statements."""
        account = {"homePage": self.site, "name": self.name(username)}
        return {"objectType": "Agent", "account": account}


def read_salt(folder: Path) -> bytes:
    """Return the salt in ``folder``, made now if there is none; only its owner may read it.

    Whoever has it can tell who is who, and deleting it makes that impossible for good. Raises
    ``UnsafeSalt`` and ``OSError``.
    """
    path = folder / FILE_NAME
    if not path.exists():
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{FILE_NAME}.")  # 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SALT_BYTES))
        # Unlike renaming, linking leaves the file of a command that was quicker as it is.
        with suppress(FileExistsError):
            os.link(temporary, path)
        Path(temporary).unlink()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnsafeSalt(
            f"{path} can be read by others, who could tell who is who; run `chmod 600` on it, or "
            f"delete it (everybody gets a new pseudonym)"
        )
    salt = path.read_bytes().strip()
    if len(salt) < _SALT_BYTES:
        raise UnsafeSalt(f"{path} is too short to be a salt; delete it")
    return salt
