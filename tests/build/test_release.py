"""A release is nbgrader's own, holds what learners may see, and never destroys the last one."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator

from support.trees import differing, tree
from yongxin.grading.grade_cell import parse
from yongxin.grading.release import (
    ANSWER_STUB,
    ReleaseRefused,
    generate_exercise,
    verify_release,
    verify_solution,
)

MODULE = "z1-lift"
SOLUTION = f"solutions/{MODULE}/{MODULE}.ipynb"
EXERCISE = f"exercises/{MODULE}/{MODULE}.ipynb"


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def cell_of(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    (found,) = [cell for cell in notebook.cells if cell.id == cell_id]
    return found


@pytest.fixture
def solution(built_course: Path) -> NotebookNode:
    return read(built_course / SOLUTION)


@pytest.fixture
def exercise(built_course: Path) -> NotebookNode:
    return read(built_course / EXERCISE)


@pytest.fixture
def gradebook_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gradebook.db'}"


def test_nbgraders_own_command_makes_the_same_release(own_course: Path, repository: Path) -> None:
    committed = (own_course / EXERCISE).read_bytes()
    shutil.copyfile(repository / "nbgrader_config.py", own_course / "nbgrader_config.py")
    shutil.rmtree(own_course / "exercises")
    (own_course / "var").mkdir()

    programs = Path(sys.executable).parent  # nbgrader starts `alembic`
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", MODULE],
        cwd=own_course,
        env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(own_course)},
        check=True,
        capture_output=True,
        timeout=120,
    )

    assert (own_course / EXERCISE).read_bytes() == committed


def test_a_released_notebook_is_valid_for_jupyter_and_for_nbgrader(
    exercise: NotebookNode,
) -> None:
    nbformat.validate(exercise)
    MetadataValidator().validate_nb(exercise)
    graded = [cell.metadata.nbgrader for cell in exercise.cells if "nbgrader" in cell.metadata]

    assert [(one.grade_id, one.points, one.locked, one.solution) for one in graded] == [
        ("chain-order", 2, True, False),
        ("gap-sign", 1, True, False),
        ("reflection-lift-log", 3, False, True),
    ]
    assert all(len(one.checksum) == 32 for one in graded)


def test_learners_get_every_cell_that_is_meant_for_them_and_no_other(
    solution: NotebookNode, exercise: NotebookNode
) -> None:
    audiences = {cell.id: cell.metadata.yongxin.audience for cell in solution.cells}
    assert set(audiences.values()) == {"learner", "trainer"}

    assert [cell.id for cell in exercise.cells] == [
        cell_id for cell_id, audience in audiences.items() if audience == "learner"
    ]
    for cell in exercise.cells:
        if "nbgrader" not in cell.metadata:
            assert cell.source == cell_of(solution, cell.id).source
    assert exercise.metadata.yongxin == {"module": MODULE, "role": "exercise"}


def test_released_cells_ask_and_hold_no_answer(exercise: NotebookNode) -> None:
    assert cell_of(exercise, "gap-sign").source == 'quiz("gap-sign")'
    assert cell_of(exercise, "chain-order").source == 'quiz("chain-order")'
    assert cell_of(exercise, "answer_lift-log").source == ANSWER_STUB
    assert "YOUR ANSWER HERE" not in ANSWER_STUB, "nbgrader's stub is English only"


def test_the_gradebook_learns_the_keys_of_the_release(own_course: Path, gradebook_url: str) -> None:
    released = generate_exercise(MODULE, own_course, gradebook_url)

    assert released == own_course / EXERCISE
    with Gradebook(gradebook_url) as gradebook:
        assert gradebook.find_assignment(MODULE).max_score == 6
        cells = gradebook.find_notebook(MODULE, MODULE).source_cells
        kept = {cell.name: cell.source for cell in cells}
    assert parse(kept["gap-sign"]).model_dump()["key"] == "met"
    assert kept["reflection-lift-log"] == ANSWER_STUB


def test_files_beside_the_solution_are_not_released(own_course: Path, gradebook_url: str) -> None:
    """Nbgrader copies them to learners, and over learners' files when it grades."""
    folder = own_course / "solutions" / MODULE
    (folder / "answers.json").write_text("{}", encoding="utf-8")
    (folder / "keys.txt").write_text("gap-sign: met", encoding="utf-8")

    generate_exercise(MODULE, own_course, gradebook_url)

    assert list(tree(own_course, f"exercises/{MODULE}")) == [EXERCISE]


