"""Exercises with gaps: filled, they are what nbformat would have written."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from support.cohort import MODULE, REFLECTION, Cohort
from yongxin.grading.exercise_template import ExerciseTemplate, Gaps
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


@pytest.mark.parametrize("source", SOURCES)
def test_what_was_filled_in_is_found_again(source: str) -> None:
    template = ExerciseTemplate.of(written({"a": "x", "b": "stays"}).encode(), ANSWER_PREFIX)
    texts = {"reflection-a": source, "reflection-b": "stays"}
    assert template.texts(template.filled(texts)) == texts


CHANGES = {
    "another cell": ("1 + 1", "1 + 2"),
    "one more byte": ('{\n "cells"', ' {\n "cells"'),
    "its end missing": ('"nbformat_minor": 5\n}\n', ""),
    "no text": ('[\n    "x"\n   ]', "[1]"),
    "no list": ('[\n    "x"\n   ]', '{"x": ""}'),
    "no JSON": ('[\n    "x"\n   ]', "x"),
    "nested without end": ('[\n    "x"\n   ]', "[" * 100_000),
    "half a character": ('[\n    "x"\n   ]', r'["\ud800"]'),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_any_other_text_is_not_taken_for_a_filled_template(old: str, new: str) -> None:
    content = written({"a": "x"})
    template = ExerciseTemplate.of(content.encode(), ANSWER_PREFIX)
    assert template.texts(content) == {"reflection-a": "x"}
    assert content.count(old) == 1
    assert template.texts(content.replace(old, new)) is None


def test_a_gap_where_no_text_is_written_is_refused() -> None:
    gaps = Gaps()
    cell = new_code_cell("1", id="code")
    cell.metadata["name"] = gaps.open("name")
    with pytest.raises(ValueError, match="gap"):
        ExerciseTemplate.with_gaps(new_notebook(cells=[cell]), gaps)


def test_the_sample_exercise_goes_through_unchanged(cohort: Cohort) -> None:
    content = (cohort.root / "exercises" / MODULE / f"{MODULE}.ipynb").read_bytes()
    template = ExerciseTemplate.of(content, ANSWER_PREFIX)
    assert template.grade_ids == (f"{ANSWER_PREFIX}{REFLECTION}",)
    assert template.filled({}).encode() == content


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[1]"])
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (which one is nbformat's to say)
        ExerciseTemplate.of(content, ANSWER_PREFIX)
