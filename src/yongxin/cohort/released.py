"""The keys that a module's hand-ins are scored with: those of its release, from the gradebook.

This module imports nbgrader, which takes seconds.
"""

from pathlib import Path

from yongxin.grading.batch.gradebook import open_gradebook
from yongxin.grading.batch.rows import read_assignment
from yongxin.grading.exchange import nbgrader_configuration
from yongxin.grading.grade_cell import find_key
from yongxin.grading.regrading.rows import read_sources
from yongxin.items import Key


def released_keys(course_root: Path, module_id: str) -> dict[str, Key]:
    """Return the keys of a module's graded items, by item.

    Raises ``GradingFailed`` when there is no gradebook, or it does not know the module.
    """
    url: str = nbgrader_configuration(course_root).CourseDirectory.db_url
    with open_gradebook(url) as engine, engine.connect() as connection:
        sources = read_sources(connection, read_assignment(connection, module_id))
    found = {name: find_key(source) for name, source in sources.items()}
    return {name: key for name, key in found.items() if key is not None}
