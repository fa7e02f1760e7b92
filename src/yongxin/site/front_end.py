"""Voila's front end: its files, and those of the widgets, each made ready once and kept in memory.

Voila serves it as about a hundred small files that a browser asks for one after the other, and
loads every extension that is installed. Here the parts that every page needs come as one file, an
extension comes only where it has work, and all addresses change when any of the files does, so that
browsers keep them for good.
"""

import asyncio
import mimetypes
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from logging import Logger
from pathlib import Path
from typing import Any, Final, cast

from voila.app import Voila
from voila.paths import collect_static_paths
from voila.utils import get_page_config, get_voila_labextensions_path

from yongxin.site.assets import Asset
from yongxin.site.compression import compressed_forms
from yongxin.site.notebooks import fingerprint
from yongxin.site.widget_modules import WidgetModules

MODULES: Final = "modules/"
BUNDLE: Final = "static/bundle.js"
MAIN: Final = "static/voila.js"
STYLES: Final = "templates/lab/static/index.css"

#: The chunks of webpack that a page with ipywidgets asks for, as seen in a browser with Voila
#: 0.5.13, ipywidgets 8.1 and anywidget 0.11. They only save requests: one that is missing here is
#: asked for by the page itself, and one that another version does not have is left out.
_CHUNKS: Final[Mapping[str, str]] = {
    "static": """
        73 143 225 431 457 614 630 1187 1601 1621 1670 1996 2121 2296 2772 2829 2930 3144 3249 3307
        3311 3459 3649 3916 3989 3992 4041 4135 4173 4222 4371 4486 4653 4729 4875 4972 5044 5312
        5688 5764 5767 5992 6008 6049 6074 6305 6382 6468 6573 7155 7245 7259 7393 7483 7556 7598
        7770 7883 8017 8135 8487 8766 8773 8862 8925 9081 9151 9212 9582 9684 9890 9981""",
    "labextensions/@jupyter-widgets/jupyterlab-manager/static": """
        7 32 84 121 160 170 452 704 718 967""",
    "labextensions/@voila-dashboards/widgets-manager8/static": "496 883",
    "labextensions/anywidget/static": "2 528",
}
#: The rest of a file's name behind its chunk's number; some have a hash of the content in it.
_CHUNK_NAME: Final = re.compile(r"(\d+)\.(?:voila|[0-9a-f]+)\.js")

#: What gets smaller by compressing.
_TEXTS: Final = ("text/", "application/json", "application/javascript", "image/svg")
#: Extension → the Python package without which it has nothing to do.
_WORKS_FOR: Final[Mapping[str, str]] = {"anywidget": "anywidget", "jupyterlab-plotly": "plotly"}
PACKAGES: Final = tuple(sorted(set(_WORKS_FOR.values())))
_PLOTLY_FIGURE: Final = "application/vnd.plotly.v1+json"


@dataclass(frozen=True)
class Uses:
    """What the cells of a page use: packages, types of outputs, models of widgets, their scripts.

    ``packages`` is ``None`` if nobody knows, as when the kernel does not speak Python.
    """

    packages: frozenset[str] | None
    output_types: frozenset[str]
    widgets: frozenset[str]
    scripts: frozenset[str]


