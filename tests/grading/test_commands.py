"""A trainer's plain commands, each a program of its own, in an environment nobody has activated."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.cohort import MODULE, RIGHT_ORDER, Cohort


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_plain_commands_are_all_a_trainer_needs(
    built_course: Path, repository: Path, tmp_path: Path
) -> None:
    root = tmp_path / "course"
    shutil.copytree(built_course, root)
    shutil.copy(repository / "nbgrader_config.py", root)

    def nbgrader(*arguments: str) -> None:
        # nbgrader calls the program `alembic`, which only an activated environment would find.
        done = subprocess.run(
            [Path(sys.executable).parent / "nbgrader", *arguments],
            cwd=root,
            env=os.environ | {"PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    nbgrader("generate_assignment", MODULE)
    nbgrader("release_assignment", MODULE)
    cohort = Cohort(root)
    receipt = cohort.hand_in("李雷", {"gap-sign": "met", "chain-order": RIGHT_ORDER})
    nbgrader("collect", MODULE)
    nbgrader("autograde", MODULE)
    nbgrader("generate_feedback", MODULE)
    nbgrader("release_feedback", MODULE)
    nbgrader("export")

    feedback = cohort.read_feedback(receipt)
    assert feedback is not None
    assert feedback.score == 3.0
    with (root / "var" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["账号"], row["得分"], row["满分"]) == ("李雷", "3", "6")
    assert {path.name for path in root.iterdir()} == {
        "content",
        "course",
        "data",
        "exercises",
        "nbgrader_config.py",
        "solutions",
        "var",
    }


def test_the_export_can_be_read_by_a_spreadsheet(cohort: Cohort) -> None:
    """nbgrader's own writes names into its CSV without quotes."""
    from yongxin.grading.exchange import sync_roster

    sync_roster(cohort.root, {"o.neill": 'O\'Neill, "Sean"\nof Block 3'})
    cohort.nbgrader("export")
    with (cohort.root / "var" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["账号"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"李雷", "han.meimei", "o.neill"}
    assert rows["o.neill"]["姓名"] == "O＇Neill， ＂Sean＂ of Block 3"
    assert rows["o.neill"]["满分"] == "6"
