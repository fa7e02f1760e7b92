"""True or false, with and without a reason."""

from typing import Any

import pytest
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score

REASON = "silence-worries"


@pytest.fixture
def without_reasons(authored: dict[str, JSON]) -> Item:
    secret = ("reasons", "reason")
    return parse_item({k: v for k, v in authored["water-no-news"].items() if k not in secret})


@pytest.mark.parametrize(
    ("response", "ratio"),
    [
        ({"verdict": "false", "reason": REASON}, 1),
        ({"verdict": "false", "reason": "fewer-calls"}, 0.5),
        ({"verdict": "false"}, 0.5),
        ({"verdict": "true", "reason": REASON}, 0),
        ({"reason": REASON}, 0),
        ({}, 0),
    ],
)
def test_the_reason_counts_beside_the_right_verdict_only(
    items: dict[str, Item], response: JSON, ratio: float
) -> None:
    assert score(items["water-no-news"].answer_key(), response).ratio == ratio


def test_without_reasons_the_verdict_is_all(without_reasons: Item) -> None:
    assert without_reasons.public().rule == "exact-match"
    assert score(without_reasons.answer_key(), {"verdict": "false"}).ratio == 1
    assert score(without_reasons.answer_key(), {"verdict": "true"}).ratio == 0
    assert without_reasons.public().is_complete({"verdict": "true"})
    assert [one.id for one in without_reasons.verdict({"verdict": "true"}, "en").options] == [
        "verdict"
    ]
    with pytest.raises(MalformedResponse):
        without_reasons.public().read({"verdict": "true", "reason": REASON})


def test_half_a_judgement_is_kept_and_is_not_complete(items: dict[str, Item]) -> None:
    public = items["water-no-news"].public()
    assert public.read({"reason": REASON, "verdict": None}) == {"reason": REASON}
    assert not public.is_complete({"reason": REASON})
    assert not public.is_complete({"verdict": "true"})
    assert not public.is_complete(None)
    assert public.is_complete({"verdict": "true", "reason": REASON})
    assert public.read({}) is None


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("true", "unknown-option"),
        (True, "unknown-option"),
        (["true"], "unknown-option"),
        ({"verdict": True}, "unknown-option"),
        ({"verdict": "maybe"}, "unknown-option"),
        ({"verdict": "true", "reason": "true"}, "unknown-option"),
        ({"verdict": "true", "why": REASON}, "unknown-field"),
        ({1: "true"}, "unknown-field"),
    ],
)
def test_anything_else_is_refused(items: dict[str, Item], response: JSON, code: str) -> None:
    with pytest.raises(MalformedResponse) as refused:
        items["water-no-news"].public().read(response)
    assert refused.value.code == code


def test_a_verdict_says_why(items: dict[str, Item]) -> None:
    item = items["water-no-news"]
    verdict, reason = item.verdict({"verdict": "true", "reason": "rules-say-so"}, "en").options
    assert (verdict.id, verdict.right) == ("verdict", False)
    assert verdict.text.startswith("The claim is false. Think of somebody who has heard nothing")
    assert (reason.id, reason.right) == ("reason", False)
    assert reason.text == "Rules change; the worry stays."
    verdict, reason = item.verdict({"verdict": "false", "reason": REASON}, "zh-CN").options
    assert (verdict.text, reason.text) == ("这句话是错的。", "说“还没有新消息”也是消息。")


def test_a_right_reason_for_a_wrong_verdict_is_told_why_it_earns_nothing(
    items: dict[str, Item],
) -> None:
    result = items["water-no-news"].verdict({"verdict": "true", "reason": REASON}, "en")
    assert result.ratio == 0
    assert result.options[1].right
    assert result.options[1].text.endswith("it counts only together with the right verdict.")


def test_an_open_part_is_told(items: dict[str, Item]) -> None:
    _, reason = items["water-no-news"].verdict({"verdict": "false"}, "en").options
    assert (reason.right, reason.text) == (False, "Nothing was chosen here.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "false"}, "key"),
        ({"key": 0}, "key"),
        ({"reason": "sorry"}, "the key names sorry; the ids are silence-worries"),
        ({"reason": None}, "reason must name the right one of the reasons: silence-worries"),
        ({"reasons": []}, "there are no reasons"),
        ({"feedback": None}, "feedback"),
    ],
)
def test_slips_are_told(authored: dict[str, JSON], change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item(authored["water-no-news"] | change)


def test_one_reason_alone_is_refused(authored: dict[str, JSON]) -> None:
    entry = authored["water-no-news"]
    with pytest.raises(ValidationError, match="one reason alone"):
        parse_item(entry | {"reasons": entry["reasons"][:1]})
