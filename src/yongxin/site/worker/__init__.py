"""The service worker: it keeps visited pages readable without a network."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from yongxin.elements.assets import bare
from yongxin.language import LANGUAGES, Language
from yongxin.site.assets import Asset, asset
from yongxin.site.notebooks import fingerprint
from yongxin.site.pages import Pages, in_script
from yongxin.site.paths import Paths

SOURCE = Path(__file__).parent / "service-worker.js"

#: What every page that can be kept needs. Charts are kept once somebody has seen one.
NEEDED: Final = ("site.css", "site.js", "elements.js", "icon.svg")


@lru_cache(maxsize=8)
def service_worker(pages: Pages, paths: Paths) -> Asset:
    """Return the worker's script; it changes with the files that it has to keep.

    Browsers compare it byte by byte, and take the new one when they differ.
    """
    offline = {one: offline_page(pages, paths, one) for one in LANGUAGES}
    site = {
        "base": paths.base,
        "assets": [pages.asset(name) for name in NEEDED],
        "offline": {one: paths.offline(one) for one in LANGUAGES},
        "words": fingerprint(*(page.encode() for page in offline.values())),
    }
    source = bare(SOURCE.read_text(encoding="utf-8"))
    return asset(SOURCE.name, f"const SITE = {in_script(site)};\n{source}\n".encode())


def offline_page(pages: Pages, paths: Paths, language: Language) -> str:
    """Return the page that stands in for what was never visited. It is nobody's own."""
    return pages.render("offline.html", language, learner=None, here=paths.offline(language))
