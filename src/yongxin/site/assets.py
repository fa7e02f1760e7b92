"""The site's own files, under addresses that change when the content does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yongxin.elements import assets as element_assets
from yongxin.site.compression import accepts, compressed_forms
from yongxin.site.notebooks import fingerprint

STATIC = Path(__file__).parent / "static"

#: What a browser is told about a file, and whether it gets smaller by compressing.
_TEXTS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_PICTURES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
CONTENT_TYPES: Final[Mapping[str, str]] = _TEXTS | _PICTURES
IMAGE_SUFFIXES: Final = frozenset({".svg", *_PICTURES})


@dataclass(frozen=True)
class Asset:
    """One file, ready to be sent. ``encodings`` are its compressed forms, the smallest first."""

    name: str
    content: bytes
    content_type: str
    version: str
    encodings: tuple[tuple[str, bytes], ...]

    @property
    def size(self) -> int:
        """How many bytes of memory it takes."""
        return len(self.content) + sum(len(one) for _, one in self.encodings)

    def encoded(self, accept_encoding: str) -> tuple[str | None, bytes]:
        """Return the form to send to a client with this header, and that form's name."""
        for name, compressed in self.encodings:
            if accepts(accept_encoding, name):
                return name, compressed
        return None, self.content


def asset(name: str, content: bytes) -> Asset:
    """Return ``content`` as an asset; its type follows from the name's suffix."""
    suffix = Path(name).suffix
    return Asset(
        name=name,
        content=content,
        content_type=CONTENT_TYPES[suffix],
        version=fingerprint(content),
        encodings=compressed_forms(content) if suffix in _TEXTS else (),
    )


class Assets:
    """All assets of a site, read once when the server starts."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self._assets = {one.name: one for one in assets}

    def get(self, name: str) -> Asset | None:
        """Return the asset of this name, if there is one."""
        return self._assets.get(name)

    def version(self, name: str) -> str:
        """Return the version of an asset that must be there."""
        return self._assets[name].version


def site_assets() -> list[Asset]:
    """Read the files in ``static``, and what the elements bring along.

    Pages and elements share one style sheet: each that a page waits for delays its first words.
    """
    files = {path.name: _read(path) for path in sorted(STATIC.iterdir())}
    files["site.css"] = element_assets.style().encode() + b"\n" + files["site.css"]
    files["elements.js"] = element_assets.script().encode()
    files["pacer.js"] = element_assets.extra_script("pacer").encode()
    files["plotly.js"] = element_assets.library("plotly").encode()
    return [asset(name, content) for name, content in files.items()]


def _read(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix in {".css", ".js"}:
        return element_assets.bare(content.decode("utf-8")).encode()
    return content
