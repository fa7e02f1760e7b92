"""Who has completed which path: a page for HR and trainers, and tables. Never a point."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, cast
from urllib.parse import urlencode

from yongxin.catalogue import Catalogue
from yongxin.cohort.completion import (
    SHOWN,
    CompletionDesk,
    CoursePath,
    PathOverview,
    PersonOnPath,
    Shown,
    Wants,
)
from yongxin.cohort.completion.sheets import Wording, everybody_sheet, reminders_sheet
from yongxin.grading.export.sheet import Sheet
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.refusals import Refusal
from yongxin.site.table_files import MEDIA_TYPES, table_file
from yongxin.text import interface_text

PEOPLE_ON_A_PAGE: Final = 50
#: So long a page may let its reader wait for what was completed lately.
_SECONDS_TO_CATCH_UP = 0.3
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Choice:
    """Whom a page or a table is about."""

    path: str | None
    group: str | None = None
    shown: Shown | None = None
    query: str = ""
    page: int = 1

    def address(self, **changes: str | int) -> str:
        """Return the query of an address with this choice, ``changes`` made."""
        values = {
            "path": self.path or "",
            "group": self.group or "",
            "shown": self.shown or "",
            "find": self.query,
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value != ""})

    def people(self, overview: PathOverview) -> list[PersonOnPath]:
        """Return everybody whom this chooses."""
        return overview.chosen(group=self.group, shown=self.shown, query=self.query)


@dataclass(frozen=True)
class Look:
    """What the page shows."""

    overview: PathOverview
    choice: Choice
    counts: dict[Shown, int]
    number: int
    people: list[PersonOnPath]
    wants: dict[int, Wants]
    is_caught_up: bool

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(1, -(-self.number // PEOPLE_ON_A_PAGE))

    @property
    def first(self) -> int:
        """The place in the whole list of the first who is shown, from 1."""
        return (self.choice.page - 1) * PEOPLE_ON_A_PAGE + 1


class _CompletionHandler(PageHandler):
    def choice(self) -> Choice:
        """Return what the address asks for. Raises ``Refusal``."""
        shown = self.get_query_argument("shown", "")
        page = self.get_query_argument("page", "1")
        return Choice(
            self.get_query_argument("path", None) or None,
            self.get_query_argument("group", None) or None,
            cast(Shown, shown) if shown in SHOWN else None,
            self.get_query_argument("find", "")[:_LONGEST_SEARCH].strip(),
            int(page) if page.isdecimal() and 0 < len(page) < 7 else 1,
        )


class CompletionHandler(_CompletionHandler):
    """How far everybody is on one path."""

    route = "completion"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        paths = await services.in_thread(services.completion.paths)
        look = None
        if paths:
            look = await services.in_thread(_look, services.completion, self.choice())
            if not look.is_caught_up:
                services.in_background(services.completion.catch_up)
        self.show(
            "completion.html",
            course_paths=paths,
            look=look,
            shown_choices=SHOWN,
            course=services.catalogue.course,
            place="completion",
        )


class _TableHandler(_CompletionHandler):
    name: str

    async def send_table(
        self, language: Language, kind: str, choice: Choice, make: Callable[..., Sheet]
    ) -> None:
        """Send a table of people. Raises ``Refusal`` for somebody who asks too often."""
        services = self.services
        self.count_file()
        content = await services.for_document(
            _table,
            services.completion,
            services.catalogue,
            services.zone,
            choice,
            language,
            kind,
            make,
        )
        await self.note_export(self.name, table=kind, path=choice.path, group=choice.group)
        self.begin_file(MEDIA_TYPES[kind], f"{self.name}.{kind}")
        self.finish(content)


class CompletionTableHandler(_TableHandler):
    """Everybody of the page's choice as a table."""

    route = "completion-table"
    name = "completion"

    async def get(self, language: Language, kind: str) -> None:
        await self.send_table(language, kind, self.choice(), everybody_sheet)


class RemindersHandler(_TableHandler):
    """Whoever has to be reminded, as a table for mail merge."""

    route = "reminders-table"
    name = "reminders"

    async def get(self, language: Language, kind: str) -> None:
        asked = self.choice()
        choice = Choice(asked.path, asked.group, "to-remind", asked.query)
        await self.send_table(language, kind, choice, reminders_sheet)


def _look(desk: CompletionDesk, choice: Choice) -> Look:
    is_caught_up = desk.catch_up(seconds=_SECONDS_TO_CATCH_UP)
    overview = desk.overview(_path_id(desk, choice))
    found = choice.people(overview)
    last = max(1, -(-len(found) // PEOPLE_ON_A_PAGE))
    page = min(choice.page, last)
    people = found[(page - 1) * PEOPLE_ON_A_PAGE : page * PEOPLE_ON_A_PAGE]
    wants = desk.wants(overview.path, [one.learner_id for one in people if one.completion is None])
    return Look(
        overview,
        Choice(overview.path.id, choice.group, choice.shown, choice.query, page),
        overview.counts(group=choice.group),
        len(found),
        people,
        dict(wants),
        is_caught_up,
    )


def _table(
    desk: CompletionDesk,
    catalogue: Catalogue,
    zone: tzinfo,
    choice: Choice,
    language: Language,
    kind: str,
    make: Callable[[CoursePath, list[PersonOnPath], object, Wording], Sheet],
) -> bytes:
    desk.catch_up(seconds=_SECONDS_TO_CATCH_UP)
    overview = desk.overview(_path_id(desk, choice))
    words = Wording(interface_text(language), catalogue.course, zone)
    sheet = make(overview.path, choice.people(overview), desk.wants, words)
    return table_file(sheet, kind)


def _path_id(desk: CompletionDesk, choice: Choice) -> str:
    if choice.path is not None:
        return choice.path
    paths = desk.paths()
    if not paths:
        raise Refusal(404, "not-found")
    return paths[0].id
