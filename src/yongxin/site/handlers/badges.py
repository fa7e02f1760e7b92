"""Certificates as Open Badges: for their holders, and what a verifier asks for."""

import json
from typing import Any

from yongxin.cohort import badges
from yongxin.language import Language
from yongxin.site.handlers.certificates import CertificateFileHandler
from yongxin.site.refusals import Refusal


class OwnBadgeHandler(CertificateFileHandler):
    """A learner's certificate as a signed badge."""

    route = "own-badge"

    async def get(self, language: Language, number: str) -> None:
        _require_badges()
        certificate = await self.find_own(number)
        self.count_file()
        base = self.public_address
        badge = badges.credential(certificate, base, self.proof(certificate))
        key = badges.BadgeKey(self.services.places.state)
        signed = await self.services.for_document(key.signed, badge, certificate, base)
        self.as_file("application/jwt", f"{certificate.number}.jwt", language)
        self.finish(signed)


class _BadgeFileHandler(CertificateFileHandler):
    def send_json(self, value: dict[str, Any], kind: str) -> None:
        """Send what anybody may read, on any site."""
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", "public, max-age=3600")
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.finish(json.dumps(value, ensure_ascii=False))


class IssuerHandler(_BadgeFileHandler):
    """Who issues badges."""

    route = "badge-issuer"

    async def get(self) -> None:
        _require_badges()
        course = await self.services.in_thread(lambda: self.services.catalogue.course)
        name = course.title.in_language(self.language)
        profile = badges.issuer(self.public_address, name)
        self.send_json({"@context": list(badges.CONTEXT), **profile}, "application/ld+json")


class KeyHandler(_BadgeFileHandler):
    """The public key by which a badge can be checked."""

    route = "badge-key"

    async def get(self) -> None:
        _require_badges()
        key = badges.BadgeKey(self.services.places.state)
        found = await self.services.for_document(key.public, self.public_address)
        self.send_json(found, "application/jwk+json")


def _require_badges() -> None:
    if not badges.are_installed():
        raise Refusal(404, "no-badges")
