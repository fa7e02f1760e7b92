"""Certificates as Open Badges 3.0: a credential in JSON-LD, signed as a JSON Web Token.

By "Open Badges Specification 3.0" of 1EdTech: the credential is the payload, beside ``iss``,
``jti``, ``nbf`` and ``sub``; it is signed with RS256, which every verifier has to know, and ``kid``
is the address of the public key. Signing needs the extra ``badges``, and so does nothing else.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

from yongxin.language import Language
from yongxin.secret_file import secret_made_by
from yongxin.store import Certificate
from yongxin.text import interface_text

CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_ALGORITHM = "RS256"
_BITS = 2048  # the least that the specification allows, and quick to make
_FILE = "badge_key.pem"


def are_installed() -> bool:
    """Say whether the extra ``badges`` is there."""
    return find_spec("jwt") is not None and find_spec("cryptography") is not None


def issuer(base: str, name: str) -> dict[str, Any]:
    """Return who issues badges; ``base`` is the public address of the site, with a slash."""
    return {"id": issuer_address(base), "type": ["Profile"], "name": name, "url": base}


def issuer_address(base: str) -> str:
    """Return the address of the profile of whoever issues."""
    return f"{base}badges/issuer"


def key_address(base: str) -> str:
    """Return the address of the public key."""
    return f"{base}badges/key"


def credential(certificate: Certificate, base: str, proof: str) -> dict[str, Any]:
    """Return a certificate as an ``OpenBadgeCredential``; ``proof`` is its public page.

    It holds what is on the paper, and no more of the person than the name.
    """
    language = cast(Language, certificate.language)
    text = interface_text(language)
    course, path = (certificate.printed[one][language] for one in ("course", "path"))
    statement = text(
        "certificate.statement", path=path, course=course, modules=certificate.printed["modules"]
    )
    return {
        "@context": list(CONTEXT),
        "id": proof,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{course} · {path}",
        "issuer": issuer(base, course),
        "validFrom": f"{certificate.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        "awardedDate": f"{certificate.reached_at:%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": {
            "id": f"{proof}#holder",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": certificate.name,
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "achievement": {
                "id": f"{issuer_address(base)}#{certificate.path_id}",
                "type": ["Achievement"],
                "name": path,
                "description": statement,
                "criteria": {"narrative": statement},
                "inLanguage": language,
            },
        },
    }


class BadgeKey:
    """The key that signs badges, kept in the state folder and made when it is first needed."""

    def __init__(self, state: Path) -> None:
        self._path = state / _FILE

    def signed(self, badge: dict[str, Any], certificate: Certificate, base: str) -> str:
        """Return a credential as a token. Raises ``UnsafeSecret`` and ``OSError``."""
        import jwt

        claims = {
            **badge,
            "iss": badge["issuer"]["id"],
            "jti": badge["id"],
            "nbf": int(certificate.issued_at.timestamp()),
            "sub": badge["credentialSubject"]["id"],
        }
        header = {"kid": key_address(base), "typ": "JWT"}
        return jwt.encode(claims, self._pem(), algorithm=_ALGORITHM, headers=header)

    def public(self, base: str) -> dict[str, Any]:
        """Return the public key as a JWK. Raises ``UnsafeSecret`` and ``OSError``."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from jwt.algorithms import RSAAlgorithm

        key = cast(RSAPrivateKey, load_pem_private_key(self._pem(), password=None))
        found = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {**found, "alg": _ALGORITHM, "use": "sig", "kid": key_address(base)}

    def _pem(self) -> bytes:
        return secret_made_by(
            self._path, _new_key, if_deleted="badges that were signed cannot be checked any more"
        )


def _new_key() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
