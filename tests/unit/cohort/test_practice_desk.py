"""The counts of a lesson come from what the store keeps, as far as there is time."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yongxin.catalogue import Catalogue
from yongxin.cohort import practice_desk as module
from yongxin.cohort.practice_desk import PracticeDesk
from yongxin.elements import Context, find_element
from yongxin.store import Store

MODULE = "z1-lift"
WORDS = "quiz:lift-first-words"
GAP = "simulate:satisfaction-gap"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        for number in range(12):
            group = "east" if number < 6 else "west"
            store.add_learner(f"learner-{number}", f"Learner {number}", groups=[group])
        yield store


@pytest.fixture
def desk(built_course: Path, store: Store) -> PracticeDesk:
    return PracticeDesk(Catalogue(built_course), store)


def act(built_course: Path, store: Store, number: int, name: str, *events: dict[str, Any]) -> None:
    """Let a learner do something, through the element itself."""
    learner = store.learner(f"learner-{number}")
    assert learner
    element = find_element(name, Catalogue(built_course))
    context = Context("en", datetime.now(UTC), learner=learner.username)
    for event in events:
        store.apply(
            learner.id,
            name,
            event_id=uuid.uuid4().hex,
            client="tab",
            revision=0,
            transition=lambda state, event=event: element.handle(
                element.initial() if state is None else state, event, context
            ),
        )


def answered(response: str) -> tuple[dict[str, Any], ...]:
    return {"type": "answer", "response": response}, {"type": "check"}


def test_first_answers_survive_trying_again(
    built_course: Path, store: Store, desk: PracticeDesk
) -> None:
    for number in range(6):
        chosen = "not-my-job" if number < 2 else "sorry-and-facts"
        again = ({"type": "retry"}, *answered("sorry-and-facts"))
        act(built_course, store, number, WORDS, *answered(chosen), *again)
    (line,) = (
        one
        for one in desk.module(MODULE, "en", seconds=60).questions
        if one.subject.id == "lift-first-words"
    )
    assert line.count is not None
    assert (line.count.explained, line.count.right, line.count.wrong) == (6, 4, 2)
    choices = desk.choices(MODULE, "lift-first-words", "en")
    assert choices is not None
    assert {one.count for one in choices if one.is_right} == {4}
    assert desk.choices(MODULE, "gap-sign", "en") is None  # graded: not for these pages


def test_moves_and_resets_are_counted(built_course: Path, store: Store, desk: PracticeDesk) -> None:
    for number in range(5):
        act(built_course, store, number, GAP, {"type": "set", "inputs": {"product-perception": 5}})
    act(built_course, store, 0, GAP, {"type": "reset"}, {"type": "reset"})
    (line,) = desk.module(MODULE, "en", seconds=60).simulators
    assert line.subject.id == "satisfaction-gap"
    assert line.count is not None
    assert (line.count.people, line.count.changes, line.count.resets) == (5, 5, 2)
    assert line.count.away == 4


def test_what_there_is_no_time_for_waits(desk: PracticeDesk) -> None:
    found = desk.module(MODULE, "en", seconds=0)
    assert found.waiting == len(found.questions) + len(found.simulators) > 0
    assert all(one.is_waiting and one.count is None for one in found.questions)
    assert desk.module(MODULE, "en", seconds=60).waiting == 0


def test_what_took_long_is_not_counted_again_at_once(
    built_course: Path, store: Store, desk: PracticeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_QUICK", 0.0)
    monkeypatch.setattr(module, "_PAUSE", 1e9)
    desk.count_the_rest(MODULE, "en")
    for number in range(5):
        act(built_course, store, number, WORDS, *answered("not-my-job"))
    later = desk.module(MODULE, "en", seconds=0)
    assert later.waiting == 0
    assert all(one.count is None for one in later.questions)


def test_how_far_lessons_are_read(store: Store, desk: PracticeDesk) -> None:
    assert desk.reading("en")[MODULE] is None
    for number in range(8):
        store.count_reading(MODULE, ["hook", "chain", "recap"][: 1 + number % 3])
    found = desk.reading("en")[MODULE]
    assert found is not None
    assert [(one.id, one.readers) for one in found] == [("hook", 8), ("chain", 5), ("recap", 2)]
    assert desk.module(MODULE, "zh-CN").sections is not None
