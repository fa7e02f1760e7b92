"""Cloze: gaps in a text, in both languages."""

from typing import Any

import pytest
from pydantic import ValidationError

from yongxin.items import JSON, Item, parse_item, score
from yongxin.items.cloze import PublicCloze

KEY = {"when": "by-time", "next": "at-two", "words": "sorry"}


@pytest.fixture
def public(items: dict[str, Item]) -> PublicCloze:
    public = items["water-notice"].public()
    assert isinstance(public, PublicCloze)
    return public


def test_all_gaps_weigh_the_same(items: dict[str, Item]) -> None:
    key = items["water-notice"].answer_key()
    assert score(key, KEY).ratio == 1
    assert score(key, KEY | {"when": "soon"}).ratio == pytest.approx(2 / 3)
    assert score(key, {"words": "sorry"}).ratio == pytest.approx(1 / 3)
    assert score(key, {"when": "soon"}).ratio == 0
    assert score(key, KEY | {"when": "at-two"}).reason == "unknown-option", "of another gap"


def test_the_text_falls_into_pieces_and_gaps(public: PublicCloze) -> None:
    segments = public.segments("en")
    assert [one.gap.id for one in segments if one.gap] == ["when", "words", "next"]
    assert [one.number for one in segments] == [1, 2, 3, 0]
    chinese = public.segments("zh-CN")
    assert [one.gap.id for one in chinese if one.gap] == ["when", "next", "words"]
    whole = "".join(f"{one.text}{{{{{one.gap.id}}}}}" if one.gap else one.text for one in chinese)
    assert whole == public.text.zh_cn


def test_a_gap_knows_its_place_in_its_sentence(public: PublicCloze) -> None:
    first, second, third, _ = public.segments("en")
    assert (first.before, first.after) == ("We expect it back", ".")
    assert (second.before, second.after) == ("", "The next update comes ….")
    assert (third.before, third.after) == ("… The next update comes", ".")
    chinese = public.segments("zh-CN")
    assert (chinese[0].before, chinese[0].after) == ("预计", "恢复。")
    assert (chinese[1].before, chinese[1].after) == ("我们", "再更新一次。")


def test_gaps_are_called_by_their_numbers_in_each_language(public: PublicCloze) -> None:
    names = public.part_names()
    assert [(names[gap].zh_cn, names[gap].en) for gap in KEY] == [
        ("第1空", "Gap 1"),
        ("第2空", "Gap 3"),
        ("第3空", "Gap 2"),
    ]


def test_verdicts_are_of_the_same_gaps_in_both_languages(items: dict[str, Item]) -> None:
    item = items["water-notice"]
    response = {"when": "soon", "next": "at-two"}
    chinese, english = item.verdict(response, "zh-CN"), item.verdict(response, "en")
    assert [one.id for one in chinese.options] == [one.id for one in english.options]
    assert [one.right for one in english.options] == [False, True, False]
    assert [one.text for one in english.options] == [
        'What belongs here: before 4 pm — Everybody hears a different "soon".',
        "A promised next word shortens the wait.",
        """What belongs here: We are sorry for the trouble. — Apologise first: nobody has said \
that they understand.""",
    ]


@pytest.mark.parametrize(
    ("language", "old", "new", "message"),
    [
        ("en", "{{words}} ", "", r"the en text must hold \{\{words\}\} once; found 0 times"),
        ("en", "{{words}}", "{{words}}{{words}}", "the en text must hold .* found 2 times"),
        ("zh-CN", "{{when}}", "{{wen}}", "zh-CN text names the gap 'wen'; .* nearest: when"),
        ("zh-CN", "{{when}}", "{{ when }}", "names the gap ' when '; .* nearest: when"),
        ("en", "today", "{{today", "the en text has braces that name no gap"),
        ("en", "today", "{ } today }}", "the en text has braces that name no gap"),
    ],
)
def test_both_languages_have_the_same_gaps(
    authored: dict[str, JSON], language: str, old: str, new: str, message: str
) -> None:
    entry = authored["water-notice"]
    text = entry["text"] | {language: entry["text"][language].replace(old, new)}
    with pytest.raises(ValidationError, match=message):
        parse_item(entry | {"text": text})


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (KEY | {"when": "at-two"}, "names at-two for when; the ids are by-time, soon"),
        (KEY | {"wen": "soon"}, "names wen; .* nearest: when"),
        ({"when": "by-time"}, "says nothing of next, words"),
        ({}, "key"),
    ],
)
def test_the_key_fills_every_gap(
    authored: dict[str, JSON], key: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_item(authored["water-notice"] | {"key": key})


def test_gaps_and_their_options_differ(authored: dict[str, JSON]) -> None:
    entry = authored["water-notice"]
    with pytest.raises(ValidationError, match="repeated: when"):
        parse_item(entry | {"gaps": [*entry["gaps"], entry["gaps"][0]]})
    twice = entry["gaps"][0] | {"options": entry["gaps"][0]["options"] * 2}
    with pytest.raises(ValidationError, match="repeated: by-time, soon"):
        parse_item(entry | {"gaps": [twice, *entry["gaps"][1:]]})
