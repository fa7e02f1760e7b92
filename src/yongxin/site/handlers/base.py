"""What every handler of the site shares: the guard at the door, and errors in words."""

import html
import json
from http.client import responses
from typing import Any, ClassVar, cast

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from yongxin.elements import assets as element_assets
from yongxin.language import FIRST_LANGUAGE, LANGUAGES, Language
from yongxin.site.access import ACCESS
from yongxin.site.headers import PERSONAL
from yongxin.site.identity import SiteUser, device_name
from yongxin.site.logs import Traced
from yongxin.site.page_data import for_any_page
from yongxin.site.refusals import Answer, Refusal, answer_to
from yongxin.site.services import Services
from yongxin.store import Learner
from yongxin.store.values import JSON
from yongxin.text import InterfaceText, interface_text

#: A request's body may have this many bytes: an event of the largest size, and its envelope.
MAXIMUM_BODY = 80 * 1024
LANGUAGE_COOKIE = "yongxin-language"

#: What is left to say when no page of ours can be made.
LAST_RESORT = """\
<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{status}</title>
<h1>网站暂时出了问题</h1>
<p>不是你的错。你保存过的答案都在。请过几分钟再<a href="{home}">打开</a>。</p>
<div lang="en">
<h2>The site has a problem</h2>
<p>It is not your fault, and every answer that was saved is safe. Please
<a href="{home}">open it again</a> in a few minutes.</p>
</div>
</html>
"""


