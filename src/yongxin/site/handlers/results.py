"""What became of exercises: a learner's own results, and the overview for trainers and HR."""

from markupsafe import Markup

from yongxin.language import Language
from yongxin.site.access import SEES_POINTS
from yongxin.site.handlers.base import PageHandler
from yongxin.site.modules import built_modules
from yongxin.site.overview import summary
from yongxin.site.pages import course_menu
from yongxin.site.ways import FEWEST, all_ways, ways_through
from yongxin.text import interface_text


class ResultsHandler(PageHandler):
    """The list of a learner's own results."""

    route = "results"

    async def get(self, language: Language) -> None:
        services = self.services
        results = await services.in_thread(services.overview.results, self.learner)
        course = services.catalogue.course
        self.show(
            "results.html",
            menu=course_menu(course, services.paths, language),
            course=course,
            results=results,
            place="results",
        )


class ResultHandler(PageHandler):
    """One result, question by question."""

    route = "result"

    async def get(self, language: Language, module_id: str) -> None:
        services = self.services
        result = await services.in_thread(services.overview.result, self.learner, module_id)
        course = services.catalogue.course
        self.show(
            "result.html",
            menu=course_menu(course, services.paths, language, module_id),
            course=course,
            module=course.modules[module_id],
            result=result,
            place="results",
        )


class CohortHandler(PageHandler):
    """Who has come how far. Never shows an answer, and points only to those who mark."""

    route = "cohort"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        group = self.get_query_argument("group", None) or None
        with_points = self.learner.role in SEES_POINTS
        people = await services.in_thread(services.store.learners, role="learner")
        groups = sorted({one for person in people for one in person.groups})
        rows = []
        if group is None or group in groups:
            rows = await services.in_thread(
                services.overview.cohort, group=group, with_points=with_points
            )
        scenarios = (
            await services.in_thread(all_ways, services.catalogue, services.store)
            if with_points
            else []
        )
        course = services.catalogue.course
        modules = built_modules(services.catalogue)
        summaries = {one: summary(rows, one) for one in modules} if rows else {}
        self.show(
            "cohort.html",
            modules=[course.modules[one] for one in modules],
            rows=rows,
            group=group,
            groups=groups,
            with_points=with_points,
            summaries=summaries,
            scenarios=scenarios,
            fewest=FEWEST,
            place="cohort",
        )


class WaysHandler(PageHandler):
    """Which ways a cohort went through one scenario. Counts only, and none of a few people."""

    route = "ways"

    async def get(self, language: Language, scenario_id: str) -> None:
        services = self.services
        ways = await services.in_thread(
            ways_through, services.catalogue, services.store, scenario_id
        )
        title = interface_text(language)("site.ways.picture")
        self.show(
            "ways.html",
            module=services.catalogue.course.modules[ways.module_id],
            ways=ways,
            # The picture escapes what it is given.
            picture=Markup(ways.picture(language, title)),  # noqa: S704
            places=ways.places(language),
            fewest=FEWEST,
            place="cohort",
        )
