"""The indexes that formgrader misses: made and removed at will, and used by its queries."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import NullPool

from support import postgresql
from support.cohort import MODULE, Cohort
from support.gradebook_rows import read_rows
from support.many_marks import fill_gradebook
from yongxin.cli import main
from yongxin.grading.gradebook_indexes import INDEXES, NoGradebook, add_indexes, remove_indexes

NAMES = {one.name for one in INDEXES}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a gradebook with the marks of 100 learners, one of each kind in turn."""
    if request.param == "sqlite":
        yield filled(f"sqlite:///{tmp_path / 'gradebook.db'}")
        return
    with postgresql.any_server() as server, postgresql.new_database(server) as database:
        yield filled(database)


def filled(url: str) -> str:
    from nbgrader.api import Gradebook

    from yongxin.grading.gradebook import create_gradebook

    create_gradebook(url)
    gradebook: Any  # whose methods are typed wrongly
    with Gradebook(url) as gradebook:
        for name in (MODULE, "b", "c", "d", "e"):
            gradebook.add_assignment(name)
            gradebook.add_notebook(name, name)
            gradebook.add_grade_cell("one", name, name, max_score=1, cell_type="code")
            written = "reflection-two"
            gradebook.add_grade_cell(written, name, name, max_score=3, cell_type="markdown")
            gradebook.add_solution_cell(written, name, name)
    fill_gradebook(url, 100)
    return url


def indexes(url: str) -> set[str]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        inspector = inspect(connection)
        return {
            str(index["name"])
            for table in inspector.get_table_names()
            for index in inspector.get_indexes(table)
            if str(index["name"]).startswith("yongxin")
        }


def test_they_come_and_go_and_marks_stay(url: str) -> None:
    before = read_rows(url)
    assert set(add_indexes(url)) == indexes(url) == NAMES
    assert len(NAMES) == 7
    assert add_indexes(url) == []
    assert set(remove_indexes(url)) == NAMES
    assert indexes(url) == set()
    assert remove_indexes(url) == []
    assert read_rows(url) == before


def asked_by(url: str, work: Callable[[Any], object]) -> list[tuple[str, Any]]:
    """Return the queries that ``work`` asks the gradebook."""
    from nbgrader.api import Gradebook

    queries: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            queries.append((statement, values))

    with Gradebook(url) as gradebook:
        event.listen(Engine, "before_cursor_execute", record)
        try:
            work(gradebook)
        finally:
            event.remove(Engine, "before_cursor_execute", record)
    return queries


def plan(connection: Connection, statement: str, values: Any) -> str:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", values).all()
    return "\n".join(str(row[-1]) for row in rows)


def submissions(gradebook: Any) -> None:
    """What formgrader's page of all submissions asks."""
    gradebook.submission_dicts(MODULE)


def students(gradebook: Any) -> None:
    """What formgrader's page of all students asks."""
    gradebook.student_dicts()


def one_submission(gradebook: Any) -> None:
    """What nbgrader's own export, and formgrader's manual grading, ask for each learner."""
    found = gradebook.find_submission(MODULE, "learner-00007")
    assert found.score >= 0
    assert found.late_submission_penalty == 0
    (notebook,) = found.notebooks
    assert notebook.needs_manual_grade
    assert notebook.comments


def one_student(gradebook: Any) -> None:
    """What formgrader's page of one student asks."""
    assert gradebook.find_student("learner-00007").submissions


def module(gradebook: Any) -> None:
    """What formgrader's pages of a module and of its notebook ask."""
    assert gradebook.find_assignment(MODULE).submissions
    assert gradebook.find_notebook(MODULE, MODULE).submissions


def marking(gradebook: Any) -> None:
    """What the marking queue asks before each answer."""
    from yongxin.cohort import gradebook_reflections as rows

    connection = gradebook.db.connection()
    cell = rows.read_cells(connection, MODULE)["two"]
    assert rows.count_marked(connection, cell) == 0
    assert len(rows.read_waiting(connection, cell)) == 100


@pytest.mark.parametrize(
    ("work", "used"),
    [
        (submissions, {"yongxin_grade_notebook_id"}),
        (students, {"yongxin_grade_notebook_id"}),
        (
            one_submission,
            {
                "yongxin_grade_notebook_id",
                "yongxin_comment_notebook_id",
                "yongxin_submitted_notebook_assignment_id",
            },
        ),
        (one_student, {"yongxin_submitted_assignment_student_id"}),
        (module, {"yongxin_submitted_notebook_notebook_id"}),
        (marking, {"yongxin_grade_marking"}),
    ],
)
def test_formgrader_and_nbgrader_use_them(
    url: str, work: Callable[[Any], object], used: set[str]
) -> None:
    add_indexes(url)
    queries = asked_by(url, work)
    assert queries
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # With so few rows reading the whole table is as quick.
            connection.execute(text("SET enable_seqscan = off"))
        plans = "\n".join(plan(connection, *query) for query in queries)
    assert {name for name in NAMES if name in plans} >= used


def test_the_command_tells_what_it_did(cohort: Cohort, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--course", str(cohort.root)]
    assert main(["gradebook", "index", *where]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 indexes; marks are as they were."
    assert indexes(cohort.gradebook_url) == NAMES
    assert main(["gradebook", "index", "--remove", *where]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Removed yongxin_grade_notebook_id."
    assert indexes(cohort.gradebook_url) == set()


def test_a_database_without_a_gradebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoGradebook, match="release a module first"):
        add_indexes(f"sqlite:///{tmp_path / 'other.db'}")
