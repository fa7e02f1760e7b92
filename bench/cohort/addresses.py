"""Every page of trainers, HR and admins that is measured, with the address to ask it at."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from yongxin.site.access import ACCESS, STAFF


class Page(NamedTuple):
    """A page as somebody of ``role`` asks for it.

    In the address stand ``{module}`` (one that nearly everybody has handed in), ``{reflection}``
    (one of its own), ``{learner}`` (a username), ``{group}``, ``{scenario}``, ``{path}`` and
    ``{certificate}`` (a number). A page beyond the last is the last.
    """

    name: str
    route: str
    role: str
    address: str
    seconds: float = 1.0


_LAST = "page=999999"
#: A table of all ten thousand is a file to be kept, made cell by cell while others are answered.
_WHOLE_COHORT = 10.0

PAGES: Sequence[Page] = (
    Page("cohort", "cohort", "trainer", "zh-CN/cohort"),
    Page("cohort, last page", "cohort", "trainer", f"zh-CN/cohort?{_LAST}"),
    Page("cohort, one group", "cohort", "trainer", "zh-CN/cohort?group={group}"),
    Page(
        "cohort, waiting for a mark",
        "cohort",
        "trainer",
        "en/cohort?module={module}&state=waiting",
    ),
    Page("cohort, one part, least first", "cohort", "trainer", "en/cohort?part=a&order=progress"),
    Page("cohort, search", "cohort", "trainer", "zh-CN/cohort?search=王"),
    Page("cohort, for HR", "cohort", "hr", "en/cohort"),
    Page("cohort, table", "cohort-table", "trainer", "en/cohort.csv", _WHOLE_COHORT),
    Page("cohort, workbook of a group", "cohort-table", "trainer", "en/cohort.xlsx?group={group}"),
    Page("today", "today", "trainer", "zh-CN/cohort/today"),
    Page("timeline", "timeline", "trainer", "zh-CN/cohort/learner/{learner}"),
    Page("ways through a scenario", "ways", "trainer", "zh-CN/cohort/scenario/{scenario}"),
    Page("item analysis", "analysis", "trainer", "zh-CN/cohort/items/{module}"),
    Page(
        "item analysis, one group, every attempt",
        "analysis",
        "trainer",
        "en/cohort/items/{module}?group={group}&attempts=every",
    ),
    Page("item analysis, workbook", "analysis-table", "trainer", "en/cohort/items/{module}.xlsx"),
    Page("practice", "practice", "trainer", "zh-CN/cohort/practice"),
    Page("practice, one module", "practice-module", "trainer", "zh-CN/cohort/practice/{module}"),
    Page("practice, workbook", "practice-table", "trainer", "en/cohort/practice/{module}.xlsx"),
    Page("marking", "marking", "trainer", "zh-CN/marking"),
    Page("marking, one group", "marking", "trainer", "zh-CN/marking?group={group}"),
    Page("marking, an answer", "marking-queue", "trainer", "zh-CN/marking/{module}/{reflection}"),
    Page("marking, comments", "marking-comments", "trainer", "zh-CN/marking/comments"),
    Page(
        "marking, second marker",
        "marking-second",
        "trainer",
        "zh-CN/marking/{module}/{reflection}/second",
    ),
    Page(
        "marking, agreement",
        "marking-agreement",
        "trainer",
        "zh-CN/marking/{module}/{reflection}/agreement",
    ),
    Page("completion", "completion", "hr", "zh-CN/completion?path={path}"),
    Page("completion, last page", "completion", "hr", f"zh-CN/completion?path={{path}}&{_LAST}"),
    Page(
        "completion, a group's reminders",
        "completion",
        "hr",
        "en/completion?path={path}&group={group}&shown=to-remind",
    ),
    Page(
        "completion, table",
        "completion-table",
        "hr",
        "en/completion.csv?path={path}",
        _WHOLE_COHORT,
    ),
    Page(
        "completion, workbook",
        "completion-table",
        "hr",
        "en/completion.xlsx?path={path}",
        _WHOLE_COHORT,
    ),
    Page(
        "reminders, table",
        "reminders-table",
        "hr",
        "en/completion/reminders.csv?path={path}",
        _WHOLE_COHORT,
    ),
    Page("certificates", "certificates", "hr", "zh-CN/certificates?path={path}"),
    Page(
        "certificates, last page, search",
        "certificates",
        "hr",
        f"zh-CN/certificates?path={{path}}&find=李&{_LAST}",
    ),
    Page("certificate", "certificate", "hr", "zh-CN/certificates/{certificate}"),
    Page("certificate, PDF", "certificate-pdf", "hr", "zh-CN/certificates/{certificate}.pdf"),
    Page("people", "people", "hr", "zh-CN/people"),
    Page("people, last page", "people", "hr", f"zh-CN/people?{_LAST}"),
    Page("people, search", "people", "hr", "zh-CN/people?find=陈"),
    Page("person", "person", "hr", "zh-CN/people/{learner}"),
    Page("retention", "retention", "hr", "zh-CN/retention"),
    Page("audit", "audit", "admin", "zh-CN/audit"),
    Page("audit, search", "audit", "admin", "zh-CN/audit?action=certificate+issue"),
    Page("audit, table", "audit-table", "admin", "en/audit.csv"),
)

#: Made for many people at once, with progress, and not while somebody waits for a page: a zip of
#: hundreds of PDFs.
NOT_PAGES = frozenset({"certificates-zip"})


def staff_routes(access: Mapping[str, Mapping[str, frozenset[str]]] = ACCESS) -> set[str]:
    """Return the routes that staff may ask for and learners may not."""
    return {
        route
        for route, methods in access.items()
        if methods.get("GET", frozenset()) & STAFF and "learner" not in methods["GET"]
    }


def unmeasured(
    pages: Sequence[Page] = PAGES,
    access: Mapping[str, Mapping[str, frozenset[str]]] = ACCESS,
) -> set[str]:
    """Return the routes of staff's pages that nobody has named an address for."""
    return staff_routes(access) - {one.route for one in pages} - NOT_PAGES
