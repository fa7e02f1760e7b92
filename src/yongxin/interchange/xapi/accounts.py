"""Who a statement speaks of: a pseudonym that only this course's own salt can make."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yongxin.secret_file import secret_in

FILE_NAME = "xapi_salt"
_SALT_BYTES = 32
_NAME_CHARACTERS = 32


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
    """Return the salt in ``folder``, made now if there is none.

    Whoever has it can tell who is who, and deleting it makes that impossible for good. Raises
    ``UnsafeSecret`` and ``OSError``.
    """
    return secret_in(folder / FILE_NAME, _SALT_BYTES, if_deleted="everybody gets a new pseudonym")
