"""Hot text."""

import pytest
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score
from yongxin.items.hot_text.passage import Part, parts_of

ITEM = "water-feelings"


def test_a_passage_is_cut_into_plain_and_hot_parts() -> None:
    assert list(parts_of("[a](one), b [c d](two-2)[e](f)!")) == [
        Part("a", "one"),
        Part(", b ", None),
        Part("c d", "two-2"),
        Part("e", "f"),
        Part("!", None),
    ]
    assert list(parts_of("[a] (b) [](c) [d](E)")) == [Part("[a] (b) [](c) [d](E)", None)]


@pytest.mark.parametrize(
    ("picks", "ratio"),
    [
        (["worried", "uneasy"], 1),
        (["uneasy", "worried", "worried"], 1),
        (["worried"], 0.5),
        (["worried", "uneasy", "off"], 0.5),
        (["worried", "off"], 0),
        (["off", "no-notice"], 0),
        ([], 0),
    ],
)
def test_right_ones_count_and_wrong_ones_cost(
    items: dict[str, Item], picks: list[str], ratio: float
) -> None:
    assert score(items[ITEM].answer_key(), picks).ratio == ratio


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (["worried", "uneasy", "off", "no-notice"], "too-many"),
        (["tired"], "unknown-option"),
        ("worried", "unknown-option"),
        ({"worried": True}, "unknown-option"),
        ([["worried"]], "unknown-option"),
    ],
)
def test_what_cannot_be_picked_is_refused(
    items: dict[str, Item], response: JSON, code: str
) -> None:
    with pytest.raises(MalformedResponse) as refused:
        items[ITEM].public().read(response)
    assert refused.value.code == code
    assert score(items[ITEM].answer_key(), response).reason == code


def test_the_verdict_speaks_of_what_was_picked_or_missed_in_the_order_of_the_text(
    items: dict[str, Item],
) -> None:
    told = items[ITEM].verdict(["off", "uneasy"], "en").options
    assert [(one.id, one.right) for one in told] == [
        ("off", False),
        ("worried", False),
        ("uneasy", True),
    ]
    assert items[ITEM].public().part_names()["uneasy"].zh_cn == "心里发慌"


PASSAGE = {"zh-CN": "[甲](off)[乙](worried)[丙](no-notice)[丁](uneasy)"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"passage": {**PASSAGE, "en": "[a](off) [b](worried) [c](uneasy)"}},
         r"the en passage has no \[words\]\(no-notice\)"),
        ({"passage": {**PASSAGE, "en": "[a](off) [b](worried) [c](no-notice) [d](uneasy) [e](x)"}},
         "the en passage marks x"),
        ({"passage": {**PASSAGE, "en": "[a](off) [b](off) [c](no-notice) [d](uneasy)"}},
         "passage en: ids must differ; repeated: off"),
        ({"key": ["tired"]}, "the key names tired"),
        ({"key": ["worried", "worried"]}, "key: ids must differ"),
        ({"key": []}, "at least 1"),
        ({"limit": 1}, "2 right ones have to fit"),
        ({"limit": 4}, "less than all 4"),
    ],
)  # fmt: skip
def test_passages_key_and_limit_agree(
    authored: dict[str, JSON], change: JSON, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item({**authored[ITEM], **change})


def test_without_a_limit_everything_may_be_picked(items: dict[str, Item]) -> None:
    everything = ["at-two", "never-again", "send-water", "soon"]
    assert items["water-promises"].public().read(everything) == everything
    assert score(items["water-promises"].answer_key(), everything).ratio == 0
