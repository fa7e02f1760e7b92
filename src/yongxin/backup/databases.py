"""The two databases of a course, each of either kind, into an archive and out of it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from yongxin.backup.archive import DatabaseCopy, Reader, Writer
from yongxin.backup.errors import BackupFailed
from yongxin.backup.places import kind_of, sqlite_path
from yongxin.backup.postgresql_copy import dump, reading_postgresql, require_readable
from yongxin.backup.rows import Comparison, compare, read_tables, table_names
from yongxin.backup.sqlite_copy import copy_sqlite, reading_sqlite, require_sound
from yongxin.store.schema import VERSION_TABLE, known_versions
from yongxin.store.tables import metadata

#: Where each database keeps the version of its tables.
_VERSIONS = {"store": VERSION_TABLE, "gradebook": "alembic_version"}
_ENDINGS = {"sqlite": "sqlite3", "postgresql": "pgdump"}


def add_database(name: str, url: str, writer: Writer, work: Path) -> DatabaseCopy | None:
    """Write a database to an archive; ``None`` when there is none. Raises ``BackupFailed``.

    ``name`` is ``store`` or ``gradebook``; ``work`` is a folder with room for a copy.
    """
    kind = kind_of(url)
    part = f"{name}.{_ENDINGS[kind]}"
    if kind == "sqlite":
        source, copy = sqlite_path(url), work / part
        if not source.is_file():
            return None
        copy_sqlite(source, copy)
        with writer.part(part) as file, copy.open("rb") as content:
            while block := content.read(1024 * 1024):
                file.write(block)
        with reading_sqlite(copy) as connection:
            return _describe(connection, name, "sqlite", part, table_names(connection))
    with reading_postgresql(url) as connection:
        tables = table_names(connection) & own_tables(name)
        if not tables:
            return None
        # Stored as it is: pg_dump has compressed it already.
        with writer.part(part, compressed=True) as file:
            dump(connection, url, tables, file)
        return _describe(connection, name, "postgresql", part, tables)


def own_tables(name: str) -> set[str]:
    """Return the tables of a database by its name; both may stand in one on a server."""
    if name == "store":
        return {*metadata.tables, VERSION_TABLE}
    from nbgrader.api import Base  # pyright: ignore[reportMissingTypeStubs]

    return {*Base.metadata.tables, _VERSIONS["gradebook"]}


def verify(reader: Reader, work: Path, urls: Mapping[str, str]) -> list[Comparison]:
    """Take the databases out of an archive again, and compare every row with its manifest.

    Of a dump only ``pg_restore`` could tell the rows: it is read to its end. Raises
    ``BackupFailed`` for what cannot be read.
    """
    compared: list[Comparison] = []
    for name, one in reader.manifest.databases.items():
        if one.kind == "postgresql":
            with reader.open(one.part) as file:
                require_readable(urls[name], file)
            continue
        path = work / f"verified-{one.part}"
        try:
            unpack_sqlite(reader, one, path)
            with reading_sqlite(path) as connection:
                compared += compare(one.tables, read_tables(connection, dict.fromkeys(one.tables)))
        finally:
            path.unlink(missing_ok=True)
    return compared


def unpack_sqlite(reader: Reader, one: DatabaseCopy, path: Path) -> None:
    """Take a SQLite database out of an archive, whole and sound. Raises ``BackupFailed``."""
    with path.open("xb") as file:
        path.chmod(0o600)
        reader.copy(one.part, file)
    require_sound(path)


@contextmanager
def reading(url: str) -> Generator[Connection]:
    """Open a database that was restored."""
    opened = (
        reading_sqlite(sqlite_path(url)) if kind_of(url) == "sqlite" else reading_postgresql(url)
    )
    with opened as connection:
        yield connection


def compare_with(url: str, one: DatabaseCopy, *, migrated: bool = False) -> list[Comparison]:
    """Compare every row of a database with what the manifest says, in the columns it knows.

    When it was ``migrated``, what no longer has all of these columns is not compared.
    """
    wanted = {name: rows.columns for name, rows in one.tables.items()}
    with reading(url) as connection:
        found = read_tables(connection, wanted)
    if not migrated:
        return compare(one.tables, found)
    same = found.keys() - {VERSION_TABLE}
    return compare({name: rows for name, rows in one.tables.items() if name in same}, found)


def require_known_version(name: str, one: DatabaseCopy) -> None:
    """Raise ``BackupFailed`` when the tables are of a version that this package does not know."""
    known = known_versions() if name == "store" else _known_to_nbgrader()
    if one.version not in known:
        raise BackupFailed(
            f"the {name} in the backup has version {one.version}, which this yongxin does not "
            "know: install the version that made the backup, or a later one"
        )


def _known_to_nbgrader() -> set[str]:
    import nbgrader  # pyright: ignore[reportMissingTypeStubs]

    scripts = ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic"))
    return {one.revision for one in scripts.walk_revisions()}


def _describe(
    connection: Connection, name: str, kind: Any, part: str, tables: set[str]
) -> DatabaseCopy:
    rows = read_tables(connection, dict.fromkeys(tables))
    return DatabaseCopy(kind, part, _version(connection, _VERSIONS[name]), rows)


def _version(connection: Connection, table: str) -> str | None:
    if not inspect(connection).has_table(table):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {table}"))  # noqa: S608  (our own)
    return None if found is None else str(found)
