"""The measurements of grading measure: a small run grades in every way and yields figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import documents, grading_tables

RESULT: dict[str, Any] = {
    "machine": {"cores": 2},
    "jobs": 2,
    "ways": {
        name: {"submissions": 30, "start": 3.0, "seconds": seconds, "cpu": 1.0, "peak_mib": 200.0}
        for name, seconds in {"stock": 2.0, "plug-in": 0.5, "batch": 0.01}.items()
    },
    "whole": {
        "submissions": grading_tables.COHORT,
        "seconds": 59.0,
        "cpu": 100.0,
        "peak_mib": 501.0,
        "seconds_again": 2.0,
    },
    "gradebooks": [
        {"submissions": 2000, "indexes": False, "formgrader": 3, "stock export": 9, "export": 1}
    ],
}


def test_bars_are_judged_by_the_figures() -> None:
    judged = grading_tables.bars(RESULT)
    assert [(one.measured, one.holds) for one in judged] == [
        ("1/4", False),
        ("1/200", True),
        ("59", True),
        ("501", False),
    ]


def test_another_cohort_than_the_bars_speak_of_is_not_judged() -> None:
    small = RESULT | {"whole": RESULT["whole"] | {"submissions": 100}}
    assert [one.holds for one in grading_tables.bars(small)][2:] == [None, None]


def test_only_the_tables_of_its_own_run_are_put_into_a_document() -> None:
    document = (
        "<!-- bench: bars -->\nkept\n<!-- end -->\n<!-- grading: ways -->\nold\n<!-- end -->\n"
    )
    filled = documents.put(document, "grading", grading_tables.by_name(RESULT))
    assert "kept" in filled
    assert "old" not in filled
    assert "| plug-in " in filled


def test_the_page_about_performance_shows_the_figures_of_grading(repository: Path) -> None:
    document = (repository / "docs" / "performance.md").read_text(encoding="utf-8")
    figures = repository / "docs" / "performance" / "grading.json"
    made = grading_tables.by_name(json.loads(figures.read_text(encoding="utf-8")))
    assert documents.put(document, "grading", made) == document
    assert document.count("<!-- grading: ") == len(made)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_small_run_measures_every_way(repository: Path, tmp_path: Path) -> None:
    output = tmp_path / "grading.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench.grading", "--quick", f"--output={output}"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(output.read_text(encoding="utf-8"))
    # What so few submissions take beyond the start is less than the start varies by.
    started = {name: one["start"] for name, one in found["ways"].items()}
    assert set(started) == {"stock", "plug-in", "batch"}
    assert min(started.values()) > 0.1
    assert found["whole"]["seconds"] > 0
    assert found["whole"]["peak_mib"] > 50
    assert [(one["submissions"], one["indexes"]) for one in found["gradebooks"]] == [
        (60, False),
        (60, True),
        (100, True),
    ]
    assert "| stock " in done.stdout
