"""Boxes in a lesson: ``:::scene`` on a line, Markdown, and ``:::`` on a line."""

import re
from collections.abc import Iterator

from yongxin.content.finding import FileReport
from yongxin.content.lesson import BOX_KINDS

# Also what people type who mean a marker: indented, full-width, or with a colon more or less.
_MARKER = re.compile(r"(\s*[:：]{2,})\s*(.*?)\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def blank_boxes(lines: list[str], report: FileReport) -> tuple[list[str], list[range]]:
    """Return the lines with those that open and close boxes blanked, and the lines inside boxes.

    Blank lines instead of markers let CommonMark see paragraphs and lists where they begin and
    end. Line ranges count from 0. Reports unknown, nested, unopened and unclosed boxes.
    """
    blanked = list(lines)
    boxes: list[range] = []
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
        if text not in BOX_KINDS:
            report.add_unknown(line, "box", text, BOX_KINDS)
        if opened is not None:
            report.add(line, "box", f"opens a box inside the box of line {opened + 1}")
        opened = number
    if opened is not None:
        report.add(opened + 1, "box", "is not closed; a line with ::: alone closes it")
    return blanked, boxes


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
