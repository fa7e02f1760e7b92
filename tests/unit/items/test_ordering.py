"""Ordering."""

import pytest
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score

KEY = ["expectation", "perception", "thought", "feeling", "action"]


def test_the_first_order_shown_is_never_the_right_one(authored: dict[str, JSON]) -> None:
    shown = [entry["id"] for entry in authored["chain-order"]["entries"]]
    with pytest.raises(ValidationError, match="another order"):
        parse_item({**authored["chain-order"], "key": shown})


@pytest.mark.parametrize(
    "key", [KEY[:4], [*KEY, "action"], [*KEY[:4], "deed"], [*KEY[:4], "thought"]]
)
def test_the_key_names_every_entry_once(authored: dict[str, JSON], key: list[str]) -> None:
    with pytest.raises(ValidationError, match="key"):
        parse_item({**authored["chain-order"], "key": key})


@pytest.mark.parametrize(
    "response",
    [
        "action",
        KEY[:4],
        [*KEY, "action"],
        [*KEY[:4], "thought"],
        [*KEY[:4], 1],
        [*KEY[:4], [1]],
        [],
    ],
)
def test_a_response_names_every_entry_once(items: dict[str, Item], response: JSON) -> None:
    with pytest.raises(MalformedResponse) as refused:
        items["chain-order"].public().read(response)
    assert refused.value.code == "not-an-order"


def test_the_item_says_how_it_is_scored(authored: dict[str, JSON]) -> None:
    reverse_middle = [KEY[0], KEY[3], KEY[2], KEY[1], KEY[4]]
    adjacent = parse_item({**authored["chain-order"], "scoring": "adjacent-pairs"})
    every = parse_item({**authored["chain-order"], "scoring": "all-pairs"})
    assert (adjacent.public().rule, every.public().rule) == ("adjacent-pairs", "all-pairs")
    assert score(adjacent.answer_key(), reverse_middle).ratio == 0
    assert score(every.answer_key(), reverse_middle).ratio == 0.7


def test_the_verdict_says_what_each_entry_comes_after(items: dict[str, Item]) -> None:
    rotated = [*KEY[1:], KEY[0]]
    verdict = items["chain-order"].verdict(rotated, "en")
    assert verdict.ratio == 0.75
    assert [one.id for one in verdict.options] == rotated
    assert [one.right for one in verdict.options] == [False, True, True, True, False]
    assert verdict.options[0].text == 'It comes right after "Expectation".'
    assert verdict.options[4].text == "It comes first."
    assert items["chain-order"].verdict(KEY, "zh-CN").options[1].text == "它紧跟在“期望”后面。"


@pytest.mark.parametrize(
    ("scoring", "right"),
    [
        # The second and the third entry have changed places.
        ("adjacent-pairs", {KEY[0], KEY[4]}),
        ("all-pairs", {KEY[0], KEY[3], KEY[4]}),
        ("longest-ordered-subset", {KEY[0], KEY[1], KEY[3], KEY[4]}),
    ],
)
def test_which_entries_are_right_follows_from_the_rule(
    authored: dict[str, JSON], scoring: str, right: set[str]
) -> None:
    item = parse_item({**authored["chain-order"], "scoring": scoring})
    swapped = [KEY[0], KEY[2], KEY[1], KEY[3], KEY[4]]
    verdict = item.verdict(swapped, "en")
    assert {one.id for one in verdict.options if one.right} == right
    assert all(one.right for one in item.verdict(list(KEY), "en").options)
