"""What became of exercises: a learner's own results, and the ways of a cohort."""

from markupsafe import Markup

from yongxin.cohort import badges
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.pages import course_menu
from yongxin.site.ways import FEWEST, ways_through
from yongxin.text import interface_text


class ResultsHandler(PageHandler):
    """The list of a learner's own results."""

    route = "results"

    async def get(self, language: Language) -> None:
        services = self.services
        results = await services.in_thread(services.overview.results, self.learner)
        own_paths = await services.in_thread(services.completion.of_learner, self.learner.id)
        certificates = await services.in_thread(
            services.store.certificates, learner_id=self.learner.id, only_valid=True
        )
        course = services.catalogue.course
        self.show(
            "results.html",
            own_paths=own_paths,
            has_badges=badges.are_installed(),
            certificates={one.path_id: one for one in certificates},
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
