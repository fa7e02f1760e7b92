"""A course with all that is kept about people, in databases of either kind, to be backed up."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from support.many_marks import fill_gradebook
from yongxin.backup import Places
from yongxin.grading.exchange import release_module
from yongxin.store import Store

MODULE = "z1-lift"
LEARNERS = 12
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)

#: Everything in a database, by table, in an order that does not depend on where rows stand.
Everything = dict[str, list[str]]


@dataclass(frozen=True)
class KeptCourse:
    """A course folder with its two databases."""

    root: Path
    store_url: str
    gradebook_url: str

    @property
    def state(self) -> Path:
        return self.root / "var"

    @property
    def places(self) -> Places:
        return Places.of(self.root, store=self.store_url)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.store_url) as store:
            yield store

    def everything(self) -> dict[str, Everything]:
        """Return every row of both databases."""
        return {"store": rows(self.store_url), "gradebook": rows(self.gradebook_url)}

    def files(self) -> dict[str, bytes]:
        """Return every file of the trees of the state folder, databases and caches left out."""
        return {
            path.relative_to(self.state).as_posix(): path.read_bytes()
            for path in sorted(self.state.rglob("*"))
            if path.is_file()
            and not path.is_symlink()
            and ".before-" not in path.as_posix()
            and ".db" not in path.name
        }

    def execute(self, url: str, statement: str, **values: Any) -> None:
        with connected(url) as connection:
            connection.execute(text(statement), values)


def make_kept_course(
    released: Path, root: Path, *, store: str | None = None, gradebook: str | None = None
) -> KeptCourse:
    """Copy a released course to ``root`` and fill it with people and all that they did."""
    shutil.copytree(released, root)
    if gradebook is not None:
        (root / "var" / "gradebook.db").unlink()
        with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(f"\nc.CourseDirectory.db_url = {gradebook!r}\n")
        release_module(root, MODULE)
    course = KeptCourse(
        root,
        store or f"sqlite:///{root / 'var' / 'yongxin.db'}",
        gradebook or f"sqlite:///{root / 'var' / 'gradebook.db'}",
    )
    fill_gradebook(course.gradebook_url, LEARNERS)
    with course.store() as open_store:
        _fill_store(open_store, course)
    for tree in ("submitted", "autograded", "feedback"):
        folder = course.state / tree / "learner-00001" / MODULE
        folder.mkdir(parents=True)
        (folder / f"{MODULE}.ipynb").write_text(f"{tree}：我会再打一次电话。", encoding="utf-8")
    (course.state / "cookie_secret").write_text("0" * 96)
    (course.state / "cookie_secret").chmod(0o600)
    return course


def _fill_store(store: Store, course: KeptCourse) -> None:
    for number in range(LEARNERS):
        person = store.add_learner(f"learner-{number:05}", f"学员{number}", groups=["east"])
        store.apply(
            person.id,
            "quiz:chain-order",
            event_id="one",
            client="tab",
            revision=0,
            transition=lambda _state, number=number: ({"response": [str(number)]}, {}),
        )
        store.hand_in(
            person.id,
            MODULE,
            event_id="one",
            allowed_attempts=3,
            now=NOW,
            snapshot={"answers": {"chain-order": {"response": [str(number)]}}, "reflections": {}},
            deliver=lambda _submission: {"timestamp": "t", "directory": "d", "secret": "s"},
        )
    first = store.learner("learner-00001")
    assert first is not None
    moment = "2026-11-22 08:00:00.000000"
    course.execute(
        course.store_url,
        "INSERT INTO completion_rule (id, path_id, version, digest, text, since)"
        " VALUES (1, 'onboarding', 1, 'd', '{}', :at)",
        at=moment,
    )
    course.execute(
        course.store_url,
        "INSERT INTO certificate"
        " (id, token, path_id, rule_id, printed, language, reached_at, issued_at)"
        " VALUES (1, 'a-token', 'onboarding', 1, :printed, 'zh-CN', :at, :at)",
        at=moment,
        printed=json.dumps({"title": "新员工入职"}),
    )
    course.execute(
        course.store_url,
        "INSERT INTO certificate_holder (certificate_id, learner_id, name)"
        " VALUES (1, :learner, '学员1')",
        learner=first.id,
    )


def rows(url: str) -> Everything:
    """Return every row of a database as text, sorted. Independent of how backups compare."""
    with connected(url) as connection:
        tables = MetaData()
        tables.reflect(connection)
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            for name, table in tables.tables.items()
        }


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    with create_engine(parsed, poolclass=NullPool).begin() as connection:
        yield connection


def schemas(url: str) -> set[str]:
    """Return the schemas of a PostgreSQL database."""
    with connected(url) as connection:
        return set(inspect(connection).get_schema_names())
