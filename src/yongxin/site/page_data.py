"""What the scripts of every page find in it; elements/runtime/http.js says what each is for."""

from typing import Any

from yongxin.elements import assets as element_assets
from yongxin.language import Language
from yongxin.site.pages import Pages
from yongxin.site.paths import Paths


def for_any_page(paths: Paths, language: Language, here: str) -> dict[str, Any]:
    """Return what a page needs to save what is sent from it; ``here`` is its path."""
    return {
        "base": paths.base,
        "language": language,
        "xsrf_cookie": "_xsrf",
        "sign_in": paths.sign_in(language, here),
    }


def for_elements(pages: Pages, language: Language) -> dict[str, Any]:
    """Return what elements need on top of that."""
    return {"plotly": pages.asset("plotly.js"), "text": element_assets.browser_text(language)}
