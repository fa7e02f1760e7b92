"""Locked, full, unreachable: provoked for real, told apart, and nothing lost."""

import os
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, event, make_url, text

from support import postgresql
from yongxin.store import Learner, Store, StoreBusy, StoreFull, StoreUnavailable

Sql = Callable[[], AbstractContextManager[Connection]]
SOON = timedelta(milliseconds=200)
LARGE = 60_000


def save(store: Store, learner: Learner, number: int = 0) -> Any:
    """Save an answer that needs space: random text, which PostgreSQL cannot compress."""
    return store.apply(
        learner.id,
        f"reflect:item-{number}",
        event_id=f"event-{number}",
        client="phone",
        revision=0,
        transition=lambda _: ({"text": os.urandom(LARGE // 2).hex()}, {}),
    )


def fill(store: Store, learner: Learner) -> int:
    """Save answers until the store is full; return how many went in."""
    for number in range(2000):
        try:
            save(store, learner, number)
        except StoreFull:
            return number
    raise AssertionError("the store never filled up")


def assert_only_the_first(store: Store, learner: Learner, count: int) -> None:
    kept = store.saved(learner.id, [f"reflect:item-{number}" for number in range(count + 1)])
    assert sorted(kept) == sorted(f"reflect:item-{number}" for number in range(count))
    assert all(len(one.state["text"]) == LARGE for one in kept.values())


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of this size; skip where that is not allowed."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


# -- busy ------------------------------------------------------------------------------------


def test_a_lock_held_by_another_process_is_busy_and_reading_goes_on(
    impatient_store: Store, learner: Learner, apply: Any, sql: Sql
) -> None:
    before = apply({"n": 1}).saved
    with sql() as connection:  # SQLite: this takes the write lock; PostgreSQL: the learner's row
        connection.execute(text("UPDATE learner SET name = 'somebody else is writing'"))
        with pytest.raises(StoreBusy):
            save(impatient_store, learner)
        kept = impatient_store.saved(learner.id, ["quiz:gap-sign", "reflect:item-0"])
        assert kept == {"quiz:gap-sign": before}
    assert save(impatient_store, learner).saved.revision == 1


def test_a_lock_held_by_another_thread_is_busy(impatient_store: Store, learner: Learner) -> None:
    def wait_for_another(_before: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(save, impatient_store, learner).result()
        return {}, {}

    with pytest.raises(StoreBusy):
        impatient_store.apply(
            learner.id,
            "quiz:a",
            event_id="e",
            client="c",
            revision=0,
            transition=wait_for_another,
        )
    assert impatient_store.saved(learner.id, ["quiz:a", "reflect:item-0"]) == {}


def test_more_callers_than_connections_is_busy(impatient_store: Store) -> None:
    with ExitStack() as callers:
        for _ in range(32):
            callers.enter_context(impatient_store._database.reading())
        with pytest.raises(StoreBusy, match="all connections"):
            impatient_store.ping()
    impatient_store.ping()


# -- full ------------------------------------------------------------------------------------


@pytest.fixture
def page_limit() -> Iterator[None]:
    """Let no SQLite database grow over 100 pages of 4 KiB."""

    def limit(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA max_page_count=100")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


@pytest.mark.usefixtures("page_limit")
def test_a_full_database_says_so_and_keeps_what_it_has(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        learner = store.add_learner("a", "A")
        count = fill(store, learner)
        assert 1 <= count < 10
        assert_only_the_first(store, learner, count)
        with pytest.raises(StoreFull):
            save(store, learner, count)


def test_a_full_disk_says_so_and_saving_goes_on_when_there_is_space(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(1024 * 1024))
        with Store.open(f"sqlite:///{disk}/store.db") as store:
            learner = store.add_learner("a", "A")
            count = fill(store, learner)
            assert_only_the_first(store, learner, count)
            ballast.unlink()
            assert save(store, learner, count).saved.revision == 1
            assert_only_the_first(store, learner, count + 1)


@pytest.mark.parametrize("free_kib", [0, 4, 16, 40, 100, 300])
def test_however_little_space_is_left_a_new_store_says_full(tmp_path: Path, free_kib: int) -> None:
    """SQLite once called a disk without room for the index of its log an I/O error."""
    with small_disk(tmp_path / "disk", "2m") as disk:
        (disk / "ballast").write_bytes(bytes(2 * 1024 * 1024 - free_kib * 1024))
        with pytest.raises(StoreFull):
            open_and_save_for_ever(f"sqlite:///{disk}/store.db")


def open_and_save_for_ever(url: str) -> None:
    with Store.open(url, busy_timeout=SOON) as store:
        learner = store.add_learner("a", "A")
        for number in range(2000):
            save(store, learner, number)


@pytest.mark.postgresql
def test_a_full_disk_of_the_server_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(postgresql.own_server())
        disk = stack.enter_context(small_disk(server.folder / "disk", "24m"))
        server.own(disk)
        server.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        url = stack.enter_context(postgresql.new_database(server.url, options="TABLESPACE small"))
        store = stack.enter_context(Store.open(url))
        learner = store.add_learner("a", "A")
        count = fill(store, learner)
        assert_only_the_first(store, learner, count)


# -- unavailable -----------------------------------------------------------------------------


@pytest.mark.postgresql
def test_a_server_that_went_down_is_unavailable_until_it_is_back() -> None:
    with (
        postgresql.own_server() as server,
        postgresql.new_database(server.url) as url,
        Store.open(url) as store,
    ):
        learner = store.add_learner("a", "A")
        saved = save(store, learner).saved
        server.stop()
        with pytest.raises(StoreUnavailable):
            save(store, learner, 1)
        with pytest.raises(StoreUnavailable):
            store.ping()
        server.start()
        store.ping()
        assert store.saved(learner.id, ["reflect:item-0"]) == {"reflect:item-0": saved}
        assert not save(store, learner, 1).replayed


@pytest.mark.postgresql
def test_a_server_that_goes_down_during_an_event_leaves_it_unapplied() -> None:
    with (
        postgresql.own_server() as server,
        postgresql.new_database(server.url) as url,
        Store.open(url) as store,
    ):
        learner = store.add_learner("a", "A")

        def pull_the_plug(_before: Any) -> Any:
            server.stop()
            return {}, {}

        with pytest.raises(StoreUnavailable):
            store.apply(
                learner.id,
                "quiz:a",
                event_id="e",
                client="c",
                revision=0,
                transition=pull_the_plug,
            )
        server.start()
        assert store.saved(learner.id, ["quiz:a"]) == {}


@pytest.fixture
def nobodys_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return taken.getsockname()[1]


def test_a_server_that_is_not_there_is_unavailable_and_no_password_is_told(
    nobodys_port: int,
) -> None:
    url = URL.create("postgresql", "somebody", "hush-hush", "127.0.0.1", nobodys_port, "store")
    with pytest.raises(StoreUnavailable, match=str(nobodys_port)) as caught:
        Store.open(url.render_as_string(hide_password=False))
    assert "hush-hush" not in str(caught.value)


@pytest.mark.postgresql
def test_a_database_that_does_not_exist_is_unavailable(postgresql_database: str) -> None:
    gone = make_url(postgresql_database).set(database="gone")
    with pytest.raises(StoreUnavailable, match="gone"):
        Store.open(gone.render_as_string(hide_password=False))


def test_a_sqlite_file_that_cannot_be_one_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("not a database, though long enough to look like one" * 99)
    (tmp_path / "folder").mkdir()
    for name in ("note.txt", "folder", "missing/store.db"):
        with pytest.raises(StoreUnavailable, match=name.split("/")[0]):
            Store.open(f"sqlite:///{tmp_path / name}")


def test_a_damaged_store_is_unavailable(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url) as store:
        save(store, store.add_learner("a", "A"))
    file = tmp_path / "store.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    with pytest.raises(StoreUnavailable), Store.open(sqlite_url) as store:
        store.learners()


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://a/b", "store.db"],
)
def test_a_url_of_another_kind_is_a_mistake_of_the_caller(url: str) -> None:
    with pytest.raises(ValueError, match=r"write sqlite:///path/to/store\.db"):
        Store.open(url)
