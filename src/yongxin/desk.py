"""Behind the verbs in a kernel: the built course, and the answers of whoever uses this machine."""

import atexit
import getpass
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_data_dir

from yongxin.catalogue import Catalogue, CatalogueError, UnknownId, find_root
from yongxin.elements import Context, Element, Presentation, State, find_element
from yongxin.elements.comm import Failed, Shown
from yongxin.elements.progress import ProgressElement
from yongxin.elements.submission import SubmissionElement
from yongxin.items import JSON
from yongxin.language import Language
from yongxin.store import (
    InvalidName,
    Learner,
    NoAttemptsLeft,
    StateRefused,
    Store,
    StoreBusy,
    StoreError,
    StoreFull,
    UsernameTaken,
)
from yongxin.text import interface_text

if TYPE_CHECKING:
    from yongxin.site.learning import Learning

#: Names the database that keeps the answers, as a URL; ``none`` keeps them as long as the kernel.
STORE_VARIABLE = "YONGXIN_STORE"
NO_STORE = "none"

_log = logging.getLogger(__name__)

#: Elements that no module's bank lists: the learning service says what they show.
_COMPOSED = (SubmissionElement, ProgressElement)
_NOT_IN_A_USERNAME = re.compile(r"[^\w.@-]")


class LocalDesk:
    """The desk of one person on their own machine; see ``elements.comm.Desk``."""

    def __init__(self, catalogue: Catalogue, store: Store, *, username: str, kept: bool) -> None:
        """Add the learner if the store does not know them yet. Raises ``StoreError``."""
        self.catalogue = catalogue
        self.kept = kept
        self._store = store
        self._learner = _learner(store, username)

    def close(self) -> None:
        """Release the store."""
        self._store.close()

    def show(self, element: Element, language: Language) -> Shown:
        """Return the element as the learner left it. Raises ``Failed``."""
        with _explained(language):
            if isinstance(element, _COMPOSED):
                return self._show_composed(element.name, language)
            kept = element.state_name
            saved = self._store.saved(self._learner.id, [kept]).get(kept)
            state = saved.state if saved else element.initial()
            presentation = element.present(state, self._context(element, language))
            return Shown(saved.revision if saved else 0, presentation)

    def apply(
        self,
        element: Element,
        event: JSON,
        language: Language,
        *,
        event_id: str,
        client: str,
        revision: int,
    ) -> tuple[Shown, dict[str, Any]]:
        """Apply an event and keep the state. Raises ``Failed`` and ``RefusedEvent``."""
        with _explained(language):
            context = self._context(element, language)

            def transition(state: State | None) -> tuple[State, dict[str, Any]]:
                return element.handle(element.initial() if state is None else state, event, context)

            applied = self._store.apply(
                self._learner.id,
                element.name,
                event_id=event_id,
                client=client,
                revision=revision,
                transition=transition,
            )
            presentation = element.present(applied.saved.state, context)
            rest = {"reply": applied.reply, "overtaken": applied.overtaken}
            return Shown(applied.saved.revision, presentation), rest

    def hand_in(self, language: Language, *, event_id: str, confirmed: bool) -> Presentation:
        """Hand in the exercise in whose folder the kernel works. Raises ``Failed``."""
        if not self.kept:
            words = interface_text(language)("element.submit.failed.not-kept")
            raise Failed("refused", "not-kept", words)
        from yongxin.grading.submission import HandInFailed
        from yongxin.site.learning import NeedsConfirmation

        text = interface_text(language)
        with _explained(language):
            module = self._module(language)
            try:
                return self._learning.hand_in(
                    self._learner,
                    module,
                    event_id=event_id,
                    language=language,
                    confirmed=confirmed,
                )
            except HandInFailed as error:
                words = text(f"handin.failed.{error.code}")
                raise Failed("refused", error.code, words) from error
            except NeedsConfirmation as error:
                words = text(f"element.submit.needs-confirmation.{error.code}")
                raise Failed("refused", error.code, words) from error

    @cached_property
    def _learning(self) -> "Learning":
        # Brings nbgrader's exchange and nbformat along, which take a second and which a lesson
        # never needs.
        from yongxin.grading.configuration import COURSE_ID, state_directory
        from yongxin.grading.exchange import ExchangeSettings
        from yongxin.site.learning import Learning

        exchange = state_directory(self.catalogue.root) / "exchange"
        return Learning(self.catalogue, self._store, ExchangeSettings(exchange, COURSE_ID))

    def _show_composed(self, name: str, language: Language) -> Shown:
        module = self._module(language) if name == SubmissionElement.full_name else None
        shown = self._learning.page_state(self._learner, [name], language, module_id=module)[name]
        return Shown(shown["revision"], shown["presentation"])

    def _context(self, element: Element, language: Language) -> Context:
        return Context(
            language,
            datetime.now(UTC),
            locked=self._is_locked(element.name),
            learner=self._learner.username,
        )

    def _is_locked(self, name: str) -> bool:
        try:
            module = self.catalogue.module_of(name)
        except UnknownId:
            return False  # a simulator that stands in no module yet
        if name not in self.catalogue.bank(module).exercise:
            return False
        handed_in = self._store.submissions(self._learner.id, module)
        return len(handed_in) >= self.catalogue.course.attempts

    def _module(self, language: Language) -> str:
        """Return the module in whose exercise folder, or a copy of it, the kernel works.

        Jupyter starts a kernel in its notebook's folder, and so do Voila and VS Code; nbgrader
        names that folder after the assignment. Raises ``Failed``.
        """
        folder = Path.cwd().name
        text = interface_text(language)
        if folder not in self.catalogue.built_modules():
            words = text("element.submit.failed.no-exercise")
            raise Failed("refused", "no-exercise", words)
        if self.catalogue.course.modules[folder].status != "released":
            words = text("element.submit.failed.in-preparation")
            raise Failed("refused", "in-preparation", words)
        return folder


