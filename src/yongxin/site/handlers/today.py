"""What a trainer can do today."""

from datetime import UTC, datetime

from yongxin.catalogue import Catalogue
from yongxin.cohort.attention import LONG, MOST_NAMED, SILENT_FOR, Today, today
from yongxin.elements.reflection import ReflectionElement
from yongxin.language import Language
from yongxin.site.cohort_choice import cohort_modules
from yongxin.site.handlers.base import PageHandler
from yongxin.site.handlers.cohort import go_on
from yongxin.site.services import Services


class TodayHandler(PageHandler):
    """What waits for a mark, who is late, who is stuck, and what came back revised."""

    route = "today"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        modules = await services.in_thread(cohort_modules, services.catalogue)
        found, to_mark = await services.in_thread(_look, services, modules)
        course = services.catalogue.course
        self.show(
            "today.html",
            today=found,
            to_mark=to_mark,
            titles=course.modules,
            pass_mark=course.pass_mark,
            attempts=course.attempts,
            long_days=LONG.days,
            silent_days=SILENT_FOR.days,
            most_named=MOST_NAMED,
            has_desk=services.desk is not None,
            is_counting=services.figures.is_behind(modules),
            place="today",
        )
        go_on(services, modules)


def _look(services: Services, modules: dict[str, bool]) -> tuple[Today, dict[str, list[str]]]:
    course = services.catalogue.course
    found = today(
        services.store,
        modules,
        services.figures.of(modules),
        datetime.now(UTC),
        attempts=course.attempts,
        pass_mark=course.pass_mark,
    )
    return found, {one: graded_reflections(services.catalogue, one) for one in modules}


def graded_reflections(catalogue: Catalogue, module_id: str) -> list[str]:
    """Return the ids of the reflections that a trainer marks in a module."""
    prefix = f"{ReflectionElement.kind}:"
    names = catalogue.bank(module_id).exercise
    return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
