"""What learners do, without a browser and without a server."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.clock import NOON, Clock
from yongxin.catalogue import Catalogue, UnknownId
from yongxin.elements import RefusedEvent
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.feedback import Feedback, feedback_path
from yongxin.grading.submission import HandInFailed, HandIns
from yongxin.site.learning import ElementEvent, Learning, NeedsConfirmation
from yongxin.site.modules import InPreparation, neighbours, require_module
from yongxin.site.overview import Result
from yongxin.store import InvalidName, Learner, NoAttemptsLeft, StateRefused, Store

pytestmark = pytest.mark.usefixtures("lin", "zhou")

PRACTICE, GRADED, ORDER = "quiz:lift-first-words", "quiz:gap-sign", "quiz:chain-order"
LOG = "reflect:lift-log"
COMPLETE = {
    GRADED: {"type": "answer", "response": "met"},
    ORDER: {
        "type": "answer",
        "response": ["expectation", "perception", "thought", "feeling", "action"],
    },
    LOG: {
        "type": "write",
        "fields": {"facts": "我等了二十分钟", "feeling": "着急", "rating": "dissatisfied"},
    },
}


def send(
    learning: Learning,
    learner: Learner,
    name: str,
    event: dict[str, Any],
    *,
    event_id: str = "",
    client: str = "tab",
    revision: int = 0,
) -> dict[str, Any]:
    event_id = event_id or f"{name}.{event}".encode().hex()[-40:]
    return learning.apply_event(
        learner, ElementEvent(name, event_id, client, revision, event), "en"
    )


def answer_everything(learning: Learning, learner: Learner) -> None:
    for name, event in COMPLETE.items():
        send(learning, learner, name, event)


def presented(learning: Learning, learner: Learner, name: str, **more: Any) -> dict[str, Any]:
    return learning.page_state(learner, [name], "en", **more)[name]["presentation"]


# -- elements ------------------------------------------------------------------------------------


def test_an_untouched_element_is_shown_as_it_begins(learning: Learning, lin: Learner) -> None:
    state = learning.page_state(lin, [PRACTICE, "simulate:satisfaction-gap"], "en")
    assert [one["revision"] for one in state.values()] == [0, 0]
    assert state[PRACTICE]["presentation"]["response"] is None
    assert state["simulate:satisfaction-gap"]["presentation"]["summary"]


def test_an_answer_is_kept_and_shown_to_its_learner_alone(
    learning: Learning, lin: Learner, zhou: Learner
) -> None:
    told = send(learning, lin, PRACTICE, {"type": "answer", "response": "not-my-job"})
    assert told["revision"] == 1
    assert presented(learning, lin, PRACTICE)["response"] == "not-my-job"
    assert presented(learning, zhou, PRACTICE)["response"] is None


def test_practice_is_judged_in_the_readers_language(learning: Learning, lin: Learner) -> None:
    send(learning, lin, PRACTICE, {"type": "answer", "response": "not-my-job"})
    told = send(learning, lin, PRACTICE, {"type": "check"})
    assert told["presentation"]["verdict"]["ratio"] == 0
    chinese = learning.page_state(lin, [PRACTICE], "zh-CN")[PRACTICE]["presentation"]
    assert chinese["verdict"]["explanation"] == "等待的人最怕没有消息。"


def test_a_graded_item_is_never_judged(learning: Learning, lin: Learner) -> None:
    send(learning, lin, GRADED, {"type": "answer", "response": "met"})
    with pytest.raises(RefusedEvent):
        send(learning, lin, GRADED, {"type": "check"})
    assert presented(learning, lin, GRADED)["verdict"] is None


def test_the_same_event_twice_counts_once(learning: Learning, lin: Learner) -> None:
    event = {"type": "answer", "response": "met"}
    first = send(learning, lin, GRADED, event, event_id="once")
    again = send(learning, lin, GRADED, event, event_id="once")
    assert not first["replayed"]
    assert again["replayed"]
    assert again["revision"] == first["revision"] == 1


def test_the_later_change_wins_and_is_told_that_it_overtook(
    learning: Learning, lin: Learner
) -> None:
    send(learning, lin, GRADED, {"type": "answer", "response": "met"}, client="one")
    told = send(learning, lin, GRADED, {"type": "answer", "response": "delighted"}, client="two")
    assert told["overtaken"]
    assert presented(learning, lin, GRADED)["response"] == "delighted"


@pytest.mark.parametrize(
    ("name", "event", "error"),
    [
        (GRADED, {"type": "answer", "response": "no-such-option"}, RefusedEvent),
        (GRADED, {"type": "answer", "response": {"deep": [[[]]]}}, RefusedEvent),
        (GRADED, {"type": "no-such-event"}, RefusedEvent),
        (GRADED, {}, RefusedEvent),
        (LOG, {"type": "write", "fields": {"facts": "x" * 601}}, RefusedEvent),
        (LOG, {"type": "write", "fields": {"facts": "x" * 100_000}}, RefusedEvent),
        ("quiz:no-such-item", {"type": "answer", "response": "met"}, UnknownId),
        ("submit:exercise", {"type": "hand-in"}, UnknownId),
        ("../../etc", {"type": "answer"}, UnknownId),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_lost(
    learning: Learning, lin: Learner, name: str, event: dict[str, Any], error: type[Exception]
) -> None:
    send(learning, lin, GRADED, {"type": "answer", "response": "met"})
    with pytest.raises(error):
        send(learning, lin, name, event, event_id="bad")
    assert presented(learning, lin, GRADED)["response"] == "met"


def test_names_that_no_browser_of_ours_sends_are_refused(learning: Learning, lin: Learner) -> None:
    with pytest.raises((InvalidName, StateRefused)):
        send(learning, lin, GRADED, {"type": "answer", "response": "met"}, event_id="x y\n")


def test_a_module_in_preparation_cannot_be_learned(learning: Learning) -> None:
    with pytest.raises(InPreparation):
        require_module(learning.catalogue, "z2-gate")
    with pytest.raises(UnknownId):
        require_module(learning.catalogue, "z9-nothing")
    assert neighbours(learning.catalogue, "z1-lift") == (None, "z3-water")


# -- handing in ----------------------------------------------------------------------------------


def hand_in(
    learning: Learning, learner: Learner, *, event_id: str = "first", confirmed: bool = True
) -> dict[str, Any]:
    return learning.hand_in(
        learner, "z1-lift", event_id=event_id, language="en", confirmed=confirmed
    )


def test_the_exchange_gets_what_was_answered(
    learning: Learning, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    answer_everything(learning, lin)
    shown = hand_in(learning, lin, confirmed=False)
    assert shown["handed_in"] == [{"number": 1, "at": NOON.isoformat(), "late": False}]
    (what,) = delivered
    assert what["username"] == "lin"
    assert what["answers"]["gap-sign"].response == "met"
    assert what["answers"]["chain-order"].response[0] == "expectation"
    assert what["reflections"]["lift-log"].fields["feeling"] == "着急"
    assert what["now"] == NOON


def test_practice_is_not_handed_in(
    learning: Learning, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    send(learning, lin, PRACTICE, {"type": "answer", "response": "not-my-job"})
    hand_in(learning, lin)
    assert delivered[0]["answers"] == {}


def test_an_unfinished_exercise_is_handed_in_only_when_confirmed(
    learning: Learning, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    send(learning, lin, GRADED, {"type": "answer", "response": "met"})
    shown = presented(learning, lin, "submit:exercise", module_id="z1-lift")
    assert [one["name"] for one in shown["missing"]] == [ORDER, LOG]
    with pytest.raises(NeedsConfirmation) as refused:
        hand_in(learning, lin, confirmed=False)
    assert refused.value.code == "incomplete"
    assert not delivered
    hand_in(learning, lin, confirmed=True)
    assert len(delivered) == 1


def test_after_the_deadline_it_must_be_confirmed_and_is_marked_late(
    learning: Learning,
    store: Store,
    lin: Learner,
    clock: Clock,
    delivered: list[dict[str, Any]],
) -> None:
    answer_everything(learning, lin)
    store.set_deadline("z1-lift", NOON + timedelta(hours=1))
    assert not presented(learning, lin, "submit:exercise", module_id="z1-lift")["late"]
    clock.now = NOON + timedelta(hours=2)
    with pytest.raises(NeedsConfirmation) as refused:
        hand_in(learning, lin, confirmed=False)
    assert refused.value.code == "late"
    assert hand_in(learning, lin)["handed_in"][0]["late"]
    assert len(delivered) == 1


def test_a_second_hand_in_replaces_the_first_and_a_third_is_refused(
    learning: Learning, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    answer_everything(learning, lin)
    hand_in(learning, lin, event_id="first")
    shown = hand_in(learning, lin, event_id="second")
    assert [one["number"] for one in shown["handed_in"]] == [1, 2]
    assert not shown["can_hand_in"]
    with pytest.raises(NoAttemptsLeft):
        hand_in(learning, lin, event_id="third")
    assert len(delivered) == 2


def test_the_same_hand_in_twice_is_one(
    learning: Learning, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    answer_everything(learning, lin)
    for _ in range(3):
        shown = hand_in(learning, lin, event_id="same")
    assert len(shown["handed_in"]) == 1
    assert len(delivered) == 1


def test_after_the_last_hand_in_nothing_can_be_changed_any_more(
    learning: Learning, lin: Learner, zhou: Learner, delivered: list[dict[str, Any]]
) -> None:
    answer_everything(learning, lin)
    for event_id in ("first", "second"):
        hand_in(learning, lin, event_id=event_id)
    with pytest.raises(RefusedEvent) as refused:
        send(learning, lin, GRADED, {"type": "answer", "response": "delighted"})
    assert refused.value.code == "locked"
    assert presented(learning, lin, GRADED)["locked"]
    assert not presented(learning, zhou, GRADED)["locked"]
    send(learning, lin, PRACTICE, {"type": "answer", "response": "not-my-job"})  # goes on


def test_a_hand_in_that_failed_uses_up_no_attempt(
    learning: Learning, lin: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Receipt:
        raise HandInFailed("exchange-unavailable", "the disk is gone")

    monkeypatch.setattr(HandIns, "hand_in", fail)
    answer_everything(learning, lin)
    with pytest.raises(HandInFailed):
        hand_in(learning, lin)
    shown = presented(learning, lin, "submit:exercise", module_id="z1-lift")
    assert shown["attempts_used"] == 0
    assert shown["can_hand_in"]


def test_a_module_without_an_exercise_has_none_to_hand_in(
    learning: Learning, own_course: Path, store: Store, tmp_path: Path, lin: Learner
) -> None:
    bank = own_course / "data" / "bank" / "z1-lift.json"
    text = bank.read_text(encoding="utf-8")
    start = text.index('"exercise"')
    end = text.index("]", start)
    bank.write_text(text[:start] + '"exercise": [' + text[end:], encoding="utf-8")
    other = Learning(Catalogue(own_course), store, ExchangeSettings(tmp_path / "exchange"))
    with pytest.raises(UnknownId):
        hand_in(other, lin)
    assert [one.module_id for one in other.overview.results(lin)] == ["z3-water"]


# -- progress and results ------------------------------------------------------------------------


def test_progress_counts_questions_and_not_toys(learning: Learning, lin: Learner) -> None:
    before = learning.overview.progress(lin)["z1-lift"]
    assert (before.answered, before.total, before.opened) == (0, 7, None)
    send(learning, lin, PRACTICE, {"type": "answer", "response": "not-my-job"})
    send(learning, lin, LOG, {"type": "write", "fields": {"facts": "half"}})
    send(learning, lin, "simulate:satisfaction-gap", {"type": "reset"})
    learning.record_visit(lin, "z1-lift")
    after = learning.overview.progress(lin)["z1-lift"]
    assert (after.answered, after.total) == (1, 7), "a reflection that is half done does not count"
    assert after.opened
    shown = presented(learning, lin, "progress:course")
    others = learning.overview.progress(lin)["z3-water"].total
    assert (shown["answered"], shown["total"]) == (1, 7 + others)


def test_progress_tells_deadlines(
    learning: Learning, store: Store, lin: Learner, zhou: Learner, clock: Clock
) -> None:
    store.set_deadline("z1-lift", NOON + timedelta(days=1), group="east")
    assert learning.overview.progress(lin)["z1-lift"].due == NOON + timedelta(days=1)
    assert not learning.overview.progress(lin)["z1-lift"].is_overdue
    assert learning.overview.progress(zhou)["z1-lift"].due is None
    clock.now = NOON + timedelta(days=2)
    assert learning.overview.progress(lin)["z1-lift"].is_overdue
    assert not learning.overview.progress(zhou)["z1-lift"].is_overdue


def test_a_result_waits_until_there_is_feedback(
    learning: Learning, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    assert learning.overview.result(lin, "z1-lift").state == "not-handed-in"
    answer_everything(learning, lin)
    hand_in(learning, lin)
    result = learning.overview.result(lin, "z1-lift")
    assert result.state == "waiting"
    assert [one.module_id for one in learning.overview.results(lin)] == ["z1-lift", "z3-water"]


@pytest.mark.parametrize(
    ("points", "is_passed"),
    [((2.0, 1.0), True), ((1.5, 0.6), True), ((1.5, 0.5), False), ((2.0, None), None), ((), None)],
)
def test_the_pass_mark_is_a_share_of_the_points_for_questions(
    points: tuple[float | None, ...], is_passed: bool | None
) -> None:
    items = [
        {
            "id": f"item-{number}",
            "number": number,
            "rule": None,
            "stem": None,
            "response_text": None,
            "points": earned,
            "max": 3 - number,
            "verdict": "waiting",
            "reason": None,
            "explanation": None,
        }
        for number, earned in enumerate(points, start=1)
    ]
    feedback = Feedback.model_validate(
        {
            "module": "z1-lift",
            "title": None,
            "language": "en",
            "timestamp": None,
            "late": False,
            "score": 0,
            "max_score": 3,
            "late_penalty": 0,
            "items": items,
            "reflections": [],
            "generated": NOON,
        }
    )
    assert Result("z1-lift", (), feedback).is_passed(0.7) is is_passed
    assert Result("z1-lift", ()).is_passed(0.7) is None


def test_feedback_that_cannot_be_read_is_told_and_hides_nothing_else(
    learning: Learning, lin: Learner, tmp_path: Path, delivered: list[dict[str, Any]]
) -> None:
    answer_everything(learning, lin)
    hand_in(learning, lin)
    path = feedback_path(ExchangeSettings(tmp_path / "exchange"), "z1-lift", "secret")
    path.parent.mkdir(parents=True)
    path.write_text("<html>not ours</html>", encoding="utf-8")
    assert learning.overview.result(lin, "z1-lift").state == "unreadable"
    assert len(learning.overview.results(lin)) == 2
    shutil.rmtree(path.parent)