class Guarded(Traced, JupyterHandler):
    """A handler that nobody reaches past the table of access, and whose errors are in words.

    Comes first among the bases of every handler on the site, those of Voila included.
    """

    #: The name under which ``access.ACCESS`` tells who may use this handler.
    route: ClassVar[str]
    #: A program asks here, so that an error is JSON and a visitor is never sent to a page.
    for_programs: ClassVar[bool] = False
    #: Whether it matters who asks. Where it does not, nobody waits for an answer to that.
    asks_who: ClassVar[bool] = True

    @property
    def services(self) -> Services:
        """What the handlers of this site share."""
        return cast(Services, self.settings["yongxin_services"])

    @property
    def learner(self) -> Learner:
        """Who is signed in; only for routes that nobody else reaches."""
        return cast(SiteUser, self.current_user).learner

    @property
    def visitor(self) -> Learner | None:
        """Who is signed in, if anybody; also before that is known, as when an error comes first."""
        user = getattr(self, "_jupyter_current_user", None)
        return user.learner if isinstance(user, SiteUser) else None

    @property
    def language(self) -> Language:
        """The language to answer in: the address's, the person's, the browser's, or the first."""
        wished = [
            self.request.path.removeprefix(self.base_url).partition("/")[0],
            self._queried_language(),
            self.visitor.language if self.visitor else None,
            self.get_cookie(LANGUAGE_COOKIE),
        ]
        for one in wished:
            if one in LANGUAGES:
                return cast(Language, one)
        return self._browser_language()

    @property
    def text(self) -> InterfaceText:
        """The interface in the language to answer in."""
        return interface_text(self.language)

    async def prepare(self, **options: Any) -> None:
        """Let in who may come in. Raises ``Refusal`` or sends a visitor to the sign-in page."""
        if len(self.request.body) > MAXIMUM_BODY:
            raise Refusal(413, "too-large", kilobytes=MAXIMUM_BODY // 1024)
        if self.asks_who:
            try:
                await super().prepare(**options)
            except web.HTTPError as error:
                # The only checks in there that a browser's own user can fail are origin and XSRF.
                if error.status_code in {403, 404}:
                    raise Refusal(403, "xsrf") from error
                raise
        rules = ACCESS[self.route]
        allowed = rules.get(self.request.method or "")
        if allowed is None:
            raise Refusal(405, "method")
        role = self.visitor.role if self.visitor else "visitor"
        if role in allowed:
            return
        if self.visitor is not None:
            raise Refusal(403, "not-allowed")
        if self.for_programs or self.request.method != "GET":
            raise Refusal(401, "not-signed-in")
        here = self.request.uri or ""
        self.redirect(self.services.paths.sign_in(self.language, next_path=here))

    def redirect(self, url: str, *args: Any, **options: Any) -> None:
        """Send the browser to ``url``; next time it may be somewhere else."""
        self.set_header("Cache-Control", PERSONAL)
        super().redirect(url, *args, **options)

    def compute_etag(self) -> str | None:
        """Return no tag: what may be kept has an address that changes with it."""
        return None

    def write_error(self, status_code: int, **options: Any) -> None:
        """Say in words what went wrong: as a page for a person, as JSON for a program."""
        error = options.get("exc_info", (None, None, None))[1]
        answer = answer_to(error, status_code)
        self.refusal_code = answer.code
        self.set_status(answer.status, responses.get(answer.status, "Refused"))
        if answer.status == 405:
            self.set_header("Allow", ", ".join(sorted(ACCESS.get(self.route, {}))))
        if answer.retry_after is not None:
            self.set_header("Retry-After", str(answer.retry_after))
        self.set_header("Cache-Control", PERSONAL)
        if self.for_programs or not self._wants_html():
            words = answer.words(self.text)
            self.set_header("Content-Type", "application/json; charset=utf-8")
            told = {"error": {"code": answer.code, "message": words.text}}
            self.finish(json.dumps(told, ensure_ascii=False))
        else:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            try:
                page = self._error_page(answer)
            except Exception:
                # Whatever broke our pages must not keep people from being told.
                self.log.exception("the page that tells of an error")
                page = LAST_RESORT.format(status=answer.status, home=html.escape(self.base_url))
            self.finish(page)

    def log_exception(self, *what: Any) -> None:
        """Log what is worth a look: not a refusal, which is our own calm answer."""
        error = what[1]
        answer = answer_to(error, 500)
        if answer.status < 500:
            self.log.info("%s: %d %s", self._request_summary(), answer.status, answer.code)
        elif answer.status in {503, 507}:
            self.log.error("%s: %s: %s", self._request_summary(), type(error).__name__, error)
        else:
            # Not tornado's own line, which holds the whole address and whom it came from.
            self.log.error("%s failed", self._request_summary(), exc_info=what)

    def _request_summary(self) -> str:
        return f"{self.request.method} {self.route}"

    def _error_page(self, answer: Answer) -> str:
        return self.services.pages.render(
            "error.html",
            self.language,
            learner=self.visitor,
            words=answer.words(self.text),
            answer=answer,
            here=self.request.uri,
            can_try_again=self.request.method == "GET" and answer.status >= 500,
        )

    def _wants_html(self) -> bool:
        accepted = self.request.headers.get("Accept", "*/*")
        return "text/html" in accepted or "application/json" not in accepted

    def _queried_language(self) -> str:
        # Not get_query_argument, which raises for bytes that are no UTF-8: errors ask here too.
        values = self.request.query_arguments.get("language", [b""])
        return values[-1].decode("ascii", errors="replace")

    def _browser_language(self) -> Language:
        accepted = self.request.headers.get("Accept-Language", "").lower()
        tags = [one.partition(";")[0].strip() for one in accepted.split(",")]
        for tag in tags:
            if tag.startswith("zh"):
                return "zh-CN"
            if tag.startswith("en"):
                return "en"
        return FIRST_LANGUAGE


class PageHandler(Guarded):
    """A handler of a page that is made for one person at one moment."""

    @property
    def device_name(self) -> str | None:
        """The name under which this person's device keeps what is theirs; see ``device_name``."""
        return device_name(self.settings["cookie_secret"], self.visitor) if self.visitor else None

    @property
    def is_ahead(self) -> bool:
        """Whether the service worker fetches this page before anybody has asked to see it."""
        return "X-Yongxin-Ahead" in self.request.headers

    def begin_page(self, *, may_be_kept: bool = False) -> None:
        """Set the headers of a page. ``may_be_kept``: a copy may be read without a network."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", PERSONAL)
        # For the service worker, which keeps the pages of one learner and forgets the others'.
        self.set_header("X-Yongxin-Learner", self.device_name or "nobody")
        if may_be_kept:
            self.set_header("X-Yongxin-Keep", "yes")

    def show(self, template: str, *, may_be_kept: bool = False, **values: Any) -> None:
        """Send the page that ``template`` makes of ``values``."""
        self.begin_page(may_be_kept=may_be_kept)
        # Reading the token sets the cookie that the page's own requests will need.
        token = self.xsrf_token.decode()
        self.finish(
            self.services.pages.render(
                template,
                self.language,
                learner=self.visitor,
                xsrf=token,
                here=self.request.uri,
                page=self._page_data(),
                **values,
            )
        )

    def count_file(self) -> None:
        """Raise ``Refusal`` for somebody who asks for files too often."""
        seconds = self.services.limits.files_by_learner.take(str(self.learner.id))
        if seconds:
            raise Refusal(429, "too-many", retry_after=int(seconds) + 1)

    def begin_file(self, media_type: str, name: str) -> None:
        """Set the headers of a file that is saved under ``name``, and by nobody on the way."""
        self.set_header("Content-Type", media_type)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')

    async def note_export(self, what: str, **detail: JSON) -> None:
        """Enter in the audit log that this person takes a table or files along."""
        services = self.services
        username = self.learner.username
        await services.in_thread(services.store.audit, username, "export", what, **detail)

    def _page_data(self) -> dict[str, Any] | None:
        """Return what scripts find in a page without elements."""
        if self.visitor is None:
            return None
        return {
            **for_any_page(self.services.paths, self.language, self.request.path),
            "learner": self.device_name,
            "text": element_assets.waiting_text(self.language),
            "elements": {},
        }


class ProgramHandler(Guarded):
    """A handler that a script on our own pages talks to, in JSON."""

    for_programs = True
    _body: dict[str, Any] | None = None

    @property
    def language(self) -> Language:
        """The language that the request's body asks for, else as on a page."""
        asked = (self._body or {}).get("language")
        return cast(Language, asked) if asked in LANGUAGES else super().language

    def json_body(self) -> dict[str, Any]:
        """Return the request's body. Raises ``Refusal`` unless it is a JSON object."""
        try:
            body = json.loads(self.request.body.decode("utf-8"))
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            raise Refusal(400, "malformed") from error
        if not isinstance(body, dict):
            raise Refusal(400, "malformed")
        self._body = cast(dict[str, Any], body)
        return self._body

    def send(self, value: object) -> None:
        """Send ``value`` as JSON that nobody keeps."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(value, ensure_ascii=False))


class NotFoundHandler(PageHandler):
    """Whatever is not there."""

    route = "not-found"

    async def prepare(self, **options: Any) -> None:
        """Find out whose menu to show, then say that nothing is here."""
        await JupyterHandler.prepare(self, **options)
        raise Refusal(404, "not-found")
