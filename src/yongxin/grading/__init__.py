"""Grading: from a learner's answers to nbgrader's gradebook and back to the learner as feedback.

This package is imported by the kernel that executes a grade cell, so importing it reads no file
and costs nothing; what needs nbgrader (seconds to import) is imported where it is used.
"""

from typing import Any


def score_cell(key: dict[str, Any]) -> float:
    """Score one graded item from the ``answers.json`` that lies in the working directory.

    A grade cell ends in this call. nbgrader reads the number from the cell's output and takes
    anything else amiss: a line on stderr counts as no points, a value that is no plain number as
    all points. So this returns a built-in float whatever the file and the key hold, and never
    raises, warns or prints.
    """
    import warnings
    from pathlib import Path

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydantic import ValidationError

        from yongxin.grading import answers
        from yongxin.items import parse_key, score

        try:
            parsed = parse_key(key)
        except ValidationError:
            return 0.0
        try:
            scored = answers.read(Path(answers.FILE_NAME)).score(parsed)
        except answers.RefusedAnswers:
            scored = score(parsed, None)  # a withdrawn item gives its points all the same
        return float(scored.points)
