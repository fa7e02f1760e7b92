"""Who is asking: learners of the roster, recognised by a signed cookie."""

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any, cast

from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web
from traitlets import Float

from yongxin.site.services import Services
from yongxin.store import Learner

DAY = 24 * 60 * 60


@dataclass
class SiteUser(User):
    """A signed-in person: Jupyter's idea of a user, and the learner of our store."""

    learner: Learner = field(kw_only=True)


class RosterIdentityProvider(IdentityProvider):
    """Recognises learners of the store by a cookie that the server has signed.

    The cookie names the learner and carries a fingerprint of the learner's ``session_key``, which
    is compared on every request: whoever is deactivated, or whose sessions were ended, is out on
    every device, at once, or within two seconds if it was done by another process (``people``).
    There is no token that several people share.
    """

    session_days = Float(
        14,
        config=True,
        help="""For how many days somebody stays signed in without coming back. Whoever comes back
        is given as many days again. Fractions are allowed.""",
    )

    def __init__(self, **options: Any) -> None:
        # Voila passes a login handler and a shared token to every identity provider.
        options.pop("login_handler_class", None)
        options["token"] = ""
        super().__init__(**options)

    @property
    def services(self) -> Services:
        """The services of the site that this provider was made for."""
        return cast(Any, self.parent).services

    async def get_user(self, handler: web.RequestHandler) -> SiteUser | None:
        """Return who sends this request, or ``None``; at most one read from the store."""
        claim = self._claim(handler)
        if claim is None:
            return None
        username, fingerprint, issued = claim
        people = self.services.people
        learner = people.remembered(username)
        if learner is None:
            learner = await self.services.in_thread(people.look_up, username)
        if learner is None or not learner.active:
            return None
        if not hmac.compare_digest(fingerprint, _fingerprint(learner)):
            return None
        user = as_user(learner)
        if time.time() - issued > min(1.0, self.session_days / 2) * DAY and _may_set(handler):
            self.set_login_cookie(handler, user)
        return user

    def set_login_cookie(self, handler: web.RequestHandler, user: User) -> None:
        """Sign ``user`` in on the device that sent this request."""
        self.cookie_options = {"samesite": "Lax", "expires_days": self.session_days}
        super().set_login_cookie(handler, user)

    def get_cookie_name(self, handler: web.RequestHandler) -> str:
        """Return the session cookie's name, which differs between sites on one host."""
        return self.cookie_name or re.sub(r"\W", "-", f"yongxin-{handler.request.host}")

    def user_to_cookie(self, user: User) -> str:
        """Return what the cookie says; it is signed when it is set."""
        learner = cast(SiteUser, user).learner
        return json.dumps([learner.username, _fingerprint(learner), int(time.time())])

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return no handlers: signing in and out stand in our own table of routes."""
        return []

    def _claim(self, handler: web.RequestHandler) -> tuple[str, str, int] | None:
        cookie = handler.get_secure_cookie(
            self.get_cookie_name(handler), max_age_days=self.session_days
        )
        if cookie is None:
            return None
        try:
            username, fingerprint, issued = json.loads(cookie)
            return str(username), str(fingerprint), int(issued)
        except (TypeError, ValueError):
            # Signed with our secret, so an older or newer version of the site wrote it.
            self.log.info("a session cookie of another version; its owner must sign in again")
            return None


def as_user(learner: Learner) -> SiteUser:
    """Return ``learner`` as Jupyter's handlers know people."""
    return SiteUser(username=learner.username, name=learner.name, learner=learner)


def device_name(secret: bytes, learner: Learner) -> str:
    """Return a name for ``learner`` that tells a browser's other users nothing.

    Under this name a device keeps answers that have not been sent yet, so it stays the same from
    one session to the next.
    """
    message = f"device:{learner.id}:{learner.username}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:24]


def _fingerprint(learner: Learner) -> str:
    return hashlib.sha256(learner.session_key.encode()).hexdigest()[:32]


def _may_set(handler: web.RequestHandler) -> bool:
    # A WebSocket has no response that a cookie could travel in, and neither has a picture's 304.
    return handler.request.headers.get("Upgrade", "").lower() != "websocket"
