"""The quiz element: answers are kept, practice is judged at once, graded items tell nothing."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sample_elements import sample_elements
from yongxin.elements import Context, Element, RefusedEvent
from yongxin.elements.quiz import QuizElement
from yongxin.elements.scenario import ScenarioElement

Moment = Callable[..., Context]

ANSWERS: dict[str, Any] = {
    "quiz:lift-first-words": "not-my-job",
    "quiz:lift-causes": ["angry", "nobody-cares"],
    "quiz:lift-minutes": "−1,3",
    "quiz:morning-round": ["look", "note", "report"],
    "quiz:chain-order": ["expectation", "perception", "thought", "feeling", "action"],
    "quiz:gap-sign": "met",
    "quiz:water-no-news": {"verdict": "true", "reason": "fewer-calls"},
    "quiz:water-who-helps": {"burst-pipe": "engineers", "many-calls": "accounts"},
    "quiz:water-remarks": {"fed-up": "feeling", "since-seven": "feeling"},
    "quiz:water-notice": {"when": "soon"},
    "quiz:water-four-oclock": {"verdict": "true"},
    "quiz:water-first-words": {"angry": "i-hear"},
    "quiz:water-duties": {"carry": "during"},
    "quiz:water-apology": {"first": "sorry", "then": "wait"},
    "quiz:water-one-word": "体验",
    "quiz:water-log-table": {"first-act.morning": "wait", "calls.morning": "25"},
    "quiz:water-feelings": ["off", "worried"],
    "quiz:water-costs": {"tower-one.cost": "96", "mean.cost": "86,5"},
    "quiz:water-tank": "12",
    "quiz:water-one-word-more": "Perception",
    "quiz:water-shift-table": {"task.desk": "mend", "people.desk": "2"},
    "quiz:water-promises": ["soon"],
    "quiz:water-minutes": {"repair.both": "75"},
    "quiz:water-speed": {"number": "24", "unit": "per-second"},
}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
GRADED = {
    "quiz:chain-order",
    "quiz:gap-sign",
    "quiz:water-four-oclock",
    "quiz:water-first-words",
    "quiz:water-duties",
    "quiz:water-apology",
    "quiz:water-one-word-more",
    "quiz:water-shift-table",
    "quiz:water-promises",
    "quiz:water-minutes",
    "quiz:water-speed",
}

QUIZZES = {
    name: one
    for name, one in sample_elements().items()
    if isinstance(one, QuizElement) and not isinstance(one, ScenarioElement)
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
EVENTS = st.one_of(
    st.sampled_from([{"type": "check"}, {"type": "retry"}]),
    st.builds(lambda response: {"type": "answer", "response": response}, ANYTHING),
    st.sampled_from([{"type": "answer", "response": answer} for answer in ANSWERS.values()]),
)


def test_the_sample_has_an_answer_to_every_quiz() -> None:
    assert set(ANSWERS) == set(QUIZZES)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_kept_and_shown(
    elements: dict[str, Element], moment: Moment, name: str
) -> None:
    element = elements[name]
    event = {"type": "answer", "response": ANSWERS[name]}
    state, _ = element.handle(element.initial(), event, moment())
    shown = element.present(state, moment())
    assert shown["response"] == ANSWERS[name]
    assert shown["answered"]
    assert not shown["checked"]
    assert shown["verdict"] is None


def test_clearing_an_answer_is_no_answer(elements: dict[str, Element], moment: Moment) -> None:
    element = elements["quiz:gap-sign"]
    state, _ = element.handle(
        {"response": "met", "checked": False}, {"type": "answer", "response": None}, moment()
    )
    assert not element.present(state, moment())["answered"]


def test_an_answer_with_something_open_is_kept_and_does_not_count_as_done(
    elements: dict[str, Element], moment: Moment
) -> None:
    element = elements["quiz:water-duties"]
    assert isinstance(element, QuizElement)
    part = {"carry": "during", "update": "during"}
    whole = part | {"review": "after", "flush": "after"}
    for response, complete in ((None, False), (part, False), (whole, True)):
        state, _ = element.handle(
            element.initial(), {"type": "answer", "response": response}, moment()
        )
        shown = element.present(state, moment())
        assert shown["answered"] == (response is not None)
        assert shown["complete"] == complete
        assert element.is_answered(state) == complete


def test_practice_is_judged_option_by_option(elements: dict[str, Element], moment: Moment) -> None:
    element = elements["quiz:lift-first-words"]
    state, _ = element.handle(
        {"response": "not-my-job", "checked": False}, {"type": "check"}, moment()
    )
    verdict = element.present(state, moment("zh-CN"))["verdict"]
    assert verdict == {
        "ratio": 0.0,
        "explanation": "等待的人最怕没有消息。",
        "options": [
            {"id": "not-my-job", "right": False, "text": "住户要的是办法，不是分工。"},
        ],
    }


def test_trying_again_keeps_the_answer_and_puts_the_verdict_away(
    elements: dict[str, Element], moment: Moment
) -> None:
    element = elements["quiz:lift-first-words"]
    checked = {"response": "not-my-job", "checked": True}
    state, _ = element.handle(checked, {"type": "retry"}, moment())
    shown = element.present(state, moment())
    assert (shown["response"], shown["checked"], shown["verdict"]) == ("not-my-job", False, None)


def test_what_was_checked_first_is_kept_whatever_comes_later(
    elements: dict[str, Element], moment: Moment
) -> None:
    element = elements["quiz:lift-first-words"]
    state = element.initial()
    for response in ("not-my-job", "sorry-and-facts"):
        for event in (
            {"type": "answer", "response": response}, {"type": "check"}, {"type": "retry"},
        ):  # fmt: skip
            state, _ = element.handle(state, event, moment())
    assert state["first"] == {"response": "not-my-job", "ratio": 0.0}
    assert "first" not in element.present(state, moment())


def test_a_new_answer_is_unchecked(elements: dict[str, Element], moment: Moment) -> None:
    element = elements["quiz:lift-first-words"]
    state, _ = element.handle(
        {"response": "not-my-job", "checked": True},
        {"type": "answer", "response": "sorry-and-facts"},
        moment(),
    )
    assert element.present(state, moment())["verdict"] is None


@pytest.mark.parametrize("name", sorted(GRADED))
def test_a_graded_item_is_never_judged(
    elements: dict[str, Element], moment: Moment, name: str
) -> None:
    element = elements[name]
    with pytest.raises(RefusedEvent) as refused:
        element.handle({"response": ANSWERS[name], "checked": False}, {"type": "check"}, moment())
    assert refused.value.code == "not-practice"
    # Not even a state that says so, as one might be left from when the item was for practice.
    forged = {"response": ANSWERS[name], "checked": True}
    assert element.present(forged, moment())["verdict"] is None


def test_nothing_is_checked_before_it_is_answered(
    elements: dict[str, Element], moment: Moment
) -> None:
    element = elements["quiz:lift-causes"]
    with pytest.raises(RefusedEvent) as refused:
        element.handle(element.initial(), {"type": "check"}, moment())
    assert refused.value.code == "not-answered"


def test_after_the_last_hand_in_graded_items_take_no_answer_and_practice_does(
    elements: dict[str, Element], moment: Moment
) -> None:
    locked = moment(locked=True)
    graded, practice = elements["quiz:gap-sign"], elements["quiz:lift-first-words"]
    with pytest.raises(RefusedEvent) as refused:
        graded.handle(graded.initial(), {"type": "answer", "response": "met"}, locked)
    assert refused.value.code == "locked"
    assert graded.present(graded.initial(), locked)["locked"]
    event = {"type": "answer", "response": "not-my-job"}
    state, _ = practice.handle(practice.initial(), event, locked)
    assert not practice.present(state, locked)["locked"]


@pytest.mark.parametrize(
    ("name", "response", "reason"),
    [
        ("quiz:lift-minutes", "abc", "a number"),
        ("quiz:gap-sign", "nothing-like-that", "no longer here"),
        ("quiz:chain-order", ["thought"], "missing"),
    ],
)
def test_a_response_that_cannot_be_read_is_refused_with_a_reason(
    elements: dict[str, Element], moment: Moment, name: str, response: Any, reason: str
) -> None:
    element = elements[name]
    with pytest.raises(RefusedEvent) as refused:
        element.handle(element.initial(), {"type": "answer", "response": response}, moment("en"))
    assert refused.value.code == "response"
    assert reason in str(refused.value.details["reason"])


MALFORMED: list[Any] = [
    None,
    [],
    "check",
    {},
    {"type": None},
    {"type": ["check"]},
    {"type": "write", "fields": {}},
    {"type": "answer"},
    {"type": "check", "response": "met"},
    {"type": "answer", "response": "met", "checked": True},
    {"type": "answer", "response": float("nan")},
    {"type": "answer", "response": "\ud800"},
]


@pytest.mark.parametrize("event", MALFORMED, ids=repr)
def test_malformed_events_are_refused(
    elements: dict[str, Element], moment: Moment, event: Any
) -> None:
    element = elements["quiz:lift-first-words"]
    with pytest.raises(RefusedEvent) as refused:
        element.handle(element.initial(), event, moment())
    assert refused.value.code == "malformed"


def test_an_event_that_is_too_large_or_too_deep_is_refused(
    elements: dict[str, Element], moment: Moment
) -> None:
    element = elements["quiz:lift-first-words"]
    deep: Any = "met"
    for _ in range(100_000):
        deep = [deep]
    for response, code in (
        ("x" * 70_000, "too-large"),
        ("字" * 30_000, "too-large"),
        (deep, "malformed"),
    ):
        with pytest.raises(RefusedEvent) as refused:
            element.handle(element.initial(), {"type": "answer", "response": response}, moment())
        assert refused.value.code == code


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"response": "an-option-of-last-year", "checked": True},
        {"response": {"x": 1}, "checked": "yes"},
        {"response": None, "checked": True},
    ],
    ids=repr,
)
def test_a_state_from_before_the_item_was_changed_counts_as_untouched(
    elements: dict[str, Element], moment: Moment, state: dict[str, Any]
) -> None:
    element = elements["quiz:lift-first-words"]
    untouched = element.present(element.initial(), moment())
    assert element.present(state, moment()) == untouched


@given(st.sampled_from(sorted(QUIZZES)), st.lists(EVENTS, max_size=6))
def test_any_events_leave_a_state_that_can_be_shown(name: str, events: list[Any]) -> None:
    element = QUIZZES[name]
    context = Context("en", NOW)
    state = element.initial()
    for event in events:
        before = deepcopy((state, event))
        try:
            after, _ = element.handle(state, event, context)
            again, _ = element.handle(state, event, context)
            assert after == again
        except RefusedEvent:
            after = state
        assert repr((state, event)) == repr(before), "handle changed its arguments"
        state = after
    shown = element.present(state, context)
    assert shown["answered"] == (shown["response"] is not None)
    assert (shown["verdict"] is not None) == shown["checked"]
    assert not (shown["checked"] and name in GRADED)
