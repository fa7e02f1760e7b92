"""Typesetting in this process: a template, the data for it, and a font that has Chinese."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import typst

TEMPLATES = Path(__file__).parent / "templates"

#: The families in which a document may be set, the first one that a machine has. Each holds Latin
#: letters too.
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "DengXian",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
)

#: So many characters without a place to break a line do not fit into one.
_LONGEST_RUN = 30
_RUN = re.compile(rf"[^\s\u200b\u2e80-\U0001ffff]{{{_LONGEST_RUN}}}(?=\S)")
#: No font has these, or shows nothing for them, or lets them turn the text around them.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ufffe\uffff\ud800-\udfff]"
)


class FontMissing(Exception):
    """This machine has no font with Chinese characters."""


def chinese_font(families: Iterable[str]) -> str:
    """Return the first of ``CHINESE_FONTS`` that is there. Raises ``FontMissing``."""
    known = {one.lower(): one for one in families}
    for name in CHINESE_FONTS:
        if name.lower() in known:
            return known[name.lower()]
    raise FontMissing


def typeset(
    template: str, data: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf"
) -> list[bytes]:
    """Return the document that ``templates/<template>.typ`` makes of ``data``.

    A PDF is one file, as PNG each page is one. Raises ``FontMissing``, and ``typst.TypstError``
    when the template does not fit the data.
    """
    return Typesetter(template).typeset(data, form)


class Typesetter:
    """A template, for documents one after another: looking for fonts takes longer than each."""

    def __init__(self, template: str) -> None:
        """Raise ``FontMissing`` where there is no font with Chinese characters."""
        fonts = typst.Fonts()
        self._font = chinese_font(fonts.families())
        self._compiler = typst.Compiler(
            TEMPLATES / f"{template}.typ",
            root=TEMPLATES,
            font_paths=fonts,
            ignore_system_fonts=True,
        )

    def typeset(self, data: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf") -> list[bytes]:
        """Return a document; see the function ``typeset``."""
        inputs = {"data": json.dumps(printable(data)), "font": self._font}
        made = self._compiler.compile(format=form, sys_inputs=inputs)
        return made if isinstance(made, list) else [made or b""]


def printable(value: Any) -> Any:
    """Return JSON whose texts hold nothing unseen and let every line be broken somewhere."""
    if isinstance(value, str):
        return _RUN.sub("\\g<0>\u200b", _UNSEEN.sub("", value))
    if isinstance(value, Mapping):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value
