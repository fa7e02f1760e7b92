"""What the site answers when it cannot do what was asked: a status, a code, and words for it."""

from dataclasses import dataclass, field
from typing import Any

from tornado import web

from yongxin.catalogue import CatalogueError, UnknownId
from yongxin.cohort.retention import RetentionRefused
from yongxin.elements.contract import RefusedEvent
from yongxin.grading.submission import HandInFailed
from yongxin.site.learning import NeedsConfirmation
from yongxin.site.modules import InPreparation
from yongxin.store import (
    InvalidName,
    NoAttemptsLeft,
    NotReturned,
    StateRefused,
    StoreBusy,
    StoreError,
    StoreFull,
    UnknownLearner,
)
from yongxin.text import InterfaceText

#: For errors that come with a status only.
CODES = {
    400: "malformed",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method",
    409: "conflict",
    410: "gone",
    413: "too-large",
    429: "too-many",
    500: "internal",
    503: "unavailable",
    507: "store-full",
}


class Refusal(web.HTTPError):
    """An answer other than the one hoped for, with a code that names the words for it.

    The words are the interface texts ``site.refused.<code>.title`` and ``….text``, or, when
    ``text_key`` is given, that one text. ``details`` fill their placeholders.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        retry_after: int | None = None,
        text_key: str | None = None,
        **details: object,
    ) -> None:
        super().__init__(status)
        self.code = code
        self.retry_after = retry_after
        self.text_key = text_key
        self.details = details


@dataclass(frozen=True)
class Words:
    """A refusal as a person reads it."""

    title: str
    text: str


@dataclass(frozen=True)
class Answer:
    """A refusal ready to be sent."""

    status: int
    code: str
    retry_after: int | None = None
    text_key: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def words(self, text: InterfaceText) -> Words:
        """Return the refusal in the language of ``text``."""
        key = f"site.refused.{self.code}"
        if f"{key}.title" not in text:
            key = f"site.refused.{CODES.get(self.status, 'internal')}"
        body = self.text_key if self.text_key and self.text_key in text else f"{key}.text"
        return Words(text(f"{key}.title", **self.details), text(body, **self.details))


#: Errors that mean the same wherever they come from. The first that fits counts.
_MEANINGS: tuple[tuple[type[Exception], Answer], ...] = (
    (UnknownId, Answer(404, "not-found")),
    (InPreparation, Answer(404, "in-preparation")),
    (CatalogueError, Answer(503, "course-damaged", retry_after=60)),
    (RetentionRefused, Answer(503, "periods-revised", retry_after=600)),
    # Whoever was signed in a moment ago has been taken off the roster.
    (UnknownLearner, Answer(401, "not-signed-in")),
    (NoAttemptsLeft, Answer(409, "no-attempts")),
    (NotReturned, Answer(409, "not-returned")),
    (StateRefused, Answer(413, "too-large")),
    (InvalidName, Answer(400, "malformed")),
    (StoreFull, Answer(507, "store-full")),
    (StoreBusy, Answer(503, "store-busy", retry_after=2)),
    (StoreError, Answer(503, "store-unavailable", retry_after=30)),
)


def answer_to(error: BaseException | None, status: int) -> Answer:
    """Return what to send for ``error``, which reached the handler's end with ``status``."""
    if isinstance(error, Refusal):
        return Answer(
            error.status_code, error.code, error.retry_after, error.text_key, error.details
        )
    if isinstance(error, RefusedEvent):
        at_fault = 409 if error.code == "locked" else 400
        return Answer(at_fault, error.code, None, f"refused.{error.code}", dict(error.details))
    if isinstance(error, NeedsConfirmation):
        return Answer(409, error.code)
    if isinstance(error, HandInFailed):
        status = 413 if error.code == "too-large" else 503
        return Answer(status, error.code, text_key=f"handin.failed.{error.code}")
    for kind, answer in _MEANINGS:
        if isinstance(error, kind):
            return answer
    return Answer(status, CODES.get(status, "internal" if status >= 500 else "malformed"))
