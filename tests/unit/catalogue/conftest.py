"""A small built course, written by hand: two built modules and one in preparation."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from yongxin.catalogue import Catalogue
from yongxin.items import JSON


def both(text: str) -> dict[str, str]:
    return {"zh-CN": f"{text}（中）", "en": text}


def choice(item_id: str, use: str) -> JSON:
    item = {
        "id": item_id,
        "type": "single-choice",
        "use": use,
        "points": 1.0,
        "stem": both("Which?"),
        "options": [{"id": "this", "text": both("This")}, {"id": "that", "text": both("That")}],
    }
    if use == "graded":
        return item
    for option in item["options"]:
        option["feedback"] = both(f"About {option['id']}")
    return {**item, "units": ["A-06"], "key": "this", "explanation": both("Because")}


def reflection(reflection_id: str) -> JSON:
    return {
        "id": reflection_id,
        "use": "practice",
        "units": ["A-06"],
        "points": 0,
        "prompt": both("Write"),
        "fields": [{"id": "facts", "kind": "text", "label": both("Facts")}],
    }


def bank(module: str) -> JSON:
    names = [f"quiz:{module}-try", "simulate:satisfaction-gap", f"reflect:{module}-log"]
    exercise = [f"quiz:{module}-exam"]
    return {
        "module": module,
        "practice": [choice(f"{module}-try", "practice")],
        "graded": [choice(f"{module}-exam", "graded")],
        "reflections": [reflection(f"{module}-log")],
        "lesson": {
            "zh-CN": [{"id": "hook", "title": "先猜"}],
            "en": [{"id": "hook", "title": "Guess"}],
        },
        "elements": [*names, *exercise],
        "exercise": exercise,
    }


def write(path: Path, data: JSON) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of the course."""
    modules = {
        module_id: {
            "id": module_id,
            "title": both(module_id),
            "deck_section": both("Section"),
            "units": ["A-06", "A-06"],
            "minutes": 5,
            "status": "in-preparation" if module_id == "gate" else "released",
        }
        for module_id in ("lift", "car-park", "gate")
    }
    course = {
        "languages": ["zh-CN", "en"],
        "title": both("Course"),
        "pass_mark": 0.7,
        "attempts": 2,
        "parts": [{"id": "a", "deck": "A", "title": both("A"), "modules": list(modules)}],
        "modules": modules,
        "paths": [],
    }
    write(tmp_path / "data" / "course.json", course)
    for module_id in ("lift", "car-park"):
        write(tmp_path / "data" / "bank" / f"{module_id}.json", bank(module_id))
    return tmp_path


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalogue(root: Path, clock: Clock) -> Catalogue:
    return Catalogue(root, clock=clock)
