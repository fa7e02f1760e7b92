"""Feedback as facts: what nbgrader's feedback page of one submission says, and how to read it back.

The page (``feedback_page``) carries these facts as JSON, so that the site can tell them in the
learner's language without touching the gradebook. Importing this module does not import nbgrader.
"""

import hashlib
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, ValidationError

from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.private import TooLarge, read_plain_file
from yongxin.grading.timestamp import parse_timestamp
from yongxin.items.base import Model, Slug
from yongxin.language import Language, LocalizedText

#: The ``id`` of the script element that holds the facts.
ELEMENT_ID = "yongxin-feedback"

_MAXIMUM_BYTES = 4 * 1024 * 1024

#: How an item went. ``waiting``: a trainer still has to look at it, so no points are told.
Verdict = Literal["right", "partly", "wrong", "unanswered", "unreadable", "waiting", "withdrawn"]

#: Why an item has no explanation; ``feedback.<this>`` is its interface text.
Unexplained = Literal["changed-since", "withdrawn", "withheld", "code"]

Number = Annotated[float, Field(allow_inf_nan=False)]


class PartFeedback(Model):
    """What there is to say about one part of an item: an option, an entry, the number given.

    ``name`` is the part's own text, ``None`` where the part is the response itself. ``chosen`` is
    false for an option that was left out; ``right`` says whether that was right, ``None`` that it
    is neither right nor wrong.
    """

    id: str
    name: LocalizedText | None
    chosen: bool
    right: bool | None
    text: LocalizedText

    @property
    def mark(self) -> Literal["right", "wrong", "left-out", "missed"] | None:
        """The name of the interface text ``feedback.part.<mark>`` that tells both, if any does."""
        if self.right is None:
            return None
        if self.chosen:
            return "right" if self.right else "wrong"
        return "left-out" if self.right else "missed"


class ItemFeedback(Model):
    """One graded item: what was asked and answered, what it earned, and why.

    ``response_text`` says the answer in words, a line for each of its parts; ``None`` when there
    was none to read. ``reason`` is ``"empty"``, ``"answers-refused"``, the code of a malformed
    response, or ``None``. ``explanation`` and ``parts`` are missing for an item that is withdrawn,
    or whose key is withheld because it will be used again; the ``stem`` too for one that has been
    changed since it was released, because they might not fit what was graded, and for a cell of
    code.
    """

    id: str
    number: int
    rule: str | None
    stem: LocalizedText | None
    response_text: LocalizedText | None
    points: Number | None
    max: Number
    verdict: Verdict
    reason: str | None
    explanation: LocalizedText | None
    unexplained: Unexplained | None = None
    parts: tuple[PartFeedback, ...] = ()


class FieldFeedback(Model):
    """One field of a reflection: its label, what the learner wrote, and the model answer."""

    label: LocalizedText
    text: LocalizedText | None
    exemplar: LocalizedText | None


class Level(Model):
    """One level of a rubric."""

    level: int
    text: LocalizedText


class ReflectionFeedback(Model):
    """One graded reflection. ``points`` is ``None`` while it waits for a trainer's mark.

    Its model answer may be ``withheld`` because the reflection will be used again.
    """

    id: str
    number: int
    prompt: LocalizedText | None
    fields: tuple[FieldFeedback, ...]
    points: Number | None
    max: Number
    comment: str | None
    rubric: tuple[Level, ...]
    withheld: bool = False


class Feedback(Model):
    """The feedback on one submission.

    ``score`` is what has been settled so far, less ``late_penalty``; while ``waiting``, marks are
    still to come. ``timestamp`` is that of the receipt, ``None`` for a submission that somebody
    put among the others by hand.
    """

    version: Literal[1] = 1
    module: Slug
    title: LocalizedText | None
    language: Language
    timestamp: str | None
    late: bool
    score: Number
    max_score: Number
    late_penalty: Number
    items: tuple[ItemFeedback, ...]
    reflections: tuple[ReflectionFeedback, ...]
    generated: AwareDatetime

    @property
    def waiting(self) -> bool:
        """Say whether a mark is still to come."""
        return any(one.points is None for one in (*self.items, *self.reflections))

    @property
    def handed_in(self) -> datetime | None:
        """The moment of the hand-in, in UTC."""
        if self.timestamp is None:
            return None
        return parse_timestamp(self.timestamp)


class UnreadableFeedback(Exception):
    """A released feedback file that is not ours, not whole, or of another submission."""


def feedback_path(settings: ExchangeSettings, module_id: str, secret: str) -> Path:
    """Return where nbgrader releases the feedback on the submission that has this secret.

    The name is nbgrader's ``notebook_hash(secret=…, notebook_id=…)``.
    """
    digest = hashlib.md5(f"{secret}{module_id}".encode(), usedforsecurity=False).hexdigest()
    return settings.feedback / f"{digest}.html"


def read(settings: ExchangeSettings, module_id: str, receipt: Receipt) -> Feedback | None:
    """Return the released feedback on a submission, or ``None`` when there is none yet.

    Raises ``UnreadableFeedback`` when there is a file that cannot be used.
    """
    path = feedback_path(settings, module_id, receipt.secret)
    try:
        content = read_plain_file(path, _MAXIMUM_BYTES)
    except FileNotFoundError:
        return None
    except (OSError, TooLarge) as error:
        raise UnreadableFeedback(f"{path} cannot be read: {error}") from error
    try:
        feedback = parse(content.decode("utf-8"))
    except ValueError as error:
        raise UnreadableFeedback(f"{path} cannot be read: {error}") from error
    if (feedback.module, feedback.timestamp) != (module_id, receipt.timestamp):
        raise UnreadableFeedback(
            f"{path} is feedback on {feedback.module} of {feedback.timestamp}, "
            f"not on {module_id} of {receipt.timestamp}"
        )
    return feedback


def parse(page: str) -> Feedback:
    """Return the facts that a feedback page carries. Raises ``ValueError`` if it carries none."""
    finder = _Finder()
    finder.feed(page)
    finder.close()
    if len(finder.found) != 1:
        raise ValueError(f"it has {len(finder.found)} elements {ELEMENT_ID!r}, not one")
    try:
        return Feedback.model_validate_json(finder.found[0])
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("id", ELEMENT_ID) in attrs
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  (a script holds no other tag)
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