@cache
def open_desk() -> LocalDesk:
    """Return the desk of this process. Raises ``CourseNotFound`` and ``DamagedCourse``.

    Without a place to keep answers they are kept for as long as the process runs, and ``kept``
    is false. Raises ``ValueError`` when ``YONGXIN_STORE`` is no database's URL.
    """
    catalogue = Catalogue(find_root())
    username = _username()
    if os.environ.get(STORE_VARIABLE) != NO_STORE:
        try:
            return LocalDesk(catalogue, Store.open(_store_url()), username=username, kept=True)
        except (StoreError, OSError) as error:
            _log.warning("answers are not kept: %s", error)
    # Every element's status line says so, for as long as it lasts.
    folder = tempfile.mkdtemp(prefix="yongxin-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store.open(f"sqlite:///{Path(folder) / 'answers.db'}")
    return LocalDesk(catalogue, store, username=username, kept=False)


def element_of(name: str) -> Element:
    """Return an element of this kernel's course. Raises ``CatalogueError``."""
    return find_element(name, open_desk().catalogue)


def _store_url() -> str:
    named = os.environ.get(STORE_VARIABLE)
    if named:
        return named
    folder = Path(jupyter_data_dir()) / "yongxin"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'answers.db'}"


def _username() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""  # containers run people under numbers that have no name
    if name == "jovyan":
        # Everybody's name in the containers of a hub; nbgrader's id is then the hub's.
        name = os.environ.get("JUPYTERHUB_USER", name)
    name = _NOT_IN_A_USERNAME.sub("_", name)[:64]
    return name if name.strip(".") else "learner"


def _learner(store: Store, username: str) -> Learner:
    found = store.learner(username)
    if found is None:
        try:
            return store.add_learner(username, username)
        except UsernameTaken:
            # Another kernel that was opened in the same moment has added them.
            found = store.learner(username)
            if found is None:
                raise
    return found


@contextmanager
def _explained(language: Language) -> Iterator[None]:
    """Turn what can go wrong into ``Failed``, with words where waiting does not help."""
    text = interface_text(language)
    try:
        yield
    except StoreFull as error:
        raise Failed("full", "store-full") from error
    except StoreBusy as error:
        raise Failed("busy", "store-busy") from error
    except StoreError as error:
        raise Failed("unavailable", "store-unavailable") from error
    except InvalidName as error:
        raise Failed("refused", "malformed", text("refused.malformed")) from error
    except StateRefused as error:
        raise Failed("refused", "too-large", text("response.too-long")) from error
    except NoAttemptsLeft as error:
        raise Failed("refused", "no-attempts", text("refused.no-attempts")) from error
    except CatalogueError as error:
        raise Failed("unavailable", "course-damaged") from error
