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
