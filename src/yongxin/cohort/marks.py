"""Copies of the gradebook's marks in the store, kept fresh; see ``store.marks``.

nbgrader's gradebook tells nobody when it changes. SQLite at least says at once whether anything in
the file has changed since somebody last looked; of PostgreSQL everything has to be read again.
"""

import sqlite3
import sys
import threading
import time
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from yongxin.catalogue import Catalogue
from yongxin.grading.batch import GradingFailed
from yongxin.grading.exchange import nbgrader_configuration
from yongxin.store import UNKNOWN_MOMENT, ModuleMark, Store

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from yongxin.cohort.gradebook_marks import GradebookMark

#: So many submissions are read at once, in some hundredths of a second; whoever wants the marks of
#: a page's learners waits at most for that.
_AT_ONCE = 1000
#: A lock goes to whoever asks first, so whoever has just had it lets others ask for so long.
_MOMENT = 0.001
#: Reading everything anew is quick for hundreds of learners and takes half a minute for ten
#: thousand in all modules. Then it is not done again before this many times as long has passed.
_PAUSE = 19
_QUICK_SECONDS = 0.5


class _Change:
    """Tells whether a SQLite file has changed since it was last asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def version(self) -> object:
        """Return something else after each change, also when the file was replaced.

        Raises ``GradingFailed`` when the file cannot be read.
        """
        try:
            found = self._path.stat()
            file = (found.st_dev, found.st_ino)
            if self._connection is None or self._file != file:
                self.close()
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
                self._file = file
            return (*file, self._connection.execute("PRAGMA data_version").fetchone())
        except (OSError, sqlite3.Error) as error:
            raise GradingFailed(f"the gradebook {self._path} cannot be read: {error}") from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _AlwaysChanged:
    """Of a server nobody can tell."""

    def version(self) -> object:
        return object()

    def close(self) -> None:
        pass


@dataclass
class _Reading:
    """How far one module has been read: ``kept`` is what the store has and was not met yet."""

    ids: dict[str, int]
    kept: dict[int, ModuleMark]
    after: str = ""


@dataclass
class _Pass:
    """A reading of all modules, of what the gradebook was at ``version`` or later."""

    version: object
    missing: set[str]
    seconds: float = 0.0


@dataclass
class _Gradebook:
    """The gradebook, once it is known where it is."""

    engine: "Engine"
    file: Path | None
    change: _Change | _AlwaysChanged


@dataclass
class _State:
    """What a site's threads share of it, in turns."""

    gradebook: _Gradebook | None = None
    #: Modules to read, the next one first, and how far that is.
    to_read: dict[str, _Reading | None] = field(default_factory=dict[str, _Reading | None])
    current: _Pass | None = None
    #: What was read as a whole, when it was read last.
    known: object = None
    next_pass: float = 0.0


