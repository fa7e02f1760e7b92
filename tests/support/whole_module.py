"""A course of one module that asks every graded question of ``docs/items``, ready to be graded."""

import json
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from yongxin.build import build_course
from yongxin.content import load_content
from yongxin.grading.exchange import release_module
from yongxin.items import Item
from yongxin.items.reflection import Reflection
from yongxin.items.scenario import Scenario
from yongxin.language import LANGUAGES

REPOSITORY = Path(__file__).resolve().parents[2]
GALLERY = REPOSITORY / "docs" / "items"

MODULE, UNIT = "every-kind", "A-01"
_TITLE = {"zh-CN": "各种题型", "en": "Every kind of question"}

#: Twelve questions of twelve types, as many as a module usually has.
TWELVE = (
    "visitor-bike",
    "handover-facts",
    "deposit-claim",
    "noise-complaint",
    "pool-notice",
    "last-hello-word",
    "answer-share",
    "tank-filling",
    "which-tool",
    "repair-stages",
    "fire-drill-steps",
    "duty-table",
)


def make_course(root: Path, only: Collection[str] | None = None) -> Path:
    """Build and release the course in the empty folder ``root``; return ``root``.

    ``only`` names the items to ask; all of them, and so every type and rule, unless it is given.
    """
    content = load_content(GALLERY / "content")
    items: list[Item] = []
    reflections: list[Reflection] = []
    for module in content.modules.values():
        items += [one for one in module.items if one.use == "graded"]
        reflections += [one for one in module.reflections if one.use == "graded"]
    items = [one for one in items if only is None or one.id in only]
    assert items
    assert reflections
    files: dict[str, Any] = {
        "course.yaml": _course(),
        "curriculum.yaml": {"units": {UNIT: _TITLE}, "systems": {}},
        "glossary.yaml": [],
        "sources.yaml": [],
        f"{MODULE}/items.yaml": [_entry(one) for one in items if not isinstance(one, Scenario)],
        f"{MODULE}/scenarios.yaml": [_entry(one) for one in items if isinstance(one, Scenario)],
        f"{MODULE}/reflections.yaml": [_entry(one) for one in reflections],
        f"{MODULE}/assessments.yaml": [],
    }
    (root / "content" / MODULE).mkdir(parents=True)
    for name, value in files.items():  # JSON is YAML
        text = json.dumps(value, ensure_ascii=False, indent=1)
        (root / "content" / name).write_text(text, encoding="utf-8")
    for language in LANGUAGES:
        lesson = f"# {_TITLE[language]}\n\n## A {{#recap}}\n\n<!-- units: {UNIT} -->\n\nA.\n"
        path = root / "content" / MODULE / f"lesson.{language}.md"
        path.write_text(lesson, encoding="utf-8")
    build_course(root)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    release_module(root, MODULE)
    return root


def _course() -> dict[str, Any]:
    return {
        "title": _TITLE,
        "pass_mark": 0.7,
        "attempts": 2,
        "parts": [{"id": "kinds", "deck": UNIT[0], "title": _TITLE, "modules": [MODULE]}],
        "modules": {
            MODULE: {
                "title": _TITLE,
                "deck_section": _TITLE,
                "units": [UNIT, UNIT],
                "minutes": 15,
                "status": "released",
            }
        },
    }


def _entry(one: Item | Reflection) -> dict[str, Any]:
    return one.model_copy(update={"units": (UNIT,)}).model_dump(mode="json", exclude_none=True)
