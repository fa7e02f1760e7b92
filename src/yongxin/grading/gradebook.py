"""nbgrader's gradebook: making an empty one.

This module is imported by what uses nbgrader, which takes seconds to import.
"""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false

from contextlib import suppress
from pathlib import Path

import nbgrader
from alembic.script import ScriptDirectory
from nbgrader.api import Base
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool


def create_gradebook(url: str) -> None:
    """Make the tables of a gradebook; one that has any is left as it is.

    nbgrader would make them as well, but for the number of its schema it starts the program
    ``alembic``, which is not found unless the environment of Python has been activated, and takes
    a second. Raises ``sqlalchemy.exc.SQLAlchemyError`` when the database cannot be used.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        with suppress(OSError):  # opening the file will say what is wrong with the folder
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        if inspect(connection).get_table_names():
            return
        Base.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(
            text("INSERT INTO alembic_version (version_num) VALUES (:head)"),
            {"head": _schema_version()},
        )


def _schema_version() -> str | None:
    scripts = ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic"))
    return scripts.get_current_head()