class FrontEnd:
    """The files below ``voila/`` on the site. For the event loop's own thread.

    ``roots`` are the folders in which each part of the addresses is looked for, in this order.
    ``page_config`` is what Voila tells its front end on every page. ``modules`` are found below
    ``modules/`` as well.
    """

    def __init__(
        self,
        base: str,
        roots: Mapping[str, Iterable[str]],
        page_config: Mapping[str, Any],
        modules: WidgetModules,
    ) -> None:
        self.modules = modules
        self._files = _index(roots)
        stamps = (
            f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}"
            for name, path in sorted(self._files.items())
        )
        self.version = fingerprint(*(one.encode() for one in stamps))
        self._root = f"{base}voila/{self.version}"
        self._page_config = page_config
        self._kept: dict[str, asyncio.Future[Asset]] = {}
        # One, because compressing the largest takes a core for a second.
        self._thread = ThreadPoolExecutor(1, "yongxin-front-end")

    @property
    def styles(self) -> list[str]:
        """The addresses of the style sheets that a page needs."""
        return [f"{self._root}/{STYLES}"]

    @property
    def scripts(self) -> list[str]:
        """The addresses of the scripts that a page needs, in their order."""
        return [f"{self._root}/{BUNDLE}", f"{self._root}/{MAIN}"]

    @property
    def modules_path(self) -> str:
        """Below what address on the site the scripts of widgets stand."""
        return f"{self._root}/{MODULES}"

    async def keep_modules(self, scripts: Iterable[str]) -> None:
        """Keep scripts that the cells of a page have sent."""
        loop = asyncio.get_running_loop()
        for one in scripts:
            await loop.run_in_executor(self._thread, self.modules.add, one)

    def page_config(self, kernel_id: str, uses: Uses) -> dict[str, Any]:
        """Return what the front end must know on a page with this kernel."""
        extensions = self._page_config["federated_extensions"]
        return {
            **self._page_config,
            "kernelId": kernel_id,
            "fullStaticUrl": f"{self._root}/static",
            "fullLabextensionsUrl": f"{self._root}/labextensions",
            "federated_extensions": [one for one in extensions if _has_work(one["name"], uses)],
        }

    async def get(self, path: str) -> Asset | None:
        """Return the file at ``path`` below the front end's address, if there is one."""
        loop = asyncio.get_running_loop()
        if path not in self._kept:
            known = path in self._files or path == BUNDLE
            if path.startswith(MODULES):
                name = path.removeprefix(MODULES)
                known = bool(await loop.run_in_executor(self._thread, self.modules.path, name))
            if not known:
                return None
            making = loop.run_in_executor(self._thread, self._make, path)
            making.add_done_callback(lambda done: self._check(path, done))
            self._kept[path] = making
        return await asyncio.shield(self._kept[path])

    def _check(self, path: str, done: "asyncio.Future[Asset]") -> None:
        if done.cancelled() or done.exception():
            self._kept.pop(path, None)

    def _make(self, path: str) -> Asset:
        if path == BUNDLE:
            content = self._chunks("static")
        elif path.startswith(MODULES):
            kept = self.modules.path(path.removeprefix(MODULES))
            content = kept.read_bytes() if kept else b""
        else:
            folder, _, name = path.rpartition("/")
            content = self._files[path].read_bytes()
            if name.startswith("remoteEntry."):
                content = self._chunks(folder) + content
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Asset(
            name=path,
            content=content,
            content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            version=self.version,
            encodings=compressed_forms(content) if kind.startswith(_TEXTS) else (),
        )

    def _chunks(self, folder: str) -> bytes:
        """Return the chunks in ``folder`` that every page needs, as one script.

        A chunk only adds itself to a list, which webpack looks through when it starts: what stands
        there it does not ask for.
        """
        wanted = set(_CHUNKS.get(folder, "").split())
        found: list[bytes] = []
        for path, file in sorted(self._files.items()):
            before, _, name = path.rpartition("/")
            match = _CHUNK_NAME.fullmatch(name)
            if before == folder and match and match[1] in wanted:
                # Whether a chunk is strict is for itself to say, and not for the first of them.
                found += [b"(function(){", file.read_bytes(), b"\n}).call(self);\n"]
        return b"".join(found)


def voila_front_end(voila: Voila, settings: dict[str, Any], state: Path) -> FrontEnd:
    """Return the front end of a Voila that has read its configuration.

    ``state`` is the folder for what the site writes.
    """
    configuration = voila.voila_configuration
    roots: dict[str, list[str]] = {
        "static": voila.static_paths,
        "labextensions": get_voila_labextensions_path(configuration.extra_labextensions_path),
        "templates/lab/static": collect_static_paths(["voila", "nbconvert"], "lab"),
    }
    page_config = get_page_config(
        base_url=voila.base_url,
        settings=settings,
        log=cast(Logger, voila.log),
        voila_configuration=configuration,
    )
    page_config["jupyterLabTheme"] = configuration.theme
    modules = WidgetModules(state / "widget-modules")
    return FrontEnd(voila.base_url, roots, page_config, modules)


def _index(roots: Mapping[str, Iterable[str]]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for prefix, folders in roots.items():
        for folder in map(Path, folders):
            for path in folder.rglob("*"):
                name = f"{prefix}/{path.relative_to(folder).as_posix()}"
                if path.is_file() and path.suffix != ".map":
                    files.setdefault(name, path)
    return files


def _has_work(extension: str, uses: Uses) -> bool:
    """Tell whether the page may need an extension of JupyterLab; if in doubt, it does."""
    package = _WORKS_FOR.get(extension)
    if package is None or uses.packages is None:
        return True
    if extension == "jupyterlab-plotly" and not (
        # It shows figures that a cell shows, now or later; a FigureWidget brings its own plotly.
        _PLOTLY_FIGURE in uses.output_types or "OutputModel" in uses.widgets
    ):
        return False
    return package in uses.packages
