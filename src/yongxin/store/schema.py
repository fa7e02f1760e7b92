"""The tables of a database and the version of them that this package works with."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from yongxin.store.database import Database
from yongxin.store.errors import StoreOutdated

#: Not Alembic's own name, because nbgrader keeps a table of that one in its database.
VERSION_TABLE = "yongxin_store_version"

_MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic hands the connection to the migrations through module globals of its own, so two threads
# of a process must not migrate at once. Processes are kept apart by Database.migrating.
_alembic = threading.Lock()


def prepare(database: Database, *, migrate: bool) -> None:
    """Bring the tables to the version of this package, or see that they have it.

    Raises ``StoreOutdated`` when the tables are older and ``migrate`` is false, and always when
    they are newer than this package. All migrations are one transaction: an error leaves the
    database as it was.
    """
    scripts = ScriptDirectory(_MIGRATIONS)
    newest = scripts.get_current_head()
    with database.reading() as connection:
        found = version(connection)
    if found == newest:
        return
    if found is not None and found not in known_versions():
        raise StoreOutdated(
            f"the store has version {found}, this package knows {newest}: install a newer yongxin"
        )
    if not migrate:
        raise StoreOutdated(
            f"the store has {f'version {found}' if found else 'no tables'}, this package needs "
            f"version {newest}: make a backup, then open it once with migrate=True"
        )
    with database.migrating() as connection:
        upgrade(connection, "head")


def known_versions() -> set[str]:
    """Return every version that the tables had up to this package's, the newest included."""
    return {one.revision for one in ScriptDirectory(_MIGRATIONS).walk_revisions()}


def upgrade(connection: Connection, to: str) -> None:
    """Bring the tables to the version ``to``, within a transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _alembic:
        command.upgrade(config, to)


def version(connection: Connection) -> str | None:
    """Return the version of the tables, or None where there are none."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()
