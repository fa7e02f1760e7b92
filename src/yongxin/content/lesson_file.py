"""Reading a lesson's Markdown: CommonMark with tables, and the few things that are ours.

Ours are ``{#id}`` after a section's heading, ``<!-- units: A-06 A-07 -->`` and
``<!-- systems: S012 -->`` below it, fenced ``yongxin`` blocks, boxes and citations. Everything that
Jupyter would show differently from what an author sees, or that could bring foreign code into a
page, is reported.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType

from yongxin.content.boxes import read_markers
from yongxin.content.element_call import parse_call
from yongxin.content.finding import FileReport
from yongxin.content.lesson import (
    PLAN,
    PLAN_LINK,
    RECAP,
    RESERVED_SECTION_IDS,
    Block,
    ElementCall,
    Lesson,
    Mention,
    Prose,
    Section,
)

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HEADING = re.compile(r"(.*?)\s*\{#([^}]*)\}")
_COVERAGE = re.compile(r"<!--\s*(units|systems)\s*:\s*([^>]*?)\s*-->")
_CITATION = re.compile(r"\[@([^\]]*)\]")
_COVERAGE_HELP = "only <!-- units: A-06 A-07 --> and <!-- systems: S012 --> may stand here"


def parse_lesson(text: str, report: FileReport) -> tuple[Lesson, frozenset[str]]:
    """Return the lesson that ``text`` holds, as far as it can be read, and report the rest.

    Lines of ``text`` end with a line feed alone, as ``read_text`` gives them. The second value
    names the sections in which a call of an element could not be read.
    """
    parser = _LessonParser(text, report)
    lesson = parser.parse()
    return lesson, frozenset(parser.broken)


@dataclass
class _OpenSection:
    """A section while its blocks are read."""

    id: str
    title: str
    line: int
    units: list[str] = field(default_factory=list[str])
    systems: list[str] = field(default_factory=list[str])
    blocks: list[Block] = field(default_factory=list[Block])

    def close(self) -> Section:
        return Section(
            self.id,
            self.title,
            self.line,
            tuple(self.units),
            tuple(self.systems),
            tuple(self.blocks),
        )


class _LessonParser:
    def __init__(self, text: str, report: FileReport) -> None:
        self._report = report
        self._lines = text.split("\n")
        self._markers = read_markers(self._lines, report)
        self._title = ""
        self._introduction: list[str] = []
        self._sections: list[_OpenSection] = []
        self._citations: list[Mention] = []
        self._images: list[Mention] = []
        self._passages: list[Mention] = []
        self._anchors: list[Mention] = []
        self.broken: set[str] = set()
        self._read_to = 0  # lines before this one have found their place
        self._depth = 1  # level of the last heading

    def parse(self) -> Lesson:
        environment: EnvType = {}
        tokens = (
            MarkdownIt("commonmark")
            .enable("table")
            .parse("\n".join(self._markers.blanked), environment)
        )
        for reference in environment.get("references", {}).values():
            self._add(reference["map"][0], "link", "write the address where the link stands")
        for position, token in enumerate(tokens):
            if token.type == "heading_open":
                self._take_heading(token, tokens[position + 1])
            elif token.type == "fence":
                self._take_fence(token)
            elif token.type == "html_block":
                self._take_html(token)
            elif token.type == "inline":
                self._take_inline(token)
        self._take_prose(len(self._lines))
        self._require_parts()
        return Lesson(
            self._title,
            "\n".join(self._introduction).strip("\n"),
            tuple(section.close() for section in self._sections),
            tuple(self._citations),
            tuple(self._images),
            tuple(self._passages),
        )

    def _require_parts(self) -> None:
        if not self._title:
            self._report.add(
                1, "title", "the lesson begins with a line such as # One slice of pickle"
            )
        if not any(section.id == RECAP for section in self._sections):
            self._report.add(
                len(self._lines), "section", f"no recap; the lesson needs a section {{#{RECAP}}}"
            )
        ids = [section.id for section in self._sections]
        for anchor in self._anchors:
            if anchor.name not in ids:
                self._report.add_unknown(anchor.line, "link", anchor.name, ids)

    def _add(self, number: int, where: str, message: str, found: object = None) -> None:
        """Report something about a line that markdown-it counts from 0."""
        self._report.add(number + 1, where, message, found)

    # Blocks

    def _take_heading(self, token: Token, inline: Token) -> None:
        start, end = _lines_of(token)
        level = int(token.tag[1])
        if level > self._depth + 1:
            self._add(start, "heading", f"level {level} below level {self._depth}", inline.content)
        self._depth = level
        if token.level > 0:
            self._add(start, "heading", "a heading stands at the left margin", inline.content)
        elif level == 1:
            self._take_prose(start)
            self._take_title(start, inline.content)
            self._read_to = end
        elif level == 2:
            self._take_prose(start)
            self._open_section(start, inline.content)
            self._read_to = end

    def _take_title(self, number: int, title: str) -> None:
        if self._title:
            self._add(number, "title", "a second title; sections begin with ##", title)
        elif any(line.strip() for line in self._lines[:number]):
            self._add(number, "title", "something stands before the title")
        self._title = self._title or title

    def _open_section(self, number: int, heading: str) -> None:
        if self._is_boxed(number):
            self._add(number, "section", "a section cannot begin inside a box", heading)
        match = _HEADING.fullmatch(heading)
        title, section_id = (match[1], match[2]) if match else (heading, "")
        if not match:
            self._add(number, "section", "no id; write one after the heading: {#chain}", heading)
        elif not _SLUG.fullmatch(section_id):
            self._add(number, "section", "ids are lowercase words joined by hyphens", section_id)
        elif section_id in RESERVED_SECTION_IDS:
            self._add(number, "section", "this id is kept for the built notebook", section_id)
        elif not title:
            self._add(number, "section", "the heading is empty", section_id)
        for earlier in self._sections:
            if section_id and earlier.id == section_id:
                self._add(number, "section", f"the id of line {earlier.line} again", section_id)
        self._sections.append(_OpenSection(section_id, title, number + 1))

    def _take_fence(self, token: Token) -> None:
        start, end = _lines_of(token)
        language = token.info.strip()
        if not language:
            return
        if language != "yongxin":
            self._report.add_unknown(start + 1, "block", language, ("yongxin",))
            return
        if token.level > 0 or token.map is None or self._lines[start][:1].isspace():
            self._add(start, "block", "stands at the left margin, outside lists and quotations")
            return
        if self._is_boxed(start):
            self._add(start, "block", "cannot stand inside a box; close the box before it")
            return
        call = parse_call(token.content, start + 2, self._report)
        self._take_prose(start)
        self._read_to = end
        if not self._sections:
            self._add(start, "block", "stands before the first section", token.content)
        elif call is None:
            self.broken.add(self._sections[-1].id)
        else:
            self._sections[-1].blocks.append(call)

    def _take_html(self, token: Token) -> None:
        start = _lines_of(token)[0]
        content = token.content.strip()
        coverage = _COVERAGE.fullmatch(content)
        if coverage is None:
            self._add(start, "HTML", f"raw HTML; {_COVERAGE_HELP}", content)
            return
        if token.level > 0 or self._is_boxed(start) or not self._sections:
            self._add(start, coverage[1], "stands in a section, at the left margin")
            return
        self._take_prose(start)
        self._read_to = start + len(token.content.rstrip("\n").split("\n"))
        section = self._sections[-1]
        named = section.units if coverage[1] == "units" else section.systems
        for name in coverage[2].replace(",", " ").split():
            if name in named:
                self._add(start, coverage[1], "stands twice in this section", name)
            else:
                named.append(name)

    def _take_prose(self, end: int) -> None:
        """Put what was read since the last block, prose and kept answers, where it belongs."""
        for number, call in self._markers.kept.items():
            if self._read_to <= number < end:
                self._take_lines(number)
                self._take_kept(number, call)
        self._take_lines(end)

    def _take_kept(self, number: int, call: ElementCall | None) -> None:
        self._read_to = number + 1
        if not self._sections:
            self._add(number, "kept", "stands before the first section")
        elif call is None:
            self.broken.add(self._sections[-1].id)
        else:
            self._sections[-1].blocks.append(call)

    def _take_lines(self, end: int) -> None:
        lines = self._lines[self._read_to : end]
        first = next((number for number, line in enumerate(lines) if line.strip()), None)
        if first is not None:
            markdown = "\n".join(lines).strip("\n")
            if self._sections:
                prose = Prose(markdown, self._read_to + first + 1)
                self._sections[-1].blocks.append(prose)
            elif self._title:
                self._introduction.append(markdown)
        self._read_to = max(self._read_to, end)

    def _is_boxed(self, number: int) -> bool:
        return any(number in box for box in self._markers.boxes)

    # Text

    def _take_inline(self, token: Token) -> None:
        words: list[str] = []
        plans = 0
        line = _lines_of(token)[0]
        for number, child in _with_lines(token.children or (), line):
            if child.type == "text":
                words.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                words.append("\n")
            elif child.type == "html_inline":
                self._add(number, "HTML", "raw HTML", child.content)
            elif child.type == "image":
                self._take_image(number, child)
            elif child.type == "link_open":
                target = str(child.attrGet("href") or "")
                plans += target == PLAN
                self._check_link(number, target)
        if plans > len(PLAN_LINK.findall(token.content)):
            self._add(line, "link", "write it on one line and in plain words: [my plan](plan:)")
        for offset, passage in enumerate("".join(words).split("\n")):
            self._take_passage(line + offset, passage)

    def _take_passage(self, number: int, passage: str) -> None:
        if "$" in passage:
            self._add(number, "text", "$ begins a formula in Jupyter; write the currency's name")
        if "](" in passage:
            self._add(number, "link", "no link that can be followed", passage)
        for citation in _CITATION.finditer(passage):
            self._citations.append(Mention(number + 1, citation[1]))
        if passage.strip():
            self._passages.append(Mention(number + 1, passage))

    def _take_image(self, number: int, image: Token) -> None:
        target = str(image.attrGet("src") or "")
        if not image.content.strip():
            self._add(number, "image", "no alternative text; write ![what it shows](…)", target)
        if not re.fullmatch(r"images/[^/\\?#%]+", target):
            self._add(number, "image", "images stand in the module's folder images/", target)
            return
        self._images.append(Mention(number + 1, target))

    def _check_link(self, number: int, target: str) -> None:
        if target.startswith("#"):
            self._anchors.append(Mention(number + 1, target[1:]))
        elif target != PLAN and not re.match(r"https://[^/]", target):
            message = "links lead to https://… or to a section, #chain, or to the plan, plan:"
            self._add(number, "link", message, target)


def _lines_of(token: Token) -> tuple[int, int]:
    start, end = token.map or (0, 0)
    return start, end


def _with_lines(children: Sequence[Token], line: int) -> Iterator[tuple[int, Token]]:
    for child in children:
        yield line, child
        if child.type in ("softbreak", "hardbreak"):
            line += 1
