"""What a grade cell calls when nbgrader executes it: a plain number, whatever happens."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cohort import HALF_RIGHT_ORDER, RIGHT_ORDER
from yongxin.grading import answers, score_cell
from yongxin.grading.answers import Answer, Answers

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ORDER_KEY = {
    "id": "chain-order",
    "type": "ordering",
    "points": 2.0,
    "key": RIGHT_ORDER,
    "scoring": "adjacent-pairs",
}
KEYS = (
    ORDER_KEY,
    {"id": "one", "type": "single-choice", "points": 1, "options": ["a", "b"], "key": "a"},
    {"id": "many", "type": "multiple-choice", "points": 3, "options": ["a", "b"], "key": ["a"]},
    {"id": "number", "type": "number", "points": 0.66666, "key": -1.3, "tolerance": 0.05},
    {
        "id": "judge",
        "type": "true-false",
        "points": 1,
        "key": True,
        "reasons": ["a"],
        "reason": "a",
    },
    {"id": "match", "type": "matching", "points": 3, "matches": ["a", "b"], "key": {"x": "b"}},
    {"id": "sort", "type": "sorting", "points": 0.7, "categories": ["a", "b"], "key": {"x": "b"}},
    {"id": "cloze", "type": "cloze", "points": 2, "options": {"x": ["a", "b"]}, "key": {"x": "b"}},
    {"id": "short", "type": "short-text", "points": 2, "key": {"zh-CN": ["a"], "en": ["b"]}},
    {
        "id": "table",
        "type": "table",
        "points": 2,
        "rows": [
            {"rule": "choice", "id": "b", "weight": 2, "choices": ["a", "b"], "cells": {"a": "b"}}
        ],
    },
    {
        "id": "grid",
        "type": "numeric-table",
        "points": 0.7,
        "rows": [
            {
                "rule": "number",
                "id": "a",
                "weight": 1,
                "cells": {"b": {"key": -1.3, "tolerance": 0.1}},
            }
        ],
    },
    {"id": "hot", "type": "hot-text", "points": 1, "options": ["a", "b"], "key": ["a"], "limit": 1},
    {
        "id": "calc",
        "type": "calculated",
        "points": 1,
        "parameters": [{"id": "n", "from": 1, "to": 9, "step": 1}],
        "formula": "1 / n",
        "tolerance": 0.1,
        "unit_choices": [],
    },
)


@pytest.fixture(autouse=True)
def _in_a_submission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def hand_in(**responses: Any) -> None:
    handed_in = Answers(
        module="z1-lift",
        handed_in=NOW,
        language="en",
        answers={
            item.replace("_", "-"): Answer(response=response, saved=NOW)
            for item, response in responses.items()
        },
        reflections={},
    )
    answers.write(Path(answers.FILE_NAME), handed_in)


def test_points_are_a_plain_number() -> None:
    """nbgrader takes a numpy number, or no output at all, for full marks."""
    hand_in(chain_order=HALF_RIGHT_ORDER)
    points = score_cell(ORDER_KEY)
    assert type(points) is float
    assert repr(points) == "1.0"


def test_nothing_handed_in_earns_nothing() -> None:
    assert score_cell(ORDER_KEY) == 0.0
    hand_in()
    assert score_cell(ORDER_KEY) == 0.0


def test_a_damaged_file_earns_nothing() -> None:
    Path(answers.FILE_NAME).write_text("{", encoding="utf-8")
    assert score_cell(ORDER_KEY) == 0.0


@pytest.mark.parametrize("key", [{}, {"id": "x"}, ORDER_KEY | {"type": "telepathy"}, None, 7])
def test_a_damaged_key_earns_nothing(key: Any) -> None:
    hand_in(chain_order=RIGHT_ORDER)
    assert score_cell(key) == 0.0


@given(
    key=st.sampled_from(KEYS),
    response=st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**20), 10**20)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
        | st.sampled_from([*RIGHT_ORDER, "a", "b", "-1.3", "１．３"]),
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text("abx"), inner),
        max_leaves=8,
    ),
)
def test_any_response_earns_between_nothing_and_all(key: dict[str, Any], response: Any) -> None:
    hand_in(**{key["id"].replace("-", "_"): response})
    points = score_cell(key)
    assert type(points) is float
    assert 0.0 <= points <= key["points"]


def test_scoring_writes_nothing_but_its_value(tmp_path: Path) -> None:
    """One line on stderr, be it a warning, costs all points of the cell."""
    hand_in(chain_order=HALF_RIGHT_ORDER)
    cell = (
        "from yongxin import quiz\n"
        'quiz("chain-order")\n'
        "from yongxin.grading import score_cell\n"
        f"print(repr(score_cell({ORDER_KEY!r})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", cell],
        cwd=tmp_path,
        env={"NBGRADER_EXECUTION": "autograde", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("1.0\n", "")


def test_importing_costs_nothing() -> None:
    cell = (
        "import sys, yongxin.grading\n"
        'print([one for one in ("nbgrader", "pydantic", "nbformat") if one in sys.modules])'
    )
    done = subprocess.run([sys.executable, "-c", cell], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
