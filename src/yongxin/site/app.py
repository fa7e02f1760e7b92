"""The server: a Voila that shows our pages, knows its learners and starts few kernels."""

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import uuid
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prometheus_client.registry import CollectorRegistry
from tornado import web
from tornado.netutil import bind_sockets
from tornado.routing import URLSpec
from traitlets import (
    Bool,
    Enum,
    Float,
    Integer,
    TraitError,
    Unicode,
    Union,
    default,
    observe,
    validate,
)
from traitlets.config.loader import Config
from voila.app import Voila
from voila.utils import get_voila_labextensions_path

from yongxin.catalogue import Catalogue, CatalogueError, find_root
from yongxin.cohort.completion import CompletionDesk
from yongxin.cohort.desk import TrainersDesk
from yongxin.cohort.erasure import Places
from yongxin.cohort.figures import CohortFigures
from yongxin.cohort.practice_desk import PracticeDesk
from yongxin.grading.configuration import COURSE_ID, state_directory
from yongxin.grading.exchange import ExchangeSettings
from yongxin.grading.private import make_private
from yongxin.secret_file import UnsafeSecret
from yongxin.site import systemd
from yongxin.site.assets import Asset, Assets, site_assets
from yongxin.site.door import MOST_BYTES_RECEIVED, Door
from yongxin.site.front_end import voila_front_end
from yongxin.site.handlers.base import NotFoundHandler
from yongxin.site.handlers.forwarding import forwarding_rule
from yongxin.site.handlers.routes import ROUTES, theme_route, url_specs
from yongxin.site.headers import EVERYWHERE
from yongxin.site.identity import RosterIdentityProvider
from yongxin.site.kernels import OwnedKernels, OwnerAuthorizer
from yongxin.site.learning import Learning
from yongxin.site.logs import CountBytes, LogAddresses, LogFormat, configuration, log_request
from yongxin.site.metrics import (
    FOLDER_VARIABLE,
    Metrics,
    MetricsPort,
    Processes,
    forget_process,
    watch_loop,
)
from yongxin.site.neighbours import LONGEST_SOCKET_PATH, Neighbours, new_name
from yongxin.site.pages import Pages
from yongxin.site.paths import Paths
from yongxin.site.people import People
from yongxin.site.pictures import Pictures
from yongxin.site.process import Process, collect_seldom
from yongxin.site.rendering import TEMPLATES, Lessons
from yongxin.site.secrets import cookie_secret
from yongxin.site.services import Limits, Services
from yongxin.site.shells import Shells
from yongxin.site.waiting import beside, first_of
from yongxin.site.workers import Supervisor, Task, WorkersFailed
from yongxin.store import Store, StoreError

#: How many connections may wait to be accepted: a thousand learners who arrive together.
WAITING_CONNECTIONS = 1024
#: In characters.
LONGEST_CONTACT = 300
#: A kernel that does not end by then is left to the operating system.
SECONDS_TO_STOP = 10
#: So long a thread may keep the interpreter from others. A save waits for it several times; with
#: Python's own 0.005 that makes a rush of them last several times as long.
SECONDS_OF_A_TURN = 0.001

#: JupyterLab extensions that do not work in Voila's front end, or that it does not need.
DENIED_EXTENSIONS = [
    "@jupyter/nbgrader",
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
    "jupyterlab_pygments",
]

#: Called with the store and the site's address as soon as the server answers.
WhenReady = Callable[[Store, str], None]


class CannotServe(Exception):
    """The site cannot be started; the message says what to mend."""

    status = 1


class NotUnderstood(CannotServe):
    """The command line was not understood."""

    status = 2


