"""Makes the whole cohort in a folder, once: a course, a store and a gradebook."""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.cohort.course import make_course, release
from bench.cohort.gradebook import fill_gradebook
from bench.cohort.hand_ins import versions
from bench.cohort.people import people, standings
from bench.cohort.store import add_completions, fill_store, make_store
from yongxin.catalogue import Catalogue
from yongxin.cohort.attempts import digest
from yongxin.store import Store

_DONE = "cohort.json"
_LONGEST_COPYING = 3600


@dataclass(frozen=True)
class Cohort:
    """Where a cohort is, and what is in it. ``state`` is the site's state folder."""

    folder: Path
    learners: int
    modules: tuple[str, ...]

    @property
    def course(self) -> Path:
        return self.folder / "course"

    @property
    def state(self) -> Path:
        return self.course / "var"

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.state / 'yongxin.db'}"


def cohort(
    folder: Path,
    learners: int,
    modules: int,
    *,
    seed: int = 1,
    new_store: Callable[[Path], int] = make_store,
) -> Cohort:
    """Return the cohort in ``folder``, made now if there is none. It takes minutes.

    Raises ``ValueError`` when what is there is of another size, or was left half made.
    """
    found = folder / _DONE
    if found.is_file():
        there = json.loads(found.read_text(encoding="utf-8"))
        if (there["learners"], len(there["modules"])) != (learners, modules):
            raise ValueError(f"{folder} holds a cohort of another size; name another folder")
        return Cohort(folder, there["learners"], tuple(there["modules"]))
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty and holds no whole cohort; delete it")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = _make(folder, learners, modules, random.Random(seed), new_store)
    content = {"learners": made.learners, "modules": made.modules}
    found.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return made


def _make(
    folder: Path,
    learners: int,
    modules: int,
    chance: random.Random,
    new_store: Callable[[Path], int],
) -> Cohort:
    now = datetime.now(UTC)
    course = folder / "course"
    names = make_course(course, modules)
    made = Cohort(folder, learners, tuple(names))
    with _own_state():
        for name in release(course, names):
            note(f"released {name}")
        from yongxin.cohort.released import released_keys

        note("versions of hand-ins")
        keys = {name: released_keys(course, name) for name in names}
    catalogue = Catalogue(course).edition()
    handed_in = {name: versions(catalogue, name, keys[name], chance) for name in names}
    note(f"{learners} learners")
    everybody = people(learners, new_store(made.state / "yongxin.db"), chance)
    stand = list(standings(everybody, len(names), now, chance))
    note(f"the store: {len(stand)} modules that were opened")
    of_store = {name: (digest(keys[name]), handed_in[name]) for name in names}
    fill_store(made.state / "yongxin.db", everybody, stand, of_store, now)
    note("the gradebook")
    fill_gradebook(made.state / "gradebook.db", everybody, stand, handed_in)
    return made


def copy_marks(made: Cohort) -> float:
    """Do what a site does bit by bit, once for all: copy the marks, note who has completed what.

    Return how many seconds the copying took.
    """
    from yongxin.cohort.completion import CompletionDesk
    from yongxin.cohort.marks import Marks

    begin = time.monotonic()
    catalogue = Catalogue(made.course)
    with _own_state(), Store.open(made.store_url) as store:
        marks = Marks(made.course, catalogue, store)
        marks.refresh(seconds=_LONGEST_COPYING)
        marks.close()
        seconds = time.monotonic() - begin
        CompletionDesk(catalogue, store).catch_up(at_once=True)
    add_completions(made.state / "yongxin.db")
    return seconds


@contextmanager
def _own_state() -> Iterator[None]:
    """Let the course have its state in its own folder, whatever the environment says."""
    before = os.environ.pop("YONGXIN_STATE", None)
    try:
        yield
    finally:
        if before is not None:
            os.environ["YONGXIN_STATE"] = before


def note(what: str) -> None:
    """Tell whoever waits what is done now."""
    print(f"  {datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)
