"""The pages that are made of a notebook: lesson and exercise."""

from collections.abc import Iterable
from typing import Any, ClassVar

from tornado.iostream import StreamClosedError

from yongxin.grading.submission import warm_up
from yongxin.language import Language
from yongxin.site.compression import Stream, accepts
from yongxin.site.handlers.base import PageHandler
from yongxin.site.headers import LIVE_POLICY
from yongxin.site.refusals import answer_to
from yongxin.site.shells import Kind, Shell, ShellKey
from yongxin.store import StoreError


class _NotebookHandler(PageHandler):
    """Shows a notebook: text and elements, and places for what other code is going to show."""

    route: ClassVar[Kind]

    async def show_notebook(self, module_id: str) -> None:
        """Send the page of a notebook. Raises ``Refusal`` or ``CatalogueError``."""
        key = ShellKey(self.route, module_id, self.language, self.learner.role)
        await self._show_shell(await self.services.shells.get(key), module_id)

    def state(self, elements: Iterable[str], module_id: str) -> dict[str, Any]:
        """Return what the page shows of this learner's work; waits for the store."""
        return self.services.learning.page_state(
            self.learner, elements, self.language, module_id=module_id
        )

    async def _show_shell(self, shell: Shell, module_id: str) -> None:
        """Send the page, its text at once and the learner's state as soon as it is read."""
        self.begin_page(may_be_kept=not shell.needs_kernel)
        if shell.needs_kernel:
            self.set_header("Content-Security-Policy", LIVE_POLICY)
        compressed = accepts(self.request.headers.get("Accept-Encoding", ""), "gzip")
        if compressed:
            self.set_header("Content-Encoding", "gzip")
        stream = Stream(compressed=compressed)
        beginning = shell.beginning(name=self.learner.name, xsrf=self.xsrf_token.decode())
        self.write(stream.add(beginning))
        try:
            await self.flush()
        except StreamClosedError:
            return  # nobody is there any more
        data: dict[str, Any] = {"learner": self.device_name, "elements": None}
        if self.is_ahead:
            data["unvisited"] = True
        try:
            data["elements"] = await self.services.in_thread(self.state, shell.elements, module_id)
        except Exception as error:  # noqa: BLE001  (whatever it is, the page tells it)
            # The status has been sent, and the text can be read already.
            self.log_exception(type(error), error, error.__traceback__)
            data["failure"] = {"message": answer_to(error, 500).words(self.text).text}
        self.write(stream.add(shell.ending(data)))
        self.finish(stream.end())


class LessonHandler(_NotebookHandler):
    """The lesson of a module."""

    route = "lesson"

    async def get(self, language: Language, module_id: str) -> None:  # noqa: ARG002
        await self.show_notebook(module_id)

    def state(self, elements: Iterable[str], module_id: str) -> dict[str, Any]:
        """Note that the lesson was opened, then return what the page shows."""
        try:
            if not self.is_ahead:
                self.services.learning.record_visit(self.learner, module_id)
        except StoreError:
            # The page is worth more than the note that it was opened.
            self.log.exception("a visit to %s", module_id)
        return super().state(elements, module_id)


class ExerciseHandler(_NotebookHandler):
    """The exercise of a module, which ends with handing it in."""

    route = "exercise"

    async def get(self, language: Language, module_id: str) -> None:  # noqa: ARG002
        # The notebook is the same in every language; what is on it is not.
        # nbgrader takes seconds to import; whoever hands in, some minutes from now, shall not wait.
        self.services.in_background(warm_up)
        await self.show_notebook(module_id)
