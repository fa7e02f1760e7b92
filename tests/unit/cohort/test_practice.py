"""Practice is counted by people, and of few people nothing is told."""

from typing import Any

import pytest

from yongxin.cohort.practice import played, sections, tried, tried_choices
from yongxin.items import Item, parse_item
from yongxin.store import StateCount

ITEM: Item = parse_item(
    {
        "id": "first-words",
        "type": "single-choice",
        "use": "practice",
        "units": ["A-01"],
        "stem": {"zh-CN": "先说什么？", "en": "What first?"},
        "options": [
            {
                "id": name,
                "text": {"zh-CN": name, "en": name},
                "feedback": {"zh-CN": "好。", "en": "Well."},
            }
            for name in ("sorry", "later", "never")
        ],
        "key": "sorry",
        "explanation": {"zh-CN": "因为。", "en": "Because."},
    }
)


def state(response: str | None, people: int, **more: Any) -> StateCount:
    return StateCount({"response": response, "checked": False, **more}, people, people)


def first(response: str, ratio: float) -> dict[str, Any]:
    return {"first": {"response": response, "ratio": ratio}}


def test_the_first_checked_answer_counts_whatever_was_answered_later() -> None:
    states = [
        state("sorry", 3, checked=True, **first("later", 0)),
        state("later", 2, **first("sorry", 1)),
        state("never", 1),
        state(None, 9),
    ]
    found = tried(ITEM, states)
    assert found is not None
    assert (found.answered, found.explained) == (6, 5)
    assert (found.right, found.partly, found.wrong) == (2, 0, 3)
    rows = tried_choices(ITEM, states, "en")
    assert rows is not None
    assert [(one.words, one.is_right, one.count) for one in rows] == [
        ("sorry", True, 2),
        ("later", False, 3),
        ("never", False, 1),
    ]


def test_states_of_before_first_answers_were_kept_count_as_they_are() -> None:
    found = tried(ITEM, [state("sorry", 4, checked=True), state("later", 1, checked=True)])
    assert found is not None
    assert (found.explained, found.right, found.wrong) == (5, 4, 1)


def test_partly_right_is_neither_right_nor_wrong() -> None:
    found = tried(ITEM, [state("sorry", 5, **first("sorry", 0.5))])
    assert found is not None
    assert (found.right, found.partly, found.wrong) == (0, 5, 0)


def test_of_four_people_nothing_is_told() -> None:
    four = [state("sorry", 4, checked=True)]
    assert tried(ITEM, four) is None
    assert tried_choices(ITEM, four, "en") is None
    assert tried(ITEM, [*four, state("sorry", 1)]) is not None
    assert played([StateCount({"inputs": {"a": 1}}, 4, 9)]) is None
    assert sections([("one", "One")], {"one": 4}) is None


def test_changes_and_resets_of_a_simulator() -> None:
    found = played(
        [
            StateCount({"inputs": {"a": 1}}, 3, 12),
            StateCount({"inputs": {}, "resets": 2}, 2, 10),
            StateCount({"inputs": {}}, 1, 2),
        ]
    )
    assert found is not None
    assert (found.people, found.away) == (6, 3)
    assert (found.resets, found.resetters) == (4, 2)
    assert found.changes == 12 + (10 - 4) + 2


def test_who_comes_to_a_section_has_come_to_those_before() -> None:
    titles = [("hook", "A"), ("new", "B"), ("recap", "C")]
    found = sections(titles, {"hook": 10, "recap": 4, "gone": 99})
    assert found is not None
    assert [(one.id, one.readers, one.left, one.share) for one in found] == [
        ("hook", 10, 6, 1.0),
        ("new", 4, 0, pytest.approx(0.4)),
        ("recap", 4, 0, pytest.approx(0.4)),
    ]


def test_a_lesson_without_sections_tells_nothing() -> None:
    assert sections([], {"hook": 10}) is None
