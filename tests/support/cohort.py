"""A course with nbgrader beside it: learners who hand in, and a trainer who runs the commands."""

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yongxin.grading import feedback
from yongxin.grading.answers import Answer, Written
from yongxin.grading.exchange import ExchangeSettings, Receipt, nbgrader_configuration
from yongxin.grading.feedback import Feedback
from yongxin.grading.submission import hand_in
from yongxin.items import JSON
from yongxin.language import Language

MODULE = "z1-lift"
REFLECTION = "lift-log"

#: All right, and an order with one entry out of its place: two of four pairs, half of two points.
RIGHT_ORDER = ["expectation", "perception", "thought", "feeling", "action"]
HALF_RIGHT_ORDER = ["expectation", "perception", "thought", "action", "feeling"]


class Cohort:
    """The sample course in ``root``, its exercise released."""

    def __init__(self, root: Path) -> None:
        self.root = root
        config = nbgrader_configuration(root)
        self.settings = ExchangeSettings(Path(config.Exchange.root))
        self.gradebook_url: str = config.CourseDirectory.db_url

    def hand_in(
        self,
        username: str,
        answers: Mapping[str, JSON] | None = None,
        written: Mapping[str, str] | None = None,
        *,
        language: Language = "zh-CN",
        now: datetime | None = None,
    ) -> Receipt:
        """Hand in as a learner: item id → response, field of the reflection → text."""
        now = now or datetime.now(UTC)
        return hand_in(
            self.settings,
            course_root=self.root,
            username=username,
            module_id=MODULE,
            answers={
                item: Answer(response=response, saved=now)
                for item, response in (answers or {}).items()
            },
            reflections={REFLECTION: Written(fields=dict(written), saved=now)} if written else {},
            language=language,
            now=now,
        )

    def nbgrader(self, *arguments: str) -> None:
        """Run one of nbgrader's commands as a trainer would in the course's folder.

        In this process, because starting nbgrader takes seconds. Raises ``SystemExit`` when the
        command fails.
        """
        from jupyter_core.application import NoStart
        from nbgrader.apps import NbGraderApp

        here, path = Path.cwd(), list(sys.path)
        os.chdir(self.root)
        app: Any = NbGraderApp()
        try:
            app.initialize(list(arguments))
            app.start()
        except NoStart:
            pass  # the subcommand has done it all
        finally:
            if app.subapp is not None:
                app.subapp.reset()
            os.chdir(here)
            sys.path[:] = path

    def collect_and_autograde(self) -> None:
        """Do what a trainer does first."""
        self.nbgrader("collect", MODULE, "--quiet")
        self.nbgrader("autograde", MODULE, "--quiet")

    def give_feedback(self) -> None:
        """Do what a trainer does last."""
        self.nbgrader("generate_feedback", MODULE, "--quiet")
        self.nbgrader("release_feedback", MODULE, "--quiet")

    def read_feedback(self, receipt: Receipt) -> Feedback | None:
        """Read what the site would show for a hand-in."""
        return feedback.read(self.settings, MODULE, receipt)

    @contextmanager
    def gradebook(self) -> Generator[Any]:
        """Open the gradebook; what is changed has to be committed."""
        from nbgrader.api import Gradebook

        with Gradebook(self.gradebook_url) as gradebook:
            yield gradebook

    def grades(self, username: str) -> dict[str, dict[str, Any]]:
        """Return the gradebook's row of each cell of a learner's submission."""
        with self.gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(MODULE, MODULE, username)
            return {
                grade.name: {
                    "auto": grade.auto_score,
                    "manual": grade.manual_score,
                    "waits": grade.needs_manual_grade,
                    "score": grade.score,
                }
                for grade in notebook.grades
            }

    def score(self, username: str) -> float:
        """Return a learner's score as nbgrader adds it up."""
        with self.gradebook() as gradebook:
            return float(gradebook.find_submission(MODULE, username).score)

    def mark(self, username: str, points: float, comment: str | None = None) -> None:
        """Mark a learner's reflection in the gradebook, as formgrader does."""
        name = f"reflection-{REFLECTION}"
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(name, MODULE, MODULE, username)
            grade.manual_score = points
            grade.needs_manual_grade = False
            if comment is not None:
                gradebook.find_comment(name, MODULE, MODULE, username).manual_comment = comment
            gradebook.db.commit()

    def autograded(self, username: str) -> Path:
        """Return the notebook that formgrader shows."""
        return self.root / "var" / "autograded" / username / MODULE / f"{MODULE}.ipynb"
