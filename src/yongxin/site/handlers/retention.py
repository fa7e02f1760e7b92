"""What has been kept long enough: counted, and deleted once somebody has confirmed it."""

from datetime import UTC, datetime
from typing import Final

from yongxin.cohort.erasure import ErasureStopped
from yongxin.cohort.retention import FILE_NAME, RetentionRefused, carry_out, look
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.held import period_in_words
from yongxin.store import StoreBusy

#: So many of each kind go at a press of the button; the command takes all.
MOST_AT_ONCE: Final = 100
#: What somebody has to tick.
_CONFIRMED = "yes"


class RetentionHandler(PageHandler):
    """The periods, what they mean today, and the button that carries it out."""

    route = "retention"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        done = self.get_query_argument("done", "")
        await self._show(done=int(done) if done.isdecimal() and len(done) < 10 else None)

    async def post(self, language: Language) -> None:
        services = self.services
        if self.get_body_argument("confirm", "") != _CONFIRMED:
            self.set_status(409)
            await self._show(problem=self.text("retention.unconfirmed"))
            return
        try:
            periods = await services.in_thread(services.periods)
            done = await services.for_document(
                carry_out,
                services.places,
                services.store,
                periods,
                datetime.now(UTC),
                actor=self.learner.username,
                most=MOST_AT_ONCE,
            )
        except ErasureStopped as stopped:
            self.set_status(503)
            reason = self.text(f"people.erase.{stopped.code}", reason=str(stopped))
            await self._show(problem=reason)
            return
        except StoreBusy:
            self.set_status(503)
            await self._show(problem=self.text("people.erase.busy"))
            return
        number = sum(done.values())
        self.redirect(f"{services.paths.retention(language)}?done={number}", status=303)

    async def _show(self, *, done: int | None = None, problem: str | None = None) -> None:
        services = self.services
        try:
            periods = await services.in_thread(services.periods)
        except RetentionRefused as refused:
            self.set_status(503)
            self.show(
                "retention.html",
                problems=refused.problems,
                file_name=FILE_NAME,
                place="retention",
            )
            return
        found = await services.in_thread(look, services.store, periods, datetime.now(UTC))
        text = self.text
        months = {one.kind: getattr(periods, one.kind.replace("-", "_"), None) for one in found}
        self.show(
            "retention.html",
            problems=(),
            file_name=FILE_NAME,
            due=[
                (
                    one,
                    text("retention.until-used")
                    if one.kind == "sign-in"
                    else period_in_words(months[one.kind], text),
                )
                for one in found
            ],
            most=MOST_AT_ONCE,
            done=done,
            problem=problem,
            place="retention",
        )
