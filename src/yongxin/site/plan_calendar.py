"""The dated steps of an action plan as a calendar file (iCalendar, RFC 5545)."""

from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from yongxin.language import Language
from yongxin.site.plan import Plan, Step
from yongxin.text import InterfaceText, interface_text

if TYPE_CHECKING:
    from icalendar import Event

#: In which the ids of our entries are made; it must never change, or calendars would show the
#: steps of a plan twice.
_NAMESPACE = UUID("8f4f1d4e-54f3-4c1e-9d0e-9a5b6f0f6d1c")

#: How long after the day has begun its reminder comes. All-day entries have no time zone, so this
#: is eight in the morning wherever the calendar's owner is.
REMINDER = timedelta(hours=8)


def plan_calendar(plan: Plan, username: str, language: Language) -> bytes:
    """Return a calendar with an all-day entry for every dated step.

    The id of an entry stays the same, and its sequence number grows with every change, so that a
    calendar that reads a later file changes its entries and doubles none.

    The first call takes a second, so never make it in an event loop.
    """
    # Brings along all time zones and every kind of calendar entry; no page needs it.
    from icalendar import Calendar

    text = interface_text(language)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Yongxin//Action plan//{language.upper()}")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", text("plan.title"))
    for step in plan.steps:
        calendar.add_component(_event(step, username, text))
    return calendar.to_ical()


def _event(step: Step, username: str, text: InterfaceText) -> "Event":
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", f"{uuid5(_NAMESPACE, f'{username}/{step.reflection}/{step.field}')}@yongxin")
    event.add("dtstamp", step.changed.astimezone(UTC))
    event.add("last-modified", step.changed.astimezone(UTC))
    event.add("sequence", step.revision)
    event.add("dtstart", step.day)
    event.add("dtend", step.day + timedelta(days=1))
    event.add("summary", step.title)
    event.add("description", text("plan.calendar.description"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", step.title)
    alarm.add("trigger", REMINDER)
    event.add_component(alarm)
    return event
