"""The tables of a store, and versions of them."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from yongxin.store import Store, StoreOutdated
from yongxin.store.schema import VERSION_TABLE
from yongxin.store.tables import metadata

Sql = Callable[[], AbstractContextManager[Connection]]


def tables(sql: Sql) -> set[str]:
    with sql() as connection:
        return set(inspect(connection).get_table_names())


@pytest.mark.usefixtures("store")
def test_the_migrations_make_the_tables_that_the_code_uses(sql: Sql) -> None:
    assert len(metadata.tables) >= 9
    assert tables(sql) == {*metadata.tables, VERSION_TABLE}
    with sql() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_tables_are_only_made_when_asked_for(store_url: str, sql: Sql) -> None:
    with pytest.raises(StoreOutdated, match="with migrate=True"):
        Store.open(store_url, migrate=False)
    if store_url.startswith("sqlite"):
        assert not Path(store_url.removeprefix("sqlite:///")).exists()
    assert tables(sql) == set()
    with pytest.raises(StoreOutdated, match=r"no tables.*make a backup"):
        Store.open(store_url, migrate=False)  # a database without tables


def test_opening_again_keeps_everything(store_url: str) -> None:
    with Store.open(store_url) as store:
        added = store.add_learner("a", "A")
    for migrate in (True, False):
        with Store.open(store_url, migrate=migrate) as again:
            assert again.learners() == [added]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("migrate", [True, False])
def test_tables_of_a_newer_version_are_left_alone(store_url: str, sql: Sql, migrate: bool) -> None:
    with sql() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreOutdated, match=r"version 9999.*install a newer yongxin"):
        Store.open(store_url, migrate=migrate)


def test_a_migration_that_fails_changes_nothing(store_url: str, sql: Sql) -> None:
    with sql() as connection:
        connection.execute(text("CREATE TABLE visit (mine INTEGER)"))
    with pytest.raises(DBAPIError, match="visit"):
        Store.open(store_url)
    assert tables(sql) == {"visit"}
    with sql() as connection:
        connection.execute(text("DROP TABLE visit"))
    Store.open(store_url).close()


def test_a_nbgrader_database_may_be_shared(store_url: str, sql: Sql) -> None:
    """The store once would have taken the version of the gradebook's tables for its own."""
    with sql() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('50a4d84c131a')"))
    Store.open(store_url).close()
    with sql() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "50a4d84c131a"


def test_a_sqlite_store_is_a_private_file_with_a_write_ahead_log(
    sqlite_url: str, tmp_path: Path
) -> None:
    with Store.open(sqlite_url) as store:
        store.add_learner("a", "A")
        for name in ("store.db", "store.db-wal", "store.db-shm"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_sqlite_connections_are_durable_and_check_references(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store, store._database.writing() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 1, 5000]


def test_a_migration_in_sqlite_may_make_a_table_anew(sqlite_url: str) -> None:
    """With foreign keys on, dropping the old table would delete what points to it."""
    with Store.open(sqlite_url) as store:
        learner = store.add_learner("a", "A", groups=["g"])
        with store._database.migrating() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 0
        assert store.learner("a") == learner
        with store._database.writing() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
