"""Numbers, as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score
from yongxin.items.number.reading import read_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("-1.3", -1.3),
        ("−1,3", -1.3),
        ("－１．３", -1.3),
        ("–1.3", -1.3),
        ("1。3", 1.3),
        ("１，３", 1.3),
        (" 1.3 ", 1.3),
        ("\u30001.3", 1.3),
        ("- 1.3", -1.3),
        ("+5", 5),
        (".5", 0.5),
        ("5.", 5),
        ("0,500", 0.5),
        ("1,300", 1300),
        ("1,300.5", 1300.5),
        ("12,345,678", 12345678),
        ("007", 7),
    ],
)
def test_numbers_are_read_as_people_mean_them(typed: str, number: float) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["", "-", ".", "abc", "1e5", "0x10", "1_000", "nan", "inf", "1.2.3", "1,2,3", "1 2", "½", "--1",
     "٣", "三", "1;3", "\ud800"],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(MalformedResponse) as refused:
        read_number(typed)
    assert refused.value.code == "not-a-number"


@pytest.mark.parametrize("response", [1.3, True, ["1"], {"value": 1}])
def test_only_a_text_is_a_response(items: dict[str, Item], response: JSON) -> None:
    assert score(items["lift-minutes"].answer_key(), response).reason == "not-a-number"


def test_a_very_long_text_is_refused_before_it_is_read(items: dict[str, Item]) -> None:
    for read in (read_number, items["lift-minutes"].public().read):
        with pytest.raises(MalformedResponse) as refused:
            read("9" * 33)
        assert refused.value.code == "too-long"
    assert read_number("9" * 32) == pytest.approx(1e32)


@given(st.decimals(-100_000, 100_000, places=4))
def test_every_plain_decimal_is_read_exactly(number: object) -> None:
    assert read_number(f"{number:f}") == float(str(number))


def test_the_response_is_kept_as_it_was_typed(items: dict[str, Item]) -> None:
    public = items["lift-minutes"].public()
    assert public.read(" −1,3 ") == "−1,3"
    assert public.read("−1,3 分") == "−1,3"
    assert public.read("-1.3 points") == "-1.3"
    assert public.read("   ") is None
    assert public.read("分") is None


def test_a_near_miss_earns_half(items: dict[str, Item]) -> None:
    key = items["lift-minutes"].answer_key()
    assert score(key, "-1.35").ratio == 1
    assert score(key, "-1.4").ratio == 0.5
    assert score(key, "-1.5").ratio == 0


def test_a_likely_mistake_gets_the_word_that_its_author_wrote(items: dict[str, Item]) -> None:
    verdict = items["lift-minutes"].verdict("1.3", "zh-CN")
    assert verdict.ratio == 0
    assert [one.text for one in verdict.options] == ["大小对了，方向反了。"]


def test_a_near_miss_is_told_and_other_numbers_get_the_explanation_alone(
    items: dict[str, Item],
) -> None:
    item = items["lift-minutes"]
    assert [one.right for one in item.verdict("-1.4", "en").options] == [False]
    assert item.verdict("-1.3", "en").options == ()
    assert item.verdict("40", "en").options == ()


def test_a_mistake_must_not_be_right(authored: dict[str, JSON]) -> None:
    mistake = {"value": -1.32, "feedback": {"zh-CN": "错", "en": "Wrong"}}
    with pytest.raises(ValidationError, match="within the tolerance"):
        parse_item({**authored["lift-minutes"], "mistakes": [mistake]})


@pytest.mark.parametrize("field", ["key", "tolerance"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", None, True])
def test_key_and_tolerance_are_plain_numbers(
    authored: dict[str, JSON], field: str, value: JSON
) -> None:
    with pytest.raises(ValidationError, match=field):
        parse_item({**authored["lift-minutes"], field: value})
