"""Erasing somebody everywhere: store, gradebook, exchange, and nbgrader's folders.

The order makes a kill harmless. First the store notes that an erasure was begun, under a digest of
the name, and the person is signed out for good; then gradebook and files go; then, in one
transaction, all rows of the store and the name in the audit log; then files once more, because a
hand-in may have been on its way; and at last the store notes that nothing is left. ``erase`` with
the same name takes up whatever a kill has left, and does no harm when there is nothing.

The digest is made with a key in the state folder. So a list of erasures names nobody, and still
tells of each person in a restored backup whether they were erased (``erase_again``).
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yongxin.grading.batch.outcome import GradingFailed
from yongxin.grading.belongings import Belonging, Folders, delete_belongings, find_belongings
from yongxin.grading.exchange import ExchangeSettings, nbgrader_configuration
from yongxin.secret_file import secret_in
from yongxin.store import Erasure, Store, names

KEY_FILE = "erasure_key"
_KEY_BYTES = 32
_OWN_FOLDERS = {
    "submitted": "submitted_directory",
    "autograded": "autograded_directory",
    "feedback": "feedback_directory",
}


class ErasureStopped(Exception):
    """Something could not be erased now; the message says why. What was erased stays erased.

    ``code`` names the words for it: ``grading`` while somebody grades, else ``unreachable``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Places:
    """Where a course keeps what belongs to people, beside the store.

    ``course`` is the trainers' folder, whose ``nbgrader_config.py`` names the gradebook; a site
    that has none leaves the trainers' side to ``yongxin erase`` over there.
    """

    state: Path
    exchange: ExchangeSettings
    course: Path | None

    def erasure_key(self) -> bytes:
        """Return the key of the digests. Raises ``UnsafeSecret`` and ``OSError``."""
        return secret_in(
            self.state / KEY_FILE,
            _KEY_BYTES,
            if_deleted="erasures of the past will not be applied to a restored backup",
        )


