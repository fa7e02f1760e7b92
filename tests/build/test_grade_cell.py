"""The grade cell is written in one form, read back exactly, and refused in any other form."""

import ast

import pytest

from yongxin.grading.grade_cell import MAXIMUM_CHARACTERS, compose, compose_question, parse
from yongxin.items import Key, parse_key

KEYS = [
    {"type": "single-choice", "id": "gap-sign", "points": 1, "options": ["met", "not-met"],
     "key": "met"},
    {"type": "multiple-choice", "id": "lift-causes", "points": 1.5, "options": ["a", "b", "c"],
     "key": ["a", "c"]},
    {"type": "number", "id": "lift-minutes", "points": 2, "key": -1.3, "tolerance": 0.05},
    {"type": "ordering", "id": "chain-order", "points": 2, "key": ["b", "a", "c"],
     "scoring": "all-pairs"},
    {"type": "true-false", "id": "no-news", "points": 1, "key": False, "reasons": ["a", "b"],
     "reason": "a"},
    {"type": "matching", "id": "who-helps", "points": 3, "matches": ["a", "b", "c"],
     "key": {"x": "c", "y": "a"}},
    {"type": "sorting", "id": "remarks", "points": 2, "categories": ["a", "b"],
     "key": {"x": "b", "y": "a"}},
    {"type": "cloze", "id": "notice", "points": 2, "options": {"x": ["a", "b"]},
     "key": {"x": "b"}},
    {"type": "short-text", "id": "one-word", "points": 1, "key": {"zh-CN": ["期望"], "en": ["a"]}},
    {"type": "table", "id": "shifts", "points": 3, "rows": [
        {"rule": "choice", "id": "task", "weight": 2, "choices": ["a", "b"], "cells": {"x": "b"}},
        {"rule": "number", "id": "calls", "cells": {"x": {"key": -1.5, "tolerance": 0.5}}}]},
    {"type": "numeric-table", "id": "costs", "points": 1, "rows": [
        {"rule": "number", "id": "calls", "cells": {"x": {"key": 96, "tolerance": 0}}}]},
    {"type": "hot-text", "id": "feelings", "points": 1, "options": ["a", "b"], "key": ["a"],
     "limit": None},
    {"type": "calculated", "id": "speed", "points": 2, "formula": "n / (n + 1)", "tolerance": 0.1,
     "parameters": [{"id": "n", "from": 1, "to": 2.5, "step": 0.5}],
     "unit_choices": [{"id": "a", "factor": 60}, {"id": "b", "factor": None}]},
]  # fmt: skip


@pytest.fixture(params=KEYS, ids=lambda data: data["type"])
def key(request: pytest.FixtureRequest) -> Key:
    return parse_key(request.param)


def test_a_composed_cell_is_read_back_as_the_same_key(key: Key) -> None:
    assert parse(compose(key.id, key)) == key


def test_the_key_stands_as_a_pure_literal_inside_the_hidden_region(key: Key) -> None:
    lines = compose(key.id, key).split("\n")

    assert lines[0] == compose_question(key.id) == f'quiz("{key.id}")'
    assert lines[1:3] == ["### BEGIN HIDDEN TESTS", "from yongxin.grading import score_cell"]
    assert lines[4:] == ["### END HIDDEN TESTS"]
    literal = lines[3].removeprefix("score_cell(").removesuffix(")")
    assert parse_key(ast.literal_eval(literal)) == key


def test_a_cell_cannot_be_composed_with_the_key_of_another_item(key: Key) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        compose("another-item", key)


def test_comments_and_layout_do_not_matter() -> None:
    key = parse_key(KEYS[0])
    source = compose(key.id, key).replace(", 'key'", ",\n    # the right one\n    'key'")

    assert parse(source) == key


LITERAL = repr(parse_key(KEYS[0]).model_dump(mode="json"))
IMPORT = "from yongxin.grading import score_cell"
GOOD = f'quiz("gap-sign")\n{IMPORT}\nscore_cell({LITERAL})'

