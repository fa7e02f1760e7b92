"""Whatever is handed in: the score that the answers deserve, or a refusal that says why.

Nothing of it is executed or imported, and nobody else's grade changes.
"""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from support import grading_paths
from support.cohort import Cohort
from support.gradebook_rows import Rows, difference, read_rows, rows_of
from support.grading_paths import Way, gradebook_url
from support.hostile_hand_ins import CANARY, CODE, NOTEBOOK, Case, cases
from support.random_submissions import DUE, Collected, Learners
from support.trees import tree
from support.whole_module import MODULE
from yongxin.grading.findings import read_findings

CASES = list(cases())
INNOCENT = [f"innocent-{number}" for number in range(3)]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Graded:
    """A course in which everything hostile was handed in and graded, beside the innocent."""

    root: Path
    rows: Rows
    #: The rows of the same course without anything hostile.
    peaceful: Rows
    said: str
    canary: Path
    untouched: bool

    def folder(self, case: Case) -> Path:
        return self.root / "var" / "autograded" / case.username / MODULE

    def is_graded(self, case: Case) -> bool:
        return (self.folder(case) / NOTEBOOK).is_file()


@pytest.fixture(scope="module")
def handed_in(every_kind: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which everybody has handed in the same, and nothing is damaged yet."""
    root = shutil.copytree(every_kind, tmp_path_factory.mktemp("handed-in") / "course")
    learners = Learners(root, seed=1)
    usernames = [*INNOCENT, *(case.username for case in CASES)]
    assert len(set(usernames)) == len(usernames)
    early = DUE - timedelta(hours=1)
    Collected(root).put(learners.half_right(username, early) for username in usernames)
    return root


@pytest.fixture(scope="module")
def plugin(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Grade with ``nbgrader autograde``."""
    return grade(grading_paths.nbgrader, handed_in, tmp_path_factory.mktemp("plugin"))


@pytest.fixture(scope="module")
def batch(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Grade with ``yongxin grade``."""
    return grade(grading_paths.batch, handed_in, tmp_path_factory.mktemp("batch"))


@pytest.fixture(params=["plugin", "batch"])
def graded(request: pytest.FixtureRequest) -> Graded:
    """Both ways, one after the other."""
    return request.getfixturevalue(request.param)


def grade(way: Callable[[Path], Way], handed_in: Path, folder: Path) -> Graded:
    """Grade the innocent alone, and everybody, each in a course of their own."""
    peaceful = shutil.copytree(handed_in, folder / "peaceful")
    for case in CASES:
        shutil.rmtree(peaceful / "var" / "submitted" / case.username)
    hostile = shutil.copytree(handed_in, folder / "hostile")
    damage(hostile)
    sources = tree(hostile, "solutions", "exercises", "data")
    canary = folder / "canary"
    way(peaceful).run()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CANARY, str(canary))
        said = way(hostile).run(0, 1)
    return Graded(
        root=hostile,
        rows=read_rows(gradebook_url(hostile)),
        peaceful=read_rows(gradebook_url(peaceful)),
        said=said,
        canary=canary,
        untouched=tree(hostile, "solutions", "exercises", "data") == sources,
    )


def damage(root: Path) -> None:
    """Do to each submission what its case is about."""
    submitted = root / "var" / "submitted"
    cohort = Cohort(root)
    for case in CASES:
        folder = submitted / case.username / MODULE
        case.damage(folder)
        if case.by_exchange:
            timestamp = (folder / "timestamp.txt").read_text(encoding="utf-8")
            name = f"{case.username}+{MODULE}+{timestamp}+{'0' * 12}"
            folder.rename(cohort.settings.handed_in / name)
    cohort.nbgrader("collect", MODULE, "--quiet")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_hand_in_earns_what_its_answers_deserve(graded: Graded, case: Case) -> None:
    rows = rows_of(graded.rows, [case.username])
    if not graded.is_graded(case):
        assert case.maybe_refused, "it was not graded"
        assert case.username in graded.said, "nobody was told that it was not graded"
        return
    deserved = rows_of(graded.peaceful, INNOCENT[:1])
    scores = {row[3]: row[5] for row in rows["grade"]}
    honest = {row[3]: row[5] for row in deserved["grade"]}
    if case.earns == "all":
        assert without_reflections(scores) == without_reflections(honest)
    else:
        assert set(without_reflections(scores)) == set(without_reflections(honest))
        assert set(without_reflections(scores).values()) == {0}
    assert bool(read_findings(graded.folder(case))) >= case.told
    # What a trainer opens is a plain file that holds none of it as something to execute.
    assert not any(path.is_symlink() for path in graded.folder(case).rglob("*"))


def test_both_ways_give_the_same_grades(plugin: Graded, batch: Graded) -> None:
    by_both = [one for one in CASES if plugin.is_graded(one) and batch.is_graded(one)]
    assert len(by_both) > 60
    usernames = {case.username for case in by_both}
    ours = rows_of(batch.rows, usernames)
    assert len(ours["submitted_notebook"]) == len(usernames)
    assert difference(rows_of(plugin.rows, usernames), ours) == []


def without_reflections(scores: dict[str, float]) -> dict[str, float]:
    return {name: score for name, score in scores.items() if not name.startswith("reflection-")}


def test_the_honest_score_is_between_nothing_and_everything(graded: Graded) -> None:
    scores = [row[5] for row in rows_of(graded.peaceful, INNOCENT[:1])["grade"] if row[5]]
    assert 5 < sum(scores) < 25


def test_nothing_was_executed_or_imported(graded: Graded) -> None:
    assert not graded.canary.exists()


def test_the_canary_sings_when_the_code_runs(tmp_path: Path) -> None:
    """Otherwise its silence would say nothing."""
    folder = tmp_path / "autograded" / "somebody" / MODULE
    folder.mkdir(parents=True)
    environment = {CANARY: str(tmp_path / "canary")}
    with sqlite3.connect(tmp_path / "gradebook.db") as gradebook:
        gradebook.execute("CREATE TABLE grade (manual_score, auto_score)")
    subprocess.run([sys.executable, "-c", CODE], cwd=folder, env=environment, check=True)
    assert (tmp_path / "canary").read_text() == "executed"


def test_nobody_elses_grade_has_changed(graded: Graded) -> None:
    innocent = rows_of(graded.rows, INNOCENT)
    assert len(innocent["submitted_notebook"]) == len(INNOCENT)
    assert difference(rows_of(graded.peaceful, INNOCENT), innocent) == []
    known = {*INNOCENT, *(case.username for case in CASES)}
    assert {row[0] for row in graded.rows["student"]} <= known


def test_nothing_of_the_course_has_changed(graded: Graded) -> None:
    assert graded.untouched


def test_nothing_of_what_was_handed_in_is_lost(graded: Graded) -> None:
    submitted = graded.root / "var" / "submitted"
    assert {one.name for one in submitted.iterdir()} == {
        *INNOCENT,
        *(case.username for case in CASES),
    }
