"""Scoring answers as data gives what executing the notebooks gives."""

import shutil
from pathlib import Path

import pytest

from support.cohort import HALF_RIGHT_ORDER, MODULE, RIGHT_ORDER, Cohort

STOCK = """
c.Autograde.autograde_preprocessors = [
    one.replace("yongxin.grading.preprocessors.QuizExecute", "nbgrader.preprocessors.Execute")
    for one in c.Autograde.autograde_preprocessors
]
"""

ANSWERS = {
    "all-right": {"chain-order": RIGHT_ORDER, "gap-sign": "met"},
    "李雷": {"chain-order": HALF_RIGHT_ORDER, "gap-sign": "delighted"},
    "unreadable": {"chain-order": ["thought", 7, None], "gap-sign": {"met": True}},
    "damaged": {"chain-order": RIGHT_ORDER, "gap-sign": "met"},
}


@pytest.mark.slow
def test_executing_the_notebooks_gives_the_same_grades(cohort: Cohort, tmp_path: Path) -> None:
    for username, answers in ANSWERS.items():
        cohort.hand_in(username, answers, {"facts": "我等了很久。"})
    cohort.nbgrader("collect", MODULE, "--quiet")
    damaged = cohort.root / "var" / "submitted" / "damaged" / MODULE / "answers.json"
    damaged.write_text('{"version": 1, "answers": {"gap-sign"', encoding="utf-8")
    stock = Cohort(shutil.copytree(cohort.root, tmp_path / "stock"))
    config = stock.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + STOCK, encoding="utf-8")

    cohort.nbgrader("autograde", MODULE, "--quiet")
    stock.nbgrader("autograde", MODULE, "--quiet")

    by_data = {username: cohort.grades(username) for username in ANSWERS}
    assert by_data == {username: stock.grades(username) for username in ANSWERS}
    points = {
        username: (grades["chain-order"]["auto"], grades["gap-sign"]["auto"])
        for username, grades in by_data.items()
    }
    assert points == {
        "all-right": (2.0, 1.0),
        "李雷": (1.0, 0.0),
        "unreadable": (0.0, 0.0),
        "damaged": (0.0, 0.0),
    }
    # The comparison means something only if the stock way really executed the cells.
    executed_notebook = stock.autograded("李雷").read_text(encoding="utf-8")
    assert '"execution_count": 5' in executed_notebook
