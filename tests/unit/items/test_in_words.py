"""Every item type can say a response as a person would."""

import pytest

from yongxin.items import MalformedResponse, parse_public_item
from yongxin.items.base import JSON
from yongxin.language import Language

BASE = {"use": "graded", "points": 1, "stem": {"zh-CN": "问题", "en": "Question"}}
PARTS = [
    {"id": "calm", "text": {"zh-CN": "平静", "en": "Calm"}},
    {"id": "hurt", "text": {"zh-CN": "委屈", "en": "Hurt"}},
    {"id": "angry", "text": {"zh-CN": "生气", "en": "Angry"}},
]
SINGLE = BASE | {"id": "one", "type": "single-choice", "options": PARTS}
MULTIPLE = BASE | {"id": "many", "type": "multiple-choice", "options": PARTS}
ORDERING = BASE | {
    "id": "order",
    "type": "ordering",
    "entries": PARTS,
    "scoring": "adjacent-pairs",
}
NUMBER = BASE | {"id": "number", "type": "number"}
JUDGE = BASE | {"id": "judge", "type": "true-false", "reasons": PARTS}
ROOMS = [
    {"id": "hall", "text": {"zh-CN": "大堂", "en": "Hall"}},
    {"id": "lift", "text": {"zh-CN": "电梯", "en": "Lift"}},
]
MATCHING = BASE | {"id": "match", "type": "matching", "entries": ROOMS, "matches": PARTS}
SORTING = BASE | {"id": "sort", "type": "sorting", "entries": ROOMS, "categories": PARTS}
CLOZE = BASE | {
    "id": "cloze",
    "type": "cloze",
    "text": {"zh-CN": "在{{b}}很{{a}}。", "en": "{{a}} in the {{b}}."},
    "gaps": [{"id": "a", "options": PARTS}, {"id": "b", "options": ROOMS}],
}
SHORT = BASE | {"id": "short", "type": "short-text"}
COLUMNS = [{"id": "first", "text": {"zh-CN": "第一次", "en": "First"}, "unit": None}]
TABLE = BASE | {
    "id": "table",
    "type": "table",
    "columns": COLUMNS,
    "rows": [ROOMS[0] | {"choices": PARTS, "cells": {"first": {}}}],
}
GRID = BASE | {
    "id": "grid",
    "type": "numeric-table",
    "columns": [COLUMNS[0] | {"unit": {"zh-CN": "分", "en": "points"}}],
    "rows": [ROOMS[0] | {"cells": {"first": {}}}],
}
HOT = BASE | {
    "id": "hot",
    "type": "hot-text",
    "passage": {"zh-CN": "[很烦](fed-up)，[停水](off)。", "en": "[Off](off) and [fed up](fed-up)."},
}
SPEED = BASE | {
    "id": "speed",
    "type": "calculated",
    "parameters": [{"id": "litres", "from": 1, "to": 1}],
    "bounds": {"minimum": 1, "maximum": 9},
    "tolerance": 0,
    "unit_choices": PARTS,
}
WITH_UNIT = NUMBER | {"unit": {"zh-CN": "分", "en": "points"}}


@pytest.mark.parametrize(
    ("item", "response", "language", "words"),
    [
        (SINGLE, "hurt", "zh-CN", ("委屈",)),
        (SINGLE, "hurt", "en", ("Hurt",)),
        (MULTIPLE, ["angry", "calm"], "en", ("Calm", "Angry")),
        (MULTIPLE, [], "en", ()),
        (ORDERING, ["hurt", "angry", "calm"], "zh-CN", ("委屈", "生气", "平静")),
        (JUDGE, {"verdict": "true", "reason": "hurt"}, "zh-CN", ("对", "委屈")),
        (JUDGE, {"reason": "hurt"}, "en", ("Hurt",)),
        (JUDGE, {"verdict": "false"}, "en", ("False",)),
        (MATCHING, {"lift": "calm", "hall": "calm"}, "en", ("Hall → Calm", "Lift → Calm")),
        (SORTING, {"lift": "angry"}, "zh-CN", ("电梯→生气",)),
        (CLOZE, {"a": "calm", "b": "lift"}, "en", ("Gap 1 → Calm", "Gap 2 → Lift")),
        (CLOZE, {"a": "calm", "b": "lift"}, "zh-CN", ("第1空→电梯", "第2空→平静")),
        (NUMBER, "－１，３", "en", ("－１，３",)),
        (SHORT, "  two   words ", "en", ("two words",)),
        (TABLE, {"hall.first": "calm"}, "zh-CN", ("大堂 · 第一次：平静",)),
        (GRID, {"hall.first": "7"}, "en", ("Hall · First: 7 points",)),
        (HOT, ["off", "fed-up"], "zh-CN", ("很烦", "停水")),
        (HOT, ["off", "fed-up"], "en", ("Off", "fed up")),
        (SPEED, {"number": "7", "unit": "calm"}, "en", ("7 Calm",)),
        (SPEED, {"unit": "calm"}, "zh-CN", ("—平静",)),
        (SPEED, {}, "en", ()),
        (TABLE, {}, "en", ()),
        (GRID, {"hall.first": ""}, "en", ()),
        (WITH_UNIT, "−1,3", "zh-CN", ("−1,3分",)),
        (WITH_UNIT, "−1,3", "en", ("−1,3 points",)),
    ],
)
def test_a_response_is_said_in_words(
    item: JSON, response: JSON, language: Language, words: tuple[str, ...]
) -> None:
    assert parse_public_item(item).in_words(response, language) == words


@pytest.mark.parametrize(
    "item",
    [SINGLE, MULTIPLE, ORDERING, NUMBER, JUDGE, MATCHING, SORTING, CLOZE, TABLE, GRID, HOT, SPEED],
    ids=lambda one: one["type"],
)
@pytest.mark.parametrize("response", [None, 7, "nobody", ["nobody"], {"hurt": True}])
def test_what_is_no_response_cannot_be_said(item: JSON, response: JSON) -> None:
    with pytest.raises(MalformedResponse):
        parse_public_item(item).in_words(response, "en")
