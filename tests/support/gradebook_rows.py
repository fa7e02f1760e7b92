"""What a gradebook says of its learners, without the ids that differ from one to the next."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

#: table → its rows, how often each is there; every row begins with the learner it is about.
Rows: TypeAlias = Mapping[str, Counter[tuple[Any, ...]]]

# Outer joins: a row that belongs to nothing has to show as well.
_SUBMISSION = """
LEFT JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
LEFT JOIN assignment ON assignment.id = submitted_assignment.assignment_id
LEFT JOIN notebook ON notebook.id = submitted_notebook.notebook_id
"""
_CELL = """
LEFT JOIN base_cell ON base_cell.id = cell_id
LEFT JOIN submitted_notebook ON submitted_notebook.id = {0}.notebook_id
"""

_QUERIES = {
    "student": "SELECT id, first_name, last_name, email, lms_user_id FROM student",
    "submitted_assignment": """
SELECT student_id, assignment.name, timestamp, extension FROM submitted_assignment
LEFT JOIN assignment ON assignment.id = submitted_assignment.assignment_id""",
    "submitted_notebook": f"""
SELECT student_id, assignment.name, notebook.name, flagged, late_submission_penalty
FROM submitted_notebook {_SUBMISSION}""",
    "grade": f"""
SELECT student_id, assignment.name, notebook.name, base_cell.name, base_cell.type,
       auto_score, manual_score, extra_credit, needs_manual_grade
FROM grade {_CELL.format("grade")} {_SUBMISSION}""",
    "comment": f"""
SELECT student_id, assignment.name, notebook.name, base_cell.name, base_cell.type,
       auto_comment, manual_comment
FROM comment {_CELL.format("comment")} {_SUBMISSION}""",
}


def read_rows(url: str) -> Rows:
    """Read all rows that grading writes in the gradebook at ``url``."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return {
            table: Counter(map(tuple, connection.execute(text(query))))
            for table, query in _QUERIES.items()
        }


def rows_of(rows: Rows, usernames: Collection[str]) -> Rows:
    """Return the rows about these learners."""
    return {
        table: Counter({row: count for row, count in found.items() if row[0] in usernames})
        for table, found in rows.items()
    }


def together(*gradebooks: Rows) -> Rows:
    """Return the rows of several gradebooks as if they were those of one."""
    return {table: sum((one[table] for one in gradebooks), Counter()) for table in _QUERIES}


def difference(expected: Rows, found: Rows) -> list[tuple[str, str, tuple[Any, ...]]]:
    """Return each row that only one of two gradebooks has: the table, which one, and the row."""
    told: list[tuple[str, str, tuple[Any, ...]]] = []
    for table in _QUERIES:
        told += [(table, "missing", row) for row in expected[table] - found[table]]
        told += [(table, "unexpected", row) for row in found[table] - expected[table]]
    return sorted(told, key=repr)
