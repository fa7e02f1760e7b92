"""The batch and the gradebook: SQLite and PostgreSQL, its schema, and others who write to it."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER, Cohort
from support.gradebook_rows import Rows, difference, read_rows
from support.gradebook_server import on_a_server
from yongxin.grading.batch import GradingFailed, grade_assignment
from yongxin.grading.exchange import sync_roster

MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def collected(cohort: Cohort) -> Cohort:
    cohort.hand_in("李雷", {"chain-order": HALF_RIGHT_ORDER}, {"facts": "我等了很久。"}, now=MOMENT)
    cohort.hand_in("all-right", {"chain-order": RIGHT_ORDER, "gap-sign": "met"}, now=MOMENT)
    cohort.nbgrader("collect", MODULE, "--quiet")
    return cohort


@pytest.fixture
def on_postgresql(collected: Cohort, tmp_path: Path) -> Iterator[Cohort]:
    """The same course with its gradebook on a server."""
    root = Path(shutil.copytree(collected.root, tmp_path / "on-postgresql"))
    with on_a_server(root) as cohort:
        sync_roster(root, {"李雷": "李雷", "han.meimei": "韩梅梅"})
        yield cohort


def execute(cohort: Cohort, *statements: str) -> list[Any]:
    """Execute statements in the gradebook; return the rows of the last."""
    engine = create_engine(cohort.gradebook_url, poolclass=NullPool)
    with engine.begin() as connection:
        *_, last = [connection.execute(text(one)) for one in statements]
        return list(last) if last.returns_rows else []


def as_in_sqlite(rows: Rows) -> Rows:
    """Return the rows of another database as SQLite tells them: truth as 0 and 1, time as text."""

    def told(value: Any) -> Any:
        match value:
            case bool():
                return int(value)
            case datetime():
                return f"{value:%Y-%m-%d %H:%M:%S.%f}"
            case _:
                return value

    return {
        table: Counter({tuple(map(told, row)): count for row, count in found.items()})
        for table, found in rows.items()
    }


@pytest.mark.postgresql
def test_a_gradebook_on_a_server_gets_the_same_rows(
    collected: Cohort, on_postgresql: Cohort
) -> None:
    for cohort in (collected, on_postgresql):
        grade_assignment(cohort.root, MODULE)
        cohort.mark("李雷", 2.5, "写得好")
        grade_assignment(cohort.root, MODULE, force=True)
    rows = as_in_sqlite(read_rows(on_postgresql.gradebook_url))
    assert difference(read_rows(collected.gradebook_url), rows) == []
    assert sum(rows["grade"].values()) == 6
    (counted,) = execute(on_postgresql, "SELECT count(*) FROM pg_stats WHERE tablename = 'grade'")
    assert counted[0] > 0


def test_the_database_knows_how_many_rows_it_has(collected: Cohort) -> None:
    grade_assignment(collected.root, MODULE)
    counted = execute(collected, "SELECT tbl, stat FROM sqlite_stat1 WHERE tbl = 'grade'")
    assert counted
    assert all(stat.startswith("6 ") for _, stat in counted)


def test_another_schema_is_refused(collected: Cohort) -> None:
    execute(collected, "UPDATE alembic_version SET version_num = '724cde206c17'")
    with pytest.raises(GradingFailed, match=r"724cde206c17.*nbgrader db upgrade"):
        grade_assignment(collected.root, MODULE)


def test_the_known_schema_is_that_of_the_installed_nbgrader(collected: Cohort) -> None:
    from yongxin.grading.batch import gradebook

    assert execute(collected, "SELECT version_num FROM alembic_version") == [
        (gradebook.SCHEMA_VERSION,)
    ]


def test_another_nbgrader_is_refused(collected: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbgrader.__version__", "0.10.0")
    with pytest.raises(GradingFailed, match=r"0\.10\.0"):
        grade_assignment(collected.root, MODULE)


def test_a_missing_gradebook_is_not_made(collected: Cohort) -> None:
    path = collected.root / "var" / "gradebook.db"
    path.unlink()
    with pytest.raises(GradingFailed, match="no gradebook"):
        grade_assignment(collected.root, MODULE)
    assert not path.exists()


def test_a_module_that_was_never_released_is_refused(collected: Cohort) -> None:
    with pytest.raises(GradingFailed, match="run `yongxin release a2-pickle`"):
        grade_assignment(collected.root, "a2-pickle")


def test_a_release_that_the_gradebook_does_not_know_is_refused(collected: Cohort) -> None:
    """Else every answer would look touched, or a cell would get no points."""
    path = collected.root / "exercises" / MODULE / f"{MODULE}.ipynb"
    released = path.read_text(encoding="utf-8")
    for changed in (
        released.replace("交作业时会放到这里", "会放到这里"),
        released.replace('"grade_id": "gap-sign"', '"grade_id": "another"'),
    ):
        assert changed != released
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(GradingFailed, match="yongxin release z1-lift"):
            grade_assignment(collected.root, MODULE)
    path.unlink()
    with pytest.raises(GradingFailed, match="yongxin release z1-lift"):
        grade_assignment(collected.root, MODULE)


def test_a_database_that_fails_leaves_nothing_half_written(collected: Cohort) -> None:
    execute(
        collected,
        "CREATE TRIGGER full BEFORE INSERT ON comment BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    before = read_rows(collected.gradebook_url)
    with pytest.raises(GradingFailed, match="disk full"):
        grade_assignment(collected.root, MODULE)
    assert difference(before, read_rows(collected.gradebook_url)) == []
    assert not list((collected.root / "var" / "autograded").iterdir())
    execute(collected, "DROP TRIGGER full")
    assert grade_assignment(collected.root, MODULE).count("graded") == 1
