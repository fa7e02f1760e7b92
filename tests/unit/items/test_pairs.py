"""Matching and sorting: one of the same choices for each entry."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score
from yongxin.items.pairs import read_pairs

MATCHES = {"burst-pipe": "engineers", "many-calls": "front-desk", "old-couple": "steward"}
SORTED = {"since-seven": "fact", "fed-up": "feeling", "tell-me-when": "request"}
OFFERED = {"b": ("x", "y"), "a": ("x", "y"), "c": ("z",)}


@given(
    st.dictionaries(st.sampled_from("abc"), st.none() | st.sampled_from("xyz")),
    st.randoms(use_true_random=False),
)
def test_pairs_are_read_in_one_order_whatever_order_they_come_in(
    response: dict[str, str | None], random: Any
) -> None:
    shuffled = list(response.items())
    random.shuffle(shuffled)
    possible = all(option in (None, *OFFERED[place]) for place, option in response.items())
    if not possible:
        with pytest.raises(MalformedResponse, match="unknown-option"):
            read_pairs(dict(shuffled), OFFERED)
        return
    pairs = read_pairs(dict(shuffled), OFFERED)
    assert list(pairs) == sorted(place for place, option in response.items() if option)
    assert read_pairs(pairs, OFFERED) == pairs


def test_matching_is_corrected_for_guessing(items: dict[str, Item]) -> None:
    key = items["water-who-helps"].answer_key()
    assert items["water-who-helps"].public().rule == "corrected-for-guessing"
    assert score(key, MATCHES).ratio == 1
    # Four matches on offer: (2/3 − 1/4) / (1 − 1/4), and one right of three little more than luck.
    assert score(key, MATCHES | {"burst-pipe": "accounts"}).ratio == pytest.approx(5 / 9)
    assert score(key, {"old-couple": "steward"}).ratio == pytest.approx(1 / 9)
    assert score(key, dict.fromkeys(MATCHES, "accounts")).ratio == 0
    assert score(key, dict.fromkeys(MATCHES, "steward")).ratio == pytest.approx(1 / 9)


def test_sorting_is_corrected_for_guessing(items: dict[str, Item]) -> None:
    key = items["water-remarks"].answer_key()
    assert score(key, SORTED | {"no-notice": "fact"}).ratio == 1
    assert score(key, SORTED | {"no-notice": "request"}).ratio == pytest.approx(0.625)
    assert score(key, SORTED).ratio == pytest.approx(0.625), "an open entry counts as wrong"
    assert score(key, {"fed-up": "feeling"}).ratio == 0, "one in four is less than guessing gets"
    assert score(key, dict.fromkeys([*SORTED, "no-notice"], "fact")).ratio == pytest.approx(0.25)


def test_what_is_still_open_is_known(items: dict[str, Item]) -> None:
    public = items["water-who-helps"].public()
    assert public.read({"old-couple": "steward", "burst-pipe": None}) == {"old-couple": "steward"}
    assert not public.is_complete({"old-couple": "steward"})
    assert public.is_complete(MATCHES)
    assert public.read({"burst-pipe": None}) is None
    assert not public.is_complete(None)


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ([], "unknown-option"),
        ("steward", "unknown-option"),
        ({"old-couple": ["steward"]}, "unknown-option"),
        ({"old-couple": "stewart"}, "unknown-option"),
        ({"old-couple": "burst-pipe"}, "unknown-option"),
        ({"young-couple": "steward"}, "unknown-field"),
        ({"": ""}, "unknown-field"),
    ],
)
def test_anything_else_is_refused(items: dict[str, Item], response: JSON, code: str) -> None:
    with pytest.raises(MalformedResponse) as refused:
        items["water-who-helps"].public().read(response)
    assert refused.value.code == code


def test_a_missed_entry_is_told_what_belongs_to_it_and_why(items: dict[str, Item]) -> None:
    chosen = {"burst-pipe": "engineers", "many-calls": "steward"}
    verdict = items["water-who-helps"].verdict(chosen, "en")
    assert [(one.id, one.right) for one in verdict.options] == [
        ("burst-pipe", True),
        ("many-calls", False),
        ("old-couple", False),
    ]
    assert verdict.options[0].text == "First the valve, then the pipe."
    assert verdict.options[1].text == (
        "Its match: Front desk — One place answers so that all hear the same."
    )
    verdict = items["water-remarks"].verdict({"fed-up": "fact"}, "zh-CN")
    assert verdict.options[1].text == "应该归到：感受——说的是自己心里怎么样。"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"burst-pipe": "enginers"}, r"names enginers for burst-pipe; .* nearest: engineers"),
        ({"burst-pipes": "engineers"}, r"names burst-pipes; .* nearest: burst-pipe"),
    ],
)
def test_a_misspelled_key_names_the_nearest(
    authored: dict[str, JSON], change: dict[str, str], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item(authored["water-who-helps"] | {"key": MATCHES | change})


def test_the_key_speaks_of_every_entry(authored: dict[str, JSON]) -> None:
    for item_id, key in (("water-who-helps", MATCHES), ("water-remarks", SORTED)):
        with pytest.raises(ValidationError, match="the key says nothing of"):
            parse_item(authored[item_id] | {"key": dict(list(key.items())[:2])})


def test_something_is_left_to_tell_apart(authored: dict[str, JSON]) -> None:
    entry = authored["water-remarks"]
    with pytest.raises(ValidationError, match="nothing is left to tell apart"):
        parse_item(entry | {"key": dict.fromkeys(entry["key"], "fact")})


def test_pairs_do_not_stand_side_by_side(authored: dict[str, JSON]) -> None:
    entry = authored["water-who-helps"]
    beside = {"burst-pipe": "front-desk", "many-calls": "steward", "old-couple": "engineers"}
    with pytest.raises(ValidationError, match="in another order"):
        parse_item(entry | {"key": beside})


def test_ids_differ_on_both_sides(authored: dict[str, JSON]) -> None:
    entry = authored["water-who-helps"]
    matches = [*entry["matches"], entry["entries"][0] | {}]
    matches[-1].pop("feedback")
    with pytest.raises(ValidationError, match="repeated: burst-pipe"):
        parse_item(entry | {"matches": matches})
