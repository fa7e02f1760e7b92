"""The simulator element: inputs within bounds, results that follow them."""

from collections.abc import Callable
from typing import Any

import pytest

from yongxin.elements import Context, Element, RefusedEvent
from yongxin.simulators import simulator_ids

Moment = Callable[..., Context]
NAMES = [f"simulate:{one}" for one in simulator_ids()]


@pytest.fixture
def gap(elements: dict[str, Element]) -> Element:
    return elements["simulate:satisfaction-gap"]


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_simulator_shows_its_defaults(
    elements: dict[str, Element], moment: Moment, name: str
) -> None:
    element = elements[name]
    shown = element.present(element.initial(), moment())
    assert shown["untouched"]
    assert shown["summary"]
    assert shown["table"]["rows"]


def test_inputs_move_one_by_one(gap: Element, moment: Moment) -> None:
    state = gap.initial()
    for name in ("product-perception", "product-expectation"):
        state, _ = gap.handle(state, {"type": "set", "inputs": {name: 5}}, moment())
    shown = gap.present(state, moment("en"))
    assert shown["inputs"]["product-perception"] == 5.0
    assert shown["table"]["rows"][0] == ["Product", "5", "5", "40%", "0"]
    assert not shown["untouched"]


def test_only_what_was_moved_is_kept(gap: Element, moment: Moment) -> None:
    inputs = {"product-perception": 5, "service-perception": 4.5}
    state, _ = gap.handle(gap.initial(), {"type": "set", "inputs": inputs}, moment())
    assert state == {"inputs": {"product-perception": 5.0}}


def test_reset_brings_the_defaults_back(gap: Element, moment: Moment) -> None:
    moved = {"inputs": {"product-perception": 5.0}}
    state, _ = gap.handle(moved, {"type": "reset"}, moment())
    assert state == {**gap.initial(), "resets": 1}
    state, _ = gap.handle(state, {"type": "set", "inputs": {"product-perception": 5}}, moment())
    assert state == {"inputs": {"product-perception": 5.0}, "resets": 1}
    state, _ = gap.handle(state, {"type": "reset"}, moment())
    assert state == {**gap.initial(), "resets": 2}


def test_values_are_moved_to_the_nearest_step(gap: Element, moment: Moment) -> None:
    event = {"type": "set", "inputs": {"product-perception": 4.3000000001}}
    state, _ = gap.handle(gap.initial(), event, moment())
    assert state["inputs"]["product-perception"] == 4.3


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.9, "out-of-range"),
        (7.1, "out-of-range"),
        (1e300, "out-of-range"),
        (10**400, "out-of-range"),
        ("4", "not-a-value"),
        (True, "not-a-value"),
        (None, "not-a-value"),
        ([4], "not-a-value"),
    ],
)
def test_a_value_that_an_input_cannot_take_is_refused_with_its_bounds(
    gap: Element, moment: Moment, value: Any, code: str
) -> None:
    event = {"type": "set", "inputs": {"product-perception": value}}
    with pytest.raises(RefusedEvent) as refused:
        gap.handle(gap.initial(), event, moment("en"))
    assert refused.value.code == code
    assert refused.value.details["label"] == "Perceived"


@pytest.mark.parametrize(
    "event",
    [
        {"type": "set", "inputs": {"nobody": 1}},
        {"type": "set", "inputs": 1},
        {"type": "set", "inputs": {"product-perception": float("inf")}},
        {"type": "reset", "inputs": {}},
        {"type": "run"},
    ],
    ids=repr,
)
def test_malformed_events_are_refused(gap: Element, moment: Moment, event: Any) -> None:
    with pytest.raises(RefusedEvent) as refused:
        gap.handle(gap.initial(), event, moment())
    assert refused.value.code == "malformed"


@pytest.mark.parametrize("value", ["nobody", 1])
def test_a_choice_takes_its_options_only(
    elements: dict[str, Element], moment: Moment, value: Any
) -> None:
    chain = elements["simulate:satisfaction-chain"]
    with pytest.raises(RefusedEvent) as refused:
        chain.handle(chain.initial(), {"type": "set", "inputs": {"deed": value}}, moment())
    assert refused.value.code == "not-a-value"


@pytest.mark.parametrize(
    "state",
    [{}, {"inputs": []}, {"inputs": {"gone": 1, "product-perception": 99}}, {"inputs": None}],
    ids=repr,
)
def test_a_state_from_before_the_inputs_were_changed_counts_as_far_as_it_fits(
    gap: Element, moment: Moment, state: Any
) -> None:
    assert gap.present(state, moment())["untouched"]
