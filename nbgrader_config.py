"""nbgrader's configuration for this course. Run nbgrader in this folder.

    nbgrader generate_assignment MODULE     solutions/ → exercises/, keys into the gradebook
    nbgrader release_assignment MODULE      exercises/ → the exchange; learners can hand in
    nbgrader collect MODULE                 the last hand-in of each learner → var/submitted/
    nbgrader autograde MODULE               → var/autograded/ and the gradebook
    (formgrader, in JupyterLab)             reflections wait for a mark
    nbgrader generate_feedback MODULE       → var/feedback/
    nbgrader release_feedback MODULE        → the learners' results page
    nbgrader export                         → var/grades.csv

Everything that these commands write is in ``var/``, or where ``YONGXIN_STATE`` says.
``src/yongxin/grading/configuration.py`` sets what the course needs and says why; below it, set what
you want otherwise, for example:

    c.LateSubmissionPlugin.penalty_method = "zero"          a late hand-in earns nothing
    c.CourseDirectory.db_url = "postgresql+psycopg://…"     a gradebook on a database server
"""

from pathlib import Path

from yongxin.grading.configuration import configure

c = get_config()  # pyright: ignore[reportUndefinedVariable]  (nbgrader defines it)

configure(c, Path(__file__).parent)
