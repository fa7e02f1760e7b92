"""Scenarios: which ones can be played, what a way through them earns, and who may see what."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from yongxin.items import JSON, MalformedResponse, parse_key, score
from yongxin.items.scenario import PublicScenario, Scenario
from yongxin.items.scenario.public import MAXIMUM_STEPS

Data = dict[str, Any]


def both(text: str) -> Data:
    return {"zh-CN": f"{text}（中）", "en": text}


def step(name: str, then: str, **effects: float) -> Data:
    return {
        "id": name,
        "text": both(f"do {name}"),
        "reply": both(f"after {name}"),
        "feedback": both(f"why {name}"),
        "effects": effects,
        "next": then,
    }


def ending(name: str, rating: str = "satisfied") -> Data:
    steps = ("expectation", "perception", "thought", "feeling", "action")
    return {
        "id": name,
        "rating": rating,
        "text": both(f"end {name}"),
        "chain": {one: both(f"{name} {one}") for one in steps},
    }


def authored(**changes: Any) -> Data:
    return {
        "id": "lift-call",
        "type": "scenario",
        "use": "graded",
        "units": ["A-10"],
        "stem": both("The lift stands still."),
        "explanation": both("First the people, then the machine."),
        "meters": [
            {"id": "trust", "name": both("Trust")},
            {"id": "safety", "name": both("Safety"), "floor": -1},
        ],
        "start": "call",
        "nodes": [
            {
                "id": "call",
                "lines": [{"speaker": both("Ms He"), "text": both("We are stuck.")}],
                "options": [
                    step("ask", "wait", trust=1, safety=1),
                    step("force", "wait", trust=2, safety=-2),
                    step("hang-up", "alone", trust=-3),
                ],
            },
            {
                "id": "wait",
                "lines": [{"text": both("Ten minutes pass.")}],
                "options": [step("talk", "freed", trust=2), step("silent", "freed", trust=-1)],
            },
        ],
        "endings": [ending("freed"), ending("alone", "dissatisfied")],
        **changes,
    }


@pytest.fixture
def scenario() -> Scenario:
    return Scenario.model_validate(authored())


@pytest.mark.parametrize(
    ("response", "ratio"),
    [
        ([["ask", "talk"]], 1.0),
        ([["hang-up"]], 0.0),
        ([["ask", "silent"]], 4 / 7),
        ([["force", "talk"]], 0.0),
        ([["hang-up"], ["ask", "talk"]], 1.0),
        ([["ask", "talk"], ["hang-up"]], 1.0),
        ([["ask"]], 0.0),
        ([["ask", "silent"], ["ask"]], 4 / 7),
        ([[]], 0.0),
    ],
    ids=str,
)
def test_the_better_finished_way_counts_from_the_worst_to_the_best_safe_one(
    scenario: Scenario, response: JSON, ratio: float
) -> None:
    assert score(scenario.answer_key(), response).ratio == pytest.approx(ratio)


def test_the_key_is_a_literal_that_reads_back_the_same(scenario: Scenario) -> None:
    key = scenario.answer_key()
    assert parse_key(key.model_dump(mode="json")) == key


@pytest.mark.parametrize(
    "response",
    [
        "ask",
        {},
        [],
        7,
        ["ask"],
        [["ask", 1]],
        [["talk"]],
        [["ask", "talk", "talk"]],
        [["ask"], ["ask", "talk"]],
        [["x"] * (MAXIMUM_STEPS + 1)],
    ],
    ids=str,
)
def test_what_nobody_can_have_played_earns_nothing_and_says_why(
    scenario: Scenario, response: JSON
) -> None:
    result = score(scenario.answer_key(), response)
    assert (result.ratio, result.reason) == (0.0, "not-a-path")
    with pytest.raises(MalformedResponse):
        scenario.public().read(response)


def test_who_hands_in_more_times_than_can_be_played_earns_nothing(scenario: Scenario) -> None:
    # Once all ways at once earned what the best of them earns.
    every_way: JSON = [["hang-up"], ["force", "talk"], ["ask", "talk"]]
    result = score(scenario.answer_key(), every_way)
    assert (result.ratio, result.reason) == (0.0, "not-a-path")


def test_tenths_add_up_to_what_they_look_like() -> None:
    data = authored()
    data["meters"][0]["maximum"] = 0.3
    data["nodes"][0]["options"][:2] = [step("ask", "wait", trust=0.1), step("force", "wait")]
    data["nodes"][1]["options"] = [step("talk", "freed", trust=0.2), step("silent", "freed")]
    scenario = Scenario.model_validate(data)
    assert score(scenario.answer_key(), [["ask", "talk"]]).ratio == 1.0


def test_a_graded_scenario_may_be_played_twice(scenario: Scenario) -> None:
    public = scenario.public()
    assert public.read([["hang-up"], []]) == [["hang-up"], []]
    with pytest.raises(MalformedResponse):
        public.read([["hang-up"], ["hang-up"], []])


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["ask", "force", "hang-up", "talk", "silent"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(json_values)
def test_any_response_earns_between_nothing_and_everything(response: JSON) -> None:
    scenario = Scenario.model_validate(authored())
    result = score(scenario.answer_key(), response)
    assert 0 <= result.ratio <= 1
    try:
        read = scenario.public().read(response)
    except MalformedResponse:
        assert result.ratio == 0
    else:
        assert scenario.public().read(read) == read


def test_the_order_in_which_options_are_written_changes_nothing(scenario: Scenario) -> None:
    turned = authored()
    for node in turned["nodes"]:
        node["options"].reverse()
    other = Scenario.model_validate(turned)
    assert other.public() == scenario.public()
    assert score(other.answer_key(), [["ask", "silent"]]) == score(
        scenario.answer_key(), [["ask", "silent"]]
    )


def test_the_public_scenario_holds_no_effect_no_reason_and_no_rating(scenario: Scenario) -> None:
    told = scenario.public().model_dump_json()
    for secret in ("why", "effects", "floor", "rating", "chain", "thought", "First the people"):
        assert secret not in told
    assert "Safety" not in told
    assert "after ask" in told
    assert PublicScenario.model_validate_json(told) == scenario.public()


def test_the_verdict_tells_every_step_and_how_it_ends(scenario: Scenario) -> None:
    verdict = scenario.verdict([["hang-up"], ["force", "talk"]], "en")
    assert [step.feedback for step in verdict.steps] == ["why force", "why talk"]
    assert verdict.meters == {"trust": 4, "safety": -2}
    assert verdict.failed == "safety"
    assert verdict.ratio == 0
    assert verdict.ending is not None
    assert verdict.ending.chain["thought"] == "freed thought"
    begun = scenario.verdict([[]], "en")
    assert (begun.steps, begun.ending, begun.meters) == ((), None, {"trust": 0, "safety": 0})


def test_after_grading_the_time_that_counts_is_told_step_by_step(scenario: Scenario) -> None:
    public = scenario.public()
    *steps, end = scenario.option_verdicts([["force", "talk"], ["ask", "silent"]], "en")
    assert [(one.id, one.right, one.text) for one in steps] == [
        ("call.ask", None, "What it changed: Trust +1, Safety +1. why ask"),
        ("wait.silent", None, "What it changed: Trust −1. why silent"),
    ]
    assert (end.id, end.right) == ("freed", None)
    assert end.text.startswith(
        "Round 2 counted. How things stood in the end: Trust 0, Safety 1. "
        "The customer's rating: satisfied."
    )
    assert "Thought: freed thought" in end.text
    names = public.part_names()
    assert names["call.ask"].en == "do ask"
    assert names["freed"].en == "end freed"
    assert not any(public.left_out([["ask", "silent"]], one.id) for one in (*steps, end))


def test_after_grading_a_way_that_fell_too_low_says_so(scenario: Scenario) -> None:
    *_, end = scenario.option_verdicts([["force", "talk"]], "en")
    assert "Round" not in end.text
    assert "Safety fell too low." in end.text
    (begun,) = scenario.option_verdicts([["ask"]], "en")
    assert begun.id == "call.ask"


def test_a_way_is_told_in_words(scenario: Scenario) -> None:
    told = scenario.public().in_words([["hang-up"], ["ask", "talk"]], "en")
    assert told == ("do hang-up", "do ask → do talk")


def _lead_nowhere(data: Data) -> None:
    data["nodes"][1]["options"][0]["next"] = "fred"


def _leave_alone_unreached(data: Data) -> None:
    data["nodes"][0]["options"].pop()


def _go_round(data: Data) -> None:
    data["nodes"][1]["options"][0]["next"] = "call"


def _repeat_a_place(data: Data) -> None:
    data["endings"][0]["id"] = "wait"


def _repeat_an_option(data: Data) -> None:
    data["nodes"][1]["options"][1]["id"] = "talk"


def _name_no_meter(data: Data) -> None:
    data["nodes"][0]["options"][0]["effects"] = {"trsut": 1}


def _leave_the_bounds(data: Data) -> None:
    data["nodes"][1]["options"][0]["effects"] = {"trust": 4}


def _earn_the_same(data: Data) -> None:
    for node in data["nodes"]:
        for option in node["options"]:
            option["effects"] = {}


def _never_safe(data: Data) -> None:
    for option in data["nodes"][0]["options"]:
        option["effects"] = {"safety": -2}


def _begin_below_the_floor(data: Data) -> None:
    data["meters"][1]["start"] = -2


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_lead_nowhere, "start or next names fred; there are call, wait, freed, alone"),
        (_leave_alone_unreached, "nothing leads to alone"),
        (_go_round, "go round in circles through call, wait"),
        (_repeat_a_place, "ids of nodes and endings must differ; repeated: wait"),
        (_repeat_an_option, "ids of options of wait must differ; repeated: talk"),
        (_name_no_meter, "effects of ask name trsut; the meters are trust, safety"),
        (_leave_the_bounds, "the path force → talk takes trust to 6; it goes from -5 to 5"),
        (_earn_the_same, "no path earns more than the worst one"),
        (_never_safe, "no path earns more than the worst one"),
        (_begin_below_the_floor, "the start -2 must lie between -1 and 5"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused_in_words(
    break_it: Callable[[Data], None], words: str
) -> None:
    data = authored()
    break_it(data)
    with pytest.raises(ValidationError) as refused:
        Scenario.model_validate(data)
    assert words in str(refused.value)


def test_a_scenario_with_too_many_ways_is_refused() -> None:
    rooms = [f"room-{number}" for number in range(13)]
    nodes = [
        {
            "id": here,
            "lines": [{"text": both("A door.")}],
            "options": [step("left", then, trust=0.1), step("right", then)],
        }
        for here, then in zip(rooms, [*rooms[1:], "freed"], strict=True)
    ]
    data = authored(nodes=nodes, start=rooms[0], endings=[ending("freed"), ending("alone")])
    with pytest.raises(ValidationError, match="more than 5000 ways"):
        Scenario.model_validate(data)
