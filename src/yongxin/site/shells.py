"""Lessons and exercises as shells: all of a page that is the same for everybody, compressed once.

What is not the same for everybody, a name and some states, is put in for each reader. A shell
belongs to one content of the course: its menu, its notebook, its elements, its pictures.
"""

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from markupsafe import Markup, escape

from yongxin.catalogue import Catalogue, UnknownId
from yongxin.language import Language
from yongxin.site.compression import Part, segment
from yongxin.site.modules import neighbours, require_module
from yongxin.site.page_data import for_any_page, for_elements
from yongxin.site.pages import Pages, course_menu, in_script
from yongxin.site.paths import Paths
from yongxin.site.rendering import Body, Lessons, Stamp, stamp
from yongxin.store import Role
from yongxin.text import interface_text

Kind: TypeAlias = Literal["lesson", "exercise"]
Slot: TypeAlias = Literal["name", "xsrf", "data"]

#: For so many seconds a shell is used without a look at the files that it was made of.
SECONDS_BETWEEN_LOOKS = 1.0
#: Shells take at most so many bytes; those that nobody asked for the longest go first.
MOST_BYTES = 64 * 1024 * 1024
#: Text between two slots that is shorter than this is compressed along with what fills them.
_SHORT = 512
#: The interface texts ``site.live.…`` that static/live.js needs, beside ``waiting``.
_LIVE_TEXTS = (
    "again",
    "course",
    "lost",
    "not-ready",
    "offline",
    "pending",
    "ready",
    "reload",
    "waits",
)


@dataclass(frozen=True)
class ShellKey:
    """Which page, and for whom: readers of one role and language share a shell."""

    kind: Kind
    module_id: str
    language: Language
    role: Role


@dataclass(frozen=True)
class Shell:
    """A page with gaps. ``elements`` are the names of the elements whose states it needs."""

    elements: tuple[str, ...]
    needs_kernel: bool
    _beginning: tuple[Part | Slot, ...]
    _ending: tuple[Part, ...]

    def beginning(self, *, name: str, xsrf: str) -> list[Part]:
        """Return the page up to its data: everything that a reader sees."""
        filled = {"name": name, "xsrf": xsrf}
        return [
            str(escape(filled[one])).encode() if isinstance(one, str) else one
            for one in self._beginning
        ]

    def ending(self, data: Mapping[str, Any]) -> list[Part]:
        """Return the page from its data on. ``data`` joins what every reader's page tells."""
        return [str(in_script(data))[1:-1].encode(), *self._ending]

    @property
    def size(self) -> int:
        """How many bytes of memory it takes, about."""
        parts = (*self._beginning, *self._ending)
        return sum(len(one) if isinstance(one, str | bytes) else one.size for one in parts)


@dataclass(frozen=True)
class _Anybody:
    """A learner of whom only the role is known."""

    role: Role
    name: Markup


@dataclass(frozen=True)
class _Kept:
    """A shell, and what it was made of."""

    shell: Shell
    edition: Catalogue
    files: Mapping[Path, Stamp]
    looked: float = 0.0

    def is_of(self, edition: Catalogue) -> bool:
        return edition is self.edition and all(
            stamp(path) == earlier for path, earlier in self.files.items()
        )


