"""Whether a certificate is genuine: for anybody who holds one.

Whoever has the paper scans its code, in which there is a token that nobody can guess, or types its
number and the name on it. Numbers can be counted through, so a number alone tells nothing at all.
"""

from typing import Literal

from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.headers import PERSONAL
from yongxin.site.rate_limit import whole_minutes
from yongxin.site.refusals import Refusal
from yongxin.store import Certificate
from yongxin.store.names import username_key

_LONGEST = 256


class _VerifyHandler(PageHandler):
    def count(self) -> None:
        """Raise ``Refusal`` for an address from which too many are looked up."""
        seconds = self.services.limits.checks_by_address.take(self.request.remote_ip or "")
        if seconds:
            minutes = whole_minutes(seconds)
            raise Refusal(429, "verify-often", retry_after=int(seconds) + 1, minutes=minutes)

    def show_page(
        self,
        certificate: Certificate | None = None,
        *,
        was_asked: bool = False,
        number: str = "",
        name: str = "",
    ) -> None:
        """Show the form or, if something was asked for, what became of it."""
        self.set_header("X-Robots-Tag", "noindex")
        state: Literal["form", "unknown", "revoked", "valid"] = "form"
        if was_asked:
            state = "unknown" if certificate is None else "valid"
            if certificate is not None and certificate.revoked_at is not None:
                state = "revoked"
        if state == "unknown":
            self.set_status(404)
        self.show(
            "verify.html",
            state=state,
            certificate=certificate,
            number_typed=number,
            name_typed=name,
            place="verify",
        )


class VerifyHandler(_VerifyHandler):
    """A form for the number and the name."""

    route = "verify"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        self.show_page()

    async def post(self, language: Language) -> None:  # noqa: ARG002
        self.count()
        services = self.services
        number = self.get_body_argument("number", "")[:_LONGEST]
        name = self.get_body_argument("name", "")[:_LONGEST]
        found = await services.in_thread(services.store.certificate, number=number)
        if found is not None and _plain(found.name) != _plain(name):
            found = None
        self.show_page(found, was_asked=True, number=number, name=name)


class VerifyTokenHandler(_VerifyHandler):
    """What the code on a certificate leads to."""

    route = "verify-token"

    async def get(self, language: Language, token: str) -> None:  # noqa: ARG002
        self.count()
        found = await self.services.in_thread(self.services.store.certificate, token=token)
        self.show_page(found, was_asked=True)


class VerifyAddressHandler(PageHandler):
    """The short address in the code, which leads to the page in the reader's language."""

    route = "verify-address"

    async def get(self, token: str) -> None:
        self.set_header("X-Robots-Tag", "noindex")
        self.set_header("Cache-Control", PERSONAL)
        self.redirect(self.services.paths.verify_token(token, self.language))


def _plain(name: str) -> str:
    """Return what two spellings of a name share: neither case, width nor spaces count."""
    return "".join(username_key(name).split())
