"""The measurements measure: a small run against real servers in a real browser yields figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import documents, tables
from bench.bars import bars
from bench.burst import count_lost, percentiles
from bench.responses import some_response
from support.sample_elements import sample_items
from yongxin.items import ITEM_TYPES
from yongxin.store import Store

SMALLEST = (
    "--rounds=1",
    "--hosts=floor,site",
    "--no-slow",
    "--bursts=3",
    "--spread=1",
    "--site=--workers=1",
)


@pytest.fixture(scope="module")
def result(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the smallest run of ``python -m bench`` wrote."""
    output = tmp_path_factory.mktemp("bench")
    done = subprocess.run(
        [sys.executable, "-m", "bench", *SMALLEST, f"--output={output}"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| site quiz " in done.stdout
    assert (output / "openings.svg").read_text(encoding="utf-8").startswith("<svg")
    return json.loads((output / "latest.json").read_text(encoding="utf-8"))


def test_questions_of_every_type_are_answered_but_scenarios() -> None:
    items = [item.public() for item in sample_items().values() if item.type != "scenario"]
    assert {item.type for item in items} == {one.name for one in ITEM_TYPES} - {"scenario"}
    for item in items:
        response = some_response(item)
        assert item.is_complete(response), item.id
        assert item.read(response) == response


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("page", ["floor quiz", "site quiz"])
def test_an_opening_is_timed_from_the_text_to_the_verdict(
    result: dict[str, Any], page: str
) -> None:
    found = result["openings"][page]
    assert 0 < found["text"] <= found["usable"] <= found["verdict"]
    assert found["requests"] >= 2
    assert found["bytes"] > 1000
    assert 0 < found["second_bytes"] < found["bytes"]
    assert found["second_usable"] > 0


@pytest.mark.slow
@pytest.mark.browser
def test_a_chart_is_seen_when_it_is_drawn(result: dict[str, Any]) -> None:
    found = result["openings"]["site chart"]
    assert 0 < found["usable"] <= found["chart"]


@pytest.mark.slow
@pytest.mark.browser
def test_every_answer_of_a_burst_is_acknowledged_and_kept(result: dict[str, Any]) -> None:
    (burst,) = result["bursts"]
    assert burst["errors"] == {}
    assert burst["lost"] == 0
    assert burst["saved"] == burst["compared"] == 11 * burst["learners"]
    assert burst["handed_in"] == burst["learners"]
    assert 0 < burst["text"]["p50"] <= burst["working"]["p50"] <= burst["first_answer"]["p50"]
    assert 0 < burst["save"]["p50"] <= burst["save"]["p99"] <= burst["save"]["max"]
    assert burst["cpu"] > 0
    assert burst["memory_each"] > 0


@pytest.mark.slow
@pytest.mark.browser
def test_a_document_shows_the_figures_of_a_run(result: dict[str, Any]) -> None:
    document = "Before.\n\n<!-- bench: openings -->\nold\n<!-- end -->\n\nAfter.\n"
    filled = documents.fill(document, result)
    assert "| site quiz " in filled
    assert "old" not in filled
    assert filled.startswith("Before.\n")
    assert filled.endswith("<!-- end -->\n\nAfter.\n")
    assert documents.fill(filled, result) == filled


def test_the_page_about_performance_shows_the_figures_that_it_keeps(repository: Path) -> None:
    document = (repository / "docs" / "performance.md").read_text(encoding="utf-8")
    figures = repository / "docs" / "performance" / "figures.json"
    assert documents.fill(document, json.loads(figures.read_text(encoding="utf-8"))) == document


def test_an_answer_that_was_acknowledged_and_is_not_kept_is_counted(tmp_path: Path) -> None:
    def person(response: str, revision: int, hand_in: float | None = None) -> dict[str, Any]:
        acknowledged = {"quiz:one": (response, revision)}
        return {"username": "lin", "acknowledged": acknowledged, "hand_in": hand_in}

    with Store.open(f"sqlite:///{tmp_path / 'yongxin.db'}") as store:
        learner = store.add_learner("lin", "林夏")
        store.apply(
            learner.id,
            "quiz:one",
            event_id="event",
            client="client",
            revision=0,
            transition=lambda _before: ({"response": "a", "checked": False}, {}),
        )
        assert count_lost(store, tmp_path, [person("a", 1)]) == 0
        assert count_lost(store, tmp_path, [person("b", 1)]) == 1
        assert count_lost(store, tmp_path, [person("a", 2)]) == 1
        assert count_lost(store, tmp_path, [person("a", 1, hand_in=0.5)]) == 1


def test_percentiles_are_values_that_occurred() -> None:
    assert percentiles([None, *map(float, range(100, 0, -1))]) == {
        "count": 100,
        "p50": 50.0,
        "p99": 99.0,
        "max": 100.0,
    }


def _run(**openings: dict[str, float]) -> dict[str, Any]:
    named = {name.replace("_", " "): values for name, values in openings.items()}
    return {"machine": {}, "openings": named, "bursts": [], "failures": []}


@pytest.mark.parametrize(
    ("ours", "holds"), [(130.0, True), (131.0, False)], ids=["just", "not quite"]
)
def test_a_bar_holds_up_to_its_limit(ours: float, holds: bool) -> None:
    found = bars(_run(floor_quiz={"text": 100.0, "usable": 100.0}, site_quiz={
        "text": ours, "usable": 200.0, "bytes": 1.0, "second_bytes": 1.0, "requests": 1.0,
    }))  # fmt: skip
    text, usable, *_ = found
    assert (text.measured, text.holds) == (f"{ours / 100:.3g}", holds)
    assert usable.holds is True


def test_a_bar_without_figures_says_so() -> None:
    found = bars(_run())
    assert {(one.measured, one.holds) for one in found} == {(None, None)}
    assert tables.bars_table(found).count("not measured") == len(found)


@pytest.mark.slow
def test_the_lessons_of_the_course_are_measured_beside_the_floor(
    repository: Path, tmp_path: Path
) -> None:
    output = tmp_path / "lessons.json"
    options = ["--rounds=1", "--modules", "a2-pickle", f"--output={output}"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.lessons", *options],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(output.read_text(encoding="utf-8"))
    assert set(found) == {"floor", "lesson a2-pickle", "exercise a2-pickle"}
    assert all(one["usable"] >= one["text"] > 0 for one in found.values())
    assert "| lesson a2-pickle " in done.stdout
