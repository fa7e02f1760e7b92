"""A trainer returns a reflection; the learner revises it and hands it in once more."""

from datetime import timedelta
from typing import Any

import pytest

from support.clock import NOON, Clock
from yongxin.catalogue import UnknownId
from yongxin.elements import RefusedEvent
from yongxin.grading.exchange import Receipt
from yongxin.grading.submission import HandInFailed, HandIns
from yongxin.site.learning import ElementEvent, Learning
from yongxin.site.modules import InPreparation
from yongxin.site.returning import LONGEST_COMMENT, CommentRefused, return_reflection
from yongxin.store import (
    AlreadyReturned,
    Learner,
    NotHandedIn,
    NotReturned,
    Returned,
    Store,
    UnknownLearner,
)

pytestmark = pytest.mark.usefixtures("lin", "zhou")

MODULE, ID, LOG, GRADED = "z1-lift", "lift-log", "reflect:lift-log", "quiz:gap-sign"
FIELDS = {"facts": "我等了二十分钟，没人说原因", "feeling": "着急", "rating": "dissatisfied"}


@pytest.fixture
def locked(learning: Learning, lin: Learner, delivered: list[dict[str, Any]]) -> Learner:
    """A learner who has handed in for the last time."""
    send(learning, lin, LOG, {"type": "write", "fields": FIELDS})
    send(learning, lin, GRADED, {"type": "answer", "response": "met"})
    for number in range(2):
        learning.hand_in(lin, MODULE, event_id=f"{number}", language="en", confirmed=True)
    delivered.clear()
    return lin


def send(learning: Learning, learner: Learner, name: str, event: dict[str, Any]) -> dict[str, Any]:
    event_id = f"{name}.{event}".encode().hex()[-40:]
    return learning.apply_event(learner, ElementEvent(name, event_id, "tab", 0, event), "en")


def give_back(
    learning: Learning,
    store: Store,
    *,
    username: str = "lin",
    comment: str = "再具体一点。",
    **of: str,
) -> Returned:
    return return_reflection(
        learning.catalogue,
        store,
        module_id=of.get("module_id", MODULE),
        username=username,
        reflection_id=of.get("reflection_id", ID),
        comment=comment,
        actor="chen",
    )


def presented(learning: Learning, learner: Learner, name: str) -> dict[str, Any]:
    return learning.page_state(learner, [name], "en")[name]["presentation"]


def revise(learning: Learning, learner: Learner, event_id: str = "again") -> dict[str, Any]:
    return learning.revise(learner, ID, event_id=event_id, language="en")


# -- returning -----------------------------------------------------------------------------------


def test_only_the_returned_reflection_opens_again(
    learning: Learning, store: Store, locked: Learner
) -> None:
    assert presented(learning, locked, LOG)["locked"]
    assert presented(learning, locked, LOG)["returned"] is None
    found = give_back(learning, store)
    shown = presented(learning, locked, LOG)
    assert not shown["locked"]
    assert shown["returned"] == {
        "comment": "再具体一点。",
        "at": found.at.isoformat(),
        "revised": None,
    }
    send(learning, locked, LOG, {"type": "write", "fields": {"feeling": "先着急，后来无奈"}})
    assert presented(learning, locked, LOG)["fields"]["feeling"] == "先着急，后来无奈"
    assert presented(learning, locked, GRADED)["locked"]
    with pytest.raises(RefusedEvent, match="locked"):
        send(learning, locked, GRADED, {"type": "answer", "response": "delighted"})


def test_it_opens_for_nobody_else(
    learning: Learning, store: Store, locked: Learner, delivered: list[dict[str, Any]]
) -> None:
    zhou = store.learner("zhou")
    assert zhou
    give_back(learning, store)
    assert presented(learning, zhou, LOG)["returned"] is None
    with pytest.raises(NotReturned):
        revise(learning, zhou)
    assert delivered == []


