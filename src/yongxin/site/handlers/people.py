"""Personal data, for HR and admins: finding somebody, seeing what is held, a copy, the erasure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Final

from yongxin.cohort.erasure import Erased, ErasureStopped, erase, name_digest, survey
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.held import rows_in_words
from yongxin.site.refusals import Refusal
from yongxin.store import Backup, Erasure, Learner, StoreBusy, names

PEOPLE_ON_A_PAGE: Final = 50
_LONGEST_WORDS = 100


@dataclass(frozen=True)
class HeldRow:
    """A line of the table that says what is held of somebody."""

    place: str
    what: str
    number: int


class PeopleHandler(PageHandler):
    """The people on the roster, a page at a time."""

    route = "people"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        words = self.get_query_argument("find", "")[:_LONGEST_WORDS]
        asked = self.get_query_argument("page", "1")
        page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1
        people, total = await self.services.in_thread(
            self.services.store.search_people,
            words,
            limit=PEOPLE_ON_A_PAGE,
            offset=PEOPLE_ON_A_PAGE * (page - 1),
        )
        self.show(
            "people.html",
            people=people,
            total=total,
            words=words,
            typed=_as_username(words),
            page_number=page,
            pages=max(1, ceil(total / PEOPLE_ON_A_PAGE)),
            place="people",
        )


class PersonHandler(PageHandler):
    """One person: what is held, and the form that erases it."""

    route = "person"

    async def get(self, language: Language, username: str) -> None:  # noqa: ARG002
        await self._show(_username(username))

    async def post(self, language: Language, username: str) -> None:
        """Erase, when the username was typed and this actor may."""
        name = _username(username)
        services = self.services
        person = await services.in_thread(services.store.learner, name)
        problem = self._problem(name, person)
        if problem is not None:
            self.set_status(409)
            await self._show(name, problem=problem)
            return
        try:
            await services.for_document(
                erase, services.places, services.store, name, self.learner.username
            )
        except ErasureStopped as stopped:
            self.set_status(503)
            problem = self.text(f"people.erase.{stopped.code}", reason=str(stopped))
            await self._show(name, problem=problem)
            return
        except StoreBusy:
            self.set_status(503)
            await self._show(name, problem=self.text("people.erase.busy"))
            return
        self.redirect(services.paths.person(language, name), status=303)

    def _problem(self, username: str, person: Learner | None) -> str | None:
        if person is not None and person.id == self.learner.id:
            return self.text("people.erase.own")
        if person is not None and person.role != "learner" and self.learner.role != "admin":
            return self.text("people.erase.only-admin")
        typed = self.get_body_argument("confirm", "")
        if names.username_key(typed) != names.username_key(username):
            return self.text("people.erase.mistyped")
        return None

    async def _show(self, username: str, problem: str | None = None) -> None:
        services = self.services
        person = await services.in_thread(services.store.learner, username)
        try:
            held = await services.for_document(survey, services.places, services.store, username)
        except ErasureStopped as stopped:
            raise Refusal(503, "not-in-gradebook", reason=str(stopped)) from stopped
        last = await services.in_thread(self._last_erasure, username)
        self.show(
            "person.html",
            username=person.username if person else username,
            person=person,
            held=held,
            rows=self._rows(held),
            problem=problem,
            erasure=last,
            backups=await services.in_thread(self._backups, last),
            may_erase=person is None or self._may_erase(person),
            place="people",
        )

    def _may_erase(self, person: Learner) -> bool:
        return person.id != self.learner.id and (
            person.role == "learner" or self.learner.role == "admin"
        )

    def _last_erasure(self, username: str) -> Erasure | None:
        """Return the last erasure of somebody of this name."""
        services = self.services
        digest = name_digest(services.places.erasure_key(), username)
        found = [one for one in services.store.erasures() if one.name_digest == digest]
        return found[-1] if found else None

    def _backups(self, erasure: Erasure | None) -> list[Backup]:
        """Return the backups that were made before the erasure, and so hold whom it erased."""
        if erasure is None:
            return []
        until = erasure.finished or datetime.now(UTC)
        return [one for one in self.services.store.backups() if one.made_at <= until]

    def _rows(self, held: Erased) -> list[HeldRow]:
        text = self.text
        rows = rows_in_words(held.rows, text)
        elsewhere = (("gradebook", held.gradebook), ("files", held.files))
        return [HeldRow(text("people.in.rows"), what, number) for what, number in rows] + [
            HeldRow(text(f"people.in.{place}"), text(f"people.{place}.{name}"), number)
            for place, counts in elsewhere
            for name, number in counts.items()
        ]


def _username(written: str) -> str:
    return names.username(written)


def _as_username(words: str) -> str | None:
    """Return ``words`` if somebody could have this username, who is not on the roster any more."""
    try:
        return names.username(words.strip())
    except names.InvalidName:
        return None
