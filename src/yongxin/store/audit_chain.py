"""How the entries of the audit log hold on to one another, so that none is changed unnoticed.

Each entry has a digest of its own content and of the digest before it. What it tells of people goes
in as a commitment, a digest with a salt: when somebody's data are erased, their names and the salt
are wiped out, the commitment stays, and the chain holds as before. Without the salt nobody can find
out by trying which name a commitment was made of. This format never changes: a log of many years
has to be checked by it.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime

#: Before the first entry.
NO_DIGEST = "0" * 64


def new_salt() -> str:
    """Return a salt that was never used before."""
    return secrets.token_hex(16)


def commitment(salt: str, actor: str, subject: str, detail: str) -> str:
    """Return what stands for the part of an entry that may tell of people."""
    return _digest(salt, actor, subject, detail)


def digest(previous: str, at: datetime, action: str, committed: str) -> str:
    """Return the digest of an entry that follows the one with the digest ``previous``."""
    return _digest(
        previous, at.astimezone(UTC).isoformat(timespec="microseconds"), action, committed
    )


def _digest(*parts: str) -> str:
    # As a JSON list, so that two ways of cutting a text into parts never give the same bytes.
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()
