"""Two elements whose state the host composes: handing in, and progress."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from yongxin.elements import Context, Element, RefusedEvent
from yongxin.elements.progress import ProgressElement
from yongxin.elements.submission import HandIn, SubmissionElement

Moment = Callable[..., Context]
EXERCISE = ["quiz:chain-order", "quiz:gap-sign", "reflect:lift-log"]
YESTERDAY = datetime(2026, 2, 28, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 2, tzinfo=UTC)


def state_of(
    elements: dict[str, Element], *, handed_in: int = 0, due: datetime | None = None
) -> dict:
    return SubmissionElement.state(
        [elements[name] for name in [*EXERCISE, "simulate:satisfaction-gap"]],
        {
            "quiz:gap-sign": {"response": "met", "checked": False},
            "reflect:lift-log": {"fields": {"facts": "half of it"}},
        },
        attempts_allowed=2,
        handed_in=[HandIn(number + 1, YESTERDAY, False) for number in range(handed_in)],
        due=due,
    )


def test_what_is_missing_is_numbered_as_in_the_exercise(
    elements: dict[str, Element], moment: Moment
) -> None:
    shown = SubmissionElement().present(state_of(elements), moment("en"))
    assert shown["missing"] == [
        {"name": "quiz:chain-order", "label": "Question 1"},
        {"name": "reflect:lift-log", "label": "Question 3"},
    ]
    assert (shown["answered"], shown["total"]) == (1, 3), "a simulator is no question"


@pytest.mark.parametrize(("handed_in", "can"), [(0, True), (1, True), (2, False)])
def test_attempts_run_out(
    elements: dict[str, Element], moment: Moment, handed_in: int, can: bool
) -> None:
    shown = SubmissionElement().present(state_of(elements, handed_in=handed_in), moment())
    assert shown["attempts_used"] == handed_in
    assert shown["can_hand_in"] is can


@pytest.mark.parametrize(("due", "late"), [(None, False), (YESTERDAY, True), (TOMORROW, False)])
def test_it_is_late_after_the_due_time(
    elements: dict[str, Element], moment: Moment, due: datetime | None, late: bool
) -> None:
    shown = SubmissionElement().present(state_of(elements, due=due), moment())
    assert shown["late"] is late
    assert shown["due"] == (due.isoformat() if due else None)


def test_progress_shows_the_modules_that_can_be_learned(
    elements: dict[str, Element], moment: Moment
) -> None:
    state = ProgressElement.state({"z2-gate": (0, 4), "z1-lift": (3, 6)}, ["z1-lift"])
    shown = elements["progress:course"].present(state, moment())
    assert [one["id"] for one in shown["modules"]] == ["z1-lift", "z2-gate"]
    assert [one["visited"] for one in shown["modules"]] == [True, False]
    assert (shown["answered"], shown["total"]) == (3, 10)


@pytest.mark.parametrize("name", ["submit:exercise", "progress:course"])
@pytest.mark.parametrize("event", [{"type": "hand-in"}, {"type": "reset"}, None])
def test_neither_takes_events(
    elements: dict[str, Element], moment: Moment, name: str, event: dict | None
) -> None:
    element = elements[name]
    with pytest.raises(RefusedEvent):
        element.handle(element.initial(), event, moment())  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("name", ["submit:exercise", "progress:course"])
def test_both_can_be_shown_before_the_host_has_said_anything(
    elements: dict[str, Element], moment: Moment, name: str
) -> None:
    element = elements[name]
    assert element.present(element.initial(), moment())["total"] == 0
