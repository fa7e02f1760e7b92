"""Logs: one line an event, for people or for programs, without names, answers and tokens."""

import logging
import re
import secrets
from contextvars import ContextVar
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any, Final, Literal

from pythonjsonlogger.json import JsonFormatter
from tornado import web
from tornado.httputil import HTTPHeaders, HTTPServerRequest

LogFormat = Literal["text", "json"]
#: What is told of a client's address: nothing, the network it is in, or all of it.
LogAddresses = Literal["none", "network", "full"]

REQUEST_ID: Final = "X-Request-ID"
_ACCEPTED_ID = re.compile(r"[\w.-]{1,64}")
_current_request: ContextVar[str | None] = ContextVar("request", default=None)


class Traced(web.RequestHandler):
    """A handler whose answer and log lines carry the request's id.

    The id is the one that came with the request, as from a proxy, else a new one.
    """

    @cached_property
    def request_id(self) -> str:
        """The id of this request; it says nothing about who sent it."""
        given = self.request.headers.get(REQUEST_ID, "")
        return given if _ACCEPTED_ID.fullmatch(given) else secrets.token_hex(8)

    def set_default_headers(self) -> None:
        """Answer with the request's id, and let all that is logged from here on carry it."""
        super().set_default_headers()
        _current_request.set(self.request_id)  # the handler's own task begins with a copy of it
        self.set_header(REQUEST_ID, self.request_id)


class CountBytes(web.OutputTransform):
    """Counts the bytes of an answer's body as they are sent. Must be the last transform."""

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)
        self._request = request

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        self._count(chunk)
        return super().transform_first_chunk(status_code, headers, chunk, finishing)

    def transform_chunk(self, chunk: bytes, finishing: bool) -> bytes:
        self._count(chunk)
        return super().transform_chunk(chunk, finishing)

    def _count(self, chunk: bytes) -> None:
        vars(self._request)["bytes_sent"] = bytes_sent(self._request) + len(chunk)


def bytes_sent(request: HTTPServerRequest) -> int:
    """Return how many bytes of the answer's body have been sent so far."""
    return vars(request).get("bytes_sent", 0)


def log_request(handler: web.RequestHandler, *, level: int, addresses: LogAddresses) -> None:
    """Log a finished request in one line; what went wrong at a higher level than ``level``.

    The route is told, and not the address, which may hold a token or a name.
    """
    status = handler.get_status()
    if status >= 400:
        level = logging.INFO if status < 500 else logging.ERROR
    logger = logging.getLogger("tornado.access")
    if not logger.isEnabledFor(level):
        return
    request = handler.request
    fields: dict[str, Any] = {
        "route": route_of(handler),
        "method": request.method,
        "status": status,
        "milliseconds": round(1000 * request.request_time(), 1),
        "bytes": bytes_sent(request),
    }
    client = shown_address(request.remote_ip, addresses)
    if client:
        fields["client"] = client
    message = "%(method)s %(route)s: %(status)d, %(milliseconds)s ms, %(bytes)d bytes"
    request_id = handler.request_id if isinstance(handler, Traced) else None
    extra = fields | ({"request": request_id} if request_id else {})
    logger.log(level, f"{message}, %(client)s" if client else message, fields, extra=extra)


def route_of(handler: web.RequestHandler) -> str:
    """Return the name under which the table of access knows a handler."""
    return str(getattr(handler, "route", "other"))


def shown_address(address: str | None, addresses: LogAddresses) -> str | None:
    """Return what is logged of a client's address.

    A network is that of a provider's customer or an office: 24 bits of IPv4, 48 of IPv6.
    """
    if addresses == "none" or not address:
        return None
    try:
        parsed = ip_address(address)
    except ValueError:
        return None  # a client that came through a Unix socket has none
    if addresses == "full":
        return str(parsed)
    prefix = 24 if parsed.version == 4 else 48
    return str(ip_network((parsed, prefix), strict=False))


class AddRequest(logging.Filter):
    """Adds the id of the request during which something is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        current = _current_request.get()
        if current is not None and not hasattr(record, "request"):
            record.request = current
        return True


class WithoutTokens(logging.Filter):
    """Hides what libraries may say of an address: one-time tokens, and everything in a query."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = loggable(message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True


_TOKEN = re.compile(r"(/sign-in/)[\w-]+")
_QUERY = re.compile(r"(?<=[\w/])\?[\w.~%+-]+=[^\s'\")]*")


def loggable(text: str) -> str:
    """Return ``text`` without the secrets of one-time links and the queries of addresses."""
    return _QUERY.sub("?…", _TOKEN.sub(r"\1…", text))


def json_formatter(worker: int | None) -> logging.Formatter:
    """Return a formatter that writes one JSON object a line; a traceback is one of its fields."""
    return JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
        static_fields={} if worker is None else {"worker": worker},
        timestamp="time",
        json_ensure_ascii=False,
    )


def configuration(
    base: dict[str, Any],
    *,
    lines: LogFormat,
    level: int | str,
    worker: int | None,
    whole_process: bool,
) -> dict[str, Any]:
    """Return traitlets' ``base`` configuration of ``logging``, changed to what is wished.

    With ``whole_process`` libraries and warnings are logged in the same way; without it, as in a
    program that is not only a site, they are left alone.
    """
    if "handlers" not in base:  # pythonw has no stderr
        return base
    base["filters"] = {"request": {"()": AddRequest}, "tokens": {"()": WithoutTokens}}
    base["handlers"]["console"]["filters"] = ["request", "tokens"]
    if lines == "json":
        base["formatters"]["console"] = {"()": json_formatter, "worker": worker}
    elif worker is not None:
        base["formatters"]["console"]["format"] = f"[worker {worker}]%(highlevel)s %(message)s"
    if whole_process:
        base["root"] = {"level": "WARNING", "handlers": ["console"]}
        base["loggers"] |= {
            "yongxin": {"level": level},
            "tornado.access": {"level": level},
        }
    return base
