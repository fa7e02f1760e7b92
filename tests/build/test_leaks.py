"""Keys of graded items stay with the trainers: shown by building twice with different keys.

What learners can reach (``course/``, ``exercises/``, ``data/`` and the package that is installed)
must not change by a byte when every key, explanation, feedback and exemplar of the graded items is
another. A search for known words could not show that.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from support.secrets import OTHER_WORDS, change_item
from support.trees import differing, tree
from yongxin.build import build_course

PUBLIC = ("course", "exercises", "data")


def writer() -> YAML:
    """Return a YAML that writes equal things twice, as people do, rather than once by reference."""
    yaml = YAML()
    yaml.representer.ignore_aliases = lambda *_: True
    return yaml


def with_other_secrets(root: Path) -> int:
    """Change everything that is secret in the content below ``root``; return how many places."""
    yaml = writer()
    changed = 0
    content = root / "content"
    for path in sorted([*content.glob("*/items.yaml"), *content.glob("*/scenarios.yaml")]):
        items = yaml.load(path)
        for item in items:
            if item["use"] == "graded":
                change_item(item)
                changed += 1
        yaml.dump(items, path)
    for path in sorted((root / "content").glob("*/reflections.yaml")):
        reflections = yaml.load(path)
        for reflection in reflections:
            if reflection["use"] == "graded":
                change_exemplar(reflection)
                changed += 1
        yaml.dump(reflections, path)
    return changed


def change_exemplar(reflection: dict[str, Any]) -> None:
    fields = {field["id"]: field for field in reflection["fields"]}
    for field_id, answer in reflection["exemplar"].items():
        if isinstance(answer, str):
            options = [option["id"] for option in fields[field_id]["options"]]
            reflection["exemplar"][field_id] = next(one for one in options if one != answer)
        else:
            reflection["exemplar"][field_id] = OTHER_WORDS


def add_graded_items_of_other_types(root: Path) -> None:
    """Let the sample course grade items of all types, not only of the two that it needs."""
    yaml = writer()
    path = root / "content/z1-lift/items.yaml"
    items = yaml.load(path)
    for item in [one for one in items if one["type"] in ("multiple-choice", "number")]:
        items.append(dict(item) | {"id": f"graded-{item['id']}", "use": "graded"})
    yaml.dump(items, path)


@pytest.fixture(params=["sample", "own"])
def original(request: pytest.FixtureRequest, tmp_path: Path, repository: Path) -> Path:
    """Everything that a wheel and a course are built from, with the sample's or our content."""
    root = tmp_path / "original"
    shutil.copytree(repository / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE"):
        shutil.copyfile(repository / name, root / name)
    if request.param == "sample":
        shutil.copytree(repository / "tests/fixtures/course/content", root / "content")
        add_graded_items_of_other_types(root)
    else:
        shutil.copytree(repository / "content", root / "content")
    return root


@pytest.mark.slow
def test_what_learners_can_reach_does_not_depend_on_graded_keys(
    original: Path, tmp_path: Path
) -> None:
    altered = tmp_path / "altered"
    shutil.copytree(original, altered)
    changed = with_other_secrets(altered)
    assert changed >= 3
    build_course(original)
    build_course(altered)

    assert differing(tree(original, *PUBLIC), tree(altered, *PUBLIC)) == []
    assert wheel(original) == wheel(altered)

    # The test could see a leak: the secrets did change, and do reach the trainers' notebooks.
    solutions = differing(tree(original, "solutions"), tree(altered, "solutions"))
    assert set(solutions) == set(tree(original, "solutions"))
    for path in solutions:
        assert OTHER_WORDS["en"] in (altered / path).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_change_of_what_is_public_is_seen(original: Path, tmp_path: Path) -> None:
    """The comparison above compares something: another stem changes what learners get."""
    altered = tmp_path / "altered"
    shutil.copytree(original, altered)
    yaml = writer()
    path = min((altered / "content").glob("*/items.yaml"))
    items = yaml.load(path)
    graded = next(item for item in items if item["use"] == "graded")
    graded["stem"] = OTHER_WORDS
    yaml.dump(items, path)
    build_course(original)
    build_course(altered)

    assert differing(tree(original, *PUBLIC), tree(altered, *PUBLIC)) == [
        f"data/bank/{path.parent.name}.json"
    ]


def wheel(root: Path) -> bytes:
    """Return the wheel that is built from a checkout."""
    folder = root / "dist"
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root],
        env={"SOURCE_DATE_EPOCH": "1735689600", "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built.read_bytes()
