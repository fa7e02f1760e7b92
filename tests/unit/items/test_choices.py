"""Single and multiple choice."""

import pytest
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score


def test_a_single_choice_verdict_speaks_of_the_chosen_option_alone(
    items: dict[str, Item],
) -> None:
    verdict = items["lift-first-words"].verdict("not-my-job", "en")
    assert verdict.ratio == 0
    assert [(one.id, one.right) for one in verdict.options] == [("not-my-job", False)]
    assert verdict.options[0].text.startswith("The resident needs a way up")
    assert verdict.explanation == "People who wait fear silence most."


def test_a_multiple_choice_verdict_speaks_of_every_option(items: dict[str, Item]) -> None:
    verdict = items["lift-causes"].verdict(["nobody-cares", "angry"], "zh-CN")
    assert verdict.ratio == 0
    assert {one.id: one.right for one in verdict.options} == {
        "nobody-cares": True,
        "too-slow": False,  # right, and left out
        "angry": False,  # wrong, and chosen
    }
    assert verdict.options[2].text == "这是感受。"


def test_the_boxes_may_be_ticked_in_any_order_and_twice(items: dict[str, Item]) -> None:
    item = items["lift-causes"]
    assert item.public().read(["too-slow", "nobody-cares", "too-slow"]) == [
        "nobody-cares",
        "too-slow",
    ]
    assert score(item.answer_key(), ["too-slow", "nobody-cares", "too-slow"]).ratio == 1


def test_no_box_ticked_is_not_answered(items: dict[str, Item]) -> None:
    assert items["lift-causes"].public().read([]) is None
    assert score(items["lift-causes"].answer_key(), []).points == 0


@pytest.mark.parametrize("response", ["angr", "", 1, ["met"], {"met": 1}, True])
def test_what_is_not_on_offer_cannot_be_chosen(items: dict[str, Item], response: JSON) -> None:
    for item_id in ("gap-sign", "lift-causes"):
        with pytest.raises(MalformedResponse) as refused:
            items[item_id].public().read(response)
        assert refused.value.code == "unknown-option"


@pytest.mark.parametrize("key", ["met-2", ["met"], ""])
def test_the_key_of_a_single_choice_is_one_of_its_options(
    authored: dict[str, JSON], key: JSON
) -> None:
    with pytest.raises(ValidationError, match="key"):
        parse_item({**authored["gap-sign"], "key": key})


@pytest.mark.parametrize("key", [[], ["nobody"], "angry", ["angry", "angry"]])
def test_the_key_of_a_multiple_choice_is_some_of_its_options(
    authored: dict[str, JSON], key: JSON
) -> None:
    with pytest.raises(ValidationError, match="key"):
        parse_item({**authored["lift-causes"], "key": key})


def test_options_differ(authored: dict[str, JSON]) -> None:
    options = authored["gap-sign"]["options"]
    with pytest.raises(ValidationError, match="repeated: met"):
        parse_item({**authored["gap-sign"], "options": [*options, options[0]]})