class YongxinServer(Voila):
    """The learners' site of one course."""

    name = "yongxin"
    description = Unicode(
        """The learners' site: lessons, exercises, results, and the overview for trainers.

        Every option can also be set in yongxin_config.py, in the working directory or in any of
        Jupyter's configuration folders."""
    )
    examples = Unicode(
        """
        yongxin serve                             the course of this folder, on port 8866
        yongxin serve --port=80 --ip=0.0.0.0      for everybody in the house
        yongxin serve --store=postgresql+psycopg://yongxin@database/yongxin
        yongxin serve --gallery                   every kind of question in every state
        """
    )

    course_root = Unicode(
        config=True,
        help="""The folder of the built course. If not set: what YONGXIN_COURSE names, else the
        nearest of the working directory and its ancestors that holds data/course.json.""",
    )
    state_dir = Unicode(
        config=True,
        help="""The folder for what the site writes: database, cookie secret, exchange. Private to
        the account that runs the site. If not set: what YONGXIN_STATE names, else var/ in the
        course's folder.""",
    )
    store_url = Unicode(
        config=True,
        help="""The database: sqlite:///path/to/file.db or postgresql+psycopg://user@host/name. If
        not set: yongxin.db in the state folder.""",
    )
    exchange_root = Unicode(
        config=True,
        help="""The exchange folder of nbgrader, where hand-ins are put and feedback is found. If
        not set: exchange/ in the state folder.""",
    )
    trainers_folder = Unicode(
        config=True,
        help="""The trainers' course folder, with content/ and nbgrader_config.py, from which the
        pages for trainers read the gradebook. If not set: the course's own folder where that is
        both, and else none; a published site may go without.""",
    )
    privacy_contact = Unicode(
        config=True,
        help="""Whom people ask about their personal data, as the privacy notice tells them: a name
        with a telephone number, an e-mail address, or both.""",
    )
    time_zone = Unicode(
        "Asia/Shanghai",
        config=True,
        help="""The time zone in which pages tell dates and times, and in which a day ends for cards
        that come again after some days. Everything is kept in UTC.""",
    )
    public_address = Unicode(
        config=True,
        help="""The address under which everybody reaches this site, with the path if it has one:
        https://learn.example.com/. It stands in the QR code of every certificate. If not set: the
        address of the request by which a certificate is made.""",
    )
    behind_proxy = Bool(
        False,
        config=True,
        help="""Set this if, and only if, all requests come through a proxy that sets the headers
        X-Forwarded-For and X-Forwarded-Proto: they are then believed.""",
    )
    workers = Union(
        [Integer(min=1, max=64), Enum(["auto"])],
        default_value=1,
        config=True,
        help="""How many processes serve the site, under a parent that replaces what ends; auto is
        one for each core. SIGHUP to the parent starts new ones and then lets the old ones end.""",
    )
    seconds_to_stop = Float(
        30,
        config=True,
        min=0,
        help="""How many seconds requests that were begun may take until the site stops.""",
    )
    seconds_to_retire = Float(
        600,
        config=True,
        min=0,
        help="""After a restart, how many seconds the old processes may live for connections that
        are open, and for pages whose Python runs in them.""",
    )
    metrics_port = Integer(
        0,
        config=True,
        help="""The port on which Prometheus finds the metrics of all processes; 0 for none.""",
    )
    metrics_ip = Unicode(
        "127.0.0.1",
        config=True,
        help="""The address of the port for metrics. Whoever reaches it may read them.""",
    )
    log_lines = Enum(
        ["text", "json"],
        default_value="text",
        config=True,
        help="""How the log is written: text for people, who are told what went wrong; json for
        programs, which are told of every request, one object a line.""",
    )
    log_addresses = Enum(
        ["none", "network", "full"],
        default_value="none",
        config=True,
        help="""What the log tells of a client's address: nothing, its network, or all of it.""",
    )
    worker_threads = Integer(
        8,
        config=True,
        min=1,
        max=64,
        help="""How many requests may wait for the database or a disk at the same time.""",
    )

    aliases = {  # noqa: RUF012  (traitlets reads it so)
        "base_url": "YongxinServer.base_url",
        "server_url": "YongxinServer.server_url",
        "course": "YongxinServer.course_root",
        "exchange": "YongxinServer.exchange_root",
        "ip": "YongxinServer.ip",
        "log-addresses": "YongxinServer.log_addresses",
        "log-format": "YongxinServer.log_lines",
        "metrics-port": "YongxinServer.metrics_port",
        "port": "YongxinServer.port",
        "public-address": "YongxinServer.public_address",
        "privacy-contact": "YongxinServer.privacy_contact",
        "state": "YongxinServer.state_dir",
        "store": "YongxinServer.store_url",
        "trainers-folder": "YongxinServer.trainers_folder",
        "workers": "YongxinServer.workers",
    }
    flags = {  # noqa: RUF012
        "behind-proxy": (
            {"YongxinServer": {"behind_proxy": True}},
            "Believe the headers X-Forwarded-For and X-Forwarded-Proto of a proxy.",
        ),
        "debug": Voila.flags["debug"],
        "no-browser": ({"YongxinServer": {"open_browser": False}}, "Do not open a browser."),
    }
    classes = [*Voila.classes, RosterIdentityProvider, OwnedKernels]  # noqa: RUF012

    services: Services
    when_ready: WhenReady | None = None
    #: What the parent of several processes has told this one.
    task: Task | None = None
    #: Whether this process is a site and nothing else, so that its warnings are logged our way.
    whole_process = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.metrics = Metrics()
        self.process = Process()
        self._answers = asyncio.Event()

    @default("course_root")
    def _default_course_root(self) -> str:
        return str(find_root())

    @default("state_dir")
    def _default_state_dir(self) -> str:
        return str(state_directory(Path(self.course_root)))

    @default("store_url")
    def _default_store_url(self) -> str:
        return f"sqlite:///{Path(self.state_dir) / 'yongxin.db'}"

    @default("exchange_root")
    def _default_exchange_root(self) -> str:
        return str(Path(self.state_dir) / "exchange")

    @default("trainers_folder")
    def _default_trainers_folder(self) -> str:
        return self.course_root if (Path(self.course_root) / "content").is_dir() else ""

    @default("cookie_secret")
    def _default_cookie_secret(self) -> bytes:
        return b""  # initialize reads the file, when it is known where that is

    @default("identity_provider_class")
    def _default_identity_provider_class(self) -> type:
        return RosterIdentityProvider

    @default("authorizer_class")
    def _default_authorizer_class(self) -> type:
        return OwnerAuthorizer

    @default("open_browser")
    def _default_open_browser(self) -> bool:
        return False

    @default("port_retries")
    def _default_port_retries(self) -> int:
        return 0  # a site that moves to another port cannot be found

    @validate("time_zone")
    def _known_time_zone(self, proposal: dict[str, Any]) -> str:
        try:
            ZoneInfo(proposal["value"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise TraitError(f"{proposal['value']!r} is no time zone, such as UTC") from error
        return cast(str, proposal["value"])

    @validate("public_address")
    def _whole_address(self, proposal: dict[str, Any]) -> str:
        value = cast(str, proposal["value"])
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
            raise TraitError(f"{value!r} is no address, such as https://learn.example.com/")
        return value and f"{value.rstrip('/')}/"

    @validate("base_url", "server_url")
    def _slashes_around(self, proposal: dict[str, Any]) -> str | None:
        value = proposal["value"]
        return value and "/" + "".join(f"{part}/" for part in value.split("/") if part)

    # -- logging -------------------------------------------------------------------------------

    @observe("log_lines")
    def _lines_have_changed(self, _change: Any) -> None:
        self._configure_logging()

    def get_default_logging_config(self) -> dict[str, Any]:
        """Return how everything is logged; see ``logs``."""
        return configuration(
            super().get_default_logging_config(),
            lines=cast(LogFormat, self.log_lines),
            level=self.log_level,
            worker=self.task and self.task.number,
            whole_process=self.whole_process,
        )

    def _request_finished(self, handler: web.RequestHandler) -> None:
        self.metrics.request_answered(handler)
        level = logging.INFO if self.log_lines == "json" else logging.DEBUG
        log_request(handler, level=level, addresses=cast(LogAddresses, self.log_addresses))

    # -- starting ------------------------------------------------------------------------------

    def load_config_file(self, filename: str, path: Any = None) -> None:  # noqa: ARG002
        """Read ``yongxin_config.py``; a ``voila.py``, which Voila would read, hides its package."""
        super().load_config_file("yongxin_config", path)

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read options and files. Raises ``CannotServe``."""
        self.config.merge(_secure_defaults())
        try:
            super().initialize(argv)
        except ValueError as error:
            raise CannotServe(str(error)) from error
        # Voila's own handler stops an event loop that there is none of yet.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if self.extra_args:
            raise NotUnderstood(f"not understood: {' '.join(self.extra_args)}")
        self.process.worker = self.task and self.task.number
        if self.process_count > 1 and not hasattr(os, "fork"):
            raise CannotServe("several workers need a Unix system; leave out --workers")
        if not issubclass(self.voila_configuration.multi_kernel_manager_class, OwnedKernels):
            raise CannotServe("VoilaConfiguration.multi_kernel_manager_class: must be OwnedKernels")
        try:
            make_private(Path(self.state_dir))
            self.root_dir = str(Path(self.course_root).resolve())
            self.cookie_secret = self.cookie_secret or cookie_secret(Path(self.state_dir))
            if self._is_parent:
                _ = Catalogue(Path(self.root_dir)).course
                Store.open(self.store_url).close()  # makes or updates the tables, once for all
            else:
                self.services = self._make_services()
        except (CatalogueError, StoreError, UnsafeSecret, OSError, ValueError) as error:
            raise CannotServe(str(error)) from error

    @property
    def process_count(self) -> int:
        """How many processes serve the site."""
        return cast(int, _own_cores() if self.workers == "auto" else self.workers)

    @property
    def _is_parent(self) -> bool:
        return self.process_count > 1 and self.task is None

    def setup_template_dirs(self) -> None:
        """Let Voila's front end be found; its templates stand aside for ours."""
        super().setup_template_dirs()
        self.template_paths = [str(TEMPLATES / "yongxin"), *self.template_paths]

    def make_assets(self) -> list[Asset]:
        """Return the site's own files."""
        return site_assets()

    def _make_services(self) -> Services:
        paths = Paths(self.base_url)
        catalogue = Catalogue(Path(self.root_dir))
        _ = catalogue.course  # a damaged course is told now and not to the first learner
        assets = Assets(self.make_assets())
        zone = ZoneInfo(self.time_zone)
        pages = Pages(paths, assets, zone)
        lessons = Lessons(catalogue, paths)
        threads = ThreadPoolExecutor(self.worker_threads, "yongxin")
        store = Store.open(self.store_url, migrate=self.task is None)
        store.count_commits(self.metrics.events_written)
        exchange = ExchangeSettings(Path(self.exchange_root), COURSE_ID)
        learning = Learning(catalogue, store, exchange, zone=zone)
        desk = (
            TrainersDesk(Path(self.trainers_folder), catalogue, store)
            if self.trainers_folder
            else None
        )
        return Services(
            catalogue=catalogue,
            store=store,
            people=People(store),
            learning=learning,
            lessons=lessons,
            shells=Shells(catalogue, lessons, pages, paths, threads),
            pictures=Pictures(catalogue),
            pages=pages,
            assets=assets,
            paths=paths,
            threads=threads,
            event_threads=ThreadPoolExecutor(self.worker_threads, "yongxin-event"),
            hand_in_threads=ThreadPoolExecutor(4, "yongxin-hand-in"),
            password_threads=ThreadPoolExecutor(2, "yongxin-password"),
            document_threads=ThreadPoolExecutor(2, "yongxin-document"),
            zone=zone,
            places=Places(
                Path(self.state_dir),
                exchange,
                Path(self.trainers_folder) if self.trainers_folder else None,
            ),
            contact=" ".join(self.privacy_contact.split())[:LONGEST_CONTACT],
            practice=PracticeDesk(catalogue, store),
            figures=CohortFigures(store),
            completion=CompletionDesk(catalogue, store, marks=desk.marks if desk else None),
            desk=desk,
            public_address=self.public_address,
            limits=Limits.for_processes(self.process_count),
        )

    def init_settings(self) -> dict[str, Any]:
        """Return what tornado is told: Voila's settings, and ours, which are stricter."""
        settings = cast(dict[str, Any], super().init_settings())
        self.kernel_manager.may_sign_in = self._may_sign_in
        return settings | {
            "yongxin_front_end": voila_front_end(self, settings, Path(self.state_dir)),
            "yongxin_services": self.services,
            "yongxin_process": self.process,
            "voila_configuration": self.voila_configuration,
            "voila_config": self.config,
            # Every handler is Guarded, which asks the table of access; see handlers.routes.
            "allow_unauthenticated_access": True,
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Lax", "path": self.base_url},
            "compress_response": True,
            "default_handler_class": NotFoundHandler,
            "log_function": self._request_finished,
            "headers": dict(EVERYWHERE),
            "websocket_max_message_size": MOST_BYTES_RECEIVED,
            **self.tornado_settings,
        }

    async def _may_sign_in(self, learner_id: int) -> bool:
        found = await self.services.in_thread(self.services.store.learners_of, [learner_id])
        return any(one.active for one in found)

    def init_handlers(self) -> list[URLSpec]:
        """Return our routes. Of Voila's, only those that a page with a kernel needs are there."""
        extensions = get_voila_labextensions_path(self.voila_configuration.extra_labextensions_path)
        themes = theme_route(
            themes_url="/voila/api/themes",
            path=self.themes_dir,
            labextensions_path=extensions,
            no_cache_paths=["/"],
        )
        return url_specs(cast(str, self.server_url), [*ROUTES, themes])

    def start(self) -> None:
        """Serve until a signal says to stop. Raises ``CannotServe``."""
        sys.setswitchinterval(SECONDS_OF_A_TURN)
        asyncio.run(self._supervise() if self._is_parent else self._serve_alone_or_as_told())

    async def _supervise(self) -> None:
        """Let several processes serve."""
        folder = Path(tempfile.mkdtemp(prefix="yongxin_", dir=self.connection_dir_root))
        counted = folder / "metrics"
        counted.mkdir()
        sockets = self._bind()
        self.port = sockets[0].getsockname()[1]
        supervisor = Supervisor(
            options=self.argv,
            count=self.process_count,
            sockets=sockets,
            folder=folder,
            seconds_to_stop=self.seconds_to_stop,
            log=self.log,
            environment={FOLDER_VARIABLE: str(counted)} if self.metrics_port else {},
            has_ended=lambda process_id: forget_process(process_id, counted),
        )
        try:
            with self._metrics_port(counted, supervisor.processes):
                await supervisor.run(self._tell_ready)
        except WorkersFailed as error:
            raise CannotServe(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _serve_alone_or_as_told(self) -> None:
        stopping, retiring = asyncio.Event(), asyncio.Event()
        if self.task is None:
            _on_signals(stopping.set, "SIGINT", "SIGTERM", "SIGHUP")
            with self._metrics_port(self.metrics.registry):
                await self.serve(stopping)
            return
        _on_signals(stopping.set, "SIGTERM")
        # Ctrl-C and the end of a terminal reach the parent as well, which then says what to do.
        _on_signals(lambda: None, "SIGINT", "SIGHUP")
        follow = self.task.follow(ready=self._answers, retire=retiring, stop=stopping)
        async with beside(follow):
            await self.serve(stopping, retiring)

    async def serve(self, stopping: asyncio.Event, retiring: asyncio.Event | None = None) -> None:
        """Serve until ``stopping`` is set, then release everything. Raises ``CannotServe``.

        ``retiring`` says that others have taken over: what is open here is served to its end.
        """
        self.connection_dir = (
            self.task.folder
            if self.task
            else tempfile.mkdtemp(prefix="yongxin_", dir=self.connection_dir_root)
        )
        self._neighbours = Neighbours(Path(self.state_dir), new_name())
        try:
            self.config.merge(_kernel_transport(self.connection_dir))
            self.config.OwnedKernels.process_name = self._neighbours.name
            settings = self.init_settings()
            forwarding = forwarding_rule(cast(str, self.server_url), self._neighbours)
            self.app = web.Application(cast(Any, [forwarding, *self.init_handlers()]), **settings)
            self.app.add_transform(CountBytes)
            door = Door(self.app, self._neighbours, behind_proxy=self.behind_proxy)
            sockets = self.task.sockets() if self.task else self._bind()
            self.port = sockets[0].getsockname()[1]
            door.open(sockets, Path(self.connection_dir))
            if self.whole_process:
                collect_seldom()
            async with beside(watch_loop(self.metrics, lambda: len(self.kernel_manager))):
                if self.task is None:
                    self._tell_ready()
                self._answers.set()
                await first_of(stopping.wait(), (retiring or asyncio.Event()).wait())
                if not stopping.is_set():
                    await self._retire(door, stopping)
                await self._stop(door)
        finally:
            self.services.close()
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _retire(self, door: Door, stopping: asyncio.Event) -> None:
        """Serve connections that are open, and pages whose Python runs here, to their end."""
        self.log.info("retiring")

        async def until_nobody_is_left() -> None:
            await door.drain(self.seconds_to_retire, close_idle=False)
            while len(self.kernel_manager) or self._neighbours.forwards:  # noqa: ASYNC110
                await asyncio.sleep(1)

        await first_of(until_nobody_is_left(), stopping.wait(), seconds=self.seconds_to_retire)

    async def _stop(self, door: Door) -> None:
        """Answer every request that was begun, and end the kernels."""
        self.log.info("stopping")
        self.process.stopping = True
        if self.task is None:
            systemd.notify("STOPPING=1")
        if not await door.drain(self.seconds_to_stop, close_idle=True):
            self.log.warning("not every request was answered in time")
        try:
            async with asyncio.timeout(SECONDS_TO_STOP):
                await self.kernel_manager.shutdown_all(now=True)
        except TimeoutError:
            self.log.warning("not every kernel has ended")
        await door.close()

    def _bind(self) -> list[Any]:
        try:
            return bind_sockets(self.port, self.ip, backlog=WAITING_CONNECTIONS)
        except OSError as error:
            raise CannotServe(
                f"cannot listen on port {self.port} of {self.ip}: {error.strerror}; "
                "choose another one with --port"
            ) from error

    @contextmanager
    def _metrics_port(
        self, counted: CollectorRegistry | Path, processes: Processes | None = None
    ) -> Generator[None]:
        """Let Prometheus read the metrics while the block runs. Raises ``CannotServe``."""
        if not self.metrics_port:
            yield
            return
        try:
            port = MetricsPort(self.metrics_port, self.metrics_ip, counted, processes)
        except OSError as error:
            raise CannotServe(
                f"cannot listen on port {self.metrics_port} of {self.metrics_ip} for metrics: "
                f"{error.strerror}; choose another one with --metrics-port"
            ) from error
        try:
            yield
        finally:
            port.close()

    @property
    def display_url(self) -> str:
        """The site's address as people may type it. Voila would add a token; there is none."""
        everywhere = self.ip in {"", "0.0.0.0", "::"}  # noqa: S104  (asked, not bound)
        url = self.custom_display_url or self._url(socket.gethostname() if everywhere else self.ip)
        return url if url.endswith("/") else f"{url}/"

    def _tell_ready(self) -> None:
        url = self.display_url
        self.log.info("Yongxin is running at %s", url)
        systemd.notify("READY=1")
        if self.when_ready:
            if self._is_parent:
                with Store.open(self.store_url, migrate=False) as store:
                    self.when_ready(store, url)
            else:
                self.when_ready(self.services.store, url)
        if self.open_browser:
            self.launch_browser()


def _secure_defaults() -> Config:
    """Return what differs from Voila's own defaults; options and files may still change it."""
    config = Config()
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.strip_sources = True
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.extension_denylist = list(DENIED_EXTENSIONS)
    config.VoilaConfiguration.multi_kernel_manager_class = OwnedKernels
    # A kernel that has died comes back empty and nobody would know; better that it stays away.
    config.KernelRestarter.restart_limit = 0
    return config


def _kernel_transport(connection_dir: str) -> Config:
    """Let kernels be reached through sockets that only this account can open, if there are such."""
    config = Config()
    path = os.path.join(connection_dir, f"kernel-{uuid.UUID(int=0)}-ipc-5")  # noqa: PTH118
    if os.name == "posix" and len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        config.ServerKernelManager.transport = "ipc"
    return config


def _own_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _on_signals(act: Callable[[], None], *names: str) -> None:
    """Call ``act`` in the running event loop when one of the signals comes that exist here."""
    loop = asyncio.get_running_loop()
    for one in (getattr(signal, name) for name in names if hasattr(signal, name)):
        try:
            loop.add_signal_handler(one, act)
        except NotImplementedError:  # on Windows
            signal.signal(one, lambda *_: loop.call_soon_threadsafe(act))


def main(argv: Sequence[str] | None = None, *, when_ready: WhenReady | None = None) -> int:
    """Serve the site that the options ask for; return the exit status when it has stopped.

    ``when_ready`` is called once, with the store and the site's address, when the site answers.
    """
    server = YongxinServer.instance()
    server.when_ready = when_ready
    return run(server, sys.argv[1:] if argv is None else argv)


def run(server: YongxinServer, options: Sequence[str]) -> int:
    """Run ``server`` as the whole of this process; return the exit status."""
    server.whole_process = True
    logging.captureWarnings(True)
    try:
        server.initialize(list(options))
        server.start()
    except CannotServe as error:
        if server.log_lines == "json":
            server.log.critical("yongxin serve: %s", error)
        else:
            print(f"yongxin serve: {error}", file=sys.stderr)  # noqa: T201  (a command prints)
        return error.status
    return 0
