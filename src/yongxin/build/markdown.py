"""Pieces of Markdown that a build writes itself."""

import re
from collections.abc import Mapping

from yongxin.language import LANGUAGES, Language, LocalizedText
from yongxin.text import interface_text

#: What Markdown, HTML and Jupyter's formulas would take for markup inside a line.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$]|&(?=[#\w])")


def escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows exactly its characters."""
    return _MARKUP.sub(r"\\\g<0>", text)


def one_line(localized: LocalizedText, language: Language) -> str:
    """Return a text as one line of Markdown that shows its words and no markup."""
    return " ".join(escaped(localized.in_language(language)).split())


def paragraph(localized: LocalizedText, language: Language) -> str:
    """Return a text as Markdown that shows its words, line by line, and no markup."""
    return "  \n".join(escaped(localized.in_language(language)).splitlines())


def in_both(texts: Mapping[Language, str], separator: str = " · ") -> str:
    """Return a text in both languages; each says which it is, so that it is read out rightly."""
    return separator.join(
        f'<span lang="{language}">{texts[language]}</span>' for language in LANGUAGES
    )


def interface_in_both(key: str, separator: str = " · ", **values: object) -> str:
    """Return an interface text in both languages."""
    texts: dict[Language, str] = {
        language: interface_text(language)(key, **values) for language in LANGUAGES
    }
    return in_both(texts, separator)
