"""The page of flash cards that come again."""

from datetime import UTC
from typing import Any

from yongxin.catalogue import PublicModule
from yongxin.elements.review import ReviewElement
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.modules import built_modules
from yongxin.site.page_data import for_elements
from yongxin.site.review import REVIEW


class ReviewHandler(PageHandler):
    """What waits of somebody's own cards. Nobody sees another person's."""

    route = "review"

    async def get(self, language: Language) -> None:
        learning = self.services.learning
        self._states = await self.services.in_thread(
            learning.page_state, self.learner, [REVIEW], language
        )
        has_cards = self._states[REVIEW]["presentation"]["met"] > 0
        self.show(
            "review.html",
            may_be_kept=True,
            # The frame is the same for everybody; whose cards it shows, the page's data tell.
            cards=ReviewElement({}, (), UTC).markup(language),
            begin=None if has_cards else self._first_module(),
            place="review",
        )

    def _first_module(self) -> PublicModule | None:
        """Return the module to begin with for somebody who has met no card yet."""
        catalogue = self.services.catalogue
        first = next(iter(built_modules(catalogue)), None)
        return None if first is None else catalogue.course.modules[first]

    def _page_data(self) -> dict[str, Any] | None:
        common = super()._page_data()
        return common and {
            **common,
            **for_elements(self.services.pages, self.language),
            "elements": self._states,
        }
