"""Copies of what is kept about somebody: one's own, and the one that HR makes for a person."""

import tempfile
from datetime import UTC, datetime
from typing import IO, Final, cast

from yongxin.cohort.erasure import ErasureStopped
from yongxin.cohort.personal_copy import write_copy
from yongxin.language import Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.held import rows_in_words
from yongxin.site.refusals import Refusal
from yongxin.store import Learner, UnknownLearner, names

#: A copy is sent in pieces of so many bytes, so that none is ever in memory whole.
_PIECE: Final = 256 * 1024
_ADDED_TO_NAME: Final = "personal-data"


class _CopyHandler(PageHandler):
    async def send_copy(self, person: Learner, *, own: bool) -> None:
        """Note that a copy is made, make it, and send it."""
        services = self.services
        self.count_file()
        await services.in_thread(
            services.store.audit,
            self.learner.username,
            "personal export",
            person.username,
            whole=own,
        )
        try:
            file = await services.for_document(self._make, person, own)
        except ErasureStopped as stopped:
            raise Refusal(503, "not-in-gradebook", reason=str(stopped)) from stopped
        with file:
            self.begin_file("application/zip", f"{_ADDED_TO_NAME}.zip")
            while piece := await services.in_thread(file.read, _PIECE):
                self.write(piece)
                await self.flush()
        await self.finish()

    def _make(self, person: Learner, own: bool) -> IO[bytes]:
        services = self.services
        # It has no name on the disk, and is gone when it is closed, or when this process ends.
        file = cast(
            "IO[bytes]",
            tempfile.TemporaryFile(dir=services.places.state),  # noqa: SIM115
        )
        try:
            now = datetime.now(UTC).astimezone(services.zone)
            write_copy(
                file,
                services.store,
                services.places,
                services.catalogue,
                person,
                own=own,
                now=now,
            )
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file


class MyDataHandler(_CopyHandler):
    """What is kept about whoever is signed in: told, and to be taken along."""

    route = "my-data"

    async def get(self, language: Language) -> None:  # noqa: ARG002
        services = self.services
        held = await services.in_thread(services.store.held, self.learner.username)
        self.show(
            "my-data.html",
            held=rows_in_words(held, self.text),
            contact=services.contact,
            place="my-data",
        )

    async def post(self, language: Language) -> None:  # noqa: ARG002
        await self.send_copy(self.learner, own=True)


class PersonCopyHandler(_CopyHandler):
    """The copy that HR makes for somebody: no more than staff may see."""

    route = "person-copy"

    async def post(self, language: Language, username: str) -> None:  # noqa: ARG002
        name = names.username(username)
        person = await self.services.in_thread(self.services.store.learner, name)
        if person is None:
            raise Refusal(404, "not-found") from UnknownLearner(name)
        await self.send_copy(person, own=False)
