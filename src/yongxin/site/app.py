"""The server: a Voila that shows our pages, knows its learners and starts few kernels."""

import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.routing import URLSpec
from traitlets import Bool, Integer, TraitError, Unicode, default, validate
from traitlets.config.loader import Config
from voila.app import Voila
from voila.utils import get_voila_labextensions_path

from yongxin.catalogue import Catalogue, CatalogueError, find_root
from yongxin.elements import assets as element_assets
from yongxin.grading.configuration import COURSE_ID, state_directory
from yongxin.grading.exchange import ExchangeSettings
from yongxin.grading.private import make_private
from yongxin.site.assets import Assets, asset, site_assets
from yongxin.site.handlers.base import NotFoundHandler, loggable
from yongxin.site.handlers.routes import ROUTES, url_specs, voila_routes
from yongxin.site.identity import RosterIdentityProvider
from yongxin.site.kernels import OwnedKernels, OwnerAuthorizer
from yongxin.site.learning import Learning
from yongxin.site.pages import Pages
from yongxin.site.paths import Paths
from yongxin.site.rendering import TEMPLATES, Lessons
from yongxin.site.secrets import UnsafeSecret, cookie_secret
from yongxin.site.services import Services
from yongxin.store import Store, StoreError

#: Anything larger is cut off while it arrives; ``handlers.base`` refuses in words long before.
MOST_BYTES_RECEIVED = 1024 * 1024

#: After so many seconds in which nothing is sent a connection is closed.
SECONDS_OF_SILENCE = 90
#: What fits into the address of a Unix socket everywhere; macOS has the shortest.
LONGEST_SOCKET_PATH = 103
#: A kernel that does not end by then is left to the operating system.
SECONDS_TO_STOP = 10

#: JupyterLab extensions that do not work in Voila's front end, or that it does not need.
DENIED_EXTENSIONS = [
    "@jupyter/nbgrader",
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
]

#: Called with the store and the site's address as soon as the server answers.
WhenReady = Callable[[Store, str], None]


