"""Solution notebooks: what trainers read beside each question, for every type of item."""

from dataclasses import replace
from itertools import pairwise

import nbformat
import pytest
from nbformat import NotebookNode

from yongxin.build.solution import solution_notebook
from yongxin.build.trainer_notes import item_note
from yongxin.content import Content
from yongxin.grading.grade_cell import parse
from yongxin.items import ITEM_TYPES, Item, parse_item

MODULE = "z1-lift"


def both(word: str) -> dict[str, str]:
    return {"zh-CN": f"中{word}", "en": word}


def written(type_name: str, **fields: object) -> Item:
    return parse_item(
        {
            "id": "an-item",
            "type": type_name,
            "use": "graded",
            "units": ["A-06"],
            "points": 2,
            "stem": both("stem"),
            "explanation": both("why"),
            **fields,
        }
    )


def option(id: str) -> dict[str, object]:
    return {"id": id, "text": both(f"text-{id}"), "feedback": both(f"because-{id}")}


def bare(id: str) -> dict[str, object]:
    return {"id": id, "text": both(f"text-{id}")}


ITEMS = {
    "single-choice": (
        written("single-choice", options=[option("a"), option("b")], key="b"),
        ["- **wrong:** text-a — because-a", "- **right:** text-b — because-b"],
    ),
    "multiple-choice": (
        written("multiple-choice", options=[option("a"), option("b"), option("c")], key=["a", "c"]),
        [
            "- **right:** text-a — because-a",
            "- **wrong:** text-b — because-b",
            "- **right:** text-c — because-c",
        ],
    ),
    "number": (
        written(
            "number",
            key=-1.3,
            tolerance=0.05,
            unit=both("points"),
            mistakes=[{"value": 1.3, "feedback": both("direction")}],
        ),
        ["**Answer:** −1.3 points · tolerance: 0.05", "- **1.3** direction", "−1.3中points"],
    ),
    "ordering": (
        written(
            "ordering",
            entries=[{"id": one, "text": both(f"text-{one}")} for one in "abc"],
            key=["c", "a", "b"],
        ),
        ["1. text-c\n2. text-a\n3. text-b"],
    ),
    "true-false": (
        written(
            "true-false",
            key=False,
            feedback=both("misjudged"),
            reasons=[option("a"), option("b")],
            reason="b",
        ),
        [
            "**Answer:** False — misjudged",
            "**答案：** 错 — 中misjudged",
            "- **wrong:** text-a — because-a\n- **right:** text-b — because-b",
        ],
    ),
    "matching": (
        written(
            "matching",
            entries=[option("a"), option("b")],
            matches=[bare("x"), bare("y"), bare("z")],
            key={"a": "z", "b": "x"},
        ),
        [
            "- text-a → **text-z** — because-a\n- text-b → **text-x** — because-b",
            "**Left over:** text-y",
        ],
    ),
    "sorting": (
        written(
            "sorting",
            entries=[option("a"), option("b")],
            categories=[bare("x"), bare("y")],
            key={"a": "y", "b": "x"},
        ),
        ["- text-a → **text-y** — because-a\n- text-b → **text-x** — because-b"],
    ),
    "cloze": (
        written(
            "cloze",
            text=both("{{gap-one}}!"),
            gaps=[
                {
                    "id": "gap-one",
                    "options": [option("a"), bare("b")],
                    "feedback": both("because-gap"),
                }
            ],
            key={"gap-one": "b"},
        ),
        [
            r"中\{\{gap-one\}\}!",
            r"**\{\{gap-one\}\}** because-gap",
            "- **wrong:** text-a — because-a\n- **right:** text-b",
        ],
    ),
    "short-text": (
        written(
            "short-text",
            key={"zh-CN": ["期望"], "en": ["hope", "wish"]},
            mistakes=[{"texts": {"zh-CN": ["感知"], "en": ["fear"]}, "feedback": both("close")}],
        ),
        ["**Accepted:** 期望 · hope · wish", "- **感知 · fear** close"],
    ),
    "table": (
        written(
            "table",
            columns=[bare("x"), bare("y")],
            rows=[
                bare("a")
                | {
                    "rule": "choice",
                    "weight": 2,
                    "choices": [bare("c"), bare("d")],
                    "cells": {"x": {"key": "d"}, "y": {"key": "c", "feedback": both("own")}},
                    "feedback": both("why-a"),
                },
                bare("b")
                | {
                    "rule": "number",
                    "tolerance": 0.5,
                    "unit": both("h"),
                    "cells": {"x": {"key": -1}},
                    "feedback": both("why-b"),
                },
            ],
        ),
        [
            "**text-a** (×2) why-a",
            "- text-a · text-x: **text-d**\n- text-a · text-y: **text-c** — own",
            "- text-b · text-x: **−1 h** · tolerance: 0.5",
        ],
    ),
    "numeric-table": (
        written(
            "numeric-table",
            columns=[bare("x") | {"unit": both("h")}],
            rows=[
                bare("a") | {"tolerance": 0, "cells": {"x": {"key": 96}}, "feedback": both("why-a")}
            ],
        ),
        ["**text-a** why-a", "- text-a · text-x: **96 h** · tolerance: 0"],
    ),
    "hot-text": (
        written(
            "hot-text",
            passage=both("[one](a)[two](b)!"),
            hot=[{"id": one, "feedback": both(f"because-{one}")} for one in ("a", "b")],
            key=["b"],
        ),
        [
            "`one`",
            "- **wrong:** one — because-a\n- **right:** two — because-b",
        ],
    ),
    "scenario": (
        written(
            "scenario",
            meters=[{"id": "trust", "name": both("trust"), "floor": -1}],
            start="desk",
            nodes=[
                {
                    "id": "desk",
                    "lines": [{"text": both("hello")}],
                    "options": [
                        option("a")
                        | {
                            "reply": both("reply-a"),
                            "next": "good",
                            "effects": {"trust": 2},
                            "mode": "probing",
                        },
                        option("b")
                        | {"reply": both("reply-b"), "next": "bad", "effects": {"trust": -2}},
                    ],
                }
            ],
            endings=[
                {
                    "id": name,
                    "text": both(f"text-{name}"),
                    "rating": rating,
                    "chain": {
                        step: both(f"{name}-{step}")
                        for step in ("expectation", "perception", "thought", "feeling", "action")
                    },
                }
                for name, rating in (("good", "satisfied"), ("bad", "dissatisfied"))
            ],
        ),
        [
            "- trust must not fall below −1",
            "**Best way:** `a`",
            "- `a` text-a → `good` (trust +2, probing) — because-a",
            "- `b` text-b → `bad` (trust −2) — because-b",
            "`bad` · **dissatisfied** text-bad (bad-expectation → bad-perception",
        ],
    ),
    "calculated": (
        written(
            "calculated",
            stem=both("stem {n}"),
            parameters=[{"id": "n", "from": -2, "to": 3, "step": 0.5}],
            formula="n ** 2",
            bounds={"minimum": 0, "maximum": 9},
            tolerance=0.01,
            unit_choices=[
                bare("a") | {"factor": 1},
                bare("b") | {"feedback": both("no unit")},
            ],
            mistakes=[{"formula": "2 * n", "feedback": both("doubled")}],
        ),
        [
            "- `n`: −2 to 3 in steps of 0.5",
            "**Answer:** `n ** 2` · tolerance: 0.01 · 0 … 9",
            "- **right:** text-a — ×1\n- **wrong:** text-b — no unit",
            "- `2 * n` doubled",
        ],
    ),
}