class Marks:
    """Keeps the store's copies of marks as the gradebook has them. Threads may share an instance.

    ``folder`` is the trainers' course folder, whose ``nbgrader_config.py`` names the gradebook.
    Where there is none yet there are no marks.
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        store: Store,
        *,
        importing: AbstractContextManager[object] | None = None,
    ) -> None:
        """``importing`` is held by whoever imports nbgrader."""
        self._folder = folder
        self._catalogue = catalogue
        self._store = store
        self._importing = importing or threading.Lock()
        self._turn = threading.Lock()  # of the state, for as long as one slice is read
        self._state = _State()
        self._catching_up = threading.Lock()
        self._closing = threading.Event()

    def refresh(
        self,
        *,
        modules: Collection[str] | None = None,
        usernames: Collection[str] | None = None,
        seconds: float = 0.5,
    ) -> None:
        """Bring the store up to date with the gradebook.

        With ``usernames`` the marks of these learners, all of them, whatever the time. Without
        them everybody's, as far as that can be done in so many seconds; the next call goes on.
        With ``modules`` only those; without them all, if anything can have changed.

        Raises ``GradingFailed`` when the gradebook cannot be read, and ``StoreError``.
        """
        with self._turn:
            gradebook = self._found()
            if gradebook is None:
                return
        if usernames is not None:
            self._read_learners(gradebook, usernames, modules)
        else:
            self._read_everybody(gradebook, modules, time.monotonic() + seconds)

    def catch_up(self) -> None:
        """Read everything that has changed, in slices; at once if another thread is at it.

        Between two slices whoever waits for a page has the machine alone for as long as the last
        one took. Errors as ``refresh``.
        """
        if not self._catching_up.acquire(blocking=False):
            return
        try:
            is_behind = True
            while is_behind:
                began = time.monotonic()
                self.refresh(seconds=0)
                is_closing = self._closing.wait(time.monotonic() - began)
                is_behind = self.is_behind and not is_closing
        finally:
            self._catching_up.release()

    @property
    def is_ready(self) -> bool:
        """Whether nobody has to wait a second for nbgrader to be imported."""
        return "nbgrader.api" in sys.modules

    @property
    def is_behind(self) -> bool:
        """Whether there are marks in the gradebook that nobody has had the time to read."""
        return bool(self._state.to_read)

    def close(self) -> None:
        """Let go of the gradebook, and let ``catch_up`` come to an end."""
        self._closing.set()
        with self._turn:
            if self._state.gradebook is not None:
                self._state.gradebook.change.close()

    # -- some learners -----------------------------------------------------------------------

    def _read_learners(
        self, gradebook: _Gradebook, usernames: Collection[str], modules: Collection[str] | None
    ) -> None:
        from yongxin.cohort import gradebook_marks as rows

        wanted = self._course_modules() if modules is None else modules
        # All modules in one turn: whoever waits for a page waits for one slice, not for one each.
        with self._turn:
            if gradebook.change.version() == self._state.known:
                return
            ids = self._store.learner_ids(usernames)
            kept: dict[str, dict[int, ModuleMark]] = {}
            for one in self._store.marks(learner_ids=ids.values()):
                kept.setdefault(one.module_id, {})[one.learner_id] = one
            found: dict[str, list[GradebookMark]] = {}
            with rows.reading(gradebook.engine) as connection:
                for module_id, cells in rows.read_cells(connection, wanted).items():
                    found[module_id] = rows.read_marks_of(connection, cells, ids)
            for module_id in wanted:
                self._keep(module_id, found.get(module_id, ()), ids, kept.get(module_id, {}))

    # -- everybody ---------------------------------------------------------------------------

    def _read_everybody(
        self, gradebook: _Gradebook, modules: Collection[str] | None, end: float
    ) -> None:
        with self._turn:
            if modules is None:
                self._begin_pass(gradebook)
            else:
                self._state.to_read = dict.fromkeys(modules) | self._state.to_read
        while True:
            with self._turn:
                to_read = self._state.to_read
                wanted = (one for one in to_read if modules is None or one in modules)
                module_id = next(wanted, None)
                if module_id is None:
                    return
                self._read_slice(gradebook, module_id)
            if time.monotonic() >= end:
                return
            time.sleep(_MOMENT)

    def _begin_pass(self, gradebook: _Gradebook) -> None:
        state = self._state
        if state.current is not None or time.monotonic() < state.next_pass:
            return
        version = gradebook.change.version()
        if version != state.known:
            every = self._course_modules()
            state.current = _Pass(version, set(every))
            state.to_read = dict.fromkeys(every) | state.to_read

    def _read_slice(self, gradebook: _Gradebook, module_id: str) -> None:
        """Read some submissions of a module; strike it off when there are no more."""
        from yongxin.cohort import gradebook_marks as rows

        began = time.monotonic()
        state = self._state
        # Should anything fail, the module is read from the start the next time.
        place, state.to_read[module_id] = state.to_read[module_id], None
        if place is None:
            kept = self._store.marks(module_id=module_id)
            place = _Reading(self._store.learner_ids(), {one.learner_id: one for one in kept})
        with rows.reading(gradebook.engine) as connection:
            cells = rows.read_cells(connection, [module_id]).get(module_id)
            found = (
                rows.read_marks_after(connection, cells, place.after, limit=_AT_ONCE)
                if cells
                else []
            )
        is_last = len(found) < _AT_ONCE
        self._keep(module_id, found, place.ids, place.kept, are_all=is_last)
        if is_last:
            del state.to_read[module_id]
        else:
            place.after = found[-1].username
            state.to_read[module_id] = place
        self._count(module_id, time.monotonic() - began, is_read=is_last)

    def _count(self, module_id: str, seconds: float, *, is_read: bool) -> None:
        state = self._state
        if state.current is None:
            return
        state.current.seconds += seconds
        if is_read:
            state.current.missing.discard(module_id)
        if not state.current.missing:
            state.known = state.current.version
            if state.current.seconds > _QUICK_SECONDS:
                state.next_pass = time.monotonic() + _PAUSE * state.current.seconds
            state.current = None

    # -- both --------------------------------------------------------------------------------

    def _keep(
        self,
        module_id: str,
        found: "Iterable[GradebookMark]",
        ids: dict[str, int],
        kept: dict[int, ModuleMark],
        *,
        are_all: bool = True,
    ) -> None:
        """Keep what differs from what is kept, and take what was found out of ``kept``.

        If these are all there are, the rest is dropped.
        """
        changed: list[ModuleMark] = []
        for one in found:
            learner_id = ids.get(one.username)
            if learner_id is None:  # somebody who is not on our roster
                continue
            mark = ModuleMark(
                learner_id,
                module_id,
                one.moment or UNKNOWN_MOMENT,
                one.points,
                one.maximum,
                one.waiting,
                one.reflections,
            )
            if kept.pop(learner_id, None) != mark:
                changed.append(mark)
        self._store.keep_marks(changed)
        if are_all:
            self._store.drop_marks(module_id, kept)

    def _course_modules(self) -> list[str]:
        return list(self._catalogue.course.modules)

    def _found(self) -> _Gradebook | None:
        """Return the gradebook, or ``None`` while there is no file of it."""
        found = self._state.gradebook
        if found is None:
            with self._importing:
                from yongxin.cohort.gradebook_marks import open_gradebook

                url: str = nbgrader_configuration(self._folder).CourseDirectory.db_url
            parsed = make_url(url)
            is_sqlite = parsed.get_backend_name() == "sqlite"
            file = Path(parsed.database or "") if is_sqlite else None
            change = _Change(file) if file else _AlwaysChanged()
            found = self._state.gradebook = _Gradebook(open_gradebook(url), file, change)
        return None if found.file is not None and not found.file.is_file() else found