class CannotServe(Exception):
    """The site cannot be started; the message says what to mend."""


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
    time_zone = Unicode(
        "Asia/Shanghai",
        config=True,
        help="""The time zone in which pages tell dates and times. Everything is kept in UTC.""",
    )
    behind_proxy = Bool(
        False,
        config=True,
        help="""Set this if, and only if, all requests come through a proxy that sets the headers
        X-Forwarded-For and X-Forwarded-Proto: they are then believed.""",
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
        "port": "YongxinServer.port",
        "state": "YongxinServer.state_dir",
        "store": "YongxinServer.store_url",
    }
    flags = {  # noqa: RUF012
        "debug": Voila.flags["debug"],
        "no-browser": ({"YongxinServer": {"open_browser": False}}, "Do not open a browser."),
    }
    classes = [*Voila.classes, RosterIdentityProvider, OwnedKernels]  # noqa: RUF012

    services: Services
    when_ready: WhenReady | None = None

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

    @validate("base_url", "server_url")
    def _slashes_around(self, proposal: dict[str, Any]) -> str | None:
        value = proposal["value"]
        return value and "/" + "".join(f"{part}/" for part in value.split("/") if part)

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
            raise CannotServe(f"not understood: {' '.join(self.extra_args)}")
        if not issubclass(self.voila_configuration.multi_kernel_manager_class, OwnedKernels):
            raise CannotServe("VoilaConfiguration.multi_kernel_manager_class: must be OwnedKernels")
        try:
            make_private(Path(self.state_dir))
            self.root_dir = str(Path(self.course_root).resolve())
            self.cookie_secret = self.cookie_secret or cookie_secret(Path(self.state_dir))
            self.services = self._make_services()
        except (CatalogueError, StoreError, UnsafeSecret, OSError, ValueError) as error:
            raise CannotServe(str(error)) from error

    def setup_template_dirs(self) -> None:
        """Let Voila's front end be found; its templates stand aside for ours."""
        super().setup_template_dirs()
        self.template_paths = [str(TEMPLATES / "yongxin"), *self.template_paths]

    def _make_services(self) -> Services:
        paths = Paths(self.base_url)
        catalogue = Catalogue(Path(self.root_dir))
        _ = catalogue.course  # a damaged course is told now and not to the first learner
        assets = Assets(
            [
                *site_assets(),
                asset("elements.css", element_assets.style().encode()),
                asset("elements.js", element_assets.script().encode()),
                asset("plotly.js", element_assets.library("plotly").encode()),
            ]
        )
        zone = ZoneInfo(self.time_zone)
        store = Store.open(self.store_url)
        learning = Learning(catalogue, store, ExchangeSettings(Path(self.exchange_root), COURSE_ID))
        return Services(
            catalogue=catalogue,
            store=store,
            learning=learning,
            lessons=Lessons(catalogue, paths),
            pages=Pages(paths, assets, zone),
            assets=assets,
            paths=paths,
            threads=ThreadPoolExecutor(self.worker_threads, "yongxin"),
            password_threads=ThreadPoolExecutor(2, "yongxin-password"),
        )

    def init_settings(self) -> dict[str, Any]:
        """Return what tornado is told: Voila's settings, and ours, which are stricter."""
        settings = cast(dict[str, Any], super().init_settings())
        return settings | {
            "yongxin_services": self.services,
            "voila_configuration": self.voila_configuration,
            "voila_config": self.config,
            # Every handler is Guarded, which asks the table of access; see handlers.routes.
            "allow_unauthenticated_access": True,
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Lax", "path": self.base_url},
            "compress_response": True,
            "default_handler_class": NotFoundHandler,
            "log_function": log_request,
            "headers": {
                "Content-Security-Policy": "frame-ancestors 'self'",
                "Referrer-Policy": "same-origin",
            },
            "websocket_max_message_size": MOST_BYTES_RECEIVED,
            **self.tornado_settings,
        }

    def init_handlers(self) -> list[URLSpec]:
        """Return our routes. Of Voila's, only those that a page with a kernel needs are there."""
        extensions = get_voila_labextensions_path(self.voila_configuration.extra_labextensions_path)
        own = voila_routes(
            static_paths=self.static_paths,
            themes={
                "themes_url": "/voila/api/themes",
                "path": self.themes_dir,
                "labextensions_path": extensions,
                "no_cache_paths": ["/"],
            },
            extension_paths=extensions,
        )
        return url_specs(cast(str, self.server_url), [*ROUTES, *own])

    def start(self) -> None:
        """Serve until a signal says to stop. Raises ``CannotServe``."""

        async def until_signalled() -> None:
            await self.serve(_stop_signals())

        asyncio.run(until_signalled())

    async def serve(self, stopping: asyncio.Event) -> None:
        """Serve until ``stopping`` is set, then release everything. Raises ``CannotServe``."""
        self.connection_dir = tempfile.mkdtemp(prefix="yongxin_", dir=self.connection_dir_root)
        try:
            self.config.merge(_kernel_transport(self.connection_dir))
            settings = self.init_settings()
            self.app = web.Application(cast(Any, self.init_handlers()), **settings)
            server = HTTPServer(
                self.app,
                xheaders=self.behind_proxy,
                max_body_size=MOST_BYTES_RECEIVED,
                max_buffer_size=2 * MOST_BYTES_RECEIVED,
                idle_connection_timeout=SECONDS_OF_SILENCE,
                body_timeout=SECONDS_OF_SILENCE,
            )
            sockets = self._bind()
            self.port = sockets[0].getsockname()[1]
            server.add_sockets(sockets)
            self._tell_ready()
            await stopping.wait()
            self.log.info("stopping")
            server.stop()
            try:
                async with asyncio.timeout(SECONDS_TO_STOP):
                    await self.kernel_manager.shutdown_all(now=True)
            except TimeoutError:
                self.log.warning("not every kernel has ended")
            await server.close_all_connections()
        finally:
            self.services.close()
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _bind(self) -> list[Any]:
        try:
            return bind_sockets(self.port, self.ip)
        except OSError as error:
            raise CannotServe(
                f"cannot listen on port {self.port} of {self.ip}: {error.strerror}; "
                "choose another one with --port"
            ) from error

    def _tell_ready(self) -> None:
        url = self.display_url
        self.log.info("Yongxin is running at %s", url)
        if self.when_ready:
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


def log_request(handler: web.RequestHandler) -> None:
    """Log a finished request: what went wrong always, what went well only when debugging.

    The query is left out, and so is the secret of a one-time link.
    """
    status = handler.get_status()
    level = logging.DEBUG if status < 400 else logging.INFO if status < 500 else logging.ERROR
    request = handler.request
    logging.getLogger("tornado.access").log(
        level,
        "%d %s %s (%s) %.0f ms",
        status,
        request.method,
        loggable(request.path),
        request.remote_ip,
        1000 * request.request_time(),
    )


def _stop_signals() -> asyncio.Event:
    """Return an event that is set when this process is asked to stop."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(one, stopping.set)
        except NotImplementedError:  # on Windows
            signal.signal(one, lambda *_: loop.call_soon_threadsafe(stopping.set))
    return stopping


def main(argv: Sequence[str] | None = None, *, when_ready: WhenReady | None = None) -> int:
    """Serve the site that the options ask for; return the exit status when it has stopped.

    ``when_ready`` is called once, with the store and the site's address, when the site answers.
    """
    server = YongxinServer.instance()
    server.when_ready = when_ready
    try:
        server.initialize(list(sys.argv[1:] if argv is None else argv))
        server.start()
    except CannotServe as error:
        print(f"yongxin serve: {error}", file=sys.stderr)  # noqa: T201  (a command prints)
        return 1
    return 0
