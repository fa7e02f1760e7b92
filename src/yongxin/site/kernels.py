"""Kernels for the pages that need one: each belongs to one learner and knows no secret of ours."""

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import Integer, default
from zmq.asyncio import Context

from yongxin.catalogue.root import VARIABLE
from yongxin.site.identity import SiteUser
from yongxin.site.refusals import Refusal

#: What a kernel is given of the server's environment. Everything else (store URLs, tokens of a
#: hub, a proxy's password) stays with the server.
PASSED_ON = frozenset(
    {
        # to find programs, libraries and kernels
        "CONDA_PREFIX",
        "JUPYTER_DATA_DIR",
        "JUPYTER_PATH",
        "LD_LIBRARY_PATH",
        "PATH",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        # who and where we are
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LOGNAME",
        "PYTHONIOENCODING",
        "PYTHONUTF8",
        "TMPDIR",
        "TZ",
        "USER",
        # the same on Windows
        "COMSPEC",
        "PATHEXT",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "USERPROFILE",
        "WINDIR",
    }
)


def kernel_environment(environment: Mapping[str, str], course_root: Path) -> dict[str, str]:
    """Select from the server's ``environment`` what a kernel may know."""
    selected = {name: value for name, value in environment.items() if name.upper() in PASSED_ON}
    return selected | {
        VARIABLE: str(course_root),
        # All kernels run as one account here: what a verb kept for it, every learner would see.
        "YONGXIN_STORE": "none",
        # A library that starts a thread for each core would do so in every kernel of the site.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


class OwnedKernels(AsyncMappingKernelManager):
    """Voila's kernels, each with an owner, and no more of them than the machine can bear."""

    kernels_each = Integer(
        2,
        config=True,
        help="""How many kernels one person may have at a time, one for each open page that runs
        Python of its own. Opening one more page ends the oldest.""",
    )
    kernels_altogether = Integer(
        20,
        config=True,
        help="""How many kernels may run on this server at a time. Whoever comes after that is
        asked to try again later. A kernel takes 60 to 140 MB of memory.""",
    )

    @default("context")
    def _default_context(self) -> Context:
        # The process's own. One that a manager makes for itself is destroyed when the manager is
        # forgotten, and that waits without limit for any socket that somebody still holds.
        return Context.instance()

    @default("cull_idle_timeout")
    def _default_cull_idle_timeout(self) -> int:
        return 600

    @default("cull_interval")
    def _default_cull_interval(self) -> int:
        return 60

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._owners: dict[str, int] = {}  # in the order in which the kernels were started
        self._ending: dict[str, asyncio.Task[None]] = {}

    def is_owner(self, kernel_id: str, learner_id: int) -> bool:
        """Tell whether this kernel was started for this learner."""
        return self._owners.get(kernel_id) == learner_id

    async def start_for(
        self, learner_id: int, *, course_root: Path, directory: str, kernel_name: str | None = None
    ) -> str:
        """Start a kernel for a learner and return its id.

        It works in ``directory``, relative to the manager's root. Raises ``Refusal`` when too
        many kernels run already.
        """
        own = [kernel_id for kernel_id, owner in self._owners.items() if owner == learner_id]
        too_many = max(0, len(own) + 1 - self.kernels_each)
        for kernel_id in own[:too_many]:
            await self.shut_down(kernel_id)
        if len(self._owners) >= self.kernels_altogether:
            raise Refusal(503, "kernels-busy", retry_after=30)
        return await self._async_start_kernel(
            owner=learner_id,
            kernel_name=kernel_name,
            path=directory,
            env=kernel_environment(os.environ, course_root),
        )

    async def shut_down(self, kernel_id: str) -> None:
        """End a kernel at once; it holds nothing that is worth waiting for."""
        ending = self._ending.get(kernel_id)
        if ending is None:
            if kernel_id not in self:
                return
            ending = asyncio.create_task(self._async_shutdown_kernel(kernel_id, now=True))
            self._ending[kernel_id] = ending
            ending.add_done_callback(lambda _: self._ending.pop(kernel_id, None))
        # Whoever waits may go away; the kernel ends all the same.
        await asyncio.shield(ending)

    async def _async_start_kernel(self, *, owner: int | None = None, **options: Any) -> str:
        if owner is None:
            raise web.HTTPError(403, "a kernel without an owner could be anybody's")
        kernel_id = self.new_kernel_id(**options)
        # Before it runs, so that a burst of requests counts those that are still starting.
        self._owners[kernel_id] = owner
        try:
            return await super()._async_start_kernel(kernel_id=kernel_id, **options)
        except BaseException:
            self._owners.pop(kernel_id, None)
            raise

    start_kernel = _async_start_kernel

    def _handle_kernel_died(self, kernel_id: str) -> None:
        # Jupyter would forget it and leave its sockets and files behind.
        self.log.warning("kernel %s has died", kernel_id)
        task = asyncio.create_task(self.shut_down(kernel_id))
        task.add_done_callback(_log_failure)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and whose it was."""
        self._owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)


def _log_failure(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        logging.getLogger(__name__).error("a kernel that died is still there", exc_info=error)


class OwnerAuthorizer(Authorizer):
    """Lets people reach the kernels that were started for them, and nothing else of Jupyter."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:  # noqa: ARG002
        """Tell whether ``user`` owns the kernel that this request names."""
        kernel_id = handler.path_kwargs.get("kernel_id")
        return (
            resource == "kernels"
            and isinstance(user, SiteUser)
            and handler.kernel_manager.is_owner(kernel_id, user.learner.id)
        )