def test_a_gradebook_is_made_without_the_program_alembic(
    own_course: Path, gradebook_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nbgrader starts it, and does not find it unless Python's environment is activated."""
    monkeypatch.setenv("PATH", "/nowhere")

    generate_exercise(MODULE, own_course, gradebook_url)

    with Gradebook(gradebook_url) as gradebook:
        version = gradebook.db.connection().exec_driver_sql(
            "SELECT version_num FROM alembic_version"
        )
        assert len(version.scalar_one()) == 12


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader adds them too late
def test_a_failed_release_leaves_the_last_one_in_place(
    own_course: Path, gradebook_url: str
) -> None:
    """``nbgrader generate_assignment --force`` has deleted it when it finds this out."""
    generate_exercise(MODULE, own_course, gradebook_url)
    with Gradebook(gradebook_url) as gradebook:
        gradebook.add_student("lin.xia")
        gradebook.add_submission(MODULE, "lin.xia")
    before = tree(own_course, "exercises")
    path = own_course / SOLUTION
    notebook = read(path)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "gap-sign"]
    nbformat.write(notebook, path)

    with pytest.raises(ReleaseRefused, match="1 learner has handed it in, and 'gap-sign' is gone"):
        generate_exercise(MODULE, own_course, gradebook_url)

    assert differing(tree(own_course, "exercises"), before) == []


def test_a_module_whose_name_leaves_no_room_for_usernames_is_refused(
    own_course: Path, gradebook_url: str
) -> None:
    module_id = "z" * 31
    solution = own_course / "solutions" / module_id / f"{module_id}.ipynb"
    solution.parent.mkdir()
    solution.write_text("{}")
    with pytest.raises(ReleaseRefused, match="its id is longer than 30 letters"):
        generate_exercise(module_id, own_course, gradebook_url)


def test_a_module_without_solution_is_refused(own_course: Path, gradebook_url: str) -> None:
    with pytest.raises(ReleaseRefused, match=r"z2-gate cannot be released: there is no "):
        generate_exercise("z2-gate", own_course, gradebook_url)


Spoil = Callable[[NotebookNode], object]


def replacing(cell_id: str, old: str, new: str) -> Spoil:
    def spoil(notebook: NotebookNode) -> None:
        cell = cell_of(notebook, cell_id)
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return spoil


def setting(cell_id: str, **settings: object) -> Spoil:
    return lambda notebook: cell_of(notebook, cell_id).metadata.nbgrader.update(settings)


def forgetting_audience(cell_id: str) -> Spoil:
    return lambda notebook: cell_of(notebook, cell_id).metadata.pop("yongxin")


SPOILED_SOLUTIONS: dict[str, tuple[Spoil, str]] = {
    "a statement more in a grade cell": (
        replacing("gap-sign", 'quiz("gap-sign")', 'quiz("gap-sign")\nimport os'),
        "'gap-sign': the source does not have the form",
    ),
    "a key beside the hidden region": (
        replacing("gap-sign", "### BEGIN HIDDEN TESTS\n", ""),
        "'gap-sign'.*hidden region",
    ),
    "the key of another item": (
        replacing("gap-sign", 'quiz("gap-sign")', 'quiz("chain-order")'),
        "'gap-sign': the cell asks 'chain-order'",
    ),
    "another grade id": (setting("gap-sign", grade_id="gap"), "'gap' holds the key of 'gap-sign'"),
    "other points": (setting("gap-sign", points=9), "counts 9 points, its key 1"),
    "an unlocked grade cell": (setting("gap-sign", locked=False), "is not locked"),
    "a grade cell to fill in": (setting("gap-sign", solution=True), "is not locked"),
    "a grade cell for nobody": (forgetting_audience("gap-sign"), "graded but not for learners"),
    "words outside the model answer": (
        replacing("answer_lift-log", "### BEGIN SOLUTION", "Tuesday\n### BEGIN SOLUTION"),
        "'reflection-lift-log' is not one whole region",
    ),
    "a model answer that ends early": (
        replacing("answer_lift-log", "**Facts**", "### END SOLUTION\n**Facts**"),
        "'reflection-lift-log' is not one whole region",
    ),
    "an answer cell with the name of an item": (
        setting("answer_lift-log", grade_id="lift-log"),
        "'lift-log': its name begins with 'reflection-'",
    ),
    "nothing graded": (
        lambda notebook: [cell.metadata.pop("nbgrader", None) for cell in notebook.cells],
        "no graded cell",
    ),
}


