"""Certificates as Open Badges 3.0: the fields that the specification requires, and a signature."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from yongxin.cohort import badges
from yongxin.secret_file import UnsafeSecret
from yongxin.store import Certificate

jwt = pytest.importorskip("jwt", reason="the extra `badges` is not installed")

BASE = "https://learn.example.com/"
PROOF = f"{BASE}verify/{'x' * 32}"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CERTIFICATE = Certificate(
    id=123,
    token="x" * 32,
    path_id="onboarding",
    version=1,
    printed={
        "course": {"zh-CN": "用心服务", "en": "Service with Heart"},
        "path": {"zh-CN": "新员工入职", "en": "Onboarding"},
        "modules": 17,
    },
    language="zh-CN",
    reached_at=NOON - timedelta(days=1),
    issued_at=NOON,
    revoked_at=None,
    learner_id=7,
    username="lin.xia",
    name="林夏",
    reason=None,
)

#: 1EdTech, Open Badges Specification 3.0, appendix B.1: the fields of cardinality 1 and 1..*.
REQUIRED = {
    "OpenBadgeCredential": {
        "@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject",
    },
    "Profile": {"id", "type"},
    "AchievementSubject": {"type", "achievement"},
    "Achievement": {"id", "type", "criteria", "description", "name"},
    "IdentityObject": {"type", "hashed", "identityHash", "identityType"},
}  # fmt: skip


def parts(value: Any) -> list[dict[str, Any]]:
    """Return every object in ``value`` that says its type."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        found += [value] if "type" in value else []
        found += [one for part in value.values() for one in parts(part)]
    elif isinstance(value, list):
        found += [one for part in value for one in parts(part)]
    return found


def test_every_required_field_is_there() -> None:
    badge = badges.credential(CERTIFICATE, BASE, PROOF)
    seen = set()
    for part in parts(badge):
        types = part["type"] if isinstance(part["type"], list) else [part["type"]]
        (known,) = set(types) & set(REQUIRED)
        seen.add(known)
        assert REQUIRED[known] <= set(part), known
        assert all(part[field] not in ("", [], None) for field in REQUIRED[known])
    assert seen == set(REQUIRED)
    assert badge["@context"][:2] == list(badges.CONTEXT)
    assert badge["validFrom"] == "2026-11-22T12:00:00Z"
    assert badge["issuer"]["id"] == badges.issuer(BASE, "x")["id"]


def test_a_badge_holds_no_more_of_a_person_than_the_paper() -> None:
    assert "lin.xia" not in str(badges.credential(CERTIFICATE, BASE, PROOF))


def test_whoever_has_the_public_key_can_check_it(tmp_path: Path) -> None:
    key = badges.BadgeKey(tmp_path)
    badge = badges.credential(CERTIFICATE, BASE, PROOF)
    token = key.signed(badge, CERTIFICATE, BASE)
    header = jwt.get_unverified_header(token)
    public = badges.BadgeKey(tmp_path).public(BASE)
    assert header == {"alg": "RS256", "typ": "JWT", "kid": badges.key_address(BASE)}
    assert public["kid"] == header["kid"]
    assert not {"d", "p", "q"} & set(public)
    claims = jwt.decode(token, jwt.PyJWK(public), algorithms=["RS256"])
    assert {name: claims[name] for name in badge} == badge
    assert (claims["iss"], claims["jti"]) == (badge["issuer"]["id"], PROOF)
    assert claims["sub"] == badge["credentialSubject"]["id"]
    assert claims["nbf"] == NOON.timestamp()
    head, payload, signature = token.split(".")
    forged = ".".join((head, payload[:-2] + ("AA" if payload[-2:] != "AA" else "BB"), signature))
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(forged, jwt.PyJWK(public), algorithms=["RS256"])


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    key = badges.BadgeKey(tmp_path)
    key.public(BASE)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    file.chmod(0o644)
    with pytest.raises(UnsafeSecret, match="badges that were signed"):
        key.public(BASE)
