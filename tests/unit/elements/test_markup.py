"""The HTML of elements: readable before any script, named for everybody, free of secrets."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from support.sample_elements import sample_elements, sample_items, sample_reflections
from support.secrets import SECRET_WORDS
from yongxin.catalogue import PublicReflection
from yongxin.elements import Element
from yongxin.elements.quiz import QuizElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.elements.registry import item_element
from yongxin.elements.scenario import ScenarioElement
from yongxin.items import ITEM_TYPES, PublicItem, parse_public_item
from yongxin.language import LANGUAGES, Language

NAMES = sorted(sample_elements())
HOSTILE = '<img src=x onerror="alert(1)">&amp;{{ 7*7 }}</script><b>'


def parsed(element: Element, language: Language) -> Any:
    return BeautifulSoup(str(element.markup(language)), "html.parser")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture(params=NAMES)
def html(request: pytest.FixtureRequest, elements: dict[str, Element], language: Language) -> Any:
    return parsed(elements[request.param], language)


def test_the_root_says_what_it_is(elements: dict[str, Element], language: Language) -> None:
    for name, element in elements.items():
        root = parsed(element, language).find(recursive=False)
        assert isinstance(root, Tag)
        assert root["data-yongxin-element"] == name
        assert root["data-yongxin-module"]
        assert root["lang"] == language


def test_ids_are_unique_and_references_lead_somewhere(html: Any) -> None:
    ids = [str(one["id"]) for one in html.find_all(id=True)]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for one in html.find_all(attrs={attribute: True}):
            assert set(str(one[attribute]).split()) <= set(ids), one


def test_every_control_has_a_name(html: Any) -> None:
    controls = html.find_all(["input", "textarea", "select"])
    for control in controls:
        label = html.find("label", attrs={"for": control.get("id")}) if control.get("id") else None
        inside = control.find_parent("label")
        assert label or inside or control.get("aria-labelledby"), control
    for button in html.find_all("button"):
        assert button.get("aria-label") or button.get_text(strip=True)
    for group in html.find_all("fieldset"):
        legend = group.find("legend")
        assert legend is not None
        assert legend.get_text(strip=True)


def test_nothing_can_be_operated_before_the_script_has_come(html: Any) -> None:
    for control in html.find_all(["input", "textarea", "select", "button"]):
        waits = control.has_attr("disabled") or control.has_attr("hidden")
        within = control.find_parent(
            lambda one: (
                one.has_attr("hidden") or (one.name == "fieldset" and one.has_attr("disabled"))
            )
        )
        assert waits or within, control


def test_there_is_nothing_inline(html: Any) -> None:
    assert html.find_all(["script", "style"]) == []
    for one in html.find_all():
        assert "style" not in one.attrs
        assert not [name for name in one.attrs if name.startswith("on")]


def test_the_whole_question_can_be_read_without_a_script(
    elements: dict[str, Element], language: Language
) -> None:
    checked = 0
    for element in elements.values():
        text = parsed(element, language).get_text()
        if isinstance(element, QuizElement):
            words = list(texts_in(told_at_once(element), language))
            assert [one for one in words if one not in text] == []
            assert words
            checked += 1
        elif isinstance(element, ReflectionElement):
            assert element.reflection.prompt.in_language(language) in text
            for field in element.reflection.fields:
                assert field.label.in_language(language) in text
            assert all(
                level.text.in_language(language) in text for level in element.reflection.rubric
            )
            checked += 1
    assert checked == len(sample_items()) + len(sample_reflections())


def test_the_scoring_rule_and_the_points_are_told_beforehand(
    elements: dict[str, Element], language: Language
) -> None:
    text = parsed(elements["quiz:chain-order"], language).get_text()
    assert ("满分2分。" if language == "zh-CN" else "Points: 2.") in text
    assert ("相邻" if language == "zh-CN" else "neighbours") in text


def test_no_explanation_feedback_or_key_is_in_the_markup(language: Language) -> None:
    items, elements = sample_items(), sample_elements()
    for item in items.values():
        html = str(elements[f"quiz:{item.id}"].markup(language))
        assert item.explanation.in_language(language) not in html
        for words in secrets_in(item.model_dump(mode="json"), language):
            assert words not in html


#: Gaps, numbers of a learner's own, and what marks hot words.
INTERRUPTIONS = r"\{\{.*?\}\}|\{\w+\}|\[|\]\([a-z0-9-]+\)"


def told_at_once(element: QuizElement) -> Any:
    """Return what is asked from the beginning: of a scenario, only where the story begins."""
    data = element.item.model_dump(mode="json")
    if isinstance(element, ScenarioElement):
        first = next(node for node in data["nodes"] if node["id"] == data["start"])
        options = [option["text"] for option in first["options"]]
        return [data["stem"], data["meters"], first["lines"], options]
    return data


def texts_in(node: Any, language: Language) -> Iterator[str]:
    """Yield every text of a public item, piece by piece where gaps or breaks interrupt it."""
    if isinstance(node, dict) and set(node) == set(LANGUAGES):
        yield from (one for one in re.split(INTERRUPTIONS, node[language]) if one.strip())
    elif isinstance(node, (dict, list)):
        for one in node.values() if isinstance(node, dict) else node:
            yield from texts_in(one, language)


def secrets_in(node: Any, language: Language) -> Iterator[str]:
    """Yield every feedback and explanation of an authored item."""
    if isinstance(node, (dict, list)):
        for name, one in node.items() if isinstance(node, dict) else enumerate(node):
            if name in SECRET_WORDS and one is not None:
                yield one[language]
            else:
                yield from secrets_in(one, language)


def hostile_item(item_type: str) -> PublicItem:
    both = {"zh-CN": HOSTILE, "en": HOSTILE}
    options = [{"id": f"o{number}", "text": both} for number in range(3)]
    others = [{"id": f"p{number}", "text": both} for number in range(3)]
    parts = {
        "single-choice": {"options": options},
        "multiple-choice": {"options": options},
        "number": {"unit": both},
        "ordering": {"entries": options, "scoring": "all-pairs"},
        "true-false": {"reasons": options},
        "matching": {"entries": options, "matches": others},
        "sorting": {"entries": options, "categories": others},
        "cloze": {
            "text": {"zh-CN": f"{HOSTILE}{{{{gap}}}}", "en": f"{{{{gap}}}}{HOSTILE}"},
            "gaps": [{"id": "gap", "options": options}],
        },
        "short-text": {},
        "table": {
            "columns": [options[0]],
            "rows": [
                options[1] | {"choices": others, "cells": {"o0": {}}},
                options[2] | {"unit": both, "cells": {"o0": {}}},
                others[0] | {"cells": {"o0": {"text": both}}},
            ],
        },
        "numeric-table": {
            "columns": [options[0] | {"unit": both}],
            "rows": [options[1] | {"cells": {"o0": {}}}],
        },
        "hot-text": {"passage": dict.fromkeys(both, f"{HOSTILE}[{HOSTILE}](hot)")},
        "scenario": {
            "meters": [{"id": "m", "name": both}],
            "start": "here",
            "nodes": [
                {
                    "id": "here",
                    "lines": [{"speaker": both, "text": both}],
                    "options": [one | {"reply": both, "next": "there"} for one in options],
                }
            ],
            "endings": [{"id": "there", "text": both}],
        },
        "calculated": {
            "parameters": [{"id": "number", "from": 1, "to": 2}],
            "bounds": {"minimum": 0, "maximum": 1},
            "tolerance": 0,
            "unit_choices": options,
        },
    }
    common = {"id": "hostile", "type": item_type, "use": "practice", "points": 1, "stem": both}
    return parse_public_item({**common, **parts[item_type]})


def assert_harmless(html: Any) -> None:
    assert html.find_all(["img", "b", "script"]) == []
    assert "{{ 7*7 }}" in html.get_text()
    assert "49" not in html.get_text()


@pytest.mark.parametrize("item_type", [one.name for one in ITEM_TYPES])
def test_authors_texts_are_text(item_type: str, language: Language) -> None:
    def judge(*_: object) -> None:
        raise AssertionError("nobody asked")

    element = item_element(hostile_item(item_type), judge)  # pyright: ignore[reportArgumentType]
    assert_harmless(parsed(element, language))


def test_reflections_texts_are_text(language: Language) -> None:
    both = {"zh-CN": HOSTILE, "en": HOSTILE}
    reflection = PublicReflection.model_validate(
        {
            "id": "hostile",
            "use": "practice",
            "units": ["A-12"],
            "points": 0,
            "prompt": both,
            "fields": [
                {"id": "a", "kind": "text", "label": both, "help": both},
                {
                    "id": "b",
                    "kind": "choice",
                    "label": both,
                    "options": [{"id": "c", "text": both}, {"id": "d", "text": both}],
                },
            ],
            "rubric": [{"level": 0, "text": both}],
        }
    )
    assert_harmless(parsed(ReflectionElement(reflection), language))