class Shells:
    """The shells of one site. For the event loop's own thread; files are read in ``threads``."""

    def __init__(
        self,
        catalogue: Catalogue,
        lessons: Lessons,
        pages: Pages,
        paths: Paths,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._catalogue = catalogue
        self._lessons = lessons
        self._pages = pages
        self._paths = paths
        self._threads = threads
        self._kept: OrderedDict[ShellKey, _Kept] = OrderedDict()
        self._looks: dict[ShellKey, asyncio.Future[_Kept]] = {}
        # Nobody who writes for the course or signs up for it can know this.
        self._secret = secrets.token_hex(16)
        self._size = 0

    async def get(self, key: ShellKey) -> Shell:
        """Return the shell, at once if it is kept.

        At most once a second somebody waits until the files have been looked at; who comes
        meanwhile is given what there is. Raises what ``notebook_path`` and ``Lessons.body`` raise.
        """
        kept = self._kept.get(key)
        looking = self._looks.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            if looking is not None or time.monotonic() - kept.looked < SECONDS_BETWEEN_LOOKS:
                return kept.shell
        if looking is None:
            loop = asyncio.get_running_loop()
            looking = loop.run_in_executor(self._threads, self._look, key, kept)
            self._looks[key] = looking
            looking.add_done_callback(lambda done: self._keep(key, done))
        return (await asyncio.shield(looking)).shell

    def _keep(self, key: ShellKey, done: "asyncio.Future[_Kept]") -> None:
        del self._looks[key]
        earlier = self._kept.pop(key, None)
        if earlier is not None:
            self._size -= earlier.shell.size
        if done.cancelled() or done.exception() is not None:
            return
        self._kept[key] = replace(done.result(), looked=time.monotonic())
        self._size += self._kept[key].shell.size
        while self._size > MOST_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.shell.size

    def _look(self, key: ShellKey, kept: _Kept | None) -> _Kept:
        edition = self._catalogue.edition()
        if kept is not None and kept.is_of(edition):
            return kept
        path = notebook_path(edition, key.kind, key.module_id, key.language)
        files = {path: stamp(path)}
        body = self._lessons.body(path, key.language)
        html = self._pages.render(
            f"{key.kind}.html",
            key.language,
            learner=_Anybody(key.role, self._mark("name")),
            xsrf=self._mark("xsrf"),
            here=self._address(key),
            body=body,
            page=self._page(key),
            live=live_data(self._paths, key.kind, key.module_id, key.language),
            **surroundings(edition, self._paths, key.kind, key.module_id, key.language),
        )
        return _Kept(self._shell(html, body), edition, {**files, **body.pictures})

    def _address(self, key: ShellKey) -> str:
        address = self._paths.lesson if key.kind == "lesson" else self._paths.exercise
        return address(key.language, key.module_id)

    def _page(self, key: ShellKey) -> dict[str, Any]:
        told = page_data(self._pages, self._paths, key.module_id, key.language, self._address(key))
        return told | {self._mark("data"): 0}

    def _mark(self, slot: Slot) -> Markup:
        return Markup("{}-{}").format(self._secret, slot)

    def _shell(self, html: str, body: Body) -> Shell:
        marks = f'"{self._secret}-(data)":0|{self._secret}-(name|xsrf)'
        pieces = [one for one in re.split(marks, html) if one is not None]
        place = pieces.index("data")
        return Shell(
            body.elements,
            body.needs_kernel,
            tuple(_parts(pieces[:place])),
            tuple(_texts(pieces[place + 1 :])),
        )


def _parts(pieces: list[str]) -> Iterable[Part | Slot]:
    # Texts and the names of slots take turns.
    for index, piece in enumerate(pieces):
        if index % 2:
            yield cast(Slot, piece)
        else:
            yield from _texts([piece])


def _texts(pieces: list[str]) -> Iterable[Part]:
    for piece in pieces:
        plain = piece.encode()
        yield plain if len(plain) < _SHORT else segment(plain)


def notebook_path(catalogue: Catalogue, kind: Kind, module_id: str, language: Language) -> Path:
    """Return where the notebook of a page stands; that of a lesson may be missing.

    Raises ``InPreparation``, and ``UnknownId`` also for a module without an exercise.
    """
    require_module(catalogue, module_id)
    if kind == "lesson":
        return catalogue.lesson_path(module_id, language)
    path = catalogue.exercise_path(module_id)
    if not path.is_file():
        raise UnknownId("exercise", module_id, ())
    return path


def surroundings(
    catalogue: Catalogue, paths: Paths, kind: Kind, module_id: str, language: Language
) -> dict[str, Any]:
    """Return what stands around the notebook of a module."""
    course = catalogue.course
    before, after = neighbours(catalogue, module_id)
    bank = catalogue.bank(module_id)
    return {
        "menu": course_menu(course, paths, language, module_id),
        "sections": bank.lesson[language],
        "module": course.modules[module_id],
        "has_exercise": bool(bank.exercise),
        "before": course.modules.get(before or ""),
        "after": course.modules.get(after or ""),
        "place": kind,
    }


def page_data(
    pages: Pages, paths: Paths, module_id: str, language: Language, here: str
) -> dict[str, Any]:
    """Return what the elements' script finds in every reader's page.

    The reader's own ``learner`` and ``elements`` join it.
    """
    return {
        **for_any_page(paths, language, here),
        **for_elements(pages, language),
        "module": module_id,
    }


def live_data(paths: Paths, kind: Kind, module_id: str, language: Language) -> dict[str, Any]:
    """Return what static/live.js finds in the page of a notebook that needs a kernel."""
    text = interface_text(language)
    words = {name: text(f"site.live.{name}") for name in _LIVE_TEXTS}
    return {
        "base": paths.base,
        "course": paths.start(language),
        "asked": {"place": kind, "module": module_id, "language": language},
        "text": words | {"waiting": text("site.live.waiting", place="{place}")},
    }
