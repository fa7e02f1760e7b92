"""A notebook that holds Python of its own: its cells run in a kernel, the rest needs none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from voila.notebook_renderer import NotebookRenderer

from yongxin.site.notebooks import Prepared
from yongxin.site.rendering import LessonExporter
from yongxin.text import InterfaceText


@dataclass(frozen=True)
class LiveBody:
    """The body of one person's page, and what Voila's front end must know about its kernel."""

    html: str
    kernel_id: str
    page_config: dict[str, Any]


class LiveNotebook(NotebookRenderer):
    """Voila's renderer for a notebook that was prepared by us, with our exporter.

    Voila breaks a page off at the first cell that fails. Here the failure is told in the learner's
    words where the cell's output would be, and the page goes on. A kernel that dies raises
    ``DeadKernelError``.
    """

    def __init__(
        self,
        prepared: Prepared,
        exporter: LessonExporter,
        text: InterfaceText,
        cell_seconds: int,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._prepared = prepared
        self._exporter = exporter
        self._text = text
        self._cell_seconds = cell_seconds

    async def load_notebook(self, path: str) -> NotebookNode:  # noqa: ARG002
        """Return the prepared notebook, with a kernel that this machine has."""
        return await self.fix_notebook(self._prepared.notebook)

    async def initialize(self, **options: Any) -> None:
        """Get ready, with our exporter in place of the one that Voila would configure."""
        await super().initialize(**options)
        self.exporter = self._exporter

    async def _jinja_cell_generator(
        self,
        nb: NotebookNode,
        kernel_id: str,  # noqa: ARG002  (Voila's template passes it)
    ) -> AsyncIterator[NotebookNode]:
        self.executor.timeout = self._cell_seconds
        for index, cell in enumerate(nb.cells):
            if cell.cell_type == "code":
                await self._execute(cell, index)
            yield cell

    def close(self) -> None:
        """Let go of the kernel, which lives on for the page."""
        executor = getattr(self, "executor", None)  # there is one as soon as a kernel answers
        if executor is not None and executor.kc is not None:
            executor.kc.stop_channels()

    async def _execute(self, cell: NotebookNode, index: int) -> None:
        problem: str | None = None
        try:
            await self.executor.async_execute_cell(cell, index, store_history=False)
        except DeadKernelError:
            raise
        except CellTimeoutError:
            self.log.warning("cell %s of %s took too long", cell.id, self.notebook_path)
            problem = "site.live.too-slow"
        except Exception:
            # Whatever a course's own code does wrong is for the log, and not for the learner.
            self.log.exception("cell %s of %s failed", cell.id, self.notebook_path)
            problem = "site.live.failed"
        cell.outputs = [one for one in cell.outputs if not _is_for_the_log(one)]
        if problem:
            told = new_output("error", ename="", evalue=self._text(problem), traceback=[])
            cell.outputs.append(told)


def _is_for_the_log(output: NotebookNode) -> bool:
    return output.output_type == "error" or output.get("name") == "stderr"