def test_there_is_an_example_of_every_type() -> None:
    assert set(ITEMS) == {one.name for one in ITEM_TYPES}


@pytest.mark.parametrize(("item", "passages"), ITEMS.values(), ids=ITEMS.keys())
def test_a_note_tells_key_feedback_and_explanation_in_both_languages(
    item: Item, passages: list[str]
) -> None:
    note = item_note(item)

    for passage in [*passages, "stem", "**Explanation:** why"]:
        assert passage in note
    for chinese in ("中stem", "**解释：** 中why", "2分"):
        assert chinese in note


@pytest.fixture
def solution(content: Content) -> NotebookNode:
    notebook = nbformat.reads(solution_notebook(content, MODULE).decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in notebook.cells}


def test_questions_are_numbered_through_and_headed_in_both_languages(
    solution: NotebookNode,
) -> None:
    headings = [cell.source for cell in solution.cells if cell.id.startswith("question_")]

    assert headings == [
        f'### <span lang="zh-CN">第{number}题</span> · <span lang="en">Question {number}</span>'
        for number in (1, 2, 3)
    ]


def test_headings_leave_no_level_out(solution: NotebookNode) -> None:
    levels = [
        len(cell.source) - len(cell.source.lstrip("#"))
        for cell in solution.cells
        if cell.cell_type == "markdown" and cell.source.startswith("#")
        and cell.metadata.yongxin.audience == "learner"
        and "BEGIN" not in cell.source
    ]  # fmt: skip

    assert levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_grade_cells_hold_the_key_and_points_of_their_item(
    solution: NotebookNode, content: Content
) -> None:
    graded = [item for item in content.modules[MODULE].items if item.use == "graded"]
    cells = by_id(solution)

    for item in graded:
        cell = cells[item.id]
        assert parse(cell.source) == item.answer_key()
        assert cell.metadata.nbgrader.grade_id == item.id
        assert cell.metadata.nbgrader.points == item.points
    assert len(graded) == 2


def test_a_reflection_has_its_model_answer_and_its_rubric(solution: NotebookNode) -> None:
    cells = by_id(solution)

    assert cells["lift-log"].source == 'reflect("lift-log")'
    answer = cells["answer_lift-log"]
    assert "**Facts** Tuesday, seven in the evening" in answer.source
    assert "**All in all** dissatisfied" in answer.source, "a choice is told by its text"
    assert "**总的来说** 不满意" in answer.source
    assert "- **3** Also shows which act would have changed" in cells["note_lift-log"].source


def test_the_last_cell_hands_in(solution: NotebookNode) -> None:
    assert solution.cells[-1].source == "submit()"
    code = [cell.source for cell in solution.cells if cell.cell_type == "code"]
    assert code[0] == "from yongxin import quiz, reflect, submit"


def test_an_items_words_are_not_taken_for_markup() -> None:
    item = written(
        "single-choice",
        stem=both("5 * 3 * 2 <script> $x$ [a](b)\n# next"),
        options=[option("a"), option("b")],
        key="a",
    )

    assert r"5 \* 3 \* 2 \<script\> \$x\$ \[a\](b)" in item_note(item)
    assert "\n\\# next" in item_note(item)


def test_ids_that_a_solution_uses_itself_may_be_items_ids(content: Content) -> None:
    module = content.modules[MODULE]
    items = tuple(
        item.model_copy(update={"id": new})
        for item, new in zip(module.items[-2:], ["import", "submit"], strict=True)
    )
    other = replace(content, modules={MODULE: replace(module, items=items)})
    notebook = nbformat.reads(solution_notebook(other, MODULE).decode(), as_version=4)

    assert {"import", "submit"} <= set(by_id(notebook))
    assert by_id(notebook)["import"].metadata.nbgrader.grade_id == "import"
