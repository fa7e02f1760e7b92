"""Building: ``content/`` → ``course/``, ``solutions/``, ``exercises/`` and ``data/``."""

from yongxin.build.course import build_course
from yongxin.build.tree import BuildResult

__all__ = ["BuildResult", "build_course"]
