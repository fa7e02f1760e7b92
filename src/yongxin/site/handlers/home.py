"""Where people arrive: the site's root, the start page, and the language they read in."""

from yongxin.language import LANGUAGES, Language
from yongxin.site.handlers.base import LANGUAGE_COOKIE, PageHandler, ProgramHandler
from yongxin.site.overview import ModuleProgress
from yongxin.site.refusals import Refusal
from yongxin.site.start import start_page
from yongxin.store import Learner, Returned

YEAR_IN_DAYS = 365


class HomeHandler(PageHandler):
    """The root: on to the start page in the right language."""

    route = "home"

    async def get(self) -> None:
        self.redirect(self.services.paths.start(self.language))


class StartHandler(PageHandler):
    """The course by deck or by path, with the learner's progress."""

    route = "start"

    async def get(self, language: Language) -> None:
        services = self.services
        by = "path" if self.get_query_argument("by", "deck") == "path" else "deck"
        progress, waiting_cards, to_revise = await services.in_thread(self._read, self.learner)
        course = services.catalogue.course
        self.show(
            "start.html",
            may_be_kept=True,
            waiting_cards=waiting_cards,
            to_revise=to_revise,
            start=start_page(course, progress, language, by=by),
            by=by,
            course=course,
            place="start",
        )

    def _read(
        self, learner: Learner
    ) -> tuple[dict[str, ModuleProgress], int | None, list[Returned]]:
        """Return how far the learner is, how many cards wait, and what is to be revised."""
        services = self.services
        return (
            services.overview.progress(learner),
            services.learning.reminder(learner),
            services.overview.to_revise(learner),
        )


class LanguageHandler(ProgramHandler):
    """Remembers the language that somebody reads in."""

    route = "language"

    async def post(self) -> None:
        wished = self.json_body().get("language")
        if wished not in LANGUAGES:
            raise Refusal(400, "malformed")
        self.set_cookie(
            LANGUAGE_COOKIE,
            wished,
            path=self.services.paths.base,
            expires_days=YEAR_IN_DAYS,
            samesite="Lax",
        )
        if self.visitor is not None and self.visitor.language != wished:
            store = self.services.store
            await self.services.in_thread(
                store.update_learner, self.visitor.username, language=wished
            )
        self.send({"language": wished})
