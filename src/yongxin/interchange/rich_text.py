"""Texts of the course as Moodle's HTML, and such HTML as plain texts.

Two languages stand side by side as Moodle's own filter "Multi-language content" knows them:
``<span lang="zh-CN" class="multilang">…</span><span lang="en" class="multilang">…</span>``.
"""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from yongxin.interchange.question import Wording
from yongxin.language import LANGUAGES, Language

#: A longer text is no part of a question, and costs the HTML parser too much time.
MAXIMUM_CHARACTERS = 3000
#: The same before its markup is taken away.
MAXIMUM_MARKUP = 20_000

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("dd", "dl", "dt", "li", "ol", "ul")
_BLOCKS = frozenset(
    (*_HEADINGS, *_LISTS, "address", "article", "blockquote", "div", "hr", "p", "pre", "section")
) | {"table", "tr"}
#: What has no place in a plain text; formatting of words is passed over without a word.
_LOST = {
    "img": "a picture",
    "svg": "a picture",
    "audio": "a recording",
    "video": "a film",
    "object": "an embedded object",
    "iframe": "an embedded page",
    "table": "a table",
    "math": "a formula",
    "script": "a script",
}
_UNSEEN = frozenset({"script", "style", "template"})
#: Tags that are not closed before the next one begins. Python's parser needs time that grows with
#: the square of their number and more; a text that means "smaller" has two or three.
_MOST_BROKEN_TAGS = 20
_BROKEN_TAG = re.compile(r"<[^<>]*(?=<)")
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")


class UnusableText(ValueError):
    """A text that cannot be part of a question. The message says why."""


@dataclass
class Lost:
    """Gathers what texts of one question could not take along, in words."""

    what: list[str] = field(default_factory=list[str])

    def add(self, what: str) -> None:
        """Note one thing, once."""
        if what not in self.what:
            self.what.append(what)


def to_html(wording: Wording) -> str:
    """Return a text as HTML; both languages side by side where it has both."""
    return joined({language: _lines(text) for language, text in wording.items()})


def joined(html: Wording) -> str:
    """Return HTML in one language as it is, and HTML in both side by side."""
    if len(html) == 1:
        return next(iter(html.values()))
    return "".join(
        f'<span lang="{language}" class="multilang">{html[language]}</span>'
        for language in LANGUAGES
        if language in html
    )


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def from_html(html: str, language: Language, lost: Lost) -> Wording:
    """Return what HTML says in each language; without languages marked it is in ``language``.

    Empty texts are left out. Raises ``UnusableText``.
    """
    if len(html) > MAXIMUM_MARKUP:
        raise UnusableText(f"a text of more than {MAXIMUM_MARKUP} characters")
    if sum(1 for _ in _BROKEN_TAG.finditer(html)) > _MOST_BROKEN_TAGS:
        raise UnusableText("HTML with more than twenty broken tags")
    reader = _Reader(lost)
    reader.feed(html)
    reader.close()
    return _texts(reader.by_language(language))


def from_plain(text: str, language: Language) -> Wording:
    """Return a text without markup. Raises ``UnusableText``."""
    return _texts({language: text})


def _texts(found: Wording) -> Wording:
    texts: dict[Language, str] = {}
    for language, raw in found.items():
        lines = (" ".join(line.split()) for line in raw.replace("\xa0", " ").split("\n"))
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if unusable := _UNUSABLE.search(text):
            raise UnusableText(f"the invisible character U+{ord(unusable[0]):04X}")
        if len(text) > MAXIMUM_CHARACTERS:
            raise UnusableText(f"a text of more than {MAXIMUM_CHARACTERS} characters")
        if text:
            texts[language] = text
    return texts


def _language_of(tag: str) -> Language | None:
    """Return our name for a language of Moodle, such as ``zh_cn`` or ``en_us``."""
    first = tag.strip().lower().replace("_", "-").split("-")[0]
    return next((one for one in LANGUAGES if one.split("-")[0] == first), None)


class _Reader(HTMLParser):
    """Gathers text by language; what stands outside of marked languages belongs to all."""

    def __init__(self, lost: Lost) -> None:
        super().__init__(convert_charrefs=True)
        self._lost = lost
        self._pieces: list[tuple[Language | None, str]] = []
        self._spans: list[str] = []  # of open spans: "", or the language that they mark
        self._unseen = 0
        self._marked: set[Language] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if what := _LOST.get(tag):
            self._lost.add(what)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br" or tag in _BLOCKS:
            self._add("\n")
        elif tag == "span":
            named = dict(attrs)
            is_language = "multilang" in (named.get("class") or "").split()
            self._spans.append((named.get("lang") or "?") if is_language else "")
        elif tag in ("td", "th"):
            self._add(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("span", *_UNSEEN):
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "span" and self._spans:
            self._spans.pop()
        elif tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._add(data.replace("\n", " ").replace("\r", " "))

    def _add(self, text: str) -> None:
        tag = next((one for one in reversed(self._spans) if one), "")
        language = _language_of(tag) if tag else None
        if tag and language is None:
            if text.strip():
                self._lost.add(f"a text in another language ({tag[:12]})")
            return
        if language is not None:
            self._marked.add(language)
        self._pieces.append((language, text))

    def by_language(self, language: Language) -> Wording:
        found: dict[Language, str] = {}
        for one in LANGUAGES:
            if one in (self._marked or (language,)):
                found[one] = "".join(text for of, text in self._pieces if of in (None, one))
        return found
