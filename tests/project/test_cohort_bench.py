"""The measurement of staff's pages measures: each has an address, and a small cohort is real."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench import documents
from bench.cohort import tables
from bench.cohort.addresses import PAGES, Page, staff_routes, unmeasured
from bench.cohort.making import Cohort, cohort
from yongxin.site.access import ACCESS, PUBLIC, SIGNED_IN, STAFF, TRAINERS
from yongxin.store import Store

LEARNERS, MODULES = 40, 10

RESULT: dict[str, Any] = {
    "machine": {"cores": 2},
    "learners": tables.LEARNERS,
    "modules": tables.MODULES,
    "rounds": 3,
    "pages": {
        "quick": {
            "role": "hr",
            "seconds": 1.0,
            "median": 20.0,
            "longest": 1000.0,
            "first": 1200.0,
            "bytes": 5000,
        },
        "slow": {
            "role": "hr",
            "seconds": 1.0,
            "median": 900.0,
            "longest": 1001.0,
            "first": 10.0,
            "bytes": 5000,
        },
    },
    "memory": {"before": 100.0, "highest": 120.0},
    "copying": 30.0,
}


def test_every_page_of_staff_is_measured() -> None:
    assert not unmeasured(), "name their addresses in bench/cohort/addresses.py"
    assert {one.role for one in PAGES} <= STAFF
    assert all(one.role in ACCESS[one.route]["GET"] for one in PAGES)
    assert len({one.name for one in PAGES}) == len(PAGES)


def test_a_page_that_nobody_named_is_found() -> None:
    access = {
        "everybody": {"GET": PUBLIC},
        "learners": {"GET": SIGNED_IN},
        "form": {"POST": STAFF},
        "named": {"GET": TRAINERS, "POST": TRAINERS},
        "forgotten": {"GET": STAFF},
    }
    assert staff_routes(access) == {"named", "forgotten"}
    assert unmeasured([Page("one", "named", "trainer", "")], access) == {"forgotten"}


def test_a_bar_is_judged_by_the_longest_time() -> None:
    assert [(one.name, one.measured, one.holds) for one in tables.bars(RESULT)] == [
        ("quick", "1 s", True),
        ("slow", "1 s", False),
    ]
    small = RESULT | {"learners": 60}
    assert [one.holds for one in tables.bars(small)] == [None, None]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return cohort(tmp_path_factory.mktemp("cohort") / "small", LEARNERS, MODULES)


@pytest.mark.slow
def test_a_cohort_is_made_once_and_found_again(small: Cohort) -> None:
    assert cohort(small.folder, LEARNERS, MODULES) == small
    with pytest.raises(ValueError, match="another size"):
        cohort(small.folder, LEARNERS + 1, MODULES)


@pytest.mark.slow
def test_a_folder_that_was_left_half_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    with pytest.raises(ValueError, match="no whole cohort"):
        cohort(tmp_path, LEARNERS, MODULES)


@pytest.mark.slow
def test_store_and_gradebook_hold_the_same_people_and_hang_together(small: Cohort) -> None:
    with Store.open(small.store_url) as store:
        people = store.learners(role="learner", active=None)
        assert len(people) == LEARNERS
        assert all(one.groups for one in people)
        handed_in = store.all_hand_ins()
        assert len({module for _, module in handed_in}) == MODULES
        snapshot = store.snapshot(store.submissions(people[0].id)[0].id)
        assert snapshot["answers"]
    for name in ("yongxin.db", "gradebook.db"):
        with closing(sqlite3.connect(small.state / name)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with closing(sqlite3.connect(small.state / "gradebook.db")) as connection:
        marked = set(
            connection.execute(
                "SELECT student_id, name FROM submitted_assignment"
                " JOIN assignment ON assignment.id = assignment_id"
            )
        )
        assert marked <= set(handed_in)
        assert len(marked) > len(handed_in) / 2
        (waiting,) = connection.execute("SELECT sum(needs_manual_grade) FROM grade").fetchone()
        assert waiting > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_small_cohort_is_measured(small: Cohort, repository: Path, tmp_path: Path) -> None:
    folder, output = tmp_path / "small", tmp_path / "cohort.json"
    shutil.copytree(small.folder, folder)
    options = [f"--learners={LEARNERS}", f"--modules={MODULES}", "--rounds=1"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.cohort", *options),
            *(f"--folder={folder}", f"--output={output}"),
        ],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(output.read_text(encoding="utf-8"))
    assert set(found["pages"]) == {one.name for one in PAGES}
    assert all(0 < one["median"] <= one["longest"] for one in found["pages"].values())
    assert all(one["bytes"] > 1000 for one in found["pages"].values())
    assert 0 < found["memory"]["before"] <= found["memory"]["highest"]
    assert "| cohort " in done.stdout


def test_the_tables_stand_in_a_document() -> None:
    document = "<!-- cohort: pages -->\nold\n<!-- end -->\n"
    filled = documents.put(document, "cohort", tables.by_name(RESULT))
    assert "| quick " in filled
    assert "old" not in filled
