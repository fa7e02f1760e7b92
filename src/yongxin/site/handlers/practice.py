"""What is done in the lessons: pages for trainers, and the same as a workbook. Never a name."""

from functools import partial
from typing import NamedTuple

from yongxin.cohort.choices import MOST_KINDS
from yongxin.cohort.practice import FEWEST, Section
from yongxin.cohort.practice_sheet import practice_sheet
from yongxin.items.assessment import GroupFigures
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.modules import built_modules, require_module
from yongxin.site.table_files import MEDIA_TYPES, table_file
from yongxin.text import interface_text

#: Who asks for a file waits until all is counted: for ten thousand people a second.
_SECONDS_FOR_A_FILE = 60.0


class _Lesson(NamedTuple):
    """A line of the list; ``sections`` are ``None`` while too few have begun to read."""

    id: str
    title: str
    opened: int
    sections: tuple[Section, ...] | None


class PracticeHandler(PageHandler):
    """All lessons, with how many come to their end."""

    route = "practice"

    async def get(self, language: Language) -> None:
        services = self.services
        reading = await services.in_thread(services.practice.reading, language)
        opened = await services.in_thread(services.store.visitors)
        modules = services.catalogue.course.modules
        self.show(
            "practice.html",
            lessons=[
                _Lesson(
                    one, modules[one].title.in_language(language), opened.get(one, 0), reading[one]
                )
                for one in built_modules(services.catalogue)
            ],
            fewest=FEWEST,
            place="practice",
        )


class PracticeModuleHandler(PageHandler):
    """One lesson: how far it is read, and what is done with its questions and simulators."""

    route = "practice-module"

    async def get(self, language: Language, module_id: str) -> None:
        services = self.services
        module = require_module(services.catalogue, module_id)
        item_id = self.get_query_argument("item", None)
        found = await services.in_thread(services.practice.module, module_id, language)
        if found.waiting:
            services.in_background(partial(services.practice.count_the_rest, module_id, language))
        asked = next((one.subject for one in found.questions if one.subject.id == item_id), None)
        choices = None
        if asked is not None:
            choices = await services.in_thread(
                services.practice.choices, module_id, asked.id, language
            )
        opened = await services.in_thread(services.store.visitors)
        self.show(
            "practice-module.html",
            module=module,
            practice=found,
            opened=opened.get(module_id, 0),
            asked=asked,
            choices=choices,
            fewest=FEWEST,
            most_kinds=MOST_KINDS,
            lowest=GroupFigures.LOWEST,
            highest=GroupFigures.HIGHEST,
            place="practice",
        )


class PracticeTableHandler(PageHandler):
    """The counts of one lesson as a workbook."""

    route = "practice-table"

    async def get(self, language: Language, module_id: str) -> None:
        services = self.services
        require_module(services.catalogue, module_id)
        content = await services.for_document(self._workbook, module_id, language)
        await self.note_export("practice", table="xlsx", module=module_id)
        self.begin_file(MEDIA_TYPES["xlsx"], f"{module_id}-practice.xlsx")
        self.finish(content)

    def _workbook(self, module_id: str, language: Language) -> bytes:
        desk = self.services.practice
        found = desk.module(module_id, language, seconds=_SECONDS_FOR_A_FILE)
        return table_file(practice_sheet(found, interface_text(language)), "xlsx")
