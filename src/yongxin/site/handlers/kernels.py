"""What a page with a kernel needs: cells that run, and Voila's and Jupyter's handlers, guarded.

The page itself comes at once, like every other. Its script then asks ``RunHandler`` for what its
code cells show.
"""

import asyncio
from pathlib import Path
from typing import Any, Literal, cast

from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from nbclient.exceptions import DeadKernelError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from yongxin.site.front_end import FrontEnd, Uses
from yongxin.site.handlers.base import Guarded, ProgramHandler
from yongxin.site.handlers.files import FileHandler
from yongxin.site.kernels import NoRoom, OwnedKernels
from yongxin.site.live import LiveNotebook
from yongxin.site.refusals import Refusal
from yongxin.site.shells import notebook_path

#: How many seconds all cells of a page together may take.
PAGE_SECONDS = 120
#: Whoever stands in line asks again after so many seconds, and less often further back.
SECONDS_BETWEEN_ASKING = (3, 20)


class RunHandler(ProgramHandler):
    """Runs the code cells of a page in a kernel of the reader's own."""

    route = "run"
    _is_left = False
    _running: asyncio.Task[tuple[str, Uses]] | None = None

    @property
    def _kernels(self) -> OwnedKernels:
        return cast(OwnedKernels, self.kernel_manager)

    async def post(self) -> None:
        """Send what the cells show, and what Voila's front end must know; or the place in line."""
        kind, module_id = self._asked()
        path = await self.services.in_thread(
            notebook_path, self.services.catalogue, kind, module_id, self.language
        )
        try:
            self.send(await self._run(path))
        except NoRoom as error:
            shortest, longest = SECONDS_BETWEEN_ASKING
            again = min(longest, shortest + error.place // 5)
            self.refusal_code = "kernels-busy"  # for the metrics: the page itself only waits
            self.set_status(202)
            self.send({"place": error.place, "again": again})

    async def delete(self) -> None:
        """Stand in line no more."""
        self._kernels.leave_line(self.learner.id)
        self.set_status(204)
        self.finish()

    def on_connection_close(self) -> None:
        """Stop: the page was left before it was ready."""
        self._is_left = True
        if self._running is not None:
            self._running.cancel()

    def _asked(self) -> tuple[Literal["lesson", "exercise"], str]:
        body = self.json_body()
        kind, module_id = body.get("place"), body.get("module")
        if kind not in ("lesson", "exercise") or not isinstance(module_id, str):
            raise Refusal(400, "malformed")
        return kind, module_id

    async def _run(self, path: Path) -> dict[str, Any]:
        notebook = await self._notebook(path)
        root = self.services.catalogue.root
        try:
            kernel_id = await self._kernels.start_for(
                self.learner.id,
                course_root=root,
                directory=path.parent.relative_to(root).as_posix(),
                kernel_name=notebook.notebook.metadata.kernelspec.name,
            )
        except (NoSuchKernel, OSError, RuntimeError) as error:
            self.log.exception("no kernel could be started for %s", path)
            raise Refusal(503, "kernel-lost", retry_after=10) from error
        try:
            html, uses = await self._shown(notebook, kernel_id)
        except BaseException as error:
            await self._kernels.shut_down(kernel_id)
            if isinstance(error, DeadKernelError | TimeoutError | RuntimeError):
                self.log.exception("the kernel for %s did not do its work", path)
                raise Refusal(503, "kernel-lost", retry_after=10) from error
            raise
        front_end = cast(FrontEnd, self.settings["yongxin_front_end"])
        await front_end.keep_modules(uses.scripts)
        return {
            "html": html,
            "config": front_end.page_config(kernel_id, uses),
            "styles": front_end.styles,
            "scripts": front_end.scripts,
        }

    async def _notebook(self, path: Path) -> LiveNotebook:
        lessons = self.services.lessons
        configuration = self.settings["voila_configuration"]
        prepared = await self.services.in_thread(lessons.prepare, path, self.language)
        if not prepared.needs_kernel:
            raise Refusal(404, "not-found")
        notebook = LiveNotebook(
            prepared,
            lessons.exporter(self.language),
            self.text,
            request_handler=self,
            voila_configuration=configuration,
            traitlet_config=self.settings["voila_config"],
            notebook_path=str(path),
            template_paths=[],
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config={},
        )
        await notebook.initialize()
        return notebook

    async def _shown(self, notebook: LiveNotebook, kernel_id: str) -> tuple[str, Uses]:
        """Return the cells' outputs as HTML, and what they use."""
        if self._is_left:
            raise DeadKernelError("the page was left")
        kernel = cast(AsyncKernelManager, self._kernels.get_kernel(kernel_id))
        self._running = asyncio.create_task(notebook.show(kernel_id, kernel))
        try:
            return await asyncio.wait_for(self._running, PAGE_SECONDS)
        except asyncio.CancelledError as error:
            raise DeadKernelError("the page was left") from error
        finally:
            notebook.close()


class _OwnKernel(Guarded):
    """Lets nobody but its owner reach a kernel; to others it is not there."""

    for_programs = True

    async def prepare(self, **options: Any) -> None:
        await super().prepare(**options)
        if self._finished:
            return
        kernels = cast(OwnedKernels, self.kernel_manager)
        if not kernels.is_owner(self.path_kwargs["kernel_id"], self.learner.id):
            raise Refusal(404, "no-kernel")


class OwnKernelHandler(_OwnKernel, KernelHandler):
    """Whether the kernel is alive, and its end."""

    route = "kernel"


class OwnChannelsHandler(_OwnKernel, VoilaKernelWebsocketHandler):
    """Messages to and from the kernel; Voila lets through what widgets need and nothing else."""

    route = "kernel-channels"

    def write_message(self, message: bytes | dict[str, Any], binary: bool = False) -> Any:
        """Send a message, without the scripts that the browser may have already."""
        # A browser always says where a page comes from, and that was found to be this site.
        origin = self.request.headers.get("Origin")
        if isinstance(message, bytes) and binary and origin:
            front_end = cast(FrontEnd, self.settings["yongxin_front_end"])
            message = front_end.modules.named(message, f"{origin}{front_end.modules_path}")
        return super().write_message(message, binary)


class OwnShutdownHandler(_OwnKernel):
    """Ends a kernel when its page is left."""

    route = "kernel-shutdown"

    async def post(self, kernel_id: str) -> None:
        await cast(OwnedKernels, self.kernel_manager).shut_down(kernel_id)
        self.set_status(204)
        self.finish()


class FrontEndHandler(FileHandler):
    """Voila's front end and that of the widgets: from memory, for everybody, like our own files."""

    route = "front-end"
    asks_who = False

    async def get(self, version: str, path: str) -> None:
        front_end = cast(FrontEnd, self.settings["yongxin_front_end"])
        file = await front_end.get(path)
        if file is None:
            raise Refusal(404, "not-found")
        self.send_version(file, version)


class ThemeHandler(Guarded, ThemesHandler):
    """Styles of JupyterLab's themes."""

    route = "voila-theme"
    for_programs = True
