"""The item analysis of a module: a page for trainers, and the same as a workbook."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

from yongxin.catalogue import Catalogue
from yongxin.cohort.analysis import AnalysedItem, Analysis
from yongxin.cohort.analysis_sheet import analysis_sheet
from yongxin.cohort.choices import MOST_KINDS, Choice
from yongxin.cohort.desk import ModuleDesk, TrainersDesk
from yongxin.cohort.item_statistics import ENOUGH_ATTEMPTS
from yongxin.cohort.judgement import DISCRIMINATION_BANDS, FACILITY_BANDS, MASTERY
from yongxin.grading.batch import GradingFailed
from yongxin.items import PublicItem
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.modules import require_module
from yongxin.site.refusals import Refusal
from yongxin.site.table_files import MEDIA_TYPES, table_file
from yongxin.text import interface_text

Answer = TypeVar("Answer")


class Shown(NamedTuple):
    """An item as it is shown; ``item`` is ``None`` when the course no longer asks it.

    ``choices`` are what was chosen of it: of the one item that was asked for, else ``None``.
    """

    analysed: AnalysedItem
    type: str
    item: PublicItem | None
    is_mastery: bool
    choices: list[Choice] | None


class _AnalysisHandler(PageHandler):
    def wanted(self) -> dict[str, Any]:
        """Return which hand-ins were asked for."""
        group = self.get_query_argument("group", None) or None
        return {"group": group, "first": self.get_query_argument("attempts", "first") != "every"}

    async def ask(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Return what ``function`` finds on the trainers' desk, which may take a while.

        Raises ``Refusal`` when there is no gradebook, or none that can tell.
        """
        if self.services.desk is None:
            raise Refusal(404, "no-gradebook")
        try:
            return await self.services.in_thread(function, self.services.desk, *arguments)
        except GradingFailed as error:
            raise Refusal(503, "not-in-gradebook", reason=str(error)) from error


class AnalysisHandler(_AnalysisHandler):
    """Figures of every item, and what was chosen. Never a name."""

    route = "analysis"

    async def get(self, language: Language, module_id: str) -> None:
        services = self.services
        module = require_module(services.catalogue, module_id)
        wanted = self.wanted()
        item_id = self.get_query_argument("item", None)
        found, shown = await self.ask(
            _look, services.catalogue, module_id, language, item_id, wanted
        )
        if found.waiting and services.desk is not None:
            services.in_background(partial(services.desk.score_the_rest, module_id))
        self.show(
            "analysis.html",
            module=module,
            analysis=found,
            shown=shown,
            groups=await services.in_thread(services.store.group_names),
            maximum=sum(one.maximum for one in found.items if one.judgement.advice != "withdrawn"),
            enough=ENOUGH_ATTEMPTS,
            most_kinds=MOST_KINDS,
            mastery_from=MASTERY,
            bands={"facility": FACILITY_BANDS, "discrimination": DISCRIMINATION_BANDS},
            place="cohort",
            **wanted,
        )


class AnalysisTableHandler(_AnalysisHandler):
    """The same figures as a workbook."""

    route = "analysis-table"

    async def get(self, language: Language, module_id: str) -> None:
        services = self.services
        require_module(services.catalogue, module_id)
        wanted = self.wanted()
        content = await self.ask(_workbook, services.catalogue, module_id, language, wanted)
        await self.note_export("items", table="xlsx", module=module_id, group=wanted["group"])
        self.begin_file(MEDIA_TYPES["xlsx"], f"{module_id}-items.xlsx")
        self.finish(content)


def _look(
    desk: TrainersDesk,
    catalogue: Catalogue,
    module_id: str,
    language: Language,
    item_id: str | None,
    wanted: dict[str, Any],
) -> tuple[Analysis, list[Shown]]:
    module = desk.module(module_id, **wanted)
    analysis = module.analysis()
    asked = _asked(catalogue, module_id)

    def choices(one: str) -> list[Choice] | None:
        # Ten thousand answers are read and put into words for each item, so one at a time.
        return module.choices(asked[one], language) if one == item_id and one in asked else None

    shown = [
        Shown(
            one,
            _type(module, one.item_id),
            asked.get(one.item_id),
            one.item_id in module.mastery,
            choices(one.item_id),
        )
        for one in analysis.items
    ]
    return analysis, shown


def _workbook(
    desk: TrainersDesk,
    catalogue: Catalogue,
    module_id: str,
    language: Language,
    wanted: dict[str, Any],
) -> bytes:
    module = desk.module(module_id, **wanted)
    asked = _asked(catalogue, module_id)
    words = {
        one: asked[one].stem_in_words(language) if one in asked else one for one in module.keys
    }
    types = {one: _type(module, one) for one in module.keys}
    sheet = analysis_sheet(module.analysis(), words, types, interface_text(language))
    return table_file(sheet, "xlsx")


def _asked(catalogue: Catalogue, module_id: str) -> dict[str, PublicItem]:
    return {item.id: item for item in catalogue.bank(module_id).graded}


def _type(module: ModuleDesk, item_id: str) -> str:
    return str(module.keys[item_id].type)
