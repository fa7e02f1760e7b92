"""What was chosen is counted in words, also what nobody chose."""

import json
from typing import Any

import pytest

from support.sample_elements import CONTENT
from yongxin.cohort.choices import MOST_KINDS, choices
from yongxin.content import load_content
from yongxin.items import Item, parse_item
from yongxin.items.right_answer import right_response

SAMPLES = [
    item
    for module in load_content(CONTENT).modules.values()
    for item in module.items
    if item.type not in ("calculated", "scenario")
]
TEXT = {"zh-CN": "题", "en": "Question"}


def item(**fields: Any) -> Any:
    return parse_item(
        {
            "id": "one",
            "use": "graded",
            "units": ["A-12"],
            "points": 1,
            "stem": TEXT,
            "explanation": TEXT,
            **fields,
        }
    )


def option(name: str, words: str) -> dict[str, Any]:
    return {"id": name, "text": {"zh-CN": f"{words}中", "en": words}, "feedback": TEXT}


SINGLE = item(
    type="single-choice",
    options=[option("a", "Ask"), option("b", "Wait"), option("c", "Leave")],
    key="a",
)
SEVERAL = item(
    type="multiple-choice",
    options=[option("a", "Ask"), option("b", "Wait"), option("c", "Leave")],
    key=["a", "b"],
)
NUMBER = item(type="number", key=24, tolerance=0)


def encoded(responses: list[Any]) -> list[str | None]:
    return [None if one is None else json.dumps(one) for one in responses]


def told(of: Any, responses: list[Any], rests: list[float | None]) -> list[tuple[Any, ...]]:
    found = choices(of.public(), of.answer_key(), encoded(responses), rests, "en")
    return [(one.words, one.is_right, one.count, one.share, one.rest) for one in found]


def test_options_right_ones_first_and_with_those_that_nobody_chose() -> None:
    assert told(SINGLE, ["c", "a", "c", None], [0.2, 0.9, 0.4, 0.1]) == [
        ("Ask", True, 1, 0.25, 0.9),
        ("Leave", False, 2, 0.5, pytest.approx(0.3)),
        ("Wait", False, 0, 0.0, None),
        (None, False, 1, 0.25, 0.1),
    ]


def test_of_several_answers_each_is_counted() -> None:
    assert told(SEVERAL, [["a", "b"], ["a", "c"]], [1.0, None]) == [
        ("Ask", True, 2, 1.0, 1.0),
        ("Wait", True, 1, 0.5, 1.0),
        ("Leave", False, 1, 0.5, None),
    ]


def test_what_cannot_be_read_is_no_answer() -> None:
    assert told(SINGLE, [{"a": 1}, "zzz"], [None, None])[-1] == (None, False, 2, 1.0, None)


def test_written_answers_are_told_as_far_as_there_is_room() -> None:
    responses = ["24", "24", "12", *(str(number) for number in range(100, 120))]
    rows = told(NUMBER, responses, [0.5] * len(responses))
    assert len(rows) == MOST_KINDS
    assert rows[0][:3] == ("24", True, 2)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.id)
def test_every_type_tells_right_answers_from_wrong_ones(sample: Item) -> None:
    right = right_response(sample, "en")
    found = choices(
        sample.public(), sample.answer_key(), encoded([right, right, None]), [None] * 3, "en"
    )
    assert {one.count for one in found if one.is_right} == {2}
    assert [one.count for one in found if one.words is None] == [1]
