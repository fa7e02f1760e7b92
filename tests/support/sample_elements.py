"""The sample course's elements, made straight from its content files: no build, no catalogue."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from yongxin.catalogue import NotPractice, PublicCourse
from yongxin.elements import Element
from yongxin.elements.assessment import AssessmentElement
from yongxin.elements.kept import KeptElement
from yongxin.elements.progress import ProgressElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.elements.registry import item_element
from yongxin.elements.simulator import SimulatorElement
from yongxin.elements.submission import SubmissionElement
from yongxin.items import JSON, Item, Verdict, parse_item
from yongxin.items.assessment import Assessment
from yongxin.items.reflection import Reflection
from yongxin.language import Language
from yongxin.simulators import find_simulator, simulator_ids

CONTENT = Path(__file__).parents[1] / "fixtures" / "course" / "content"

#: A practice item of the one type that the sample course only grades.
PRACTICE_ORDER = {
    "id": "morning-round",
    "type": "ordering",
    "use": "practice",
    "units": ["A-12"],
    "stem": {"zh-CN": "早上巡楼，先后怎么排？", "en": "The morning round: in which order?"},
    "entries": [
        {"id": "note", "text": {"zh-CN": "记下问题", "en": "Write down what is wrong"}},
        {"id": "look", "text": {"zh-CN": "走一圈，看一遍", "en": "Walk round and look"}},
        {"id": "report", "text": {"zh-CN": "报给工程部", "en": "Report it to the engineers"}},
    ],
    "key": ["look", "note", "report"],
    "explanation": {"zh-CN": "先看，再记，后报。", "en": "Look first, note it, then report it."},
}

#: A reflection with a choice among more than a few.
ROLES = {
    "id": "who-was-it",
    "use": "practice",
    "units": ["A-12"],
    "prompt": {"zh-CN": "谁最先接到电话？", "en": "Who took the call first?"},
    "fields": [
        {
            "id": "role",
            "kind": "choice",
            "label": {"zh-CN": "岗位", "en": "Role"},
            "help": {"zh-CN": "选最先接到的那一个。", "en": "The one who was first."},
            "options": [
                {"id": role, "text": {"zh-CN": chinese, "en": english}}
                for role, chinese, english in (
                    ("desk", "前台", "Front desk"),
                    ("guard", "保安", "Security"),
                    ("engineer", "工程", "Engineering"),
                    ("cleaner", "保洁", "Cleaning"),
                    ("keeper", "管家", "Housekeeper"),
                    ("manager", "经理", "Manager"),
                )
            ],
        }
    ],
}


def sample_items() -> dict[str, Item]:
    """Return the authored items of the sample course, and ``PRACTICE_ORDER``, by id."""
    items = [
        parse_item(one) for one in [*_read("items.yaml"), *_read("scenarios.yaml"), PRACTICE_ORDER]
    ]
    return {one.id: one for one in items}


def sample_reflections() -> list[Reflection]:
    """Return the authored reflections of the sample course, and ``ROLES``."""
    return [Reflection.model_validate(one) for one in [*_read("reflections.yaml"), ROLES]]


def sample_elements() -> dict[str, Element]:
    """Return every element of the sample course by name, and all simulators."""
    items = sample_items()

    def judge(item_id: str, response: JSON, language: Language, learner: str = "") -> Verdict:
        if items[item_id].use != "practice":
            raise NotPractice(item_id)
        return items[item_id].for_learner(learner).verdict(response, language)

    elements: list[Element] = [
        *(item_element(one.public(), judge) for one in items.values()),
        *(ReflectionElement(one.public()) for one in sample_reflections()),
        *(
            KeptElement(one.public(), sample_course().modules["z1-lift"])
            for one in sample_reflections()
            if one.plan
        ),
        *(AssessmentElement(Assessment.model_validate(one)) for one in _read("assessments.yaml")),
        *(SimulatorElement(find_simulator(one)) for one in simulator_ids()),
        SubmissionElement(),
        ProgressElement(sample_course()),
    ]
    return {one.name: one for one in elements}


def sample_course() -> PublicCourse:
    """Return a course of one part with three modules, the last one in preparation."""
    titles = {
        "z1-lift": {"zh-CN": "电梯停了", "en": "The lift has stopped"},
        "z2-gate": {"zh-CN": "门禁坏了", "en": "The gate is broken"},
        "z3-noise": {"zh-CN": "楼上太吵", "en": "Noise upstairs"},
    }
    return PublicCourse.model_validate(
        {
            "languages": ["zh-CN", "en"],
            "title": {"zh-CN": "小课程", "en": "A small course"},
            "pass_mark": 0.7,
            "attempts": 2,
            "parts": [
                {
                    "id": "z",
                    "deck": "A",
                    "title": {"zh-CN": "电梯与门禁", "en": "Lifts and gates"},
                    "modules": list(titles),
                }
            ],
            "modules": {
                module: {
                    "id": module,
                    "title": title,
                    "deck_section": {"zh-CN": "第一节", "en": "Section 1"},
                    "units": ["A-06", "A-15"],
                    "minutes": 10,
                    "status": "in-preparation" if module == "z3-noise" else "released",
                }
                for module, title in titles.items()
            },
            "paths": [],
        }
    )


def _read(name: str) -> list[dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    return [
        one
        for path in sorted(CONTENT.glob(f"*/{name}"))
        for one in yaml.load(path.read_text(encoding="utf-8"))
    ]