def test_what_was_left_empty_may_be_returned_too(
    learning: Learning, store: Store, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    """What an untouched element shows is made once for everybody; this one is not."""
    learning.hand_in(lin, MODULE, event_id="1", language="en", confirmed=True)
    give_back(learning, store)
    assert presented(learning, lin, LOG)["returned"]["comment"] == "再具体一点。"
    zhou = store.learner("zhou")
    assert zhou
    assert presented(learning, zhou, LOG)["returned"] is None
    with pytest.raises(RefusedEvent, match="unwritten"):
        revise(learning, lin)
    assert len(delivered) == 1


def test_it_is_noted_who_returned_what_but_not_what_was_said(
    learning: Learning, store: Store, locked: Learner
) -> None:
    give_back(learning, store)
    entry = store.audit_entries()[0]
    assert (entry.actor, entry.action, entry.subject) == ("chen", "reflection return", "lin")
    assert entry.detail == {"reflection": ID}
    assert locked.username == "lin"


@pytest.mark.parametrize(
    ("of", "error", "told"),
    [
        ({"module_id": "z1-lif"}, UnknownId, "z1-lift"),
        ({"module_id": "z2-gate"}, InPreparation, "z2-gate"),
        ({"reflection_id": "lift-lag"}, UnknownId, "lift-log"),
        ({"reflection_id": "lift-recap"}, UnknownId, "lift-log"),  # practice: nobody marks it
        ({"username": "lim"}, UnknownLearner, "lin"),
        ({"username": "zhou"}, NotHandedIn, "not been handed in"),
        ({"comment": " \n\u202e "}, CommentRefused, "1 to 2000"),
        ({"comment": "长" * (LONGEST_COMMENT + 1)}, CommentRefused, "2001"),
    ],
)
@pytest.mark.usefixtures("locked")
def test_what_cannot_be_returned_is_told_and_changes_nothing(
    learning: Learning, store: Store, of: dict[str, str], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        give_back(learning, store, **of)
    assert store.audit_entries() == []
    assert [store.returned(one.id) for one in store.learners()] == [[], []]


@pytest.mark.usefixtures("locked")
def test_it_is_returned_once(learning: Learning, store: Store) -> None:
    give_back(learning, store)
    with pytest.raises(AlreadyReturned, match="once"):
        give_back(learning, store)
    assert len(store.audit_entries()) == 1


# -- handing in again ----------------------------------------------------------------------------


def test_a_revision_goes_with_the_answers_as_they_were_handed_in(
    learning: Learning,
    store: Store,
    locked: Learner,
    clock: Clock,
    delivered: list[dict[str, Any]],
) -> None:
    give_back(learning, store)
    send(learning, locked, LOG, {"type": "write", "fields": {"feeling": "先着急，后来无奈"}})
    clock.now = NOON + timedelta(days=3)
    shown = revise(learning, locked)
    (what,) = delivered
    assert what["answers"]["gap-sign"].response == "met"
    assert what["reflections"][ID].fields == {**FIELDS, "feeling": "先着急，后来无奈"}
    assert what["now"] == NOON + timedelta(microseconds=1)
    assert shown["presentation"]["locked"]
    assert shown["presentation"]["returned"]["revised"] == clock.now.isoformat()
    with pytest.raises(RefusedEvent, match="locked"):
        send(learning, locked, LOG, {"type": "write", "fields": {"feeling": "又变了"}})


def test_with_attempts_left_the_other_answers_stay_as_they_were_handed_in(
    learning: Learning, store: Store, lin: Learner, delivered: list[dict[str, Any]]
) -> None:
    send(learning, lin, LOG, {"type": "write", "fields": FIELDS})
    send(learning, lin, GRADED, {"type": "answer", "response": "met"})
    learning.hand_in(lin, MODULE, event_id="1", language="en", confirmed=True)
    send(learning, lin, GRADED, {"type": "answer", "response": "delighted"})
    give_back(learning, store)
    revise(learning, lin)
    assert delivered[-1]["answers"]["gap-sign"].response == "met"
    assert store.hand_ins(lin.id) == {MODULE: 1}
    assert not presented(learning, lin, GRADED)["locked"]


def test_the_same_revision_twice_is_one_and_a_second_is_refused(
    learning: Learning, store: Store, locked: Learner, delivered: list[dict[str, Any]]
) -> None:
    give_back(learning, store)
    assert revise(learning, locked) == revise(learning, locked)
    assert len(delivered) == 1
    with pytest.raises(NotReturned):
        revise(learning, locked, "another")


def test_a_revision_that_is_not_complete_is_refused(
    learning: Learning, store: Store, locked: Learner, delivered: list[dict[str, Any]]
) -> None:
    give_back(learning, store)
    send(learning, locked, LOG, {"type": "write", "fields": {"feeling": ""}})
    with pytest.raises(RefusedEvent, match="unwritten"):
        revise(learning, locked)
    assert delivered == []


def test_a_revision_that_failed_leaves_it_open(
    learning: Learning, store: Store, locked: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Receipt:
        raise HandInFailed("exchange-unavailable", "the disk is gone")

    give_back(learning, store)
    monkeypatch.setattr(HandIns, "hand_in", fail)
    with pytest.raises(HandInFailed):
        revise(learning, locked)
    assert not presented(learning, locked, LOG)["locked"]


def test_what_is_to_be_revised_is_told_until_it_is(
    learning: Learning, store: Store, locked: Learner
) -> None:
    assert learning.overview.to_revise(locked) == []
    found = give_back(learning, store)
    assert learning.overview.to_revise(locked) == [found]
    assert learning.overview.result(locked, MODULE).to_revise == {ID}
    revise(learning, locked)
    assert learning.overview.to_revise(locked) == []
    result = learning.overview.result(locked, MODULE)
    assert result.to_revise == frozenset()
    assert [one.number for one in result.submissions] == [1, 2]
