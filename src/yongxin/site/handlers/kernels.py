"""Voila's and Jupyter's own handlers that a page with a kernel needs, behind our door."""

from typing import Any, cast

from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from yongxin.site.handlers.base import Guarded
from yongxin.site.kernels import OwnedKernels
from yongxin.site.refusals import Refusal


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


class OwnShutdownHandler(_OwnKernel):
    """Ends a kernel when its page is left."""

    route = "kernel-shutdown"

    async def post(self, kernel_id: str) -> None:
        await cast(OwnedKernels, self.kernel_manager).shut_down(kernel_id)
        self.set_status(204)
        self.finish()


class _Files(Guarded):
    """Files that only other files of a page ask for; nobody reads an error page there."""

    for_programs = True


class TemplateFileHandler(_Files, TemplateStaticFileHandler):
    """Files of Voila's templates."""

    route = "voila-template"


class VoilaFileHandler(_Files, MultiStaticFileHandler):
    """Voila's front end."""

    route = "voila-static"


class ThemeHandler(_Files, ThemesHandler):
    """Styles of JupyterLab's themes."""

    route = "voila-theme"


class ExtensionFileHandler(_Files, FileFindHandler):
    """Front ends of widgets."""

    route = "voila-extension"
