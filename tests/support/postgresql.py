"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

#: An existing server to use instead, as a URL of a user who may create databases.
VARIABLE = "YONGXIN_TEST_POSTGRESQL"

_UNPRIVILEGED = "postgres"  # PostgreSQL refuses to run as root
_SECONDS = 60


class Server:
    """A server that may be stopped and started; not running at first."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        """Make the server's files in ``folder``, which ``user`` owns."""
        self.folder = folder
        self._programs = programs
        self._user = user
        self._data = folder / "data"
        self.url = URL.create(
            "postgresql+psycopg",
            username="yongxin",
            database="postgres",
            query={"host": str(folder), "port": "5432"},
        )
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            "--username=yongxin",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )

    def start(self) -> None:
        # Without fsync, because no test cuts the power and all of them wait for commits.
        settings = "-c fsync=off -c listen_addresses='' -c port=5432"
        log = self.folder / "server.log"
        self._run(
            "pg_ctl",
            "start",
            f"--pgdata={self._data}",
            "--wait",
            f"--log={log}",
            f"--options=-k {self.folder} {settings}",
        )

    def stop(self) -> None:
        self._run("pg_ctl", "stop", f"--pgdata={self._data}", "--wait", "--mode=immediate")

    def own(self, path: Path) -> None:
        """Give ``path`` to the user that the server runs as."""
        if self._user is not None:
            shutil.chown(path, self._user)

    def execute(self, statement: str) -> None:
        """Execute a statement outside a transaction."""
        _execute(self.url, statement)

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file, because the server inherits the outputs and would keep a pipe open for ever.
        with tempfile.TemporaryFile() as output:
            completed = subprocess.run(
                [self._programs / program, *arguments],
                user=self._user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                check=False,
            )
            output.seek(0)
            assert completed.returncode == 0, output.read().decode(errors="replace")


@contextmanager
def own_server() -> Iterator[Server]:
    """Start a server; without the programs for it skip, or fail where ``CI`` is set."""
    programs, user = _programs(), _user()
    folder = Path(tempfile.mkdtemp(prefix="yongxin-postgresql-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        server = Server(folder, programs, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def any_server() -> Iterator[URL]:
    """Use the server that the environment names, or start one."""
    if named := os.environ.get(VARIABLE):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    with own_server() as server:
        yield server.url


@contextmanager
def new_database(server: URL, *, options: str = "", template: str = "template0") -> Iterator[str]:
    """Make a database on ``server`` for the time being, and return its URL.

    It is empty, or a copy of ``template``, to which nobody may be connected.
    """
    name = f"yongxin_test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} {options}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def empty(database: str) -> None:
    """Drop everything in ``database``, whoever may be connected to it still."""
    _execute(
        make_url(database),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
    )


def _execute(database: URL, *statements: str) -> None:
    """Execute each statement outside a transaction, as those about databases have to be."""
    engine = create_engine(database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3])
    )
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    return unable(
        "no PostgreSQL server: install the Debian package postgresql, or name a server in "
        f"{VARIABLE} (postgresql://user@host/postgres)"
    )


def _user() -> str | None:
    """Return the user that the server must run as, or None if it is the one that we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_UNPRIVILEGED).pw_name
    except KeyError:
        return unable(f"PostgreSQL does not run as root, and there is no user {_UNPRIVILEGED!r}")


def unable(reason: str) -> NoReturn:
    """Skip with ``reason`` on somebody's machine; fail with it in continuous integration."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
