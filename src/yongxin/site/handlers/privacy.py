"""The notice that says what is kept about people, what for, who sees it, and how long."""

from yongxin.cohort.inventory import KINDS, columns_of
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.held import periods_in_words
from yongxin.text import InterfaceText


class PrivacyHandler(PageHandler):
    """The notice, for everybody, signed in or not."""

    route = "privacy"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        text = self.text
        periods = await services.in_thread(services.periods)
        self.show(
            "privacy.html",
            kinds=[(kind, _columns(kind.id, text)) for kind in KINDS],
            periods=periods_in_words(periods, text),
            contact=services.contact,
            place="privacy",
        )


def _columns(kind: str, text: InterfaceText) -> list[str]:
    """Return what the columns of a kind hold, each thing once."""
    found: list[str] = []
    for table, column in columns_of(kind):
        own = f"privacy.column.{table}.{column}"
        words = text(own if own in text else f"privacy.column.{column}")
        if words not in found:
            found.append(words)
    return found
