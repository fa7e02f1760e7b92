"""Signing in with a password or with a one-time link, and signing out."""

from functools import partial
from typing import cast

from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.identity import as_user
from yongxin.site.rate_limit import whole_minutes
from yongxin.site.refusals import Refusal
from yongxin.store import Learner
from yongxin.store.names import username_key

LONGEST_USERNAME = 64
LONGEST_PASSWORD = 1024
#: Who has tried to sign in, as far as anybody knows.
NOBODY_KNOWN = "somebody"


class _SigningIn(PageHandler):
    """What both ways in share."""

    def welcome(self, learner: Learner, next_path: str | None = None) -> None:
        """Sign ``learner`` in on this device and go on to the course."""
        self.identity_provider.set_login_cookie(self, as_user(learner))
        self.log.info("a %s signed in", learner.role)
        own_language = cast(Language, learner.language)
        self.redirect(next_path or self.services.paths.start(own_language), status=303)


class SignInHandler(_SigningIn):
    """The sign-in page: user name and password."""

    route = "sign-in"

    async def get(self, language: Language) -> None:
        next_path = self.services.paths.safe_next(self.get_query_argument("next", None))
        if self.visitor is not None:
            self.redirect(next_path or self.services.paths.start(language))
            return
        self.show("sign-in.html", next_path=next_path, username="", problem=None)

    async def post(self, language: Language) -> None:  # noqa: ARG002  (the form is in it)
        username = self.get_body_argument("username", "")[: LONGEST_USERNAME + 1]
        password = self.get_body_argument("password", "", strip=False)[: LONGEST_PASSWORD + 1]
        next_path = self.services.paths.safe_next(self.get_body_argument("next", None))
        seconds = self._count(username)
        if seconds:
            self.log.warning("too many tries to sign in")
            self.set_status(429)
            self.set_header("Retry-After", str(int(seconds) + 1))
            problem = self.text("site.sign-in.too-often", minutes=whole_minutes(seconds))
        else:
            store = self.services.store
            learner = await self.services.with_password(store.check_password, username, password)
            if learner is not None:
                self._forgive(username)
                await self.services.for_event(
                    store.audit, learner.username, "sign-in", learner.username, by="password"
                )
                self.welcome(learner, next_path)
                return
            # Afterwards, so that nobody can tell by the time it takes whether the name is known.
            self.services.in_background(partial(self._note_refusal, username))
            self.set_status(401)
            problem = self.text("site.sign-in.wrong")
        self.show("sign-in.html", next_path=next_path, username=username, problem=problem)

    def _note_refusal(self, username: str) -> None:
        """Enter in the audit log that somebody was refused, if that is somebody's name at all.

        What else was typed may be a password in the wrong place. The limit of tries bounds this.
        """
        store = self.services.store
        known = store.learner(username)
        if known is not None:
            store.audit(NOBODY_KNOWN, "sign-in refused", known.username)

    # A try counts before the password is looked at: many at the same moment count as many.

    def _count(self, username: str) -> float:
        limits = self.services.limits
        by_address = limits.sign_in_by_address.take(self.request.remote_ip or "")
        return by_address or limits.sign_in_by_name.take(username_key(username))

    def _forgive(self, username: str) -> None:
        limits = self.services.limits
        limits.sign_in_by_address.give_back(self.request.remote_ip or "")
        limits.sign_in_by_name.forget(username_key(username))


class SignInLinkHandler(_SigningIn):
    """A one-time link: a page with a button, so that a program that looks at links uses none up."""

    route = "sign-in-link"

    async def get(self, token: str) -> None:
        self.show("sign-in-link.html", token=token)

    async def post(self, token: str) -> None:
        address = self.request.remote_ip or ""
        seconds = self.services.limits.sign_in_by_address.take(address)
        if seconds:
            minutes = whole_minutes(seconds)
            raise Refusal(429, "sign-in-often", retry_after=int(seconds) + 1, minutes=minutes)
        learner = await self.services.in_thread(self.services.store.redeem_sign_in_token, token)
        if learner is None:
            raise Refusal(410, "link-used")
        self.services.limits.sign_in_by_address.give_back(address)
        self.welcome(learner)


class SignOutHandler(PageHandler):
    """Signs out on this device."""

    route = "sign-out"

    async def post(self) -> None:
        self.identity_provider.clear_login_cookie(self)
        self.redirect(self.services.paths.sign_in(self.language), status=303)