ODD = {
    "empty": "",
    "only the question": 'quiz("gap-sign")',
    "not Python": 'quiz("gap-sign"',
    "a null character": GOOD + "\0",
    "a lone surrogate": GOOD + "  # \ud800",
    "a statement more": GOOD + "\nimport os",
    "a statement before": "import os\n" + GOOD,
    "an expression more": GOOD + "; 999",
    "another order": f'{IMPORT}\nquiz("gap-sign")\nscore_cell({LITERAL})',
    "another verb": GOOD.replace("quiz(", "reflect("),
    "a method": GOOD.replace("quiz(", "os.quiz("),
    "two items": GOOD.replace('"gap-sign")', '"gap-sign", "chain-order")'),
    "no item": GOOD.replace('"gap-sign"', "", 1),
    "a keyword": GOOD.replace('"gap-sign")', '"gap-sign", points=9)'),
    "starred": GOOD.replace('"gap-sign"', '*["gap-sign"]', 1),
    "a computed id": GOOD.replace('"gap-sign"', '"gap-" + "sign"', 1),
    "an id in bytes": GOOD.replace('"gap-sign"', 'b"gap-sign"', 1),
    "an f-string": GOOD.replace('"gap-sign"', 'f"gap-sign"', 1),
    "an awaited call": GOOD.replace("score_cell({", "await score_cell({"),
    "an assigned result": GOOD.replace("score_cell({", "grade = score_cell({"),
    "the key of another item": GOOD.replace('quiz("gap-sign")', 'quiz("chain-order")'),
    "another module": GOOD.replace("yongxin.grading", "yongxin_grading"),
    "a relative import": GOOD.replace("from yongxin.grading", "from .yongxin.grading"),
    "an alias": GOOD.replace("import score_cell", "import score_cell as score_cell"),
    "another function": GOOD.replace("import score_cell", "import score_all"),
    "two imports": GOOD.replace("import score_cell", "import score_cell, answers"),
    "a star import": GOOD.replace("import score_cell", "import *"),
    "a key by keyword": GOOD.replace("score_cell({", "score_cell(key={"),
    "a second argument": f'quiz("gap-sign")\n{IMPORT}\nscore_cell({LITERAL}, 1)',
    "a called key": GOOD.replace("'met', 'not-met'", "open('key').read(), 'not-met'"),
    "a named key": f'quiz("gap-sign")\n{IMPORT}\nscore_cell(KEY)',
    "an unpacked key": f'quiz("gap-sign")\n{IMPORT}\nscore_cell({{**{LITERAL}}})',
    "an unhashable field": f'quiz("gap-sign")\n{IMPORT}\nscore_cell({{[]: 1}})',
    "a comprehension": f'quiz("gap-sign")\n{IMPORT}\nscore_cell({{a: a for a in "ab"}})',
    "an unknown type": GOOD.replace("'single-choice'", "'free-points'"),
    "a field more": GOOD.replace("{'id'", "{'bonus': 1, 'id'"),
    "a field less": GOOD.replace(", 'key': 'met'", ""),
    "infinite points": GOOD.replace("'points': 1.0", "'points': 1e999"),
    "negative points": GOOD.replace("'points': 1.0", "'points': -1.0"),
    "too long": GOOD + "#" * MAXIMUM_CHARACTERS,
    "nested too deeply": GOOD.replace("'met'}", "[" * 9000 + "]" * 9000 + "}"),
    "a long sum": GOOD.replace("'met'}", "1+" * 9000 + "1}"),
    "a long chain of signs": GOOD.replace("'met'}", "-" * 60000 + "1}"),
}


def test_the_unaltered_cell_of_these_examples_is_good() -> None:
    assert parse(GOOD) == parse_key(KEYS[0])


@pytest.mark.parametrize("source", ODD.values(), ids=ODD.keys())
def test_an_altered_cell_is_refused(source: str) -> None:
    assert source != GOOD, "the example alters nothing"
    with pytest.raises(ValueError):  # noqa: PT011  (pydantic's errors are values errors as well)
        parse(source)
