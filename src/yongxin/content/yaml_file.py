"""YAML 1.2 with the line of every value: only what data needs, and everything else refused.

Files are read as a stream of events, so that neither deep nesting nor aliases can make a small
file large, and values follow YAML 1.2's core schema: ``yes`` and ``2024-01-01`` are texts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from yongxin.content.finding import FileReport

Data: TypeAlias = Any  # dict, list, str, int, float, bool or None
Place: TypeAlias = tuple[str | int, ...]
Kind = Literal["document", "scalar", "mapping", "sequence", "end"]

_KINDS: dict[type[events.Event], Kind] = {
    events.DocumentStartEvent: "document",
    events.MappingStartEvent: "mapping",
    events.SequenceStartEvent: "sequence",
    events.MappingEndEvent: "end",
    events.SequenceEndEvent: "end",
}

_MAXIMUM_DEPTH = 12
_LONGEST_LINE = 4000  # the parser needs time that grows with the square of a line
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")

# Control characters and halves of characters, which escapes like "\\x00" can bring into a text.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Document:
    """The data of one file, and the line (from 1) of every value by its place.

    The place of ``data["options"][2]["text"]`` is ``("options", 2, "text")``; the line is that of
    the key, or of the list's entry.
    """

    data: Data
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest place around it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _Refused(Exception):
    """The file uses something that content has no use for."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class _Step:
    """One step of the parser, in our own words; ``value`` is a scalar's text."""

    kind: Kind
    line: int
    value: str = ""
    plain: bool = False


@dataclass
class _Container:
    place: Place
    value: dict[str, Data] | list[Data]
    key: str | None = None


def parse_yaml(text: str, report: FileReport) -> Document | None:
    """Return what a YAML text holds; ``None`` after reporting that it cannot be read.

    A key that stands twice is reported, and the first one counts.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE:
            report.add(number, "YAML", f"a line of more than {_LONGEST_LINE} characters")
            return None
    try:
        document = _Builder(report).build(_steps(text))
    except _Refused as refused:
        report.add(refused.line, "YAML", refused.message)
        return None
    except MarkedYAMLError as error:
        report.add(*_explain(error, lines))
        return None
    except ReaderError as error:
        report.add(*_explain_invisible(error, text))
        return None
    except (ValueError, OverflowError):
        report.add(1, "YAML", "an escape such as \\U0001F600 names no character")
        return None
    if document is None:
        report.add(1, "YAML", "the file is empty")
    return document


def _steps(text: str) -> Iterator[_Step]:
    parser: Any = YAML(typ="safe", pure=True)  # ruamel does not say what its events hold
    for event in parser.parse(text):
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) is not None:
            raise _Refused(line, f"the name {event.anchor} after & or *; put such a text in quotes")
        if getattr(event, "tag", None) is not None:
            raise _Refused(line, f"the tag {event.tag}; put a text that begins with ! in quotes")
        if isinstance(event, events.ScalarEvent):
            yield _scalar(event, line)
        elif kind := _KINDS.get(event.__class__):
            yield _Step(kind, line)


def _scalar(event: Any, line: int) -> _Step:
    if unusable := _UNUSABLE.search(event.value):
        raise _Refused(line, f"the invisible character U+{ord(unusable[0]):04X}")
    return _Step("scalar", line, value=event.value, plain=event.implicit[0])


class _Builder:
    """Builds the data of one document, without recursion."""

    def __init__(self, report: FileReport) -> None:
        self._report = report
        self._lines: dict[Place, int] = {}
        self._open: list[_Container] = []
        self._documents: list[Data] = []
        self._document_count = 0

    def build(self, steps: Iterable[_Step]) -> Document | None:
        for step in steps:
            if step.kind == "document":
                self._document_count += 1
                if self._document_count > 1:
                    raise _Refused(step.line, "a second document (---); a file holds one")
            elif step.kind == "end":
                self._open.pop()
            else:
                self._take(step)
        if not self._documents or self._documents[0] is None:
            return None
        return Document(self._documents[0], self._lines)

    def _take(self, step: _Step) -> None:
        around = self._open[-1] if self._open else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            self._take_key(around, around.value, step)
        elif step.kind == "scalar":
            self._put(around, step.line, _core_schema(step.value) if step.plain else step.value)
        elif len(self._open) == _MAXIMUM_DEPTH:
            raise _Refused(step.line, f"nested deeper than {_MAXIMUM_DEPTH} levels")
        else:
            value: dict[str, Data] | list[Data] = {} if step.kind == "mapping" else []
            self._open.append(_Container(self._put(around, step.line, value), value))

    def _take_key(self, around: _Container, mapping: dict[str, Data], step: _Step) -> None:
        if step.kind != "scalar":
            raise _Refused(step.line, "a key that is a list or a mapping; put it in quotes")
        around.key = step.value
        place = (*around.place, step.value)
        if step.value in mapping:
            first = self._lines[place]
            self._report.add(step.line, step.value, f"stands twice here, first in line {first}")
        else:
            self._lines[place] = step.line

    def _put(self, around: _Container | None, line: int, value: Data) -> Place:
        if around is None:
            self._documents.append(value)
            self._lines[()] = line
            return ()
        if isinstance(around.value, list):
            place = (*around.place, len(around.value))
            around.value.append(value)
            self._lines[place] = line
            return place
        key = str(around.key)
        around.value.setdefault(key, value)
        around.key = None
        return (*around.place, key)


def _core_schema(text: str) -> Data:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    if _REAL.fullmatch(text):
        return float(text)
    return text


def _explain_invisible(error: Any, text: str) -> tuple[int, str, str]:
    line = text.count("\n", 0, error.position) + 1
    return line, "YAML", f"the invisible character U+{error.character:04X}"


def _explain(error: Any, lines: list[str]) -> tuple[int, str, str]:
    """Put the parser's problem into words for somebody who writes a question."""
    problem = str(error.problem or error.context)
    unclosed = "end of stream" in problem or "<stream end>" in problem
    mark = (error.context_mark if unclosed else error.problem_mark) or error.problem_mark
    line = mark.line + 1 if mark else 1
    here = lines[line - 1] if line <= len(lines) else ""
    if unclosed:
        problem = "a quote or a bracket opens here and is not closed"
    elif "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in problem:
        problem = "a tab; indent with spaces"
    elif "mapping values are not allowed" in problem:
        problem = "a colon inside a text; put the text in quotes"
    elif "cannot start any token" in problem:
        problem += "; put a text that begins with such a character in quotes"
    elif "expected ',' or" in problem:
        problem += "; a bracket is not closed, or a text inside brackets needs quotes"
    elif "expected <block end>" in problem:
        problem += "; the indentation differs from the lines above, or a quote is misplaced"
    return line, "YAML", problem
