"""A gradebook of the same cohort, as a graded one would be, written past nbgrader."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bench.cohort.hand_ins import TOP_LEVEL, Version
from bench.cohort.people import Person, Standing, text
from yongxin.grading.gradebook_indexes import add_indexes

_PREPARE = """
CREATE TEMP TABLE standing (
    number INTEGER PRIMARY KEY, student TEXT, place INTEGER, version INTEGER, at TEXT,
    waits INTEGER
);
CREATE TEMP TABLE module (place INTEGER PRIMARY KEY, assignment TEXT, notebook TEXT);
CREATE TEMP TABLE score (
    place INTEGER, version INTEGER, cell TEXT, automatic REAL, manual REAL,
    PRIMARY KEY (place, version, cell)
) WITHOUT ROWID;
CREATE TEMP TABLE remark (place INTEGER, cell TEXT, PRIMARY KEY (place, cell)) WITHOUT ROWID;
"""
# Ids that grow keep the indexes in order; nbgrader's own are as long.
_FILL = """
BEGIN;
INSERT INTO submitted_assignment (id, assignment_id, student_id, timestamp)
    SELECT printf('a%031x', number), assignment, student, at
    FROM standing JOIN module USING (place);
INSERT INTO submitted_notebook (id, assignment_id, notebook_id, flagged, late_submission_penalty)
    SELECT printf('b%031x', number), printf('a%031x', number), notebook, 0, NULL
    FROM standing JOIN module USING (place);
INSERT INTO grade
    (id, notebook_id, cell_id, auto_score, manual_score, extra_credit, needs_manual_grade)
    SELECT
        printf('c%031x', row_number() OVER ()), printf('b%031x', standing.number), cell,
        automatic, CASE WHEN automatic IS NULL AND NOT waits THEN manual END, NULL,
        automatic IS NULL AND waits
    FROM standing JOIN score USING (place, version);
INSERT INTO comment (id, notebook_id, cell_id, auto_comment, manual_comment)
    SELECT
        printf('d%031x', row_number() OVER ()), printf('b%031x', standing.number), cell,
        NULL, CASE WHEN waits THEN NULL ELSE '事实和想法分得清楚。' END
    FROM standing JOIN remark USING (place);
COMMIT;
"""


def fill_gradebook(
    path: Path,
    everybody: Sequence[Person],
    standings: Iterable[Standing],
    modules: Mapping[str, Sequence[Version]],
) -> None:
    """Enter everybody and their marks into the gradebook at ``path``, which knows the modules."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;" + _PREPARE
        )
        connection.executemany(
            "INSERT INTO student (id, first_name, last_name) VALUES (?, ?, ?)",
            [(one.username, one.username, one.name) for one in everybody],
        )
        for place, (name, versions) in enumerate(modules.items()):
            _add_module(connection, place, name, versions)
        connection.executemany(
            "INSERT INTO standing (student, place, version, at, waits) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    one.person.username,
                    one.place,
                    one.version,
                    text(one.handed_in),
                    one.grading == "waiting",
                )
                for one in standings
                if one.handed_in is not None and one.grading != "none"
            ),
        )
        connection.commit()
        connection.executescript(_FILL)
    add_indexes(f"sqlite:///{path}")


def _add_module(
    connection: sqlite3.Connection, place: int, name: str, versions: Sequence[Version]
) -> None:
    assignment, notebook = connection.execute(
        "SELECT assignment.id, notebook.id FROM assignment JOIN notebook"
        " ON notebook.assignment_id = assignment.id WHERE assignment.name = ?",
        (name,),
    ).fetchone()
    connection.execute("INSERT INTO module VALUES (?, ?, ?)", (place, assignment, notebook))
    cells = connection.execute(
        "SELECT base_cell.id, name, max_score FROM base_cell"
        " JOIN grade_cells ON grade_cells.id = base_cell.id WHERE notebook_id = ?",
        (notebook,),
    ).fetchall()
    for number, version in enumerate(versions):
        rows: list[tuple[int, int, str, float | None, float | None]] = []
        for cell, title, maximum in cells:
            reflection = title.removeprefix("reflection-")
            if title != reflection:
                mark = maximum * version.levels[reflection] / TOP_LEVEL
                rows.append((place, number, cell, None, mark))
            else:
                rows.append((place, number, cell, version.points[title], None))
        connection.executemany("INSERT INTO score VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute(
        "INSERT INTO remark SELECT ?, id FROM base_cell"
        " WHERE notebook_id = ? AND type = 'SolutionCell'",
        (place, notebook),
    )
