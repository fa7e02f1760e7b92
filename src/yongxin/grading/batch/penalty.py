"""The course's rule for late hand-ins: nbgrader's plug-in, as the configuration names it."""

# nbgrader ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from yongxin.grading.late import Penalty


def configured_penalty(config: Config) -> Penalty:
    """Return the method of the configured plug-in that tells the penalty.

    As with nbgrader's own commands, the plug-in may be a module in the course's folder.
    """
    with _importable(str(config.CourseDirectory.root)):
        step: Any = AssignLatePenalties(config=config)
        step.init_plugin()
    return step.plugin_inst.late_submission_penalty


@contextmanager
def _importable(folder: str) -> Generator[None]:
    sys.path.append(folder)  # last, so that nothing in it can stand in for another module
    try:
        yield
    finally:
        sys.path.remove(folder)
