"""Where things stand on the site: the address of every page, and addresses that may be trusted."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from yongxin.language import LANGUAGES, Language

LONGEST_NEXT: Final = 1000


@dataclass(frozen=True)
class Paths:
    """Builds the site's addresses below ``base``, which begins and ends with a slash."""

    base: str

    def home(self) -> str:
        return self.base

    def start(self, language: Language, *, by: str = "deck") -> str:
        return f"{self.base}{language}/" + ("" if by == "deck" else f"?by={by}")

    def sign_in(self, language: Language, next_path: str | None = None) -> str:
        query = f"?next={quote(next_path, safe='')}" if next_path else ""
        return f"{self.base}{language}/sign-in{query}"

    def sign_in_link(self, token: str) -> str:
        return f"{self.base}sign-in/{token}"

    def sign_out(self) -> str:
        return f"{self.base}sign-out"

    def lesson(self, language: Language, module_id: str) -> str:
        return f"{self.base}{language}/lesson/{module_id}"

    def exercise(self, language: Language, module_id: str) -> str:
        return f"{self.base}{language}/exercise/{module_id}"

    def review(self, language: Language) -> str:
        return f"{self.base}{language}/review"

    def results(self, language: Language) -> str:
        return f"{self.base}{language}/results"

    def result(self, language: Language, module_id: str) -> str:
        return f"{self.base}{language}/results/{module_id}"

    def plan(self, language: Language) -> str:
        return f"{self.base}{language}/plan"

    def plan_pdf(self, language: Language) -> str:
        return f"{self.base}{language}/plan.pdf"

    def plan_calendar(self, language: Language) -> str:
        return f"{self.base}{language}/plan.ics"

    def cohort(self, language: Language, group: str | None = None) -> str:
        query = f"?group={quote(group, safe='')}" if group else ""
        return f"{self.base}{language}/cohort{query}"

    def ways(self, language: Language, scenario_id: str) -> str:
        return f"{self.base}{language}/cohort/scenario/{scenario_id}"

    def image(self, language: Language, module_id: str, name: str, version: str) -> str:
        return f"{self.base}{language}/image/{module_id}/{quote(name)}?v={version}"

    def service_worker(self) -> str:
        return f"{self.base}service-worker.js"

    def offline(self, language: Language) -> str:
        return f"{self.base}{language}/offline"

    def static(self, version: str, name: str) -> str:
        return f"{self.base}static/yongxin/{version}/{name}"

    def language_api(self) -> str:
        return f"{self.base}api/yongxin/language"

    def in_language(self, path: str, language: Language) -> str:
        """Return the same page in another language; ``path`` may carry a query."""
        first, _, rest = path.removeprefix(self.base).partition("/")
        if first in LANGUAGES:
            return f"{self.base}{language}/{rest}"
        return f"{path.partition('?')[0]}?language={language}"

    def safe_next(self, wanted: str | None) -> str | None:
        """Return ``wanted`` if it is an address of a page on this site, else ``None``.

        Only a path below ``base`` passes: no scheme, no host, no backslash (which browsers read
        as a slash), no control characters, and not the sign-in page itself.
        """
        if not wanted or len(wanted) > LONGEST_NEXT or "\\" in wanted or not wanted.isprintable():
            return None
        parts = urlsplit(wanted)
        if parts.scheme or parts.netloc or not wanted.startswith(self.base):
            return None
        segments = parts.path.removeprefix(self.base).split("/")
        if not {"sign-in", "sign-out"}.isdisjoint(segments[:2]) or wanted.startswith("//"):
            return None
        return wanted
