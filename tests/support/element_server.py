"""A small server that speaks the elements' protocol, and fails in every way that a test asks for.

It keeps states in memory and runs the real elements, so what a browser shows is what the site would
show; the site's own server is tested with the site.
"""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from support.sample_elements import sample_elements
from yongxin.elements import Context, RefusedEvent, assets
from yongxin.elements.progress import ProgressElement
from yongxin.elements.submission import HandIn, SubmissionElement
from yongxin.language import LANGUAGES, Language
from yongxin.text import interface_text

TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
}

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Elements</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/elements.css">
<link rel="stylesheet" href="/page.css">
{extras}<script type="module" src="/elements.js"></script></head>
<body><main><h1>Elements</h1>
{markup}
</main>
<script type="application/json" id="yongxin-page">{page}</script></body></html>"""

PACER = '<script type="module" src="/pacer.js"></script>'

# What the site's own style sheet does for a page, as far as elements can tell.
PAGE_CSS = """:root { color-scheme: light dark }
body { margin: 0; background: var(--yx-paper); color: var(--yx-ink); font-family: var(--yx-font) }
main { max-width: 42rem; margin: auto; padding: 1rem }
h1 { font-size: 1.25rem }"""

#: What the site's strict policy will allow: nothing inline, nothing from elsewhere.
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"


@dataclass
class Answer:
    """A status to answer an event with instead of applying it."""

    status: int
    code: str = "anything"
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    applied: bool = False  # the event is applied and only the answer is lost


class ElementServer:
    """Serves pages of sample elements: ``/en?name=quiz:gap-sign&name=…``."""

    def __init__(self) -> None:
        self.elements = sample_elements()
        self.states: dict[str, tuple[int, dict[str, Any]]] = {}
        self.events: list[dict[str, Any]] = []
        self.fetched = 0
        self.opened = 0
        self.learner = "learner-1"
        self.token = "token-1"
        self.locked = False
        #: Pages are sent without states, as by a server whose database is away.
        self.broken = False
        self.due: datetime | None = None
        self.handed_in: list[HandIn] = []
        #: Answers for the next events, in order; when empty, events are applied.
        self.next: deque[Answer] = deque()
        #: The answer for all events, while it is set.
        self.always: Answer | None = None
        self._seen: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._get(self)

            def do_POST(self) -> None:
                server._post(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def page(self, language: Language, *names: str) -> str:
        """Return the address of a page that shows these elements."""
        return f"{self.url}/{language}?" + "&".join(f"name={name}" for name in names)

    def state(self, name: str) -> dict[str, Any]:
        """Return what is saved of an element."""
        return self.states[name][1] if name in self.states else self.elements[name].initial()

    def received(self, name: str) -> list[dict[str, Any]]:
        """Return the events that arrived for an element, also those that were not applied."""
        return [one["event"] for one in self.events if one["element"] == name]

    def change_elsewhere(self, name: str, event: dict[str, Any]) -> None:
        """Change a state as another device of the same learner would."""
        with self._lock:
            self._apply(name, event, "en")

    # ------------------------------------------------------------------------------------------

    def _show(self, name: str, language: Language) -> dict[str, Any]:
        context = Context(language, datetime.now(UTC), self.locked, self.learner)
        if name == SubmissionElement.full_name:
            exercise = ["quiz:chain-order", "quiz:gap-sign", "reflect:lift-log"]
            state = SubmissionElement.state(
                [self.elements[one] for one in exercise],
                {one: self.state(one) for one in exercise},
                attempts_allowed=2,
                handed_in=self.handed_in,
                due=self.due,
            )
            return {
                "revision": len(self.handed_in),
                "presentation": SubmissionElement().present(state, context),
            }
        if name == ProgressElement.full_name:
            state = ProgressElement.state({"z1-lift": (3, 6), "z2-gate": (0, 0)}, ["z1-lift"])
        else:
            state = self.state(name)
        revision = self.states.get(name, (0, {}))[0]
        return {
            "revision": revision,
            "presentation": self.elements[name].present(state, context),
        }

    def _apply(self, name: str, event: dict[str, Any], language: Language) -> None:
        context = Context(language, datetime.now(UTC), self.locked, self.learner)
        state, _ = self.elements[name].handle(self.state(name), event, context)
        self.states[name] = (self.states.get(name, (0, {}))[0] + 1, state)

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        path = parts.path.strip("/")
        if path in LANGUAGES:
            self.opened += 1
            content = self._page(path, query.get("name", []))
            self._send(request, 200, content, "html", {"Set-Cookie": f"_xsrf={self.token}; Path=/"})
        elif path == "api/yongxin/state":
            self.fetched += 1
            if self.always and self.always.status == 401:
                self._fail(request, self.always)
                return
            if self._is_somebody_else(request):
                return
            language = cast(Language, query["language"][0])
            shown = {name: self._show(name, language) for name in query["name"]}
            cookie = {"Set-Cookie": f"_xsrf={self.token}; Path=/"}
            self._send(request, 200, json.dumps({"elements": shown}), "json", cookie)
        else:
            files = {
                "elements.js": assets.script,
                "elements.css": assets.style,
                "pacer.js": lambda: assets.extra_script("pacer"),
                "plotly.js": lambda: assets.library("plotly"),
                "page.css": lambda: PAGE_CSS,
                "empty": lambda: "<!doctype html><title>elsewhere</title>",
            }
            if path in files:
                self._send(request, 200, files[path](), path.rpartition(".")[2])
            else:
                self._send(request, 404, "", "html")

    def _page(self, language: Language, names: list[str]) -> str:
        page = {
            "base": "/",
            "learner": self.learner,
            "language": language,
            "module": "z1-lift",
            "xsrf_cookie": "_xsrf",
            "sign_in": "/empty",
            "plotly": "/plotly.js",
            "text": assets.browser_text(language),
            "elements": {name: self._show(name, language) for name in names},
        }
        if self.broken:
            page |= {"elements": None, "failure": {"message": "The database is away."}}
        markup = "\n".join(str(self.elements[name].markup(language)) for name in names)
        data = json.dumps(page).replace("<", "\\u003c")
        extras = PACER if "yongxin-pace" in markup else ""
        return PAGE.format(language=language, extras=extras, markup=markup, page=data)

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        with self._lock:
            if request.headers["X-XSRFToken"] != self.token:
                self._fail(request, Answer(403, "xsrf", "no token"))
            elif self._is_somebody_else(request):
                return
            elif request.path == "/api/yongxin/hand-in":
                self._hand_in(request, body)
            else:
                self._event(request, body)

    def _event(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self.events.append(body)
        answer = self.always or (self.next.popleft() if self.next else None)
        if answer and not answer.applied:
            self._fail(request, answer)
            return
        name, language = body["element"], body["language"]
        replayed = body["event_id"] in self._seen
        overtaken = body["revision"] < self.states.get(name, (0, {}))[0] and not any(
            one["client"] == body["client"] for one in self._seen.values()
        )
        if not replayed:
            try:
                self._apply(name, body["event"], language)
            except RefusedEvent as error:
                words = interface_text(language)(f"refused.{error.code}", **error.details)
                status = 409 if error.code == "locked" else 400
                self._fail(request, Answer(status, error.code, words))
                return
            self._seen[body["event_id"]] = body
        if answer:
            self._fail(request, answer)
            return
        shown = self._show(name, language)
        reply = {"element": name, "reply": {}, "overtaken": overtaken, "replayed": replayed}
        self._send(request, 200, json.dumps(shown | reply), "json")

    def _hand_in(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        answer = self.always or (self.next.popleft() if self.next else None)
        if answer:
            self._fail(request, answer)
            return
        now = datetime.now(UTC)
        late = self.due is not None and now > self.due + timedelta()
        self.handed_in.append(HandIn(len(self.handed_in) + 1, now, late))
        self.locked = len(self.handed_in) == 2
        shown = self._show(SubmissionElement.full_name, body["language"])
        self._send(request, 200, json.dumps(shown["presentation"]), "json")

    def _is_somebody_else(self, request: BaseHTTPRequestHandler) -> bool:
        """Refuse what a page of another learner's sends, as the site does."""
        other = request.headers["X-Yongxin-Learner"] != self.learner
        if other:
            self._fail(request, Answer(401, "somebody-else"))
        return other

    def _fail(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        content = json.dumps({"error": {"code": answer.code, "message": answer.message}})
        self._send(request, answer.status, content, "json", answer.headers)

    def _send(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        content: str,
        kind: str,
        headers: dict[str, str] | None = None,
    ) -> None:
        data = content.encode()
        try:
            request.send_response(status)
            request.send_header("Content-Type", TYPES.get(kind, TYPES["html"]))
            request.send_header("Content-Length", str(len(data)))
            request.send_header("Cache-Control", "no-store")
            request.send_header("Content-Security-Policy", POLICY)
            for name, value in (headers or {}).items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(data)
        except OSError:
            request.close_connection = True  # the page went away before its answer came
