"""Rules about imports that the import linter cannot express."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yongxin.items import ITEM_TYPES


def imported_names(tree: ast.Module) -> Iterator[str]:
    """Yield what a module imports by name from `yongxin.items` or below."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yongxin.items"):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("package", ["elements", "site"])
def test_what_serves_learners_names_no_model_that_holds_a_key(
    repository: Path, package: str
) -> None:
    secret = {"Item", "Key", "AnyItem", "AnyKey", "parse_item", "parse_key", "score"}
    secret |= {model.__name__ for one in ITEM_TYPES for model in (one.item, one.key)}
    modules = sorted((repository / "src" / "yongxin" / package).rglob("*.py"))
    assert len(modules) > 5
    found = {
        module.name: names
        for module in modules
        if (names := secret & set(imported_names(ast.parse(module.read_text(encoding="utf-8")))))
    }
    assert not found


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("yongxin", "pandas plotly ipywidgets anywidget sqlalchemy pydantic nbgrader voila"),
        ("yongxin.grading", "pandas plotly sqlalchemy pydantic nbgrader"),
        ("yongxin.elements", "pandas plotly nbgrader voila sqlalchemy"),
        ("yongxin.simulators", "pandas plotly nbgrader voila sqlalchemy"),
        ("yongxin.build", "pandas plotly voila sqlalchemy"),
        ("yongxin.site.app", "pandas plotly"),
    ],
)
def test_importing_a_package_stays_light(module: str, heavy: str) -> None:
    code = f"import sys, {module}; print(*(n for n in {heavy.split()} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


def test_importing_the_package_reads_no_file(repository: Path) -> None:
    code = f"""
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import yongxin
print(*(one for one in opened if not one.endswith((".py", ".pyc")) and {str(repository)!r} in one))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""
