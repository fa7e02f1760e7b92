"""``answers.json``: what a learner hands in, as data, beside the notebook that nbgrader carries.

The file is written by our own server, but whoever can write a submission can write this file too.
Reading it therefore trusts nothing: not its kind, its size, its depth, its numbers or its shape.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NoReturn, cast
from unicodedata import normalize

from pydantic import AwareDatetime, StringConstraints, ValidationError

from yongxin.grading.private import TooLarge, read_plain_file, write_at_once
from yongxin.items.base import JSON, Key, Model, Score, Slug, score
from yongxin.language import Language

FILE_NAME = "answers.json"

#: A whole exercise with long reflections needs about 20 KB.
MAXIMUM_BYTES = 256 * 1024
#: The file's own structure takes four levels; a response needs two or three.
MAXIMUM_DEPTH = 16

RefusalCode = Literal[
    "missing", "not-a-file", "too-large", "not-json", "too-deep", "wrong-shape", "other-learner"
]


class RefusedAnswers(ValueError):
    """An ``answers.json`` that cannot be used; every graded item of it earns nothing.

    ``code`` is for programs, the message for the trainer who reads nbgrader's log.
    """

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(f"{FILE_NAME} {message}")
        self.code: RefusalCode = code


class Answer(Model):
    """The response to one item in its canonical form, and when it was saved."""

    response: JSON
    saved: AwareDatetime


class Written(Model):
    """What was written into the fields of one reflection, and when it was saved."""

    fields: dict[Slug, str]
    saved: AwareDatetime


class Answers(Model):
    """Everything a learner hands in for one exercise.

    A response may be any JSON value: scoring, not reading, decides what it is worth. ``learner``
    is the nbgrader id of whoever was asked; items with parameters draw their numbers from it. It
    is missing in files from before there were such items.
    """

    version: Literal[1] = 1
    module: Slug
    learner: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    handed_in: AwareDatetime
    language: Language
    answers: dict[Slug, Answer]
    reflections: dict[Slug, Written]

    def response_to(self, item_id: str) -> JSON:
        """Return the response to an item, ``None`` when there is none."""
        answer = self.answers.get(item_id)
        return None if answer is None else answer.response

    def score(self, key: Key) -> Score:
        """Score the response to an item, as whoever handed this in was asked it."""
        asked = key if self.learner is None else key.for_learner(self.learner)
        return score(asked, self.response_to(key.id))


def score_of(answers: Answers | None, key: Key) -> Score:
    """Score the response to an item; without ``answers`` as if it had been left empty."""
    return score(key, None) if answers is None else answers.score(key)


def read(path: Path, student: str | None = None) -> Answers:
    """Return the answers that ``path`` holds.

    ``student`` is the nbgrader id of whoever has handed the file in, where that is known: a file
    that names somebody else is refused, since its numbers were put to them.

    Raises ``RefusedAnswers``, and nothing else, when it holds none or any that are not sound.
    """
    data = _parse(_read_bytes(path))
    try:
        answers = Answers.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RefusedAnswers(
            "wrong-shape", f"is not as it should be: {where}: {first['msg']}"
        ) from (error)
    if student is not None and not _is_same(answers.learner, student):
        raise RefusedAnswers(
            "other-learner", f"holds the answers of {answers.learner}, handed in by {student}"
        )
    return answers


def _is_same(learner: str | None, student: str) -> bool:
    # Some file systems decompose the characters in the name of a student's folder.
    return learner is None or normalize("NFC", learner) == normalize("NFC", student)


def encode(answers: Answers) -> bytes:
    """Return the file's content. Raises ``RefusedAnswers`` for what ``read`` would refuse."""
    try:
        text = json.dumps(answers.model_dump(mode="json"), ensure_ascii=False, indent=1)
        content = text.encode("utf-8")
    except (ValueError, RecursionError) as error:  # half a character; endless nesting
        raise RefusedAnswers("not-json", f"cannot be written as JSON: {error}") from error
    if len(content) > MAXIMUM_BYTES:
        _refuse_size(len(content))
    _parse(content)
    return content


def write(path: Path, answers: Answers) -> None:
    """Put ``answers`` at ``path`` in one step: no reader ever sees half a file.

    Raises ``RefusedAnswers`` for what ``read`` would refuse, and ``OSError``.
    """
    write_at_once(path, encode(answers))


def _read_bytes(path: Path) -> bytes:
    try:
        return read_plain_file(path, MAXIMUM_BYTES)
    except FileNotFoundError as error:
        raise RefusedAnswers("missing", "is not there") from error
    except OSError as error:  # a link could point at another learner's answers
        raise RefusedAnswers("not-a-file", f"cannot be read: {error.strerror}") from error
    except TooLarge as error:
        _refuse_size(error.size)


def _refuse_size(size: int) -> NoReturn:
    raise RefusedAnswers("too-large", f"has {size} bytes; {MAXIMUM_BYTES} are allowed")


def _parse(content: bytes) -> JSON:
    """Return the JSON value, without NaN, infinities, repeated names or halves of characters."""
    try:
        data = json.loads(
            content.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
        json.dumps(data, ensure_ascii=False).encode("utf-8")  # finds a lone surrogate
    except RecursionError as error:
        raise RefusedAnswers("too-deep", "is nested too deeply") from error
    except ValueError as error:  # UnicodeError, JSONDecodeError and an integer of 5,000 digits too
        raise RefusedAnswers("not-json", f"is not JSON: {error}") from error
    if any(depth > MAXIMUM_DEPTH for depth in _depths(data)):
        raise RefusedAnswers("too-deep", f"is nested more than {MAXIMUM_DEPTH} levels deep")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is out of range")
    return number


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a name stands more than once in one object")
    return data


def _depths(data: JSON) -> Iterator[int]:
    waiting: list[tuple[JSON, int]] = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        yield depth
        if isinstance(value, dict):
            inner = cast("dict[str, JSON]", value).values()
            waiting.extend((one, depth + 1) for one in inner)
        elif isinstance(value, list):
            waiting.extend((one, depth + 1) for one in cast("list[JSON]", value))
