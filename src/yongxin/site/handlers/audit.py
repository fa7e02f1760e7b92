"""The audit log, for admins: a page at a time, whether it is as it was written, and as a table."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from yongxin.grading.export.sheet import Column, Sheet, Value
from yongxin.language import Language
from yongxin.site.audit_checks import Checked
from yongxin.site.audit_words import action_in_words, actions_in_words, detail_in_words
from yongxin.site.handlers.base import PageHandler
from yongxin.site.refusals import Refusal
from yongxin.site.table_files import MEDIA_TYPES, table_file
from yongxin.store import Store
from yongxin.text import InterfaceText, interface_text

ENTRIES_ON_A_PAGE: Final = 50
#: A table may have so many entries, the newest; more need a day, an action or a name.
MOST_ENTRIES: Final = 50_000
_AT_ONCE = 2000
#: So long a page waits for a check that goes on without it.
_SECONDS_TO_CHECK = 0.5
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 256


class Compared(NamedTuple):
    """What became of a digest that somebody had noted down; ``key`` names the words."""

    typed: str
    key: str
    entry: int | None = None


class _AuditHandler(PageHandler):
    def wanted(self) -> dict[str, str]:
        """Return what was asked for, by the names of the form's fields."""
        return {
            name: self.get_query_argument(name, "").strip()[:_LONGEST]
            for name in ("actor", "action", "subject", "day")
        }

    def conditions(self, wanted: dict[str, str]) -> dict[str, Any]:
        """Return the same for the store. Raises ``Refusal`` for what is no day."""
        found: dict[str, Any] = {
            name: wanted[name] for name in ("actor", "action", "subject") if wanted[name]
        }
        if wanted["day"]:
            try:
                day = date.fromisoformat(wanted["day"])
                begin = datetime(day.year, day.month, day.day, tzinfo=self.services.zone)
                found |= {"since": begin, "until": _next_day(day, self.services.zone)}
            except (ValueError, OverflowError) as error:
                raise Refusal(400, "malformed") from error
        return found


class AuditHandler(_AuditHandler):
    """Entries of the log, and whether it is as it was written."""

    route = "audit"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        store = self.services.store
        wanted = self.wanted()
        before, after = self._number("before"), self._number("after")
        entries = await self.services.in_thread(
            store.audit_entries,
            limit=ENTRIES_ON_A_PAGE + 1,
            before=before,
            after=after if before is None else None,
            **self.conditions(wanted),
        )
        has_more = len(entries) > ENTRIES_ON_A_PAGE
        forward = before is None and after is not None
        shown = entries[-ENTRIES_ON_A_PAGE:] if forward else entries[:ENTRIES_ON_A_PAGE]
        checked = await self._check()
        self.show(
            "audit.html",
            entries=shown,
            action_in_words=lambda action: action_in_words(action, self.text),
            detail_in_words=lambda detail: detail_in_words(detail, self.text, self.services.zone),
            actions=actions_in_words(self.text),
            has_older=bool(shown) and (has_more or forward),
            has_newer=bool(shown) and (has_more if forward else before is not None),
            checked=checked,
            compared=await self._compare(),
            wanted=wanted,
            place="audit",
        )

    async def _check(self) -> Checked | None:
        """Return what the check has found; when it takes longer than a page may, the one before."""
        services = self.services
        check = asyncio.ensure_future(services.in_thread(services.audit_checks.run, services.store))
        check.add_done_callback(_looked_at)
        done, _ = await asyncio.wait([check], timeout=_SECONDS_TO_CHECK)
        return check.result() if done else services.audit_checks.last

    async def _compare(self) -> Compared | None:
        typed = self.get_query_argument("known", "").strip().lower()[:_LONGEST]
        if not typed:
            return None
        if not _DIGEST.fullmatch(typed):
            return Compared(typed, "known-format")
        entry = await self.services.in_thread(self.services.store.audit_entry_of, typed)
        return Compared(typed, "known-missing" if entry is None else "known-here", entry)

    def _number(self, name: str) -> int | None:
        typed = self.get_query_argument(name, "")
        return int(typed) if typed.isdecimal() and len(typed) < 16 else None


class AuditTableHandler(_AuditHandler):
    """The same entries as a table."""

    route = "audit-table"

    async def get(self, language: Language, kind: str) -> None:
        conditions = self.conditions(self.wanted())
        services = self.services
        content = await services.for_document(
            _table, services.store, conditions, services.zone, language, kind
        )
        await self.note_export("audit log", table=kind)
        self.begin_file(MEDIA_TYPES[kind], f"audit-log.{kind}")
        self.finish(content)


def _table(
    store: Store, conditions: dict[str, Any], zone: tzinfo, language: Language, kind: str
) -> bytes:
    text = interface_text(language)
    headings = [
        Column(text("audit.export.number"), 10),
        Column(text("audit.at"), 20),
        Column(text("audit.actor"), 20),
        Column(text("audit.what"), 24),
        Column(text("audit.subject"), 24),
        Column(text("audit.detail"), 40),
        Column(text("audit.export.digest"), 66),
    ]
    rows = _rows(store, conditions, zone, text)
    sheet = Sheet(text("audit.export.title"), tuple(headings), rows)
    return table_file(sheet, kind)


def _rows(
    store: Store, conditions: dict[str, Any], zone: tzinfo, text: InterfaceText
) -> Iterator[list[Value]]:
    before: int | None = None
    for _ in range(0, MOST_ENTRIES, _AT_ONCE):
        entries = store.audit_entries(limit=_AT_ONCE, before=before, **conditions)
        for one in entries:
            yield [
                one.id,
                one.at.astimezone(zone).replace(tzinfo=None, microsecond=0),
                one.actor,
                action_in_words(one.action, text),
                one.subject,
                detail_in_words(one.detail, text, zone),
                one.digest,
            ]
        if len(entries) < _AT_ONCE:
            return
        before = entries[-1].id


def _next_day(day: date, zone: tzinfo) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def _looked_at(check: "asyncio.Future[Checked | None]") -> None:
    if not check.cancelled():
        check.exception()  # the page that asked has gone; the next will meet it again
