"""From a URL to a database."""

from datetime import timedelta

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from yongxin.store.database import Database
from yongxin.store.errors import StoreUnavailable
from yongxin.store.postgresql import PostgreSQLDatabase
from yongxin.store.sqlite import SQLiteDatabase


def connect(url: str, *, busy_timeout: timedelta, create: bool) -> Database:
    """Return the database at ``url``. Raises ``ValueError`` for a URL of any other kind.

    A SQLite file that is not there is made if ``create``; a PostgreSQL database has to exist.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(_advice("this is no database URL")) from error
    match parsed.get_backend_name():
        case "sqlite":
            return SQLiteDatabase(parsed, busy_timeout, create=create)
        case "postgresql":
            return _postgresql(parsed, busy_timeout)
        case other:
            raise ValueError(_advice(f"a store cannot be kept in {other}"))


def _postgresql(url: URL, busy_timeout: timedelta) -> PostgreSQLDatabase:
    try:
        return PostgreSQLDatabase(url.set(drivername="postgresql+psycopg"), busy_timeout)
    except ImportError as error:
        raise StoreUnavailable(
            "the driver for PostgreSQL is missing; install yongxin[postgresql]"
        ) from error


def _advice(problem: str) -> str:
    return f"{problem}; write sqlite:///path/to/store.db or postgresql://user@host/database"
