"""The sample course with its gradebook on a PostgreSQL server."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support import postgresql
from support.cohort import MODULE, Cohort
from support.grading_paths import configure
from yongxin.grading.exchange import release_module

#: For a test whose ``cohort`` has its gradebook in SQLite, and then on a server.
ON_BOTH = pytest.mark.parametrize(
    "cohort",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)


@contextmanager
def on_a_server(root: Path) -> Generator[Cohort]:
    """Move to a new gradebook on a server, which knows nothing but the released module."""
    with postgresql.any_server() as server, postgresql.new_database(server) as url:
        configure(root, f"c.CourseDirectory.db_url = {url!r}")
        release_module(root, MODULE)
        yield Cohort(root)
