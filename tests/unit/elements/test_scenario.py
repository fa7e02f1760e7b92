"""The scenario element: what a step tells, and what cannot be taken back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.items.test_scenario import authored
from yongxin.elements import Context, Presentation, RefusedEvent, State
from yongxin.elements.scenario import ScenarioElement
from yongxin.items.scenario import Scenario

Moment = Callable[..., Context]


def element(use: str) -> ScenarioElement:
    scenario = Scenario.model_validate(authored(use=use))
    return ScenarioElement(
        scenario.public(),
        lambda _id, response, language, _learner: scenario.verdict(response, language),
    )


def play(played: ScenarioElement, moment: Moment, *options: str) -> tuple[State, Presentation]:
    state = played.initial()
    for at, option in enumerate(options):
        state, _ = played.handle(state, {"type": "choose", "option": option, "at": at}, moment())
    return state, played.present(state, moment())


def test_a_practice_step_tells_what_happened_what_it_changed_and_why(moment: Moment) -> None:
    _, shown = play(element("practice"), moment, "ask")
    assert [one["kind"] for one in shown["story"]] == ["line", "choice", "line"]
    assert shown["story"][0]["speaker"] == "Ms He"
    choice = shown["story"][1]
    assert (choice["reply"], choice["feedback"]) == ("after ask", "why ask")
    assert choice["effects"] == {"trust": 1, "safety": 1}
    assert shown["meters"] == {"trust": 1, "safety": 1}
    assert {one["id"] for one in shown["options"]} == {"talk", "silent"}
    assert not shown["answered"]


def test_a_practice_ending_is_rated_and_can_be_played_again(moment: Moment) -> None:
    played = element("practice")
    state, shown = play(played, moment, "hang-up")
    assert shown["ending"]["rating"] == "dissatisfied"
    assert shown["ending"]["chain"]["feeling"] == "alone feeling"
    assert shown["ending"]["ratio"] == 0
    assert shown["answered"]
    assert shown["can_replay"]
    state, _ = played.handle(state, {"type": "replay"}, moment())
    again = played.present(state, moment())
    assert (again["time"], again["at"], again["ending"]) == (2, 0, None)
    assert again["earlier"] == [{"steps": "do hang-up", "ending": "end alone", "ratio": 0}]
    assert again["answered"]


def test_a_graded_scenario_tells_the_story_and_judges_nothing(moment: Moment) -> None:
    _, shown = play(element("graded"), moment, "ask", "talk")
    told = str(shown)
    assert "after ask" in told
    assert "end freed" in told
    for secret in ("why", "freed thought", "'safety'", "First the people"):
        assert secret not in told
    assert shown["meters"] is None
    assert shown["ending"]["rating"] is None


def test_a_graded_scenario_is_played_twice_and_no_more(moment: Moment) -> None:
    played = element("graded")
    state, _ = play(played, moment, "hang-up")
    state, _ = played.handle(state, {"type": "replay"}, moment())
    state, _ = played.handle(state, {"type": "choose", "option": "hang-up", "at": 0}, moment())
    assert not played.present(state, moment())["can_replay"]
    with pytest.raises(RefusedEvent) as refused:
        played.handle(state, {"type": "replay"}, moment())
    assert refused.value.code == "no-times-left"


def test_practice_can_be_played_for_ever(moment: Moment) -> None:
    played = element("practice")
    state, _ = play(played, moment, "hang-up")
    for _ in range(30):
        state, _ = played.handle(state, {"type": "replay"}, moment())
        state, _ = played.handle(state, {"type": "choose", "option": "hang-up", "at": 0}, moment())
    assert played.present(state, moment())["can_replay"]
    assert len(state["response"]) == 20


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"type": "choose", "option": "talk", "at": 0}, "moved-on"),
        ({"type": "choose", "option": "ask", "at": 1}, "malformed"),
        ({"type": "choose", "option": ["talk"], "at": 1}, "malformed"),
        ({"type": "choose", "option": {"talk": 1}, "at": 1}, "malformed"),
        ({"type": "choose", "option": "talk"}, "malformed"),
        ({"type": "answer", "response": [["ask", "talk"]]}, "malformed"),
    ],
)
def test_a_step_that_is_not_on_offer_changes_nothing(
    moment: Moment, event: dict[str, object], code: str
) -> None:
    played = element("graded")
    state, _ = play(played, moment, "ask")
    with pytest.raises(RefusedEvent) as refused:
        played.handle(state, event, moment())
    assert refused.value.code == code
    assert state == {"response": [["ask"]]}


def test_to_begin_again_before_the_end_changes_nothing(moment: Moment) -> None:
    played = element("graded")
    state, _ = play(played, moment, "ask")
    again, _ = played.handle(state, {"type": "replay"}, moment())
    assert again == state


def test_a_handed_in_scenario_takes_no_more_steps(moment: Moment) -> None:
    played = element("graded")
    event = {"type": "choose", "option": "ask", "at": 0}
    with pytest.raises(RefusedEvent) as refused:
        played.handle(played.initial(), event, moment(locked=True))
    assert refused.value.code == "locked"


@given(
    st.sampled_from(["practice", "graded"]),
    st.lists(
        st.builds(
            lambda option, at: {"type": "choose", "option": option, "at": at},
            st.sampled_from(["ask", "force", "hang-up", "talk", "silent", "gone"]),
            st.integers(0, 3),
        )
        | st.just({"type": "replay"}),
        max_size=40,
    ),
)
def test_any_events_leave_a_state_that_can_be_shown(use: str, events: list[Any]) -> None:
    played, context = element(use), Context("en", datetime(2026, 3, 1, tzinfo=UTC))
    state = played.initial()
    for event in events:
        with suppress(RefusedEvent):
            state, _ = played.handle(state, event, context)
    shown = played.present(state, context)
    assert bool(shown["options"]) == (shown["ending"] is None)
    assert shown["time"] == len(shown["earlier"]) + 1 <= shown["times"]
    assert shown["answered"] == played.is_answered(state)
    if shown["at"] or shown["earlier"]:
        assert played.item.read(state["response"]) == state["response"]


def test_the_first_time_is_kept_however_often_practice_is_played(moment: Moment) -> None:
    played = element("practice")
    state, _ = play(played, moment, "ask", "silent")
    for _ in range(25):
        state, _ = played.handle(state, {"type": "replay"}, moment())
        state, _ = played.handle(state, {"type": "choose", "option": "hang-up", "at": 0}, moment())
    assert state["response"][0] == ["ask", "silent"]
    assert state["response"][1:] == [["hang-up"]] * 19


@pytest.mark.parametrize("kept", [{"response": [["gone"]]}, {"response": 7}, {}])
def test_what_an_older_scenario_kept_begins_anew(moment: Moment, kept: State) -> None:
    shown = element("practice").present(kept, moment())
    assert (shown["at"], shown["time"]) == (0, 1)
