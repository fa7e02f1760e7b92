"""Tables and numeric tables."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score

LOG, COSTS = "water-log-table", "water-costs"
RIGHT = {
    "first-act.morning": "close-valve",
    "first-act.afternoon": "say-thanks",
    "calls.morning": "24",
}
CELLS = {
    "first-act.morning": ["close-valve", "say-thanks", "wait", ""],
    "first-act.afternoon": ["close-valve", "say-thanks", "wait", ""],
    "calls.morning": ["24", "25", "26,5", "−24", ""],
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional={one: st.sampled_from(CELLS[one]) for one in CELLS}))
def test_each_cell_earns_the_share_of_its_row(
    items: dict[str, Item], response: dict[str, str]
) -> None:
    item = items[LOG]
    expected = (
        2 * (response.get("first-act.morning") == "close-valve")
        + 2 * (response.get("first-act.afternoon") == "say-thanks")
        + {"24": 1, "25": 1, "26,5": 0.5}.get(response.get("calls.morning", ""), 0)
    ) / 5
    assert score(item.answer_key(), response).ratio == pytest.approx(expected)
    read = item.public().read(response)
    assert read == ({name: value for name, value in response.items() if value} or None)
    assert item.public().is_complete(read) == (read is not None and len(read) == 3)
    reverse = dict(reversed(response.items()))
    assert score(item.answer_key(), reverse).ratio == score(item.answer_key(), response).ratio


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("24", "unknown-field"),
        ([], "unknown-field"),
        ({"event.morning": "24"}, "unknown-field"),
        ({"first-act": "wait"}, "unknown-field"),
        ({"first-act.night": "wait"}, "unknown-field"),
        ({"first-act.morning": "sleep"}, "unknown-option"),
        ({"first-act.morning": ["wait"]}, "not-a-text"),
        ({"calls.morning": 24}, "not-a-text"),
        ({"calls.morning": None}, "not-a-text"),
        ({"calls.morning": "many"}, "not-a-number"),
        ({"calls.morning": "9" * 33}, "too-long"),
        ({f"x{number}.y": "1" for number in range(500)}, "unknown-field"),
    ],
)
def test_what_is_no_response_is_refused_with_a_reason(
    items: dict[str, Item], response: JSON, code: str
) -> None:
    with pytest.raises(MalformedResponse) as refused:
        items[LOG].public().read(response)
    assert refused.value.code == code
    scored = score(items[LOG].answer_key(), response)
    assert (scored.points, scored.reason) == (0, code)


def test_units_need_not_be_typed(items: dict[str, Item]) -> None:
    read = items[COSTS].public().read({"tower-one.cost": " 96 元", "mean.bottles": "10,5 bottles"})
    assert read == {"tower-one.cost": "96", "mean.bottles": "10,5"}


def test_the_verdict_speaks_of_every_cell_and_says_why_row_by_row(items: dict[str, Item]) -> None:
    verdict = items[LOG].verdict({**RIGHT, "calls.morning": "27"}, "en")
    assert verdict.ratio == pytest.approx(4.5 / 5)
    assert [(one.id, one.right, one.text) for one in verdict.options] == [
        ("first-act.morning", True, "Answer: Close the valve."),
        ("first-act.afternoon", True, "They have waited for hours: thank them first."),
        ("first-act", True, "Stop the harm first; afterwards thank people first."),
        (
            "calls.morning",
            False,
            (
                "Very close. Check whether something was rounded on the way. Answer: 24 calls. "
                "Thirty in all and six in the afternoon."
            ),
        ),
    ]


def test_the_only_cell_of_a_row_says_why_and_its_answer_if_it_was_missed(
    items: dict[str, Item],
) -> None:
    def told(response: JSON) -> str:
        return items[LOG].verdict(response, "zh-CN").options[-1].text

    assert told(RIGHT) == "一共30个，下午6个。"
    assert told({**RIGHT, "calls.morning": "90"}) == "答案：24个。一共30个，下午6个。"


def test_parts_are_named_and_told_apart_when_left_out(items: dict[str, Item]) -> None:
    public = items[LOG].public()
    names = public.part_names()
    assert names["calls.morning"].en == "Calls received · Morning"
    assert names["first-act"].zh_cn == "先做什么"
    assert public.left_out({"calls.morning": "24"}, "first-act.morning")
    assert not public.left_out({"calls.morning": "24"}, "calls.morning")
    assert not public.left_out({"calls.morning": "24"}, "first-act")


def changed(item: JSON, *path: Any, to: JSON = None, drop: str | None = None) -> JSON:
    """Return a copy of an authored item with one place changed, or one field left out."""
    copy = deepcopy(item)
    place = copy
    for one in path[:-1] if drop is None else path:
        place = place[one]
    if drop is None:
        place[path[-1]] = to
    else:
        del place[drop]
    return copy


BOTH = {"zh-CN": "字", "en": "word"}


@pytest.mark.parametrize(
    ("item_id", "path", "to", "message"),
    [
        (LOG, ("rows", 1, "cells", "morning"), {"key": "sleep"}, "the ids are close-valve"),
        (LOG, ("rows", 1, "cells", "night"), {"key": "wait"}, "the columns are morning, after"),
        (LOG, ("rows", 1, "cells", "morning"), {}, "either a key"),
        (LOG, ("rows", 1, "cells", "morning"), {"key": "wait", "text": BOTH}, "either a key"),
        (LOG, ("rows", 1, "cells"), {"morning": {"text": BOTH}}, "row first-act asks nothing"),
        (LOG, ("rows", 2, "cells", "afternoon"), {"text": BOTH, "tolerance": 1}, "no tolerance"),
        (LOG, ("rows", 2, "cells", "afternoon"), {"text": BOTH, "feedback": BOTH}, "no feedback"),
        (LOG, ("rows", 1, "weight"), 0, "greater than 0"),
        (LOG, ("rows", 1, "rule"), "guess", "choice"),
        (LOG, ("rows", 2, "id"), "event", "repeated: event"),
        (COSTS, ("rows", 0, "unit"), BOTH, "not with both"),
        (COSTS, ("rows", 2, "cells", "cost"), {"key": 84}, "needs a tolerance for cost"),
        (COSTS, ("rows", 0, "cells", "cost"), {"value": 96}, "asks nothing"),
        (COSTS, ("rows", 0, "cells", "cost"), {"key": "96"}, "valid number"),
        (COSTS, ("rows", 0, "cells", "cost"), {"value": 9, "feedback": BOTH}, "no tolerance or"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_asked_is_refused(
    authored: dict[str, JSON], item_id: str, path: tuple[Any, ...], to: JSON, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item(changed(authored[item_id], *path, to=to))


def test_asked_rows_say_how_they_are_worked_out(authored: dict[str, JSON]) -> None:
    with pytest.raises(ValidationError, match="how its numbers are worked out"):
        parse_item(changed(authored[COSTS], "rows", 0, drop="feedback"))
    with pytest.raises(ValidationError, match="feedback"):
        parse_item(changed(authored[LOG], "rows", 1, drop="feedback"))


def test_a_table_in_which_nothing_is_asked_is_refused(authored: dict[str, JSON]) -> None:
    with pytest.raises(ValidationError, match="nothing is asked"):
        parse_item({**authored[LOG], "rows": authored[LOG]["rows"][:1]})
