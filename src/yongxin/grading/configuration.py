"""What nbgrader has to be told so that its own commands work for this course.

``nbgrader_config.py`` calls ``configure``; so does whatever drives nbgrader from Python. Plug-ins
are named by strings, because formgrader writes its configuration as JSON.
"""

import os
import re
import shutil
import sysconfig
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from traitlets.config import Config

from yongxin.grading.links import SET_ASIDE

COURSE_ID = "yongxin"
STATE_VARIABLE = "YONGXIN_STATE"

# nbgrader searches for files by wildcards, and fills the names of its own folders into regular
# expressions without escaping them.
_WILDCARDS = re.compile(r"[*?\[\]]")
_WILDCARDS_AND_EXPRESSIONS = re.compile(r"[*?+|^$()\[\]{}\\]")

#: nbgrader's own list of files that stay behind.
_NBGRADER_IGNORES = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")

#: How to sanitise a submission. ``RebuildFromRelease`` stands for nbgrader's own list: the rebuilt
#: notebook holds released cells only, each of them once and as the gradebook knows it.
SANITIZE = ("yongxin.grading.preprocessors.RebuildFromRelease",)

#: How to grade one: nbgrader's own list without its last look at settings that no learner can have
#: changed, with our ``QuizExecute`` for ``Execute`` and ``SaveGrades`` for ``SaveAutoGrades``.
AUTOGRADE = (
    "yongxin.grading.preprocessors.QuizExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "yongxin.grading.preprocessors.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
)


def state_directory(course_root: Path) -> Path:
    """Return where everything that grading writes is kept: ``YONGXIN_STATE``, or ``var/``."""
    named = os.environ.get(STATE_VARIABLE)
    return Path(named).expanduser().resolve() if named else course_root.resolve() / "var"


def store_url(course_root: Path) -> str:
    """Return where the store of this course is, unless told otherwise."""
    return f"sqlite:///{state_directory(course_root) / 'yongxin.db'}"


def configure(config: Config, course_root: Path, *, for_nbgrader: bool = True) -> None:
    """Set up nbgrader (``c`` in ``nbgrader_config.py``) for the course in ``course_root``.

    With ``for_nbgrader`` the folder of the gradebook is made, which nbgrader does not do; whoever
    only wants to know where things are leaves no trace.

    Raises ``ValueError`` when nbgrader could not work with the name of the course's folder or of
    the state directory.
    """
    from yongxin.grading import release

    _let_nbgrader_find_alembic()
    root = course_root.resolve()
    state = state_directory(root)
    # A path below the root stays relative to it: nbgrader escapes the root, but nothing else.
    folder = state.relative_to(root) if state.is_relative_to(root) else state
    if _WILDCARDS.search(str(root)):
        raise ValueError(f"nbgrader cannot work in {root}: the path holds one of *?[]")
    if _WILDCARDS_AND_EXPRESSIONS.search(str(folder)):
        raise ValueError(
            f"nbgrader cannot work in {folder}: the path holds one of *?+|^$()[]{{}} or a "
            f"backslash; name another folder in {STATE_VARIABLE}"
        )

    if for_nbgrader:
        _let_nbgrader_make_a_gradebook(state)
    release.configure(config)
    config.CourseDirectory.course_id = COURSE_ID
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{state / 'gradebook.db'}"
    config.CourseDirectory.submitted_directory = str(folder / "submitted")
    config.CourseDirectory.autograded_directory = str(folder / "autograded")
    config.CourseDirectory.feedback_directory = str(folder / "feedback")
    config.ExportApp.plugin_class = "yongxin.grading.export.plugin.GradesExport"
    config.ExportPlugin.to = str(state / "grades.csv")

    # The exercises are in the repository; generating them again must reach the gradebook as well.
    config.GenerateAssignment.force = True

    config.Exchange.root = str(state / "exchange")
    config.Exchange.cache = str(state / "cache")
    # Never another time zone: "+0800" would put a plus sign, nbgrader's separator, into the names
    # of submissions, and collect would invent a learner.
    config.Exchange.timezone = "UTC"
    config.ExchangeFactory.release_assignment = "yongxin.grading.exchange_plugins.ReleaseAssignment"
    config.ExchangeFactory.collect = "yongxin.grading.exchange_plugins.Collect"
    config.ExchangeCollect.update = True  # the last hand-in counts
    config.ExchangeCollect.check_owner = False  # the site hands in for everybody
    config.ExchangeSubmit.strict = True

    config.CourseDirectory.ignore = [*_NBGRADER_IGNORES, f"*{SET_ASIDE}"]
    config.Autograde.exporter_class = "yongxin.grading.autograde_exporter.AutogradeExporter"
    config.Autograde.pre_convert_hook = "yongxin.grading.links.set_links_aside"
    config.Autograde.sanitize_preprocessors = list(SANITIZE)
    config.Autograde.autograde_preprocessors = list(AUTOGRADE)

    # nbgrader's own feedback page shows hidden tests and loads MathJax from a CDN. Ours is made
    # from selected facts, and anew each time: a mark may have been given since.
    config.GenerateFeedback.preprocessors = ["yongxin.grading.feedback_export.CollectFeedback"]
    config.GenerateFeedback.exporter_class = "yongxin.grading.feedback_export.FeedbackExporter"
    config.GenerateFeedback.force = True

    # Formgrader's page without a CDN; only formgrader uses this exporter.
    config.HTMLExporter.extra_template_basedirs = _formgrader_templates()


def _let_nbgrader_find_alembic() -> None:
    """Put the folder of this Python's commands on the ``PATH`` if ``alembic`` is not found there.

    nbgrader runs that command when it makes a gradebook, and leaves half a gradebook behind when it
    cannot: in a virtual environment that nobody has activated.
    """
    if shutil.which("alembic") is None:
        commands = sysconfig.get_path("scripts")
        os.environ["PATH"] = os.pathsep.join([commands, os.environ.get("PATH", os.defpath)])


def _let_nbgrader_make_a_gradebook(state: Path) -> None:
    """Make the folder of the gradebook; nbgrader makes every other folder that it needs."""
    with suppress(OSError):  # opening the gradebook will say what is wrong with the folder
        state.mkdir(mode=0o700, parents=True, exist_ok=True)


def _formgrader_templates() -> list[str]:
    from nbgrader.server_extensions.formgrader.handlers import (  # pyright: ignore[reportMissingTypeStubs]
        template_path,
    )

    return [str(files("yongxin.grading").joinpath("templates")), str(template_path)]
