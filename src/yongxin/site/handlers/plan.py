"""A learner's action plan: a page, and two files to take along."""

from datetime import UTC, datetime
from urllib.parse import quote

from yongxin.language import Language
from yongxin.pdf import NoChineseFont, TookTooLong, make_pdf
from yongxin.site.handlers.base import PageHandler
from yongxin.site.headers import PERSONAL
from yongxin.site.plan import Plan
from yongxin.site.plan_calendar import plan_calendar
from yongxin.site.plan_document import plan_document
from yongxin.site.refusals import Refusal
from yongxin.text import interface_text


class PlanHandler(PageHandler):
    """Everything that the learner has written for their plan. Nobody sees another person's."""

    route = "plan"

    async def get(self, language: Language) -> None:
        plan = await self.services.in_thread(
            self.services.learning.plans.of, self.learner, language
        )
        self.show("plan.html", may_be_kept=True, plan=plan, place="plan")


class _PlanFile(PageHandler):
    """A file made of the learner's plan."""

    async def plan(self, language: Language) -> Plan:
        """Return the plan. Raises ``Refusal`` for somebody who asks too often."""
        self.count_file()
        return await self.services.in_thread(
            self.services.learning.plans.of, self.learner, language
        )

    def send(self, content: bytes, kind: str, suffix: str, language: Language) -> None:
        """Send a file for its owner to keep, and for nobody on the way."""
        name = quote(f"{interface_text(language)('plan.file')}.{suffix}", safe="")
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", PERSONAL)
        self.set_header(
            "Content-Disposition",
            f"attachment; filename=\"action-plan.{suffix}\"; filename*=UTF-8''{name}",
        )
        self.finish(content)


class PlanPdfHandler(_PlanFile):
    """The plan as a PDF."""

    route = "plan-pdf"

    async def get(self, language: Language) -> None:
        services = self.services
        plan = await self.plan(language)
        if plan.is_empty:
            raise Refusal(404, "plan-empty")
        today = datetime.now(UTC).astimezone(services.zone)
        data = plan_document(plan, self.learner.name, today, language)
        try:
            made = await services.for_document(make_pdf, "plan", data)
        except NoChineseFont as error:
            self.log.error("a PDF was asked for: %s; see docs/publishing.md", error)  # noqa: TRY400
            raise Refusal(503, "no-font") from error
        except TookTooLong as error:
            raise Refusal(503, "too-slow", retry_after=60) from error
        self.send(made, "application/pdf", "pdf", language)


class PlanCalendarHandler(_PlanFile):
    """The dated steps of the plan for a calendar."""

    route = "plan-calendar"

    async def get(self, language: Language) -> None:
        plan = await self.plan(language)
        if not plan.steps:
            raise Refusal(404, "plan-undated")
        made = await self.services.for_document(
            plan_calendar, plan, self.learner.username, language
        )
        self.send(made, "text/calendar; charset=utf-8", "ics", language)
