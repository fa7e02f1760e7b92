"""An author's Markdown → the Markdown of a built notebook.

Four things of ours become plain Markdown and HTML that JupyterLab, Voila and our site all show:
boxes (``:::scene``), citations (``[@oliver-1980]``), paths of images, and links to the action plan,
which only the site has.
"""

import re
from collections.abc import Mapping

from yongxin.build.markdown import escaped
from yongxin.content import PLAN_LINK, Source
from yongxin.language import Language
from yongxin.text import interface_text

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BOX = re.compile(r":::\s*([a-z]+)\s*")
_BOX_END = re.compile(r":::\s*")
_APA_NAME = re.compile(r"([^\s,&][^,&]*), (?:[A-Z]\.[ -]?)+")
# Only images have such a target, and what they show may be told over several lines.
_OURS = re.compile(
    r"(?P<code>`+).+?(?P=code)|\[@(?P<source>[a-z0-9-]+)\]|(?P<image>\]\([ <]*)images/"
    rf"|(?P<plan>{PLAN_LINK.pattern})"
)


class ProseBuilder:
    """Builds the prose of one lesson and remembers which works it cited, in order."""

    def __init__(self, module_id: str, language: Language, sources: Mapping[str, Source]) -> None:
        self._module_id = module_id
        self._language: Language = language
        self._sources = sources
        self._cited: dict[str, Source] = {}

    def build(self, markdown: str) -> str:
        """Return ``markdown`` as it stands in the notebook; code in fences stays as it is."""
        lines: list[str] = []
        fence: str | None = None
        for line in markdown.strip("\n").split("\n"):
            opening = _FENCE.match(line)
            if fence is not None:
                if opening and line.strip() == opening[1] and opening[1].startswith(fence):
                    fence = None
                lines.append(line)
            elif opening:
                fence = opening[1]
                lines.append(line)
            else:
                lines.extend(self._line(line))
        return "\n".join(lines)

    def works_cited(self) -> str | None:
        """Return the list of the cited works, by author, as Markdown; ``None`` if there is none."""
        if not self._cited:
            return None
        works = sorted(self._cited.values(), key=lambda one: (one.authors, one.year, one.id))
        heading = interface_text(self._language)("course.lesson.sources")
        return "\n".join([f"## {heading}", "", *(f"- {_reference(work)}" for work in works)])

    def _line(self, line: str) -> list[str]:
        if box := _BOX.fullmatch(line):
            label = interface_text(self._language)(f"course.box.{box[1]}")
            # A box is no landmark of the page, however many there are: hence role="note".
            kind = f"yongxin-box yongxin-box-{box[1]}"
            return [f'<aside class="{kind}" role="note" aria-label="{label}">', ""]
        if _BOX_END.fullmatch(line):
            return ["", "</aside>"]
        return [_OURS.sub(self._ours, line)]

    def _ours(self, match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        if match["image"]:
            return f"{match[0]}{self._module_id}/"
        if match["plan"]:
            return plan_link(match["words"], self._language)
        source = self._sources[match["source"]]
        self._cited[source.id] = source
        return cite(source, self._language)


def plan_link(words: str, language: Language) -> str:
    """Return what stands for a link to the action plan: in a notebook, where it is to be found."""
    where = interface_text(language)("course.lesson.on-the-site")
    return f'<span class="yongxin-plan">{words}</span><small>{where}</small>'


def cite(source: Source, language: Language) -> str:
    """Return how a work is named in running text: "Oliver (1980)"."""
    names = _family_names(source.authors, language)
    if language == "zh-CN":
        return f"{names}（{source.year}）"
    return f"{names} ({source.year})"


def _family_names(authors: str, language: Language) -> str:
    """Return the family names of up to two authors, of the first of more, or the name as it is.

    Authors are written as APA writes them: "Zeithaml, V. A., & Berry, L. L.". What does not have
    that form (an organisation, a Chinese name) is one name.
    """
    names = _APA_NAME.findall(authors) or [authors]
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return f"{names[0]}与{names[1]}" if language == "zh-CN" else f"{names[0]} and {names[1]}"
    return f"{names[0]}等" if language == "zh-CN" else f"{names[0]} et al."


def _reference(source: Source) -> str:
    """Return a work as a list of references names it, in the language in which it appeared."""
    title, published_in = escaped(source.title), escaped(source.published_in or "")
    opening = f"{escaped(source.authors)} ({source.year})."
    if not published_in:
        return f"{opening} {_closed(f'*{title}*', title)}"
    return f"{opening} {_closed(title, title)} {_closed(f'*{published_in}*', published_in)}"


def _closed(shown: str, text: str) -> str:
    """Return ``shown`` with a full stop, unless ``text`` ends a sentence by itself."""
    return shown if text.endswith((".", "?", "!", "。", "？", "！")) else f"{shown}."
