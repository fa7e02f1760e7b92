"""What `yongxin regrade` shows before it writes is what the gradebook has afterwards."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.grading_paths import configure, gradebook_url
from support.random_submissions import DUE, Collected, Learners
from support.whole_module import MODULE
from yongxin.build import build_course
from yongxin.build.solution import solution_notebook
from yongxin.content import load_content
from yongxin.grading.batch import grade_assignment
from yongxin.grading.exchange import set_due_date
from yongxin.grading.regrading import preview, regrade

SUBMISSIONS = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def standings(root: Path) -> dict[str, float]:
    """Return the points of everybody, less late penalties, as nbgrader adds them up."""
    from nbgrader.api import Gradebook

    with Gradebook(gradebook_url(root)) as gradebook:
        submissions: Any = gradebook.assignment_submissions(MODULE)
        return {
            one.student.id: round(one.score - (one.late_submission_penalty or 0), 4)
            for one in submissions
        }


def mark_by_hand(root: Path) -> None:
    """Give some marks and some extra credit, on questions that change and on others."""
    from nbgrader.api import Gradebook

    with Gradebook(gradebook_url(root)) as gradebook:
        submissions: Any = gradebook.assignment_submissions(MODULE)
        for number, one in enumerate(sorted(submissions, key=lambda each: each.student.id)):
            grades = sorted(one.notebooks[0].grades, key=lambda each: each.name)
            grades[number % len(grades)].manual_score = 0.5
            grades[number % len(grades)].needs_manual_grade = False
            grades[(number * 3) % len(grades)].extra_credit = 0.25
        gradebook.db.commit()


def change_keys(root: Path) -> None:
    """Withdraw a question, and take another answer for right in each of two others."""
    path = root / "content" / MODULE / "items.yaml"
    items = json.loads(path.read_text(encoding="utf-8"))
    single = next(one for one in items if one["type"] == "single-choice")
    single["key"] = next(one["id"] for one in single["options"] if one["id"] != single["key"])
    ordering = next(one for one in items if one["type"] == "ordering")
    ordering["key"] = ordering["key"][::-1]
    next(one for one in items if one["type"] == "calculated")["withdrawn"] = True
    path.write_text(json.dumps(items, ensure_ascii=False, indent=1), encoding="utf-8")


def test_what_was_foretold_is_what_happens(every_kind: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(every_kind, tmp_path / "course"))
    configure(root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    set_due_date(root, MODULE, DUE)
    Collected(root).put(Learners(root, seed=7).hand_in(SUBMISSIONS))
    grade_assignment(root, MODULE)
    mark_by_hand(root)
    # Penalties follow marks only when somebody grades again.
    grade_assignment(root, MODULE, force=True)
    before = standings(root)

    change_keys(root)
    found = preview(root, MODULE, solution_notebook(load_content(root / "content"), MODULE))

    assert {one.cell for one in found.keys} == {
        change.cell for one in found.learners for change in one.cells
    }
    assert len(found.keys) == 3
    assert found.examined == SUBMISSIONS
    assert {one.username: one.before for one in found.learners} == {
        one.username: before[one.username] for one in found.learners
    }
    assert found.higher > 10
    assert found.lower > 5
    assert standings(root) == before

    build_course(root)
    regrade(root, found, by="test")

    foretold = {one.username: one.after for one in found.learners}
    assert standings(root) == pytest.approx(before | foretold, abs=1e-9)
    again = preview(root, MODULE, found.solution)
    assert again.is_empty
