"""The courses that are shown: two small pages that every host can show, and the course itself."""

import getpass
import json
import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

REPOSITORY = Path(__file__).parents[1]
SAMPLE = REPOSITORY / "tests" / "fixtures" / "course"
QUIZ_PAGE, CHART_PAGE = "z1-lift", "z2-gate"

#: The module of the real course whose lesson and exercise a burst of learners works through.
MODULE = "a2-pickle"
LANGUAGE = "zh-CN"

EMPTY_STORE = "empty.db"
IMPORT = "from yongxin.zh_cn import quiz, simulate"

PARAGRAPH = (
    "晚上七点，三号楼的电梯停了。前台小林先道歉，再说清情况，最后给出时间。"
    "住户要的不是理由，是有人在管。她把事情记下来，二十分钟后回了电话。"
)
TEXT = "# 电梯停了\n\n" + "\n\n".join([PARAGRAPH] * 8)
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}

#: What an author of plain Voila writes for four sliders and a bar chart that follows them.
PLAIN_CHART = """\
import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

frame = pd.DataFrame({
    "attribute": ["a", "b", "c", "d"],
    "expected": [4.5, 4.0, 4.2, 3.9],
    "perceived": [3.2, 4.5, 4.0, 3.6],
})
figure = go.FigureWidget([go.Bar(x=frame["attribute"], y=frame["perceived"] - frame["expected"])])
figure.update_layout(height=300)

def slider(row):
    control = widgets.FloatSlider(value=frame.loc[row, "perceived"], min=1, max=7, step=0.1)
    def move(change):
        frame.loc[row, "perceived"] = change["new"]
        figure.data[0].y = frame["perceived"] - frame["expected"]
    control.observe(move, "value")
    return control

widgets.VBox([*map(slider, range(4)), figure])"""


def make_pages(folder: Path) -> Path:
    """Build the sample course in ``folder`` with the two pages to be measured; return its root.

    Below it, in ``plain``, stand the same pages as an author of plain Voila would write them.
    """
    from yongxin.build import build_course
    from yongxin.store import Store

    root = folder / "course"
    shutil.copytree(SAMPLE, root)
    build_course(root)
    structure_path = root / "data" / "course.json"
    structure = json.loads(structure_path.read_text(encoding="utf-8"))
    structure["modules"][CHART_PAGE]["status"] = "released"
    structure_path.write_text(json.dumps(structure, ensure_ascii=False), encoding="utf-8")
    (root / "data" / "bank" / f"{CHART_PAGE}.json").write_text(
        json.dumps(
            {
                "module": CHART_PAGE,
                "practice": [],
                "graded": [],
                "reflections": [],
                "lesson": {"zh-CN": [], "en": []},
                "elements": ["simulate:satisfaction-gap"],
                "exercise": [],
            }
        ),
        encoding="utf-8",
    )
    pages = {
        "quiz": (f"zh-CN/{QUIZ_PAGE}", 'quiz("lift-first-words")'),
        "second": (f"en/{QUIZ_PAGE}", 'quiz("lift-causes")'),
        "chart": (f"zh-CN/{CHART_PAGE}", 'simulate("satisfaction-gap")'),
    }
    with Store.open(f"sqlite:///{root / EMPTY_STORE}") as store:
        store.add_learner(getpass.getuser(), "林夏")
    (root / "plain").mkdir()
    for kind, (place, code) in pages.items():
        _write(root / "course" / f"{place}.ipynb", code, IMPORT)
        plain = (PLAIN_CHART, None) if kind == "chart" else (code, _own_store(root) + IMPORT)
        _write(root / "plain" / f"{kind}.ipynb", *plain)
    return root


def copy_course(folder: Path) -> Path:
    """Copy the course of this repository to ``folder``, ready to be handed in; return its root."""
    from yongxin.grading.exchange import release_module

    root = folder / "whole"
    for part in ("course", "data", "exercises", "solutions"):
        shutil.copytree(REPOSITORY / part, root / part)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    release_module(root, MODULE)
    return root


def _own_store(root: Path) -> str:
    """Return code that gives a kernel answers of its own, or it would show its predecessor's."""
    return f"""\
import os, shutil, tempfile
os.environ["YONGXIN_STORE"] = "sqlite:///" + shutil.copy(
    {str(root / EMPTY_STORE)!r}, tempfile.mkdtemp(dir={str(root)!r})
)
"""


def _write(path: Path, code: str, before: str | None) -> None:
    cells = [new_markdown_cell(TEXT, id="text"), new_code_cell(code, id="element")]
    if before:
        cells.insert(0, new_code_cell(before, id="import"))
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), path)
