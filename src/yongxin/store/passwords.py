"""Hashes of passwords: scrypt, with the parameters written beside the hash."""

import base64
import hashlib
import hmac
import secrets
import unicodedata

# 16 MiB and about a quarter of a second of one core: the row of OWASP's password storage cheat
# sheet that asks for the least memory, since many people sign in at the start of a shift.
_LOG2_COST = 14
_BLOCK_SIZE = 8
_PARALLEL = 5
_SALT_BYTES = 16
_KEY_BYTES = 32

#: More is no password but an attack on the server's time.
MAXIMUM_CHARACTERS = 1024


def hash_password(password: str) -> str:
    """Return ``$scrypt$ln=…,r=…,p=…$salt$key``. Raises ``ValueError`` if empty or over-long."""
    if not 0 < len(password) <= MAXIMUM_CHARACTERS:
        raise ValueError(f"a password has 1 to {MAXIMUM_CHARACTERS} characters")
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _derive(password, salt, _LOG2_COST, _BLOCK_SIZE, _PARALLEL)
    parameters = f"ln={_LOG2_COST},r={_BLOCK_SIZE},p={_PARALLEL}"
    return f"$scrypt${parameters}${_text(salt)}${_text(key)}"


def matches(password: str, hashed: str | None) -> bool:
    """Tell whether ``hashed`` was made from ``password``; it takes the same time without a hash.

    So the time of an answer does not tell who is on the roster.
    """
    if hashed is None or len(password) > MAXIMUM_CHARACTERS:
        _derive("", bytes(_SALT_BYTES), _LOG2_COST, _BLOCK_SIZE, _PARALLEL)
        return False
    _, scheme, parameters, salt, key = hashed.split("$")
    if scheme != "scrypt":
        raise ValueError(f"no password hash of this store: scheme {scheme!r}")
    values = {name: int(value) for name, value in (p.split("=") for p in parameters.split(","))}
    derived = _derive(password, _bytes(salt), values["ln"], values["r"], values["p"])
    return hmac.compare_digest(derived, _bytes(key))


def _derive(password: str, salt: bytes, log2_cost: int, block_size: int, parallel: int) -> bytes:
    # NFC: keyboards differ in how they compose a letter, and the person sees only dots.
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    cost = 1 << log2_cost
    return hashlib.scrypt(
        secret,
        salt=salt,
        n=cost,
        r=block_size,
        p=parallel,
        maxmem=256 * block_size * (cost + parallel),  # twice what scrypt needs
        dklen=_KEY_BYTES,
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
