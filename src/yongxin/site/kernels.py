"""Kernels for the pages that need one: each belongs to one learner and knows no secret of ours."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
from jupyter_server._tz import utcnow
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import Integer, Unicode, default
from voila.utils import ENV_VARIABLE
from zmq.asyncio import Context

from yongxin.catalogue.root import VARIABLE
from yongxin.site import memory
from yongxin.site.identity import SiteUser
from yongxin.site.neighbours import kernel_id
from yongxin.site.waiting_line import WaitingLine

MEGABYTE = 1024 * 1024
#: Whoever waits for a kernel and does not ask again for so many seconds has gone. Browsers wake
#: pages that nobody looks at once a minute.
SECONDS_OF_PATIENCE = 75
#: For so many seconds after its start a kernel has not taken yet what it is going to take.
SECONDS_TO_GROW = 20

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


class NoRoom(Exception):
    """No kernel can be started now; ``place`` is where one stands in the line, 1 being the next."""

    def __init__(self, place: int) -> None:
        super().__init__(f"number {place} in the line for a kernel")
        self.place = place


class OwnedKernels(AsyncMappingKernelManager):
    """Voila's kernels, each with an owner, and no more of them than the machine can bear."""

    kernels_each = Integer(
        2,
        config=True,
        min=1,
        help="""How many kernels one person may have at a time, one for each open page that runs
        Python of its own. Opening one more page ends the oldest.""",
    )
    kernels_altogether = Integer(
        20,
        config=True,
        min=1,
        help="""How many kernels may run at a time in one process of this server. Whoever comes
        after that stands in line.""",
    )
    memory_each = Integer(
        160,
        config=True,
        min=1,
        help="""How many megabytes of memory a kernel is expected to take: 40 with widgets, 160
        with pandas and plotly. One is started only if there is so much beside the reserve.""",
    )
    memory_reserve = Integer(
        512,
        config=True,
        min=0,
        help="""How many megabytes of memory kernels leave to everything else on this machine, or
        in the container that the server runs in.""",
    )
    seconds_without_page = Integer(
        300,
        config=True,
        min=150,
        help="""After how many seconds a kernel ends whose page is not connected to it: its browser
        has gone without a word, or is out of reach.""",
    )
    seconds_idle_when_full = Integer(
        300,
        config=True,
        min=1,
        help="""While others stand in line, a kernel whose page was not used for so many seconds
        makes room. When nobody waits it may stay for ``cull_idle_timeout`` seconds.""",
    )

    process_name = Unicode(
        config=True,
        help="""The name of this process among those of the site; kernel ids begin with it, so that
        every process can tell where a kernel lives. Set by the site itself.""",
    )

    @default("context")
    def _default_context(self) -> Context:
        # The process's own. One that a manager makes for itself is destroyed when the manager is
        # forgotten, and that waits without limit for any socket that somebody still holds.
        return Context.instance()

    @default("cull_idle_timeout")
    def _default_cull_idle_timeout(self) -> int:
        return 1800

    @default("cull_interval")
    def _default_cull_interval(self) -> int:
        return 30

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._owners: dict[str, int] = {}  # in the order in which the kernels were started
        self._started: dict[str, float] = {}
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._line = WaitingLine(SECONDS_OF_PATIENCE)
        #: Tells whether a learner may still sign in; as long as nobody says how, everybody may.
        self.may_sign_in: Callable[[int], Awaitable[bool]] | None = None

    def new_kernel_id(self, **options: Any) -> str:
        """Return a new id; it tells in which process of the site the kernel lives."""
        name = self.process_name
        return kernel_id(name) if name else super().new_kernel_id(**options)

    def is_owner(self, kernel_id: str, learner_id: int) -> bool:
        """Tell whether this kernel was started for this learner."""
        return self._owners.get(kernel_id) == learner_id

    async def start_for(
        self, learner_id: int, *, course_root: Path, directory: str, kernel_name: str | None = None
    ) -> str:
        """Start a kernel for a learner and return its id.

        It works in ``directory``, relative to the manager's root. Raises ``NoRoom``; whoever asks
        again within ``SECONDS_OF_PATIENCE`` keeps the place in the line.
        """
        own = [kernel_id for kernel_id, owner in self._owners.items() if owner == learner_id]
        too_many = max(0, len(own) + 1 - self.kernels_each)
        room = self._room() - self._line.before(learner_id)
        if room <= 0 and own:
            # A page that is reloaded is still there when it asks for itself anew, and it should not
            # have to stand in line for its own place.
            too_many = max(1, too_many)
        elif room <= 0:
            await self._make_room()
            raise NoRoom(self._line.before(learner_id) + 1)
        self._line.leave(learner_id)
        kernel_id = self.new_kernel_id()
        # From now on, so that a burst of requests counts those that are still starting.
        self._owners[kernel_id] = learner_id
        self._started[kernel_id] = time.monotonic()
        try:
            for old in own[:too_many]:
                await self.shut_down(old)
            return await self._async_start_kernel(
                kernel_id=kernel_id,
                kernel_name=kernel_name,
                path=directory,
                env={
                    **kernel_environment(os.environ, course_root),
                    str(ENV_VARIABLE.VOILA_KERNEL_ID): kernel_id,
                },
            )
        except BaseException:
            self._forget(kernel_id)
            raise

    def leave_line(self, learner_id: int) -> None:
        """Let somebody go who waits no more."""
        self._line.leave(learner_id)

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

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that was not used for long, that has no page any more, or no owner.

        A kernel that is busy and says nothing is not used either: nobody knows whether it ever
        ends what it does.
        """
        owner = self._owners.get(kernel_id)
        if self.may_sign_in and owner is not None and not await self.may_sign_in(owner):
            self.log.info("kernel %s is nobody's any more", kernel_id)
            await self.shut_down(kernel_id)
            return
        limit = self.cull_idle_timeout
        if not self._kernel_connections.get(kernel_id):
            limit = min(limit, self.seconds_without_page)
        if self._seconds_idle(kernel_id) > limit:
            self.log.info("kernel %s was not used for %d s", kernel_id, limit)
            await self.shut_down(kernel_id)

    def _room(self) -> int:
        """Return how many more kernels the machine can bear."""
        newborn = time.monotonic() - SECONDS_TO_GROW
        growing = sum(started > newborn for started in self._started.values())
        free = memory.available() - self.memory_reserve * MEGABYTE
        by_memory = free // (self.memory_each * MEGABYTE) - growing
        return max(0, min(by_memory, self.kernels_altogether - len(self._owners)))

    async def _make_room(self) -> None:
        """End the kernel whose page was not used the longest, if that is long enough."""
        idle = {one: self._seconds_idle(one) for one in self._owners if one not in self._ending}
        longest = max(idle, key=lambda one: idle[one], default=None)
        if longest is not None and idle[longest] > self.seconds_idle_when_full:
            self.log.info("kernel %s makes room", longest)
            await self.shut_down(longest)

    def _seconds_idle(self, kernel_id: str) -> float:
        if kernel_id not in self._kernel_connections:  # it starts
            return 0
        return (utcnow() - self._kernels[kernel_id].last_activity).total_seconds()

    async def _async_start_kernel(self, *, kernel_id: str | None = None, **options: Any) -> str:
        if kernel_id is None or kernel_id not in self._owners:
            raise web.HTTPError(403, "a kernel without an owner could be anybody's")
        return await super()._async_start_kernel(kernel_id=kernel_id, **options)

    start_kernel = _async_start_kernel

    async def _async_shutdown_kernel(self, kernel_id: str, **options: Any) -> None:
        """End a kernel and every process that it or its children have started."""
        pid = getattr(self.get_kernel(kernel_id).provisioner, "pid", None)
        family = await asyncio.to_thread(_descendants, pid) if pid else []
        try:
            await super()._async_shutdown_kernel(kernel_id, **options)
        finally:
            await asyncio.to_thread(_kill, family)

    shutdown_kernel = _async_shutdown_kernel

    def _handle_kernel_died(self, kernel_id: str) -> None:
        # Jupyter would forget it and leave its sockets and files behind.
        self.log.warning("kernel %s has died", kernel_id)
        task = asyncio.create_task(self.shut_down(kernel_id))
        task.add_done_callback(_log_failure)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and whose it was."""
        self._forget(kernel_id)
        return super().remove_kernel(kernel_id)

    def _forget(self, kernel_id: str) -> None:
        self._owners.pop(kernel_id, None)
        self._started.pop(kernel_id, None)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _kill(family: list[psutil.Process]) -> None:
    """End those processes that are still there: the kernel's own group has ended with it."""
    for one in family:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
        except psutil.Error as error:
            logging.getLogger(__name__).warning("a process of a kernel is left: %s", error)


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
