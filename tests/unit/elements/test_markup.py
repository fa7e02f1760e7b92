"""The HTML of elements: readable before any script, named for everybody, free of secrets."""

from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from support.sample_elements import sample_elements, sample_items
from yongxin.catalogue import PublicReflection
from yongxin.elements import Element
from yongxin.elements.quiz import QuizElement
from yongxin.elements.reflection import ReflectionElement
from yongxin.items import PublicItem, parse_public_item
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
            assert element.item.stem.in_language(language) in text
            shown = getattr(element.item, "options", getattr(element.item, "entries", ()))
            assert all(one.text.in_language(language) in text for one in shown)
            checked += 1
        elif isinstance(element, ReflectionElement):
            assert element.reflection.prompt.in_language(language) in text
            for field in element.reflection.fields:
                assert field.label.in_language(language) in text
            assert all(
                level.text.in_language(language) in text for level in element.reflection.rubric
            )
            checked += 1
    assert checked == 9


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
        for option in getattr(item, "options", ()):
            assert option.feedback.in_language(language) not in html


def hostile_item(item_type: str) -> PublicItem:
    both = {"zh-CN": HOSTILE, "en": HOSTILE}
    options = [{"id": f"o{number}", "text": both} for number in range(3)]
    parts = {
        "single-choice": {"options": options},
        "multiple-choice": {"options": options},
        "number": {"unit": both},
        "ordering": {"entries": options, "scoring": "all-pairs"},
    }
    common = {"id": "hostile", "type": item_type, "use": "practice", "points": 1, "stem": both}
    return parse_public_item({**common, **parts[item_type]})


def assert_harmless(html: Any) -> None:
    assert html.find_all(["img", "b", "script"]) == []
    assert "{{ 7*7 }}" in html.get_text()
    assert "49" not in html.get_text()


@pytest.mark.parametrize("item_type", ["single-choice", "multiple-choice", "number", "ordering"])
def test_authors_texts_are_text(item_type: str, language: Language) -> None:
    def judge(*_: object) -> None:
        raise AssertionError("nobody asked")

    element = QuizElement(hostile_item(item_type), judge)  # pyright: ignore[reportArgumentType]
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
