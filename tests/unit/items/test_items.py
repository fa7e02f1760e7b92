"""What every item type guarantees: readable responses, harmless malformed ones, no leaks."""

import ast
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from support.secrets import change_item
from yongxin.items import (
    ITEM_TYPES,
    JSON,
    Item,
    MalformedResponse,
    parse_item,
    parse_key,
    parse_public_item,
    score,
)

#: A perfect response to each item of the sample course.
PERFECT: dict[str, JSON] = {
    "lift-first-words": "sorry-and-facts",
    "lift-causes": ["nobody-cares", "too-slow"],
    "lift-minutes": "−1.3",
    "chain-order": ["expectation", "perception", "thought", "feeling", "action"],
    "gap-sign": "met",
    "water-no-news": {"verdict": "false", "reason": "silence-worries"},
    "water-who-helps": {
        "burst-pipe": "engineers",
        "many-calls": "front-desk",
        "old-couple": "steward",
    },
    "water-remarks": {
        "since-seven": "fact",
        "fed-up": "feeling",
        "tell-me-when": "request",
        "no-notice": "fact",
    },
    "water-notice": {"when": "by-time", "next": "at-two", "words": "sorry"},
    "water-four-oclock": {"verdict": "true", "reason": "they-plan"},
    "water-first-words": {"angry": "i-hear", "worried": "who-is-there", "curious": "at-four"},
    "water-duties": {"carry": "during", "update": "during", "review": "after", "flush": "after"},
    "water-apology": {"first": "sorry", "then": "time"},
    "water-one-word": "Expectations!",
    "water-log-table": {
        "first-act.morning": "close-valve",
        "first-act.afternoon": "say-thanks",
        "calls.morning": "24",
    },
    "water-feelings": ["uneasy", "worried"],
    "water-costs": {
        "tower-one.cost": "96",
        "tower-two.bottles": "9",
        "mean.bottles": "10.5",
        "mean.cost": "84",
    },
    "water-tank": "100.0",
    "water-one-word-more": "顾客感知",
    "water-shift-table": {
        "task.desk": "inform",
        "task.repair": "mend",
        "people.desk": "2",
        "people.repair": "6",
    },
    "water-promises": ["at-two", "send-water"],
    "water-minutes": {"repair.both": "75", "share.first": "60", "share.second": "40"},
    "water-speed": {"number": "25.0", "unit": "per-minute"},
    "water-first-call": [["hang-up"], ["ask-her", "send-at-once"]],
    "water-angry-man": [["own-it", "call-at-three"], ["not-my-fault"]],
}
#: Items with parameters are scored as this learner is asked them.
LEARNER = "李雷"
CODES = {
    "empty",
    "unknown-option",
    "unknown-field",
    "not-a-number",
    "too-long",
    "not-an-order",
    "not-a-text",
    "too-many",
    "not-a-path",
}

ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["met", "angry", "thought", "1", "-", "1e999", "\ud800", "٣", "½"])
    | st.sampled_from(["ask-her", "send-at-once", "not-my-fault"])
    | st.sampled_from(["true", "fact", "at-two", "engineers"])
    | st.sampled_from(["感知", "uneasy", "off", "close-valve", "per-second", "75"]),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["verdict", "fed-up", "next", "burst-pipe"]), inner, max_size=4
        )
        | st.dictionaries(
            st.sampled_from(["number", "unit", "calls.morning", "mean.cost", "repair.both"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def test_the_sample_holds_an_item_of_every_type(items: dict[str, Item]) -> None:
    assert {item.type for item in items.values()} == {one.name for one in ITEM_TYPES}
    assert set(items) == set(PERFECT)


@pytest.mark.parametrize("item_id", PERFECT)
def test_a_perfect_response_earns_all_points(items: dict[str, Item], item_id: str) -> None:
    item = items[item_id]
    result = score(item.answer_key().for_learner(LEARNER), PERFECT[item_id])
    assert (result.ratio, result.points, result.reason) == (1, item.points, None)


@pytest.mark.parametrize("item_id", PERFECT)
def test_no_response_earns_nothing_and_says_so(items: dict[str, Item], item_id: str) -> None:
    result = score(items[item_id].answer_key(), None)
    assert (result.ratio, result.points, result.reason) == (0, 0, "empty")
    assert items[item_id].public().read(None) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(response=ANY_JSON)
def test_any_json_is_scored_without_an_exception(items: dict[str, Item], response: JSON) -> None:
    for item in items.values():
        key = item.answer_key().for_learner(LEARNER)
        result = score(key, response)
        assert 0 <= result.ratio <= 1
        assert 0 <= result.points <= key.points
        assert result.reason is None or (result.reason in CODES and result.points == 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(response=ANY_JSON)
def test_what_can_be_read_is_canonical_and_can_be_scored(
    items: dict[str, Item], response: JSON
) -> None:
    for item in items.values():
        code, canonical = _read(item, response)
        assert code is None or code in CODES
        assert item.public().read(canonical) == canonical
        assert json.loads(json.dumps(canonical)) == canonical
        key = item.answer_key().for_learner(LEARNER)
        assert score(key, canonical).reason in (None, "empty")


def _read(item: Item, response: JSON) -> tuple[str | None, JSON]:
    try:
        return None, item.public().read(response)
    except MalformedResponse as error:
        return error.code, None


@pytest.mark.parametrize("item_id", PERFECT)
def test_a_key_survives_standing_as_a_literal_in_a_notebook(
    items: dict[str, Item], item_id: str
) -> None:
    key = items[item_id].answer_key()
    literal = ast.literal_eval(repr(key.model_dump(mode="json")))
    assert parse_key(literal) == key


@pytest.mark.parametrize("item_id", PERFECT)
def test_items_survive_standing_in_a_json_file(items: dict[str, Item], item_id: str) -> None:
    item = items[item_id]
    assert parse_item(json.loads(item.model_dump_json())) == item
    assert parse_public_item(json.loads(item.public().model_dump_json())) == item.public()


def test_two_items_that_differ_only_in_secrets_look_the_same_in_public(
    authored: dict[str, JSON],
) -> None:
    # Once a neighbouring project popped the fields it knew to be secret, and forgot one.
    for entry in authored.values():
        other: dict[str, Any] = json.loads(json.dumps(entry))
        change_item(other)
        assert parse_item(other).answer_key() != parse_item(entry).answer_key()
        assert parse_item(other).explanation != parse_item(entry).explanation
        assert parse_item(other).public() == parse_item(entry).public()


@pytest.mark.parametrize("item_id", PERFECT)
def test_unknown_fields_are_refused(authored: dict[str, JSON], item_id: str) -> None:
    with pytest.raises(ValidationError, match="weight"):
        parse_item({**authored[item_id], "weight": 2})


@pytest.mark.parametrize("points", ["2", True, 0, -1, float("nan"), float("inf"), None])
def test_points_must_be_a_plain_positive_number(authored: dict[str, JSON], points: JSON) -> None:
    with pytest.raises(ValidationError, match="points"):
        parse_item({**authored["gap-sign"], "points": points})


def test_an_unknown_type_is_refused(authored: dict[str, JSON]) -> None:
    with pytest.raises(ValidationError, match="single-choice"):
        parse_item({**authored["gap-sign"], "type": "single-chioce"})
