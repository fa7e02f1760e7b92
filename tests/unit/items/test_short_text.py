"""Short texts, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from yongxin.items import JSON, Item, MalformedResponse, parse_item, score
from yongxin.items.short_text.reading import normalise, read_short_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Expectation", "  expectation. "),
        ("Ｅｘｐｅｃｔａｔｉｏｎ", "EXPECTATION"),
        ("期望", "“期 望”。"),
        ("顾客 期望", "顾客期望！"),
        ("CRM系统", "crm 系统"),
        ("touch-point", "Touch point"),
        ("don't", "don’t"),
        ("Straße", "STRASSE"),
        ("96%", "96％"),
        ("a\u200bb", "ab"),
        ("(yes)", "yes"),
        ("ﬁx", "fix"),
    ],
)
def test_what_says_the_same_is_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("3.5", "35"), ("-5", "5"), ("96%", "96"), ("touch point", "touchpoint"), ("期望", "期待"),
     ("1,300", "1300"), ("a b", "ab"), ("资源", "资 源 地")],
)  # fmt: skip
def test_what_says_something_else_is_not(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once


@pytest.mark.parametrize("response", ["a" * 101, "期" * 101])
def test_a_long_text_is_refused(response: str) -> None:
    with pytest.raises(MalformedResponse) as refused:
        read_short_text(response)
    assert refused.value.code == "too-long"


@pytest.mark.parametrize("response", [7, True, ["a"], {"a": 1}, "a\x00b", "\ud800", "\ue000"])
def test_only_text_is_a_response(items: dict[str, Item], response: JSON) -> None:
    item = items["water-one-word"]
    assert score(item.answer_key(), response).reason == "not-a-text"
    with pytest.raises(MalformedResponse):
        item.public().read(response)


def test_the_text_is_kept_as_it_was_typed(items: dict[str, Item]) -> None:
    public = items["water-one-word"].public()
    assert public.read("  The   Expectation. ") == "The Expectation."
    assert public.read("x" * 100) == "x" * 100
    for nothing in ("", "   ", "？！", "。"):
        assert public.read(nothing) is None


@pytest.mark.parametrize(
    "response", ["期望", "顾客 期望。", "EXPECTATIONS", "ｅｘｐｅｃｔａｔｉｏｎ"]
)
def test_variants_of_both_languages_count_on_every_page(
    items: dict[str, Item], response: str
) -> None:
    assert score(items["water-one-word"].answer_key(), response).ratio == 1


def test_a_common_wrong_answer_gets_its_own_word(items: dict[str, Item]) -> None:
    item = items["water-one-word"]
    told = item.verdict("Perception!", "zh-CN")
    assert told.ratio == 0
    assert [one.text for one in told.options] == ["感知是事情发生以后的。"]
    assert item.verdict("something else", "en").options == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": {"zh-CN": ["期望", "期 望。"], "en": ["a"]}}, "counts as the same as '期望'"),
        ({"key": {"zh-CN": ["！"], "en": ["a"]}}, "nothing but punctuation"),
        ({"key": {"zh-CN": ["感知"], "en": ["a"]}}, "the accepted '感知'"),
        ({"key": {"zh-CN": [], "en": ["a"]}}, "at least 1"),
        ({"key": {"zh-CN": ["x" * 101], "en": ["a"]}}, "at most 100"),
        ({"key": {"en": ["a"]}}, "zh-CN"),
    ],
)
def test_variants_differ_and_say_something(
    authored: dict[str, JSON], change: JSON, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item({**authored["water-one-word"], **change})


def test_one_word_may_serve_both_languages(authored: dict[str, JSON]) -> None:
    key = {"zh-CN": ["CRM"], "en": ["crm"]}
    item = parse_item({**authored["water-one-word"], "key": key})
    assert score(item.answer_key(), "Crm").ratio == 1
