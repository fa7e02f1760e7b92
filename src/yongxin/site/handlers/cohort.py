"""The cohort: who has come how far, as a page and as a table. Never shows an answer."""

import codecs
import io
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from typing import Final, Literal, TypeAlias

from yongxin.catalogue import Catalogue
from yongxin.cohort.figures import ModuleFigures
from yongxin.cohort.matrix import Matrix, Row, all_rows, page_ids, rows_of
from yongxin.cohort.matrix_sheet import matrix_sheet
from yongxin.elements.scenario import ScenarioElement
from yongxin.grading.batch import GradingFailed
from yongxin.grading.export import csv_file
from yongxin.grading.export.sheet import Sheet
from yongxin.items.scenario.public import PublicScenario
from yongxin.language import Language
from yongxin.site.access import SEES_POINTS
from yongxin.site.cohort_choice import (
    LONGEST_SEARCH,
    ORDERS,
    CohortChoice,
    cohort_modules,
    read_choice,
)
from yongxin.site.handlers.base import PageHandler
from yongxin.site.modules import questions
from yongxin.site.refusals import Refusal
from yongxin.site.services import Services
from yongxin.site.table_files import MEDIA_TYPES, table_file
from yongxin.store import MODULE_STATES, ModuleState
from yongxin.text import interface_text

_log = logging.getLogger(__name__)

#: A workbook is made in memory, a cell at a time; of more learners there is CSV.
MOST_IN_WORKBOOK: Final = 2000
#: How it stands with the marks of the learners of a page: read, or not all of them yet; the
#: gradebook cannot be read; or there is none here.
MarksNow: TypeAlias = Literal["read", "later", "unreadable", "none"]
#: What stands beside the words for a state.
SIGNS: Final[dict[ModuleState, str]] = {
    "not-started": "○",
    "in-progress": "◐",
    "overdue": "!",
    "handed-in": "↑",
    "waiting": "✎",
    "done": "✓",
}


@dataclass(frozen=True)
class GroupLine:
    """The figures of one group, over the modules that are shown."""

    name: str
    learners: int
    handed_in: float
    done: float
    waiting: int
    overdue: int


class _CohortHandler(PageHandler):
    def choice(self) -> CohortChoice:
        """Return what was asked for."""
        return read_choice(lambda name: self.get_query_argument(name, ""), self.services.catalogue)

    @property
    def with_points(self) -> bool:
        """Whether whoever asks may see points: of a site without a gradebook there are none."""
        return self.learner.role in SEES_POINTS and self.services.desk is not None


class CohortHandler(_CohortHandler):
    """The matrix of learners and modules, a page at a time, with figures of all."""

    route = "cohort"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        choice = self.choice()
        modules = await services.in_thread(cohort_modules, services.catalogue, choice.part)
        now = datetime.now(UTC)
        matrix, marks_now = await services.in_thread(
            _look, services, choice, modules, now, with_points=self.with_points
        )
        figures = await services.in_thread(services.figures.of, modules)
        groups = await services.in_thread(services.store.group_names)
        is_trainer = self.learner.role in SEES_POINTS
        course = services.catalogue.course
        self.show(
            "cohort.html",
            choice=choice,
            matrix=matrix,
            modules=[course.modules[one] for one in modules],
            parts=course.parts,
            figures=figures,
            group_lines=_group_lines(figures, modules, groups),
            groups=groups,
            states=MODULE_STATES,
            signs=SIGNS,
            orders=ORDERS,
            longest_search=LONGEST_SEARCH,
            with_points=self.with_points,
            is_trainer=is_trainer,
            marks_now=marks_now,
            scenarios=_scenarios(services.catalogue, modules) if is_trainer else [],
            place="cohort",
        )
        go_on(services, modules)


