"""Built notebooks are notebooks: every cell of them runs in a plain kernel."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from yongxin.grading.release import ANSWER_STUB

pytestmark = pytest.mark.slow

NOTEBOOKS = [
    "course/zh-CN/index.ipynb",
    "course/zh-CN/z1-lift.ipynb",
    "course/zh-CN/z3-water.ipynb",
    "course/en/index.ipynb",
    "course/en/z1-lift.ipynb",
    "course/en/z3-water.ipynb",
    "exercises/z1-lift/z1-lift.ipynb",
    "exercises/z3-water/z3-water.ipynb",
]
WIDGET = "application/vnd.jupyter.widget-view+json"


def test_every_built_notebook_is_looked_at(built_course: Path) -> None:
    folders = [built_course / "course", built_course / "exercises"]
    found = [path for folder in folders for path in folder.rglob("*.ipynb")]

    assert {path.relative_to(built_course).as_posix() for path in found} == set(NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_cell_runs_and_every_element_is_shown(
    path: str, own_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YONGXIN_STATE", str(own_course / "var"))
    notebook = nbformat.read(own_course / path, as_version=4)
    folder = (own_course / path).parent

    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()

    imports, *elements = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert imports.outputs == []
    assert elements
    for cell in elements:
        (output,) = cell.outputs
        assert WIDGET in output["data"], f"{cell.source} shows no element"


def test_nbgrader_validates_all_but_the_reflection_that_nobody_wrote(own_course: Path) -> None:
    """What the Validate button in JupyterLab tells a learner before anything is answered."""
    validated = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", "exercises/z1-lift/z1-lift.ipynb"],
        cwd=own_course,
        env={"PATH": "/usr/bin:/bin", "HOME": str(own_course), "PYTHONWARNINGS": "ignore"},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert "VALIDATION FAILED ON 1 CELL(S)!" in validated.stdout
    assert "You did not provide a response." in validated.stdout
    assert ANSWER_STUB.splitlines()[0] in validated.stdout