@pytest.mark.parametrize(
    ("spoil", "reason"), SPOILED_SOLUTIONS.values(), ids=SPOILED_SOLUTIONS.keys()
)
def test_a_solution_that_would_release_too_much_is_refused(
    spoil: Spoil, reason: str, solution: NotebookNode
) -> None:
    verify_solution(solution)
    spoil(solution)

    with pytest.raises(ValueError, match=reason):
        verify_solution(solution)


def test_the_reason_of_a_refusal_is_told_not_a_traceback(
    own_course: Path, gradebook_url: str
) -> None:
    path = own_course / SOLUTION
    notebook = read(path)
    setting("gap-sign", points=9)(notebook)
    nbformat.write(notebook, path)

    with pytest.raises(ReleaseRefused) as refusal:
        generate_exercise(MODULE, own_course, gradebook_url)

    assert str(refusal.value) == (
        "the exercise of z1-lift cannot be released: "
        "grade cell 'gap-sign' counts 9 points, its key 1.0"
    )
    with Gradebook(gradebook_url) as gradebook:
        assert not gradebook.assignments, "the gradebook learned bad cells"


SPOILED_RELEASES: dict[str, tuple[Spoil, str]] = {
    "a key": (
        replacing("gap-sign", 'quiz("gap-sign")', 'quiz("gap-sign")  # met'),
        "'gap-sign' does more than ask",
    ),
    "another question": (replacing("gap-sign", "gap-sign", "chain-order"), "'gap-sign' does more"),
    "a model answer": (
        replacing("answer_lift-log", ANSWER_STUB, "Tuesday, seven in the evening."),
        "'reflection-lift-log' is not empty",
    ),
    "a trainer's note": (
        lambda notebook: cell_of(notebook, "question_gap-sign").metadata.yongxin.update(
            audience="trainer"
        ),
        "'question_gap-sign' is not for learners",
    ),
    "a delimiter": (
        replacing("exercise_title", "# ", "### END HIDDEN TESTS\n# "),
        "'exercise_title' holds a delimiter",
    ),
    "an output": (
        lambda notebook: cell_of(notebook, "gap-sign").outputs.append(
            nbformat.v4.new_output("execute_result", {"text/plain": "1.0"})
        ),
        "'gap-sign' holds an output",
    ),
    "nothing graded": (
        lambda notebook: [cell.metadata.pop("nbgrader", None) for cell in notebook.cells],
        "no graded cell",
    ),
}


@pytest.mark.parametrize(
    ("spoil", "reason"), SPOILED_RELEASES.values(), ids=SPOILED_RELEASES.keys()
)
def test_a_release_that_holds_too_much_is_refused(
    spoil: Spoil, reason: str, exercise: NotebookNode
) -> None:
    verify_release(exercise)
    spoil(exercise)

    with pytest.raises(ValueError, match=reason):
        verify_release(exercise)


def ordinary(solution: NotebookNode) -> NotebookNode:
    """Return a notebook as nbgrader's own tools make it, with a question copied from a solution."""
    del solution.metadata["yongxin"]
    test = nbformat.v4.new_code_cell("assert mean([1, 2]) == 1.5", id="mean")
    settings = cell_of(solution, "gap-sign").metadata.nbgrader
    test.metadata["nbgrader"] = {**settings, "grade_id": "mean"}
    solution.cells = [test, cell_of(solution, "gap-sign")]
    return solution


def test_an_ordinary_notebook_is_released_as_its_author_marked_it(solution: NotebookNode) -> None:
    notebook = ordinary(solution)
    verify_solution(notebook)
    cell_of(notebook, "gap-sign").source = 'quiz("gap-sign")'
    verify_release(notebook)


def test_an_ordinary_notebook_brings_nothing_of_trainers_along(solution: NotebookNode) -> None:
    note = cell_of(solution, "note_gap-sign")
    notebook = ordinary(solution)
    with pytest.raises(ValueError, match="'gap-sign' holds a delimiter"):
        verify_release(notebook)
    replacing("gap-sign", "HIDDEN TESTS", "")(notebook)
    with pytest.raises(ValueError, match="'gap-sign' holds the key"):
        verify_release(notebook)
    notebook.cells = [*notebook.cells[:1], note]
    for verify in (verify_solution, verify_release):
        with pytest.raises(ValueError, match="'note_gap-sign'"):
            verify(notebook)
    notebook.cells = []
    with pytest.raises(ValueError, match="no graded cell"):
        verify_solution(notebook)