class CohortTableHandler(_CohortHandler):
    """The same learners as a table, all of them."""

    route = "cohort-table"

    async def get(self, language: Language, ending: str) -> None:
        services = self.services
        self.count_file()
        choice = self.choice()
        modules = await services.in_thread(cohort_modules, services.catalogue, choice.part)
        rows = all_rows(
            services.store,
            choice.wish(modules),
            modules,
            datetime.now(UTC),
            with_points=self.with_points,
        )
        send = self._send_csv if ending == "csv" else self._send_workbook
        await send(rows, choice, list(modules), language)

    async def _send_csv(
        self,
        rows: Iterator[tuple[Row, ...]],
        choice: CohortChoice,
        modules: list[str],
        language: Language,
    ) -> None:
        """Send some hundreds of learners at a time, and never hold more."""
        await self._note(choice, "csv")
        self.begin_file(MEDIA_TYPES["csv"], "cohort.csv")
        self.write(codecs.BOM_UTF8)  # without it Excel takes Chinese for something else
        self.write(await self.services.in_thread(self._csv, (), modules, language))
        while some := await self.services.in_thread(next, rows, None):
            text = await self.services.in_thread(self._csv, some, modules, language)
            _heading, _, below = text.partition("\r\n")
            self.write(below)
            await self.flush()

    async def _send_workbook(
        self,
        rows: Iterator[tuple[Row, ...]],
        choice: CohortChoice,
        modules: list[str],
        language: Language,
    ) -> None:
        content = await self.services.for_document(self._workbook, rows, modules, language)
        await self._note(choice, "xlsx")
        self.begin_file(MEDIA_TYPES["xlsx"], "cohort.xlsx")
        self.finish(content)

    async def _note(self, choice: CohortChoice, kind: str) -> None:
        # Not what was searched for, which may be somebody's name.
        wanted = {"group": choice.group, "part": choice.part}
        if choice.module and choice.state:
            wanted |= {"module": choice.module, "state": choice.state}
        chosen = {name: value or None for name, value in wanted.items()}
        await self.note_export("cohort", table=kind, search=bool(choice.search), **chosen)

    def _csv(self, rows: Iterable[Row], modules: list[str], language: Language) -> str:
        file = io.StringIO()
        csv_file.write(self._sheet(rows, modules, language), file)
        return file.getvalue()

    def _workbook(
        self, rows: Iterable[tuple[Row, ...]], modules: list[str], language: Language
    ) -> bytes:
        found = list(islice(chain.from_iterable(rows), MOST_IN_WORKBOOK + 1))
        if len(found) > MOST_IN_WORKBOOK:
            raise Refusal(
                413, "too-large", text_key="cohort.workbook-too-large", most=MOST_IN_WORKBOOK
            )
        return table_file(self._sheet(found, modules, language), "xlsx")

    def _sheet(self, rows: Iterable[Row], modules: list[str], language: Language) -> Sheet:
        titles = self.services.catalogue.course.modules
        return matrix_sheet(
            rows,
            [titles[one].title.in_language(language) for one in modules],
            interface_text(language),
            self.services.zone,
            with_points=self.with_points,
        )


def _look(
    services: Services,
    choice: CohortChoice,
    modules: dict[str, bool],
    now: datetime,
    *,
    with_points: bool,
) -> tuple[Matrix, MarksNow]:
    """Return the page, and how it stands with its marks."""
    store = services.store
    ids, page, pages = page_ids(
        all_ids := store.cohort_ids(choice.wish(modules), now=now), choice.page
    )
    learners = store.learners_of(ids)
    marks_now = refresh_marks(services, [one.username for one in learners])
    rows = rows_of(store, learners, modules, now, with_points=with_points)
    return Matrix(rows, len(all_ids), page, pages), marks_now


def refresh_marks(services: Services, usernames: Collection[str]) -> MarksNow:
    """Read the marks of these learners, so that a page about them is right.

    What cannot be read just now is read after the page; it tells what is known.
    """
    if services.desk is None:
        return "none"
    marks = services.desk.marks
    if not marks.is_ready:
        return "later"
    try:
        marks.refresh(usernames=usernames)
    except GradingFailed:
        _log.exception("the marks of a page")
        return "unreadable"
    return "later" if marks.is_behind else "read"


def go_on(services: Services, modules: dict[str, bool]) -> None:
    """Let what a page had no time for be done after it."""
    if services.desk is not None:
        services.in_background(services.desk.marks.catch_up)
    if services.figures.is_behind(modules):
        services.in_background(partial(services.figures.catch_up, modules))


def _group_lines(
    figures: Mapping[str, ModuleFigures], modules: Mapping[str, bool], groups: Sequence[str]
) -> list[GroupLine]:
    """Return the figures of each group, once all modules are counted."""
    if any(one not in figures for one in modules) or not modules:
        return []
    lines: list[GroupLine] = []
    for group in groups:
        counts: Counter[ModuleState] = Counter()
        for one in modules:
            counts.update(figures[one].of(group))
        whole = counts.total() or 1
        done = counts["done"]
        lines.append(
            GroupLine(
                group,
                counts.total() // len(modules),
                (done + counts["waiting"] + counts["handed-in"]) / whole,
                done / whole,
                counts["waiting"],
                counts["overdue"],
            )
        )
    return lines


def _scenarios(catalogue: Catalogue, modules: Iterable[str]) -> list[PublicScenario]:
    return [
        element.scenario
        for module_id in modules
        for element in questions(catalogue, catalogue.bank(module_id).elements).values()
        if isinstance(element, ScenarioElement)
    ]
