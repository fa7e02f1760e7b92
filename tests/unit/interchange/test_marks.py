"""Whatever is exported is marked by Moodle as it is marked here, or the export says that not."""

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import moodle_marks
from yongxin.content import Content, load_content
from yongxin.interchange.from_items import NotPortable, portable
from yongxin.interchange.number_answers import number_answers
from yongxin.interchange.question import (
    Body,
    Choice,
    Embedded,
    Matching,
    Numerical,
    Ordering,
    ShortAnswer,
    TrueFalse,
)
from yongxin.items import Item
from yongxin.items.cloze import Cloze
from yongxin.items.hot_text import HotText
from yongxin.items.matching import Matching as MatchingItem
from yongxin.items.multiple_choice import MultipleChoice
from yongxin.items.number import Number
from yongxin.items.short_text import ShortText
from yongxin.items.single_choice import SingleChoice
from yongxin.items.sorting import Sorting
from yongxin.items.true_false import TrueFalse as TrueFalseItem
from yongxin.scoring import within_tolerance


def exported(content: Content) -> Iterator[tuple[Item, Body, list[str]]]:
    for module in content.modules.values():
        for item in module.items:
            try:
                made = portable(item)
            except NotPortable:
                continue
            yield item, made.question.body, made.losses


def test_every_choice_of_options_earns_the_same(content: Content) -> None:
    examined = 0
    for item, body, _ in exported(content):
        if isinstance(item, (MultipleChoice, HotText)):
            assert isinstance(body, Choice)
            options = [one.id for one in (item.options if item.type != "hot-text" else item.hot)]
            limit = getattr(item, "limit", None) or len(options)
            key = item.answer_key()
            for size in range(1, limit + 1):
                for places in combinations(range(len(options)), size):
                    ours = key.ratio([options[place] for place in places])
                    assert moodle_marks.chosen(body, places) == pytest.approx(ours)
                    examined += 1
        elif isinstance(item, SingleChoice):
            assert isinstance(body, Choice)
            for place, option in enumerate(item.options):
                assert moodle_marks.one(body, place) == item.answer_key().ratio(option.id)
                examined += 1
    assert examined > 20


def test_every_verdict_with_every_reason_earns_the_same(content: Content) -> None:
    items = [one for one in exported(content) if isinstance(one[0], TrueFalseItem)]
    for item, body, _ in items:
        assert isinstance(item, TrueFalseItem)
        key = item.answer_key()
        if isinstance(body, TrueFalse):
            assert body.truth == item.key
            continue
        assert isinstance(body, Choice)
        answers = product(("true", "false"), [one.id for one in item.reasons])
        for place, (verdict, reason) in enumerate(answers):
            ours = key.ratio({"verdict": verdict, "reason": reason})
            assert moodle_marks.one(body, place) == ours


def test_every_number_near_a_key_or_a_mistake_earns_the_same(content: Content) -> None:
    examined = 0
    for item, body, _ in exported(content):
        if isinstance(item, Number):
            assert isinstance(body, Numerical)
            for middle in (item.key, *(one.value for one in item.mistakes)):
                for step in range(-45, 46):
                    value = round(middle + step * item.tolerance / 10, 9)
                    ours = item.answer_key().ratio(f"{value:f}")
                    assert moodle_marks.number(body, value) == ours, (item.id, value)
                    examined += 1
    if not examined:
        pytest.skip("this course asks for no number of this kind")


@given(
    key=st.integers(-300, 300),
    mistakes=st.lists(st.integers(-300, 300), max_size=4),
    tolerance=st.integers(0, 40),
    given_number=st.integers(-500, 500),
)
def test_known_mistakes_change_no_mark(
    key: int, mistakes: list[int], tolerance: int, given_number: int
) -> None:
    known = [(float(one), {}) for one in mistakes if abs(one - key) > tolerance]
    body = number_answers(float(key), float(tolerance), known, [])
    ours = within_tolerance(key, given_number, tolerance)
    assert moodle_marks.number(body, given_number) == ours


def test_gaps_and_entries_weigh_the_same(content: Content) -> None:
    for item, body, losses in exported(content):
        if isinstance(item, Cloze):
            assert isinstance(body, Embedded)
            right = [float(place % 2) for place in range(len(body.gaps))]
            assert moodle_marks.embedded(body, right) == pytest.approx(sum(right) / len(right))
        elif isinstance(item, (MatchingItem, Sorting)):
            assert isinstance(body, Matching)
            entries = [match for entry, match in body.pairs if entry]
            wrong = [*entries[1:], {"en": "nothing"}]
            right = {
                entry.id: item.key[entry.id]
                for entry, a, b in zip(item.entries, entries, wrong, strict=True)
                if a == b
            }
            assert moodle_marks.matched(body, wrong) == len(right) / len(item.entries)
            assert "is scored without the correction for guessing" in losses


def test_orders_keep_their_rule(content: Content) -> None:
    bodies = [body for _, body, _ in exported(content) if isinstance(body, Ordering)]
    assert bodies
    assert {body.grading for body in bodies} <= {
        "RELATIVE_NEXT_EXCLUDE_LAST",
        "RELATIVE_ALL_PREVIOUS_AND_NEXT",
        "LONGEST_ORDERED_SUBSET",
    }


def test_short_texts_accept_the_variants_of_both_languages(sample_content: Path) -> None:
    found = 0
    for item, body, _ in exported(load_content(sample_content)):
        if isinstance(item, ShortText):
            assert isinstance(body, ShortAnswer)
            accepted = {one.text for one in body.answers if one.fraction == 1}
            assert accepted == set(item.key.all())
            found += 1
    assert found
