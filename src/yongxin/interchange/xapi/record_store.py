"""Sending statements to a learning record store (LRS)."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from urllib.parse import urlsplit

from yongxin.interchange.xapi.statements import VERSION, Statement

#: Statements in one request; record stores limit its size, often to a megabyte.
BATCH = 100
_SECONDS = 30
_LONGEST_ANSWER = 500


class SendingFailed(Exception):
    """Statements could not be sent. The message says how far it came and why it ended."""


class RecordStore:
    """A record store with basic authentication.

    ``url`` is its endpoint, with or without ``/statements`` at its end. Sending the same statements
    again does no harm: their ids are the same.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        """Raises ``SendingFailed`` for an address to which nothing should be sent."""
        parts = urlsplit(url)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SendingFailed(f"{url!r} is no address that begins with https://")
        if parts.scheme == "http" and not local:
            raise SendingFailed("an address elsewhere needs https://, which keeps the password")
        if parts.username or parts.password:
            raise SendingFailed("the address holds a name or a password; put them elsewhere")
        base = url.rstrip("/")
        self._url = base if base.endswith("/statements") else f"{base}/statements"
        token = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
        self._headers = {
            "Authorization": f"Basic {token}",
            "Content-Type": "application/json",
            "X-Experience-API-Version": VERSION,
        }
        self._opener = urllib.request.build_opener(
            _NoRedirection, urllib.request.HTTPSHandler(context=ssl.create_default_context())
        )

    def send(self, statements: Sequence[Statement]) -> None:
        """Send statements, in batches. Raises ``SendingFailed``."""
        for start in range(0, len(statements), BATCH):
            try:
                self._post(statements[start : start + BATCH])
            except urllib.error.HTTPError as error:
                answer = error.read(_LONGEST_ANSWER).decode("utf-8", "replace")
                raise SendingFailed(
                    f"after {start} statements the record store answered {error.code}: {answer}"
                ) from error
            except (urllib.error.URLError, OSError) as error:
                raise SendingFailed(
                    f"after {start} statements the record store was not reached: {error}"
                ) from error

    def _post(self, statements: Sequence[Statement]) -> None:
        body = json.dumps(statements, ensure_ascii=False).encode("utf-8")
        request = urllib.request.Request(  # noqa: S310  (http and https only, see __init__)
            self._url, data=body, headers=self._headers, method="POST"
        )
        with self._opener.open(request, timeout=_SECONDS) as answer:
            answer.read(_LONGEST_ANSWER)


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the password would go along."""

    def redirect_request(self, *_arguments: object) -> None:
        return None
