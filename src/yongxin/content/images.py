"""The images of a module: files that a page may show without fetching or running anything."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from yongxin.content.finding import FileReport, Report
from yongxin.content.text_file import read_text

#: A larger picture keeps a phone on a weak line waiting.
MAXIMUM_BYTES = 500_000
#: What the first bytes of a picture must be, by the ending of its name.
_SIGNATURES = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".webp": b"RIFF",
    ".svg": b"",
}
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE_ELEMENTS = {"script", "foreignObject", "iframe", "use", "image", "a", "animate", "set"}


def read_images(
    folder: Path, report_of: Callable[[Path], FileReport], report: Report
) -> dict[str, Path]:
    """Return the images in a folder by name, sorted, and report those that cannot be used."""
    images: dict[str, Path] = {}
    if not folder.is_dir():
        return images
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        report.examined["images"] += 1
        images[path.name] = path
        _check(path, report_of(path))
    return images


def _check(path: Path, report: FileReport) -> None:
    suffix = path.suffix
    if not path.is_file() or suffix not in _SIGNATURES:
        report.add_unknown(1, "image", suffix or path.name, _SIGNATURES)
        return
    if not re.fullmatch(r"[a-z0-9][A-Za-z0-9.-]*", path.name):
        report.add(1, "image", "name it with letters, digits and hyphens", path.name)
    size = path.stat().st_size
    if size > MAXIMUM_BYTES:
        report.add(1, "image", f"{size // 1000} kB; at most {MAXIMUM_BYTES // 1000} kB")
        return
    if not path.read_bytes().startswith(_SIGNATURES[suffix]):
        report.add(1, "image", f"its content is not that of a {suffix} file")
    if suffix == ".svg":
        _check_svg(path, report)


def _check_svg(path: Path, report: FileReport) -> None:
    """Refuse whatever would run or load something; the page's own policy is a second fence."""
    text = read_text(path, report)
    if text is None:
        return
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        report.add(1, "image", "a document type; save the drawing as plain SVG")
        return
    try:
        root = ET.fromstring(text)  # noqa: S314  entities need a document type
    except ET.ParseError as error:
        report.add(error.position[0], "image", f"no well-formed SVG: {error}")
        return
    if root.tag != f"{_SVG}svg":
        report.add(1, "image", "no SVG drawing")
    for element in root.iter():
        name = element.tag.removeprefix(_SVG)
        if name in _ACTIVE_ELEMENTS:
            report.add(_line_of(text, f"<{name}"), "image", "a drawing holds shapes alone", name)
        for attribute, value in element.attrib.items():
            plain = attribute.rpartition("}")[2]
            if plain.lower().startswith("on") or plain == "href" or _loads(value):
                report.add(
                    _line_of(text, f"{plain}="), "image", "a drawing runs and loads nothing", plain
                )
        if name == "style" and _loads(element.text or ""):
            report.add(_line_of(text, "<style"), "image", "a drawing loads nothing", "style")


def _loads(value: str) -> bool:
    return bool(re.search(r"url\(\s*['\"]?(?!#)|@import|javascript:", value, re.IGNORECASE))


def _line_of(text: str, part: str) -> int:
    return text.count("\n", 0, max(0, text.find(part))) + 1
