"""The reflection element: what is written is kept field by field."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sample_elements import sample_elements
from yongxin.catalogue import PublicReflection
from yongxin.elements import Context, Element, RefusedEvent
from yongxin.elements.contract import Returned
from yongxin.elements.reflection import ReflectionElement

Moment = Callable[..., Context]
ELEMENT = sample_elements()["reflect:lift-log"]
LOG = {"facts": "周二晚七点，等了二十分钟。", "feeling": "先急。", "rating": "dissatisfied"}


@pytest.fixture
def log(elements: dict[str, Element]) -> ReflectionElement:
    element = elements["reflect:lift-log"]
    assert isinstance(element, ReflectionElement)
    return element


def test_fields_are_written_one_by_one(log: ReflectionElement, moment: Moment) -> None:
    state = log.initial()
    for name, text in LOG.items():
        assert not log.present(state, moment())["complete"]
        state, _ = log.handle(state, {"type": "write", "fields": {name: text}}, moment())
    shown = log.present(state, moment())
    assert shown["fields"] == LOG
    assert shown["complete"]
    assert log.is_answered(state)


def test_an_emptied_field_is_gone(log: ReflectionElement, moment: Moment) -> None:
    state, _ = log.handle({"fields": LOG}, {"type": "write", "fields": {"feeling": ""}}, moment())
    assert state == {"fields": {"facts": LOG["facts"], "rating": "dissatisfied"}}
    assert not log.is_answered(state)


@pytest.mark.parametrize("text", ["我很生气", "I was Angry then"])
def test_a_hint_comes_in_the_readers_language_whatever_they_write_in(
    log: ReflectionElement, moment: Moment, text: str
) -> None:
    state = {"fields": {"facts": text}}
    hints = log.present(state, moment("zh-CN"))["hints"]
    assert hints == [{"field": "facts", "note": "这里像是写进了感受。感受放到“感受”一栏会更清楚。"}]
    assert log.present({"fields": {"feeling": text}}, moment())["hints"] == []


def test_an_untouched_reflection_is_not_answered_even_if_nothing_is_required(
    elements: dict[str, Element], moment: Moment
) -> None:
    recap = elements["reflect:lift-recap"]
    assert isinstance(recap, ReflectionElement)
    assert not recap.present(recap.initial(), moment())["complete"]
    assert recap.is_answered({"fields": {"gain": "一句话"}})


def test_the_example_answer_is_shown_after_the_own_one(moment: Moment) -> None:
    both = {"zh-CN": "范例", "en": "an example"}
    reflection = PublicReflection.model_validate(
        {
            "id": "own-desk",
            "use": "practice",
            "units": ["A-12"],
            "points": 0,
            "prompt": both,
            "fields": [
                {"id": "scene", "kind": "text", "label": both, "minimum": 3},
                {
                    "id": "mood",
                    "kind": "choice",
                    "label": both,
                    "options": [{"id": "good", "text": both}, {"id": "bad", "text": both}],
                },
            ],
            "exemplar": {"scene": both, "mood": "good"},
        }
    )
    element = ReflectionElement(reflection)
    assert element.present({"fields": {"scene": "abc"}}, moment())["exemplar"] is None
    done = {"fields": {"scene": "abc", "mood": "bad"}}
    assert element.present(done, moment("zh-CN"))["exemplar"] == {"scene": "范例", "mood": "范例"}
    assert element.present(done, moment("en"))["exemplar"]["mood"] == "an example"


def test_a_graded_reflection_has_no_example_before_feedback(
    log: ReflectionElement, moment: Moment
) -> None:
    assert log.present({"fields": LOG}, moment())["exemplar"] is None


def test_after_the_last_hand_in_nothing_is_written(log: ReflectionElement, moment: Moment) -> None:
    with pytest.raises(RefusedEvent) as refused:
        log.handle({"fields": LOG}, {"type": "write", "fields": LOG}, moment(locked=True))
    assert refused.value.code == "locked"


def test_text_is_kept_as_it_was_written_but_for_what_no_keyboard_types(
    log: ReflectionElement, moment: Moment
) -> None:
    text = "  <b>7:00</b>\r\n\t“等”\x00\x1b[31m 👩‍🔧\r再等"
    state, _ = log.handle(log.initial(), {"type": "write", "fields": {"facts": text}}, moment())
    assert state["fields"]["facts"] == "  <b>7:00</b>\n\t“等”[31m 👩‍🔧\n再等"


@pytest.mark.parametrize(
    "fields",
    [
        {"facts": 1},
        {"facts": None},
        {"nobody": "text"},
        {"facts": "x" * 601},
        {"rating": "so-so"},
        {"facts": ["text"]},
    ],
    ids=repr,
)
def test_what_a_field_cannot_hold_is_refused_with_a_reason(
    log: ReflectionElement, moment: Moment, fields: Any
) -> None:
    with pytest.raises(RefusedEvent) as refused:
        log.handle({"fields": LOG}, {"type": "write", "fields": fields}, moment())
    assert refused.value.code == "response"
    assert refused.value.details["reason"]


@pytest.mark.parametrize(
    "event",
    [
        None,
        {"type": "write"},
        {"type": "write", "fields": []},
        {"type": "write", "fields": {1: "text"}},
        {"type": "answer", "response": "x"},
        {"type": "write", "fields": {"facts": "\ud800"}},
        {"type": "write", "fields": {}, "more": 1},
    ],
    ids=repr,
)
def test_malformed_events_are_refused(log: ReflectionElement, moment: Moment, event: Any) -> None:
    with pytest.raises(RefusedEvent) as refused:
        log.handle({"fields": LOG}, event, moment())
    assert refused.value.code == "malformed"


@pytest.mark.parametrize(
    "state", [{}, {"fields": None}, {"fields": {"gone": "x", "rating": "so-so", "facts": 7}}]
)
def test_a_state_from_before_the_fields_were_changed_keeps_what_still_fits(
    log: ReflectionElement, moment: Moment, state: Any
) -> None:
    assert log.present(state, moment())["fields"] == {}
    kept = {"fields": {**(state.get("fields") or {}), "feeling": "急"}}
    assert log.present(kept, moment())["fields"] == {"feeling": "急"}


@given(st.lists(st.dictionaries(st.sampled_from(["facts", "feeling"]), st.text(max_size=50))))
def test_any_texts_leave_what_was_written_last(writings: list[dict[str, str]]) -> None:
    element = ELEMENT
    context = Context("en", datetime(2026, 3, 1, tzinfo=UTC))
    state = element.initial()
    for fields in writings:
        state, _ = element.handle(state, {"type": "write", "fields": fields}, context)
    again, _ = element.handle(state, {"type": "write", "fields": state["fields"]}, context)
    assert again == state
    assert set(element.present(state, context)["fields"]) <= {"facts", "feeling"}


# -- returned by a trainer -----------------------------------------------------------------------


def test_a_returned_reflection_is_open_however_locked_the_exercise_is(
    log: ReflectionElement, moment: Moment
) -> None:
    note = Returned("再具体一点。", datetime(2026, 3, 5, tzinfo=UTC))
    context = replace(moment(locked=True), returned=note)
    shown = log.present({"fields": LOG}, context)
    assert not shown["locked"]
    assert shown["returned"] == {
        "comment": "再具体一点。",
        "at": "2026-03-05T00:00:00+00:00",
        "revised": None,
    }
    state, _ = log.handle(
        {"fields": LOG}, {"type": "write", "fields": {"feeling": "先急后气。"}}, context
    )
    assert state["fields"]["feeling"] == "先急后气。"


def test_a_revised_reflection_is_locked_again(log: ReflectionElement, moment: Moment) -> None:
    day = datetime(2026, 3, 5, tzinfo=UTC)
    context = replace(moment(locked=True), returned=Returned("再具体一点。", day, day))
    assert log.present({"fields": LOG}, context)["locked"]
    with pytest.raises(RefusedEvent, match="locked"):
        log.handle({"fields": LOG}, {"type": "write", "fields": {"feeling": "气。"}}, context)


def test_handing_in_again_is_the_hosts_business(log: ReflectionElement, moment: Moment) -> None:
    with pytest.raises(RefusedEvent, match="malformed"):
        log.handle({"fields": LOG}, {"type": "revise"}, moment())