@dataclass(frozen=True)
class Erased:
    """What there is of somebody, or was: counts by table, by kind of row, and by kind of place.

    ``exported`` are tables that nbgrader has exported and that name the person; nobody knows what
    else they hold, so they are left to whoever made them. ``gradebook_known`` is false for a site
    that has no trainers' folder.
    """

    username: str
    rows: Mapping[str, int] = field(default_factory=dict[str, int])
    gradebook: Mapping[str, int] = field(default_factory=dict[str, int])
    files: Mapping[str, int] = field(default_factory=dict[str, int])
    exported: tuple[str, ...] = ()
    gradebook_known: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of this person."""
        return not (self.rows or self.gradebook or self.files)


def name_digest(key: bytes, username: str) -> str:
    """Return what stands for a name, however it is spelled, in the list of erasures."""
    return hmac.new(key, names.username_key(username).encode(), hashlib.sha256).hexdigest()


def survey(places: Places, store: Store, username: str) -> Erased:
    """Return what ``erase`` would erase, and change nothing.

    Raises ``InvalidName`` for what is no username, and ``ErasureStopped``.
    """
    username = _as_written(store, username)
    side = TrainersSide(places)
    return Erased(
        username=username,
        rows=store.held(username),
        gradebook=side.count(username),
        files=_count(_find(places, side, store, username)),
        exported=side.exported(username),
        gradebook_known=places.course is not None,
    )


def erase(places: Places, store: Store, username: str, actor: str) -> Erased:
    """Erase somebody everywhere and return what was erased.

    May be called again after a failure or a kill, and for somebody of whom nothing is left. Raises
    ``InvalidName``, ``ErasureStopped`` while the course is being graded or where something cannot
    be reached, and ``StoreError``, as ``StoreBusy`` while a hand-in is being delivered.
    """
    username = _as_written(store, username)
    side = TrainersSide(places)
    with side.nobody_grades():
        digest = name_digest(places.erasure_key(), username)
        number = store.begin_erasure(username, digest, actor)
        gradebook = side.count(username)
        found = _find(places, side, store, username)
        side.remove(username)
        _delete(found)
        rows = store.forget(username, number=number, actor=actor)
        late = _find(places, side, store, username)
        _delete(late)
        store.finish_erasure(number)
    return Erased(
        username=username,
        rows=rows,
        gradebook=gradebook,
        files=_count([*found, *late]),
        exported=side.exported(username),
        gradebook_known=places.course is not None,
    )


def erase_again(places: Places, store: Store, known: Iterable[Erasure], actor: str) -> int:
    """Erase from restored data whoever was erased since; return how many people that were.

    ``known`` are the erasures that were known before the data were restored; they are noted in the
    restored store as well. Raises as ``erase`` does.
    """
    kept = list(known)
    store.keep_erasures(kept)
    digests = {one.name_digest for one in kept}
    key = places.erasure_key()
    side = TrainersSide(places)
    people = {one.username for one in store.learners(active=None)} | set(side.students())
    found = sorted(one for one in people if name_digest(key, one) in digests)
    for username in found:
        erase(places, store, username, actor)
    for one in store.erasures():
        if one.finished is None:
            store.finish_erasure(one.id)  # nobody of that name is here
    return len(found)


def _as_written(store: Store, username: str) -> str:
    known = store.learner(username)
    return known.username if known else names.username(username)


def _find(
    places: Places,
    side: "TrainersSide",
    store: Store,
    username: str,
    module_id: str | None = None,
) -> list[Belonging]:
    folders = Folders(places.exchange, side.own_folders, side.cache)
    learner = store.learner(username)
    secrets = _secrets(store, learner.id) if learner else set[tuple[str, str]]()
    try:
        return find_belongings(folders, username, secrets, module_id=module_id)
    except OSError as error:
        raise ErasureStopped("unreachable", str(error)) from error


def _secrets(store: Store, learner_id: int) -> set[tuple[str, str]]:
    deliveries = [(one.module, one.receipt) for one in store.submissions(learner_id)]
    deliveries += [(one.module, one.receipt) for one in store.returned(learner_id)]
    return {
        (module, str(receipt["secret"])) for module, receipt in deliveries if "secret" in receipt
    }


def _delete(found: Iterable[Belonging]) -> None:
    try:
        delete_belongings(found)
    except OSError as error:
        raise ErasureStopped("unreachable", str(error)) from error


def _count(found: Iterable[Belonging]) -> dict[str, int]:
    return dict(Counter(one.place for one in found))


class TrainersSide:
    """The gradebook and the folders of the trainers' course, if there is one here."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._url: str | None = None
        self._exported: Path | None = None
        self._autograded: Path | None = None
        self.own_folders: dict[str, Path] = {}
        self.cache: Path | None = None
        if places.course is None:
            return
        config = nbgrader_configuration(places.course)
        course: Any = config.CourseDirectory
        root = Path(course.root)
        self._url = str(course.db_url)
        self.own_folders = {place: root / str(course[name]) for place, name in _OWN_FOLDERS.items()}
        self._autograded = self.own_folders["autograded"]
        self.cache = Path(str(config.Exchange.cache))
        self._exported = Path(str(config.ExportPlugin.to))

    def nobody_grades(self) -> ExitStack:
        """Keep batches away, or raise ``ErasureStopped`` when one is at work."""
        stack = ExitStack()
        if self._autograded is not None and self._autograded.is_dir():
            from yongxin.grading.batch.staging import one_at_a_time

            try:
                stack.enter_context(one_at_a_time(self._autograded))
            except GradingFailed as error:
                raise ErasureStopped("grading", str(error)) from error
        return stack

    def count(self, username: str) -> dict[str, int]:
        """Return how much the gradebook holds of somebody."""
        return self._ask("count_rows", username, nothing={})

    def remove(self, username: str) -> None:
        """Remove somebody from the gradebook."""
        self._ask("remove", username, nothing=None)

    def remove_module(self, store: Store, username: str, module_id: str) -> None:
        """Remove one module of somebody: from the gradebook, and all files of it."""
        self._ask("remove_module", username, module_id, nothing=None)
        _delete(_find(self._places, self, store, username, module_id))

    def students(self) -> list[str]:
        """Return whom the gradebook knows."""
        return self._ask("students", nothing=[])

    def exported(self, username: str) -> tuple[str, ...]:
        """Return the exported tables that name somebody."""
        path = self._exported
        if path is None or path.is_symlink() or not path.is_file():
            return ()
        with path.open(encoding="utf-8", errors="replace") as file:
            return (path.name,) if any(username in line for line in file) else ()

    def _ask(self, name: str, *arguments: str, nothing: Any) -> Any:
        if self._url is None:
            return nothing
        from yongxin.grading import gradebook_person

        try:
            return getattr(gradebook_person, name)(self._url, *arguments)
        except GradingFailed as error:
            raise ErasureStopped("unreachable", str(error)) from error
