"""What the elements' script talks to: events, states, and handing in."""

import hmac
from typing import Any, cast

from yongxin.site.handlers.base import ProgramHandler
from yongxin.site.identity import device_name
from yongxin.site.learning import ElementEvent
from yongxin.site.modules import require_module
from yongxin.site.refusals import Refusal

#: A page shows some dozens of elements; a request for more is no page of ours.
MOST_NAMES = 200


class _ElementsApi(ProgramHandler):
    """Speaks with a page for the person that the page was made for, and for nobody else."""

    async def prepare(self, **options: Any) -> None:
        """Refuse what a page sends after somebody else has signed in on the same device."""
        await super().prepare(**options)
        made_for = self.request.headers.get("X-Yongxin-Learner")
        own = device_name(self.settings["cookie_secret"], self.learner)
        if made_for is not None and not hmac.compare_digest(made_for.encode(), own.encode()):
            raise Refusal(401, "somebody-else")


class EventsHandler(_ElementsApi):
    """Takes one event of one element."""

    route = "events"

    async def post(self) -> None:
        seconds = self.services.limits.events_by_learner.take(str(self.learner.id))
        if seconds:
            raise Refusal(429, "too-many", retry_after=int(seconds) + 1)
        event = _read_event(self.json_body())
        self.send(
            await self.services.for_event(
                self.services.learning.apply_event, self.learner, event, self.language
            )
        )


class StateHandler(_ElementsApi):
    """Tells the states of some elements, as after a while without a connection."""

    route = "state"

    async def get(self) -> None:
        names = self.get_query_arguments("name")
        if not 0 < len(names) <= MOST_NAMES:
            raise Refusal(400, "malformed")
        # A page asks here when its own token was refused, so the answer brings a new one.
        self.xsrf_token  # noqa: B018  (reading it sets the cookie)
        elements = await self.services.in_thread(
            self.services.learning.page_state,
            self.learner,
            names,
            self.language,
            module_id=self.get_query_argument("module", None),
        )
        self.send({"elements": elements})


class VisitsHandler(_ElementsApi):
    """Notes that a lesson was opened which had been fetched before anybody wanted to see it."""

    route = "visits"

    async def post(self) -> None:
        module_id = _text(self.json_body(), "module")
        services = self.services
        await services.in_thread(require_module, services.catalogue, module_id)
        services.learning.record_visit(self.learner, module_id)
        self.send({"module": module_id})


class ReadingHandler(_ElementsApi):
    """Counts how far a lesson was read: the sections that a device has not told of before."""

    route = "reading"

    async def post(self) -> None:
        seconds = self.services.limits.events_by_learner.take(str(self.learner.id))
        if seconds:
            raise Refusal(429, "too-many", retry_after=int(seconds) + 1)
        body = self.json_body()
        module_id, told = _text(body, "module"), body.get("sections")
        services = self.services
        await services.in_thread(require_module, services.catalogue, module_id)
        lesson = services.catalogue.bank(module_id).lesson
        known = {section.id for sections in lesson.values() for section in sections}
        if not isinstance(told, list) or not all(
            isinstance(one, str) and one in known for one in cast("list[object]", told)
        ):
            raise Refusal(400, "malformed")
        await services.for_event(services.store.count_reading, module_id, cast("list[str]", told))
        self.send({"module": module_id})


class HandInHandler(_ElementsApi):
    """Hands an exercise in."""

    route = "hand-in"

    async def post(self) -> None:
        body = self.json_body()
        presentation = await self.services.for_hand_in(
            self.services.learning.hand_in,
            self.learner,
            _text(body, "module"),
            event_id=_text(body, "event_id"),
            language=self.language,
            confirmed=body.get("confirmed") is True,
        )
        self.log.info("%s was handed in", body["module"])
        self.send(presentation)


class RevisionHandler(_ElementsApi):
    """Hands a reflection in again that a trainer has returned."""

    route = "revision"

    async def post(self) -> None:
        body = self.json_body()
        shown = await self.services.for_hand_in(
            self.services.learning.revise,
            self.learner,
            _text(body, "reflection"),
            event_id=_text(body, "event_id"),
            language=self.language,
        )
        self.log.info("%s was handed in again", body["reflection"])
        self.send(shown)


def _read_event(body: dict[str, Any]) -> ElementEvent:
    revision, event = body.get("revision"), body.get("event")
    if not isinstance(revision, int) or isinstance(revision, bool) or not isinstance(event, dict):
        raise Refusal(400, "malformed")
    return ElementEvent(
        name=_text(body, "element"),
        event_id=_text(body, "event_id"),
        client=_text(body, "client"),
        revision=revision,
        event=event,
    )


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Refusal(400, "malformed")
    return value
