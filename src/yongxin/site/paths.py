"""Where things stand on the site: the address of every page, and addresses that may be trusted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from yongxin.language import LANGUAGES, Language

LONGEST_NEXT: Final = 1000

#: The first page of each task of trainers, HR and admins: its route and its address.
STAFF_PLACES: Final[Mapping[str, str]] = {
    "cohort": "cohort",
    "today": "cohort/today",
    "marking": "marking",
    "practice": "cohort/practice",
    "completion": "completion",
    "certificates": "certificates",
    "people": "people",
    "retention": "retention",
    "audit": "audit",
}


@dataclass(frozen=True)
class Paths:
    """Builds the site's addresses below ``base``, which begins and ends with a slash."""

    base: str

    @property
    def staff_places(self) -> Iterable[str]:
        """The routes of ``STAFF_PLACES``, in the order of the menu."""
        return STAFF_PLACES

    def staff(self, language: Language, name: str) -> str:
        """Return the address of one of ``STAFF_PLACES``."""
        return f"{self.base}{language}/{STAFF_PLACES[name]}"

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

    def cohort(self, language: Language, **chosen: str | int) -> str:
        """Return where the cohort is shown; ``chosen`` are those of ``CohortChoice.address``."""
        return f"{self.staff(language, 'cohort')}{_query(chosen)}"

    def cohort_table(self, language: Language, ending: str, **chosen: str | int) -> str:
        return f"{self.staff(language, 'cohort')}.{ending}{_query(chosen)}"

    def timeline(self, language: Language, username: str, **chosen: str | int) -> str:
        name = quote(username, safe="")
        return f"{self.staff(language, 'cohort')}/learner/{name}{_query(chosen)}"

    def ways(self, language: Language, scenario_id: str) -> str:
        return f"{self.base}{language}/cohort/scenario/{scenario_id}"

    def analysis(self, language: Language, module_id: str) -> str:
        return f"{self.base}{language}/cohort/items/{module_id}"

    def analysis_table(
        self, language: Language, module_id: str, group: str | None, first: bool
    ) -> str:
        chosen = _hand_ins(group, first)
        return f"{self.analysis(language, module_id)}.xlsx?{urlencode(chosen)}"

    def choices(
        self, language: Language, module_id: str, group: str | None, first: bool, item_id: str
    ) -> str:
        """Return where the analysis tells what was chosen of one item, and goes to it."""
        chosen = {**_hand_ins(group, first), "item": item_id}
        return f"{self.analysis(language, module_id)}?{urlencode(chosen)}#item-{item_id}"

    def privacy(self, language: Language) -> str:
        return f"{self.base}{language}/privacy"

    def my_data(self, language: Language) -> str:
        return f"{self.base}{language}/my-data"

    def people(self, language: Language, words: str = "", page: int = 1) -> str:
        query = urlencode({"find": words, "page": page} if words or page > 1 else {})
        return self.staff(language, "people") + (f"?{query}" if query else "")

    def person(self, language: Language, username: str) -> str:
        return f"{self.staff(language, 'people')}/{quote(username, safe='')}"

    def person_copy(self, language: Language, username: str) -> str:
        return f"{self.person(language, username)}/copy"

    def retention(self, language: Language) -> str:
        return self.staff(language, "retention")

    def audit(self, language: Language, **wanted: str | int | None) -> str:
        """Return the address of the audit log; ``wanted`` are the fields of its form."""
        query = urlencode({name: value for name, value in wanted.items() if value})
        return self.staff(language, "audit") + (f"?{query}" if query else "")

    def audit_table(self, language: Language, kind: str, **wanted: str | None) -> str:
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{self.staff(language, 'audit')}.{kind}" + (f"?{query}" if query else "")

    def practice(self, language: Language, module_id: str, item_id: str | None = None) -> str:
        """Return where practice in a lesson is told of, perhaps with the answers to one item."""
        asked = f"?{urlencode({'item': item_id})}#answered" if item_id else ""
        return f"{self.staff(language, 'practice')}/{module_id}{asked}"

    def practice_table(self, language: Language, module_id: str) -> str:
        return f"{self.practice(language, module_id)}.xlsx"

    def reading(self) -> str:
        return f"{self.base}api/yongxin/reading"

    def marking(self, language: Language) -> str:
        return self.staff(language, "marking")

    def marking_comments(self, language: Language) -> str:
        return f"{self.marking(language)}/comments"

    def marking_queue(
        self,
        language: Language,
        module_id: str,
        reflection_id: str,
        *,
        group: str | None = None,
        entry: str | None = None,
    ) -> str:
        address = f"{self.marking(language)}/{module_id}/{reflection_id}"
        query = {name: one for name, one in (("group", group), ("entry", entry)) if one}
        return f"{address}?{urlencode(query)}" if query else address

    def marking_second(self, language: Language, module_id: str, reflection_id: str) -> str:
        return f"{self.marking(language)}/{module_id}/{reflection_id}/second"

    def marking_agreement(self, language: Language, module_id: str, reflection_id: str) -> str:
        return f"{self.marking(language)}/{module_id}/{reflection_id}/agreement"

    def completion(self, language: Language) -> str:
        return f"{self.base}{language}/completion"

    def completion_table(self, language: Language, kind: str) -> str:
        return f"{self.base}{language}/completion.{kind}"

    def reminders_table(self, language: Language, kind: str) -> str:
        return f"{self.base}{language}/completion/reminders.{kind}"

    def certificates(self, language: Language) -> str:
        return f"{self.base}{language}/certificates"

    def certificates_zip(self, language: Language) -> str:
        return f"{self.base}{language}/certificates.zip"

    def certificate(self, language: Language, number: str) -> str:
        return f"{self.base}{language}/certificates/{number}"

    def certificate_pdf(self, language: Language, number: str) -> str:
        return f"{self.certificate(language, number)}.pdf"

    def own_certificate(self, language: Language, number: str) -> str:
        return f"{self.base}{language}/results/{number}.pdf"

    def own_badge(self, language: Language, number: str) -> str:
        return f"{self.base}{language}/results/{number}.jwt"

    def verify(self, language: Language) -> str:
        return f"{self.base}{language}/verify"

    def verify_token(self, token: str, language: Language | None = None) -> str:
        return f"{self.base}{f'{language}/' if language else ''}verify/{token}"

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


def _hand_ins(group: str | None, first: bool) -> dict[str, str]:
    """Return how the item analysis is asked which hand-ins are to be looked at."""
    return {"group": group or "", "attempts": "first" if first else "every"}


def _query(chosen: Mapping[str, str | int]) -> str:
    return f"?{urlencode(chosen)}" if chosen else ""
