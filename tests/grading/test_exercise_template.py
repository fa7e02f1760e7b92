"""Exercises with gaps: filled, they are what nbformat would have written."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from support.cohort import MODULE, REFLECTION, Cohort
from yongxin.grading.exercise_template import ExerciseTemplate
from yongxin.grading.reflection_cell import ANSWER_PREFIX

SOURCES = [
    "",
    "一行",
    "zwei\nZeilen\n",
    'a "quote" \\ and \t tab',
    "\n\n",
    "a\u2028b\x0cc\r\nd",
    "🙂",
]


def answer_cell(name: str, source: str) -> nbformat.NotebookNode:
    nbgrader = {"grade_id": f"{ANSWER_PREFIX}{name}", "grade": True, "solution": True}
    return new_markdown_cell(source, id=name, metadata={"nbgrader": nbgrader})


def written(sources: dict[str, str]) -> str:
    cells = [new_code_cell("1 + 1", id="code"), new_markdown_cell("# 题", id="title")]
    cells += [answer_cell(name, source) for name, source in sources.items()]
    return nbformat.writes(new_notebook(cells=cells)) + "\n"


@pytest.mark.parametrize("original", SOURCES)
@pytest.mark.parametrize("source", SOURCES)
def test_a_filled_template_is_what_nbformat_writes(original: str, source: str) -> None:
    content = written({"a": original, "b": "stays", "c": original})
    template = ExerciseTemplate.of(content.encode(), ANSWER_PREFIX)
    assert template.grade_ids == ("reflection-a", "reflection-b", "reflection-c")
    assert template.filled({}) == content
    filled = template.filled({"reflection-a": source, "reflection-c": "last"})
    assert filled == written({"a": source, "b": "stays", "c": "last"})
    nbformat.validate(nbformat.reads(filled, as_version=4))


def test_the_sample_exercise_goes_through_unchanged(cohort: Cohort) -> None:
    content = (cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb").read_bytes()
    template = ExerciseTemplate.of(content, ANSWER_PREFIX)
    assert template.grade_ids == (f"{ANSWER_PREFIX}{REFLECTION}",)
    assert template.filled({}).encode() == content


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[1]"])
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (which one is nbformat's to say)
        ExerciseTemplate.of(content, ANSWER_PREFIX)
