"""Every test of the store runs on SQLite and on a real PostgreSQL server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from support import postgresql
from yongxin.store import Applied, Learner, Store


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[str]:
    """One database for all tests of this run; ``store_url`` empties it after each of them."""
    with postgresql.any_server() as server, postgresql.new_database(server) as url:
        yield url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, one of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    url = request.getfixturevalue("postgresql_database")
    yield url
    postgresql.empty(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as store:
        yield store


@pytest.fixture
def impatient_store(store: Store, store_url: str) -> Iterator[Store]:
    """The same store, opened by somebody who does not wait long."""
    with Store.open(store_url, busy_timeout=timedelta(seconds=1)) as impatient:
        yield impatient


@pytest.fixture
def learner(store: Store) -> Learner:
    return store.add_learner("li.ming", "李明")


class Apply(Protocol):
    def __call__(self, state: dict[str, Any], **changes: Any) -> Applied: ...


@pytest.fixture
def apply(store: Store, learner: Learner) -> Apply:
    """Apply an event that sets the state of ``quiz:gap-sign``; each call is another event."""
    calls = iter(range(1_000_000))

    def apply(state: dict[str, Any], **changes: Any) -> Applied:
        arguments: dict[str, Any] = {
            "event_id": f"event-{next(calls)}",
            "client": "phone",
            "revision": 0,
            "transition": lambda _before: (state, {}),
        }
        return store.apply(learner.id, "quiz:gap-sign", **{**arguments, **changes})

    return apply


class Sql(Protocol):
    def __call__(self) -> AbstractContextManager[Connection]: ...


@pytest.fixture
def sql(store_url: str) -> Iterator[Sql]:
    """Open a transaction in the store's database, past the store."""
    engine = create_engine(store_url, poolclass=NullPool)
    yield engine.begin
    engine.dispose()
