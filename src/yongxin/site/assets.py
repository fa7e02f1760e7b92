"""The site's own files, under addresses that change when the content does."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yongxin.site.notebooks import fingerprint

STATIC = Path(__file__).parent / "static"

CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file, ready to be sent."""

    name: str
    content: bytes
    compressed: bytes
    content_type: str
    version: str


def asset(name: str, content: bytes) -> Asset:
    """Return ``content`` as an asset; its type follows from the name's suffix."""
    return Asset(
        name=name,
        content=content,
        # No time stamp inside: the same content gives the same bytes on every server.
        compressed=gzip.compress(content, compresslevel=6, mtime=0),
        content_type=CONTENT_TYPES[Path(name).suffix],
        version=fingerprint(content),
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
    """Read the files in ``static``."""
    return [asset(path.name, path.read_bytes()) for path in sorted(STATIC.iterdir())]
