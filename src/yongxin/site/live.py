"""A notebook that holds Python of its own: its cells run in a kernel, the rest needs none."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from nbformat.v4 import new_output
from voila.execute import VoilaExecutor
from voila.notebook_renderer import NotebookRenderer

from yongxin.site.front_end import PACKAGES, Uses
from yongxin.site.notebooks import Prepared
from yongxin.site.rendering import LessonExporter
from yongxin.text import InterfaceText

#: How many seconds one cell may take.
CELL_SECONDS = 45
#: How many characters one cell may show: more than any table or picture that helps a reader.
MOST_OUTPUT = 4 * 1024 * 1024


class LiveExecutor(VoilaExecutor):
    """Runs cells, and stops one that shows more than a page can bear."""

    def __init__(self, *positional: Any, **options: Any) -> None:
        super().__init__(*positional, **options)
        self._shown = 0
        #: Whether the last cell was stopped because it took too long.
        self.was_too_slow = False

    @property
    def showed_too_much(self) -> bool:
        """Tell whether the last cell was stopped for what it showed."""
        return self._shown > MOST_OUTPUT

    async def run(self, cell: NotebookNode, index: int) -> None:
        """Run a cell. Raises ``DeadKernelError``."""
        self._shown = 0
        self.was_too_slow = False
        await self.async_execute_cell(cell, index, store_history=False)

    async def uses(self) -> Uses:
        """Return what the cells that have run use of the front end."""
        outputs = [one for cell in self.nb.cells for one in cell.get("outputs", [])]
        states = self.widget_state.values()
        return Uses(
            packages=await self._imported() if self._speaks_python else None,
            output_types=frozenset(kind for one in outputs for kind in one.get("data", {})),
            widgets=frozenset(state.get("_model_name", "") for state in states),
            scripts=frozenset(
                state["_esm"] for state in states if isinstance(state.get("_esm"), str)
            ),
        )

    @property
    def _speaks_python(self) -> bool:
        return bool(self.nb.metadata.kernelspec.language == "python")

    async def _imported(self) -> frozenset[str] | None:
        expression = f"','.join(n for n in {PACKAGES!r} if n in __import__('sys').modules)"
        client = cast(AsyncKernelClient, self.kc)
        asked = client.execute("", silent=True, user_expressions={"found": expression})
        reply = await self.async_wait_for_reply(asked)
        found = (reply or {}).get("content", {}).get("user_expressions", {}).get("found", {})
        text = found.get("data", {}).get("text/plain")
        return None if text is None else frozenset(text.strip("'").split(","))

    async def _async_handle_timeout(
        self,
        timeout: int,  # noqa: ASYNC109  (nbclient's name for what has passed already)
        cell: NotebookNode | None = None,
    ) -> dict[str, Any] | None:
        self.was_too_slow = True
        return await super()._async_handle_timeout(timeout, cell)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message from the kernel; forget it if it shows something and is too much."""
        if msg["msg_type"] in {"stream", "display_data", "execute_result", "update_display_data"}:
            had_enough = self.showed_too_much
            self._shown += _length(msg["content"])
            if self.showed_too_much:
                if not had_enough:
                    cell.outputs = []
                    self._interrupting = asyncio.ensure_future(
                        cast(AsyncKernelManager, self.km).interrupt_kernel()
                    )
                return None
        return cast(NotebookNode | None, super().process_message(msg, cell, cell_index))


def _length(content: dict[str, Any]) -> int:
    shown = content.get("data") or {"text/plain": content.get("text", "")}
    return sum(len(one if isinstance(one, str) else str(one)) for one in shown.values())


class LiveNotebook(NotebookRenderer):
    """Voila's renderer for the code cells of a notebook that was prepared by us.

    Voila breaks a page off at the first cell that fails. Here the failure is told in the learner's
    words where the cell's output would be, and the page goes on. A kernel that dies raises
    ``DeadKernelError``.
    """

    executor: LiveExecutor

    def __init__(
        self, prepared: Prepared, exporter: LessonExporter, text: InterfaceText, **options: Any
    ) -> None:
        super().__init__(**options)
        self._prepared = prepared
        self._exporter = exporter
        self._text = text

    async def load_notebook(self, path: str) -> NotebookNode:  # noqa: ARG002
        """Return the notebook's code cells, with a kernel that this machine has."""
        notebook = self._prepared.notebook
        notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        return await self.fix_notebook(notebook)

    async def initialize(self, **options: Any) -> None:
        """Get ready, with our exporter in place of the one that Voila would configure."""
        await super().initialize(**options)
        self.exporter = self._exporter

    async def _jinja_kernel_start(
        self, nb: NotebookNode, kernel_id: str, kernel_future: AsyncKernelManager
    ) -> str:
        executor = LiveExecutor(
            nb,
            km=kernel_future,
            config=self.traitlet_config,
            timeout=CELL_SECONDS,
            interrupt_on_timeout=True,
            # Else the kernel would refuse the cell that comes after one that was stopped.
            allow_errors=True,
        )
        self.executor = executor
        executor.kc = await executor.async_start_new_kernel_client()
        self.kernel_started = True
        return kernel_id

    async def _jinja_cell_generator(
        self,
        nb: NotebookNode,
        kernel_id: str,  # noqa: ARG002  (Voila's template passes it)
    ) -> AsyncIterator[NotebookNode]:
        for index, cell in enumerate(nb.cells):
            await self._execute(cell, index)
            yield cell

    async def show(self, kernel_id: str, kernel: AsyncKernelManager) -> tuple[str, Uses]:
        """Run the cells; return what they show as HTML, and what they use."""
        html = await self.generate_content_str(kernel_id, kernel)
        return html, await self.executor.uses()

    def close(self) -> None:
        """Let go of the kernel, which lives on for the page."""
        executor = getattr(self, "executor", None)  # there is one as soon as a kernel answers
        if executor is not None and executor.kc is not None:
            executor.kc.stop_channels()

    async def _execute(self, cell: NotebookNode, index: int) -> None:
        await self.executor.run(cell, index)
        errors = [one for one in cell.outputs if one.output_type == "error"]
        problem: str | None = None
        if self.executor.was_too_slow:
            problem = "too-slow"
        elif self.executor.showed_too_much:
            problem = "too-much"
        elif errors:
            problem = "failed"
        if problem:
            # Whatever a course's own code does wrong is for the log, and not for the learner.
            traceback = "\n".join(line for one in errors for line in one.traceback)
            self.log.error("%s: cell %s of %s\n%s", problem, cell.id, self.notebook_path, traceback)
        cell.outputs = [one for one in cell.outputs if not _is_for_the_log(one)]
        if problem:
            words = self._text(f"site.live.{problem}")
            cell.outputs.append(new_output("error", ename="", evalue=words, traceback=[]))


def _is_for_the_log(output: NotebookNode) -> bool:
    return output.output_type == "error" or output.get("name") == "stderr"
