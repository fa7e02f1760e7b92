"""What lies beside a handed-in notebook: answers are missed only where any are asked for."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from yongxin.grading.beside import look_beside
from yongxin.grading.rebuild import Frame


def test_an_exercise_of_code_alone_misses_no_answers(tmp_path: Path) -> None:
    assert look_beside(tmp_path, "lin.xia", has_elements=False) == (None, [])
    answers, findings = look_beside(tmp_path, "lin.xia", has_elements=True)
    assert answers is None
    assert [one.code for one in findings] == ["answers-refused"]


def test_answers_that_are_there_have_to_be_sound_for_every_exercise(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text("[", encoding="utf-8")
    for has_elements in (False, True):
        _, findings = look_beside(tmp_path, "lin.xia", has_elements=has_elements)
        assert [one.code for one in findings] == ["answers-refused"]


def test_a_release_tells_whether_it_has_elements() -> None:
    def has_elements(*cells: nbformat.NotebookNode) -> bool:
        return Frame(new_notebook(cells=list(cells))).has_elements

    text = new_markdown_cell('quiz("prices", "chain")')
    code = new_code_cell("def mean(table):\n    return 0")
    imports = new_code_cell("from yongxin import quiz")
    assert not has_elements(text, code, imports)
    assert has_elements(imports, new_code_cell('quiz("prices", "chain")'))
    assert has_elements(code, new_code_cell('reflect("prices", "own-log")'))
