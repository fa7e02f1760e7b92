"""Feedback can be given on any response to any item, however strange."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yongxin.content import load_content
from yongxin.grading.answers import Answer, Answers
from yongxin.grading.marking import Mark
from yongxin.items import ITEM_TYPES, JSON, Item, score

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def items(sample_content: Path) -> list[Item]:
    """One item of each type, and more."""
    modules = load_content(sample_content).modules.values()
    items = [item for module in modules for item in module.items]
    assert {item.type for item in items} == {one.name for one in ITEM_TYPES}
    return items


WORDS = ["met", "delighted", "angry", "too-slow", "thought", "action", "-1.3", "1.3", " ", ""]


@given(
    response=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("ab"), inner),
        max_leaves=6,
    )
    | st.dictionaries(
        st.sampled_from(["verdict", "reason", "burst-pipe", "many-calls", "when", "next"]),
        st.none() | st.sampled_from(["true", "fewer-calls", "engineers", "steward", "soon"]),
    )
    | st.permutations(["expectation", "perception", "thought", "feeling", "action"])
)
def test_any_response_gets_feedback(items: list[Item], response: JSON) -> None:
    from yongxin.grading.feedback_export import item_feedback

    for item in items:
        handed_in = Answers(
            module="z1-lift",
            handed_in=NOW,
            language="en",
            answers={item.id: Answer(response=response, saved=NOW)},
            reflections={},
        )
        key = item.answer_key()
        scored = score(key, response)
        mark = Mark(item.id, scored.points, key.points, by_hand=False, comment=None)
        feedback = item_feedback(1, mark, key, item, handed_in)
        assert feedback.points == scored.points
        assert feedback.reason == scored.reason
        assert (feedback.verdict == "right") == (scored.ratio == 1)
        assert (feedback.response_text is None) == (scored.reason is not None or not said(response))
        assert feedback.explanation == item.explanation


def said(response: JSON) -> bool:
    """Say whether a readable response holds anything: no list, mapping or way without an option."""
    if isinstance(response, dict):
        return any(one is not None for one in response.values())
    return response not in ([], [[]])


def test_what_was_left_out_is_told_apart(items: list[Item]) -> None:
    from yongxin.grading.feedback_export import item_feedback

    (item,) = [one for one in items if one.id == "lift-causes"]
    handed_in = Answers(
        module="z1-lift",
        handed_in=NOW,
        language="en",
        answers={item.id: Answer(response=["nobody-cares"], saved=NOW)},
        reflections={},
    )
    mark = Mark(item.id, 0.5, 1, by_hand=False, comment=None)
    feedback = item_feedback(1, mark, item.answer_key(), item, handed_in)
    assert feedback.verdict == "partly"
    assert {part.id: part.mark for part in feedback.parts} == {
        "nobody-cares": "right",
        "too-slow": "missed",
        "angry": "left-out",
    }


def test_a_scenario_tells_what_followed_from_each_choice(items: list[Item]) -> None:
    from yongxin.grading.feedback_export import item_feedback

    (item,) = [one for one in items if one.id == "water-angry-man"]
    response: JSON = [["not-my-fault", "not-my-fault"], ["own-it", "not-my-fault"]]
    handed_in = Answers(
        module="z3-water",
        handed_in=NOW,
        language="en",
        answers={item.id: Answer(response=response, saved=NOW)},
        reflections={},
    )
    points = score(item.answer_key(), response).points
    mark = Mark(item.id, points, 2, by_hand=False, comment=None)
    feedback = item_feedback(1, mark, item.answer_key(), item, handed_in)
    assert feedback.verdict == "partly"
    assert [(part.id, part.mark) for part in feedback.parts] == [
        ("desk.own-it", None),
        ("waiting.not-my-fault", None),
        ("leaves", None),
    ]
    assert all(part.name for part in feedback.parts)
    assert feedback.parts[-1].text.en.startswith("Round 2 counted.")
