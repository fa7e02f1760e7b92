"""Lines that begin with ``:::``: boxes, from ``:::scene`` to ``:::``, and kept answers.

``:::kept a1-look-twice/own-strengths`` is a line of its own and closes nothing: there stands what
the learner wrote in that reflection.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yongxin.content.finding import FileReport
from yongxin.content.lesson import BOX_KINDS, ElementCall

# Also what people type who mean a marker: indented, full-width, or with a colon more or less.
_MARKER = re.compile(r"(\s*[:：]{2,})\s*(.*?)\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_KEPT = re.compile(r"kept\b\s*(.*)")
_SLUG = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_PLACE = re.compile(rf"({_SLUG})/({_SLUG})")


@dataclass(frozen=True)
class Markers:
    """What the lines that begin with ``:::`` say. Numbers of lines count from 0.

    ``blanked`` are the lesson's lines without them: blank lines instead of markers let CommonMark
    see paragraphs and lists where they begin and end. ``boxes`` are the lines inside boxes, and
    ``kept`` the kept answers by the number of their line; ``None`` stands for one that cannot be
    read.
    """

    blanked: list[str]
    boxes: list[range]
    kept: dict[int, ElementCall | None]


def read_markers(lines: list[str], report: FileReport) -> Markers:
    """Return what the markers in ``lines`` say.

    Reports unknown, nested, unopened and unclosed boxes, and kept answers that name no place.
    """
    blanked = list(lines)
    boxes: list[range] = []
    kept: dict[int, ElementCall | None] = {}
    opened: int | None = None
    for number, colons, text in _markers(lines):
        line = number + 1
        blanked[number] = ""
        if colons != ":::":
            report.add(line, "box", "boxes open and close with ::: at the left margin", colons)
        if text == "":
            if opened is None:
                report.add(line, "box", "closes a box, and none is open")
            else:
                boxes.append(range(opened + 1, number))
            opened = None
            continue
        if named := _KEPT.fullmatch(text):
            if opened is not None:
                report.add(line, "kept", f"stands inside the box of line {opened + 1}; close it")
            kept[number] = _kept_answer(named[1], line, report)
            continue
        if text not in BOX_KINDS:
            report.add_unknown(line, "box", text, (*BOX_KINDS, "kept"))
        if opened is not None:
            report.add(line, "box", f"opens a box inside the box of line {opened + 1}")
        opened = number
    if opened is not None:
        report.add(opened + 1, "box", "is not closed; a line with ::: alone closes it")
    return Markers(blanked, boxes, kept)


def _kept_answer(named: str, line: int, report: FileReport) -> ElementCall | None:
    place = _PLACE.fullmatch(named)
    if place is None:
        report.add(
            line,
            "kept",
            "names the module and the reflection: :::kept a1-look-twice/strengths",
            named,
        )
        return None
    return ElementCall("kept", (place[2],), line, module=place[1])


def _markers(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield number, colons and text of every marker that does not stand in a fence."""
    fence: str | None = None
    for number, line in enumerate(lines):
        marker = _FENCE.fullmatch(line)
        if fence is not None:
            if marker and marker[1].startswith(fence) and not marker[2].strip():
                fence = None
        elif marker:
            fence = marker[1]
        elif box := _MARKER.fullmatch(line):
            yield number, box[1], box[2]
